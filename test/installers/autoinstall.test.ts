import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, stringify } from 'yaml';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { runTool, testWith } from '../rig/tool.ts';
import { AUTOINSTALL } from './autoinstall-grammar.ts';
import { announce, complain, distinctFiles } from './distinct.ts';
import { faultsOf } from './grammar.ts';
import { renderedFile, renderedFiles } from './rendered.ts';

interface UserData {
  readonly autoinstall: { readonly 'user-data': unknown };
}

/** What cloud-init says of a cloud-config that it does not take without complaint. */
function cloudInit(text: string): readonly string[] {
  const folder = temporaryFolder();
  writeFiles(folder, { 'user-data': text });
  const args = ['schema', '--config-file', 'user-data'];
  const { status, text: said } = runTool('cloud-init', args, { cwd: folder });
  return status === 0 && said === 'Valid cloud-config: user-data\n' ? [] : [said.trim()];
}

/** The installed system's own cloud-config, which lies in that of the installer. */
function innerUserData(text: string): string {
  const { autoinstall } = parse(text) as UserData;
  return `#cloud-config\n${stringify(autoinstall['user-data'])}`;
}

async function autoinstalls() {
  const all = (await renderedFiles()).filter(({ dest, dist }) => dest === 'user-data' && dist === 'ubuntu');
  return { all, distinct: distinctFiles(all, ({ version }) => version) };
}

testWith(
  test,
  ['cloud-init'],
  'user-data for Ubuntu is what cloud-init takes, outside and inside',
  async () => {
    const { all, distinct } = await autoinstalls();
    announce('autoinstalls', all, distinct);
    // The outer part differs in nothing that cloud-init looks at: one for each shape, whatever the release.
    const complaints = distinctFiles(all).flatMap((file) => [
      ...complain(file, cloudInit(file.text)),
      ...complain(file, cloudInit(innerUserData(file.text))),
    ]);
    assert.equal(complaints, []);
  },
);

test('user-data for Ubuntu has the keys of autoinstall, with values of their types', async () => {
  const { distinct } = await autoinstalls();
  assert.equal(
    distinct.flatMap((file) => complain(file, faultsOf(AUTOINSTALL, parse(file.text)))),
    [],
  );
});

testWith(test, ['cloud-init'], 'user-data with a slip is refused', async () => {
  const { text } = await renderedFile('qemu/ubuntu-24.04-x86_64', 'user-data');
  assert.equal(cloudInit(text), []);
  assert.match(cloudInit(text.replace('version: 1', 'version: one')).join('\n'), 'autoinstall.version');
  const inner = innerUserData(text);
  assert.equal(cloudInit(inner), []);
  const misspelt = inner.replace('hashed_passwd', 'hased_passwd');
  assert.match(cloudInit(misspelt).join('\n'), 'hased_passwd');
  assert.equal(faultsOf(AUTOINSTALL, parse(text.replace('late-commands:', 'late-comands:'))), [
    'autoinstall: Unrecognized key: "late-comands"',
  ]);
  assert.equal(faultsOf(AUTOINSTALL, parse(text.replace('updates: security', 'updates: none'))), [
    'autoinstall.updates: Invalid option: expected one of "security"|"all"',
  ]);
});

test('meta-data names the instance', async () => {
  const all = (await renderedFiles()).filter(({ dest }) => dest === 'meta-data');
  const distinct = distinctFiles(all);
  announce('meta-data files', all, distinct);
  for (const file of distinct) {
    const name = file.spec.replaceAll(/[._]/g, '-');
    assert.equal(parse(file.text), { 'instance-id': name, 'local-hostname': name });
  }
});

test.run();
