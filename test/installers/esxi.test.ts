import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { announce, complain, distinctFiles } from './distinct.ts';
import { esxiFaults } from './esxi-rules.ts';
import { renderedFile, renderedFiles } from './rendered.ts';

test('a kickstart of ESXi has commands, options and values that its installer knows', async () => {
  const all = (await renderedFiles()).filter(({ dest }) => dest === 'KS.CFG');
  const distinct = distinctFiles(all, ({ version }) => version);
  announce('kickstarts of ESXi', all, distinct);
  assert.equal(
    distinct.flatMap((file) => complain(file, esxiFaults(file.text))),
    [],
  );
});

test('a kickstart of ESXi with a slip is refused', async () => {
  const all = (await renderedFiles()).filter(
    ({ dest, text }) => dest === 'KS.CFG' && text.includes('static'),
  );
  const { text = '' } = all.at(-1) ?? {};
  const faults = (from: string | RegExp, to: string) => {
    const broken = text.replace(from, to);
    assert.is.not(broken, text);
    return esxiFaults(broken);
  };
  assert.equal(esxiFaults(text), []);
  assert.equal(faults('vmaccepteula', 'accepteula'), [
    'line 1: there is no command accepteula',
    'vmaccepteula stands there 0 times',
  ]);
  assert.equal(faults('--overwritevmfs', '--overwritevfms'), [
    'line 2: install has no option --overwritevfms',
  ]);
  assert.equal(faults('--iscrypted', '--iscrypted=yes'), ['line 3: --iscrypted=yes takes no value']);
  assert.equal(faults(/\$6\$\S+/, 'plain'), ['line 3: rootpw cannot have plain']);
  assert.equal(faults(/ --ip=\S+/, ''), ['line 5: a fixed address wants --ip']);
  assert.equal(faults('--bootproto=static', '--bootproto=dhcp').length > 0, true);
  assert.equal(faults(/--netmask=\S+/, '--netmask=24'), ['line 5: --netmask is no address']);
  assert.equal(faults('%firstboot', '%first'), ['no section %first --interpreter=busybox']);
  const { text: byDhcp } = await renderedFile('vmware/esxi-8.0U3-x86_64', 'KS.CFG');
  assert.equal(esxiFaults(byDhcp), []);
});

test.run();
