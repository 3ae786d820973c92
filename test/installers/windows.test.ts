import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { testWith } from '../rig/tool.ts';
import { announce, complain, complaintsOf, distinctFiles } from './distinct.ts';
import { powershellFaults } from './powershell.ts';
import { renderedFile, renderedFiles } from './rendered.ts';
import { playbookParts, POWERSHELL_TASKS, powershellParts } from './shell-parts.ts';
import { layoutOf, unattendFaults } from './unattend-rules.ts';
import { parseXml, xmllint } from './xml.ts';

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** Answer files by release, architecture and layout of the disk. */
async function answers() {
  const all = (await renderedFiles()).filter(({ dest }) => dest === 'Autounattend.xml');
  const distinct = distinctFiles(all, ({ spec, text }) => `${spec} ${layoutOf(parseXml(text))}`);
  return { all, distinct };
}

testWith(test, ['xmllint'], 'an answer file for Windows is well-formed XML', async () => {
  const { all, distinct } = await answers();
  announce('answer files for Windows', all, distinct);
  assert.equal(complaintsOf(distinct, xmllint), []);
});

test('an answer file for Windows keeps to passes, components, architecture and order', async () => {
  const { distinct } = await answers();
  const complaints = distinct.flatMap((file) =>
    complain(file, unattendFaults(parseXml(file.text), ARCHITECTURES[file.arch] ?? file.arch)),
  );
  assert.equal(complaints, []);
  const layouts = new Set(distinct.map(({ dialect }) => dialect.split(' ')[1]));
  assert.equal([...layouts].sort(), ['GPT', 'MBR']);
});

test('an answer file for Windows with a slip is refused', async () => {
  const { text } = await renderedFile('qemu/windows-11-x86_64', 'Autounattend.xml');
  const faults = (from: string | RegExp, to: string, architecture = 'amd64') => {
    const broken = text.replace(from, to);
    assert.ok(broken !== text || architecture !== 'amd64', `there is ${String(from)}`);
    return unattendFaults(parseXml(broken), architecture);
  };
  assert.equal(unattendFaults(parseXml(text), 'amd64'), []);
  assert.equal(faults('urn:schemas', 'urn:schema'), ['the root is not <unattend> of its namespace']);
  assert.equal(faults('pass="specialize"', 'pass="specialise"'), [
    'there is no pass specialise',
    'passes out of order, or twice: windowsPE, specialise, oobeSystem',
    'Microsoft-Windows-Shell-Setup does not belong to the pass specialise',
    'Microsoft-Windows-Deployment does not belong to the pass specialise',
  ]);
  assert.match(faults(/$^/, '', 'arm64')[0] ?? '', 'Microsoft-Windows-International-Core-WinPE is for amd64');
  assert.equal(faults('31bf3856ad364e35', '31bf3856ad364e36'), [
    'Microsoft-Windows-International-Core-WinPE has another publicKeyToken',
  ]);
  assert.equal(faults(/TimeZone>/g, 'Timezone>'), [
    'Microsoft-Windows-Shell-Setup knows no Timezone in specialize',
  ]);
  assert.equal(
    faults('<Order>2</Order>\n              <Type>MSR', '<Order>3</Order>\n              <Type>MSR'),
    ['CreatePartitions: order 3 at place 2'],
  );
  assert.equal(faults('<CreatePartition wcm:action="add">', '<CreatePartition>'), [
    'CreatePartition is not added',
  ]);
  assert.equal(faults('<Type>MSR</Type>', '<Type>Primary</Type>'), ['a GPT disk of EFI Primary Primary']);
  assert.equal(faults('<PartitionID>3</PartitionID>\n          </InstallTo>', '</InstallTo>'), [
    'Windows is not installed to drive C',
  ]);
  assert.equal(faults('/IMAGE/NAME', '/IMAGE/NAMES'), ['no image is chosen']);
  assert.equal(faults(/<ComputerName>.*?</, '<ComputerName>a_name_that_is_too_long<'), [
    'no computer can be called a_name_that_is_too_long',
  ]);
  assert.equal(faults('<LogonCount>1<', '<LogonCount>99<'), ['the logon is not once']);
});

const SCRIPTS = /\.ps1$/;

test('scripts for Windows are PowerShell', async () => {
  const all = (await renderedFiles()).filter(
    ({ dest, dist, platform }) =>
      SCRIPTS.test(dest) || (dest === 'user-data' && platform === 'aws' && dist.startsWith('windows')),
  );
  const distinct = distinctFiles(all);
  announce('scripts for Windows', all, distinct);
  const complaints: string[] = [];
  for (const file of distinct) {
    // EC2 runs what is between its tags.
    const script = file.text.replace(/^<powershell>\n/, '').replace(/<\/powershell>\n$/, '');
    assert.not.match(script, /<\/?powershell>/);
    complaints.push(...complain(file, await powershellFaults(script)));
  }
  assert.equal(complaints, []);
});

test('what Packer and Ansible run on Windows is PowerShell', async () => {
  const scripts = new Map<string, string>();
  for (const { dest, text, platform, spec } of await renderedFiles()) {
    if (dest !== 'template.json' || !spec.startsWith('windows')) continue;
    for (const part of powershellParts(text)) scripts.set(part.text, `${platform}/${spec} ${part.name}`);
  }
  for (const path of ['data/tasks/clean/windows.yml', 'data/tasks/family/Windows.yml']) {
    const parts = playbookParts(readFileSync(path, 'utf8'), POWERSHELL_TASKS);
    for (const part of parts) scripts.set(part.text, `${path} ${part.name}`);
  }
  scripts.set(readFileSync('data/files/windows/disable-winrm.ps1', 'utf8'), 'disable-winrm.ps1');
  process.stdout.write(`${scripts.size} distinct scripts of provisioners and tasks\n`);
  assert.ok(scripts.size > 5);
  const complaints: string[] = [];
  for (const [script, place] of scripts) {
    const faults = await powershellFaults(script);
    complaints.push(...faults.map((fault) => `${place}: ${fault}`));
  }
  assert.equal(complaints, []);
});

test('a script with a slip is not PowerShell', async () => {
  const script = readFileSync('data/files/windows/install-tools.ps1', 'utf8');
  assert.equal(await powershellFaults(script), []);
  const open = script.replace(/\}\nexit 0\n$/, 'exit 0\n');
  assert.is.not(open, script);
  assert.ok((await powershellFaults(open)).length > 0);
  assert.ok((await powershellFaults('if ($x -eq 1 { exit 1 }\n')).length > 0);
});

test.run();
