import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { testWith } from '../rig/tool.ts';
import { agamaGrammar } from './agama-grammar.ts';
import { autoyastGrammar, readProfile } from './autoyast-grammar.ts';
import { announce, complain, complaintsOf, distinctFiles } from './distinct.ts';
import { faultsOf } from './grammar.ts';
import { renderedFile, renderedFiles, type RenderedFile } from './rendered.ts';
import { parseXml, xmllint } from './xml.ts';

function autoyastFaults(major: 12 | 15, text: string): readonly string[] {
  try {
    return faultsOf(autoyastGrammar(major), readProfile(parseXml(text)));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

const majorOf = ({ version }: RenderedFile) => (version.startsWith('12.') ? 12 : 15);

/** AutoYaST differs by major release. */
async function profiles() {
  const all = (await renderedFiles()).filter(({ dest }) => dest === 'autoinst.xml');
  return { all, distinct: distinctFiles(all, ({ dist, version }) => `${dist} ${version}`) };
}

testWith(test, ['xmllint'], 'an AutoYaST profile is well-formed XML', async () => {
  const { all, distinct } = await profiles();
  announce('AutoYaST profiles', all, distinct);
  assert.equal(complaintsOf(distinct, xmllint), []);
});

test('an AutoYaST profile has the elements of its release, with values of their types', async () => {
  const { distinct } = await profiles();
  const complaints = distinct.flatMap((file) => complain(file, autoyastFaults(majorOf(file), file.text)));
  assert.equal(complaints, []);
});

testWith(test, ['xmllint'], 'an AutoYaST profile with a slip is refused', async () => {
  const { text } = await renderedFile('qemu/sles-15.5-x86_64', 'autoinst.xml');
  const faults = (from: string | RegExp, to: string) => {
    const broken = text.replace(from, to);
    assert.is.not(broken, text);
    return autoyastFaults(15, broken);
  };
  assert.equal(autoyastFaults(15, text), []);
  assert.match(
    xmllint([{ text: text.replace('</report>', '') }]).join('\n'),
    'Opening and ending tag mismatch',
  );
  assert.match(xmllint([{ text: text.replace('auto</', 'a&b</') }]).join('\n'), 'EntityRef');
  assert.equal(faults('<format config:type="boolean">', '<format>'), [
    'profile.partitioning.0.drive.partitions.0.partition.format: Invalid input: expected boolean, received string',
  ]);
  assert.equal([...faults(/disklabel>/g, 'disk_label>')].sort(), [
    'profile.partitioning.0.drive.disklabel: Invalid option: expected one of "gpt"|"msdos"',
    'profile.partitioning.0.drive: Unrecognized key: "disk_label"',
  ]);
  assert.equal(faults('<packages config:type="list">', '<packages>'), ['<packages> has <package> twice']);
  assert.equal(faults('>131<', '>max<'), ['<partition_id> is no integer: max']);
  assert.equal(faults('config:type="symbol"', 'config:type="symbl"'), [
    '<filesystem> has a type that YaST does not know: symbl',
  ]);
  // What SLES 12 has in its place is not for 15.
  const old = await renderedFile('qemu/sles-12.5-x86_64', 'autoinst.xml');
  assert.equal(autoyastFaults(12, old.text), []);
  assert.match(
    autoyastFaults(15, old.text).join('\n'),
    'profile.firewall: Unrecognized keys: "FW_CONFIGURATIONS_EXT"',
  );
});

function agamaFaults({ version, text }: Pick<RenderedFile, 'version' | 'text'>): readonly string[] {
  try {
    return faultsOf(agamaGrammar(version), JSON.parse(text));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

test('an Agama profile has the keys of its release, with values of their types', async () => {
  const all = (await renderedFiles()).filter(({ dest }) => dest === 'autoinst.json');
  const distinct = distinctFiles(all, ({ dist, version }) => `${dist} ${version}`);
  announce('Agama profiles', all, distinct);
  assert.equal(
    distinct.flatMap((file) => complain(file, agamaFaults(file))),
    [],
  );
});

test('an Agama profile with a slip is refused', async () => {
  const { text, version } = await renderedFile('qemu/sles-16.0-x86_64', 'autoinst.json');
  const faults = (from: string, to: string) => {
    const broken = text.replace(from, to);
    assert.is.not(broken, text);
    return agamaFaults({ version, text: broken });
  };
  assert.equal(agamaFaults({ version, text }), []);
  assert.equal(faults('"hashedPassword": true', '"hashedPassword": "true"'), [
    'root.hashedPassword: Invalid input: expected boolean, received string',
  ]);
  assert.equal(faults('"method4": "auto"', '"method4": "dhcp"'), [
    'network.connections.0.method4: Invalid option: expected one of "auto"|"manual"|"link-local"|"disabled"',
  ]);
  assert.equal(faults('"delete": true', '"remove": true').length, 1);
  assert.match(faults('"sudo",', '"sudo"').join('\n'), 'JSON');
  assert.match(agamaFaults({ version: '16.1', text }).join('\n'), 'Unrecognized key: "localization"');
});

test.run();
