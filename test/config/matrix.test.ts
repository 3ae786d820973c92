import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expandMatrix, type Matrix } from '../../src/config/matrix.ts';
import { formatPlace } from '../../src/diagnostics/source.ts';
import { parseText } from '../../src/documents/parse.ts';
import { formatTarget } from '../../src/model/target.ts';
import { valueOf } from '../rig/complaints.ts';

const KNOWN = {
  platform: ['all', 'qemu', 'vmware', 'vsphere'],
  location: ['cloud', 'lab'],
  spec: ['rhel-9.4-x86_64', 'rhel-9.5-aarch64', 'rhel-9.5-x86_64', 'ubuntu-24.04-x86_64'],
};

function expand(text: string, path = 'm.toml'): Matrix {
  const { value, locate, faults } = valueOf(parseText({ path, text }));
  const matrix = valueOf(expandMatrix({ value, locate, faults }, KNOWN));
  assert.equal(matrix.diagnostics, []);
  return matrix;
}

/** The paths of the targets of one row; `~` marks those that a glob gave. */
function rowGives(lines: string): readonly string[] {
  return expand(`[[target]]\n${lines}`).targets.map(
    ({ target, fromGlob }) => `${fromGlob ? '~' : ''}${formatTarget(target)}`,
  );
}

const ROWS: Readonly<Record<string, readonly string[]>> = {
  'platform = "qemu"\nlocation = "lab"\nspec = "rhel-9.5-x86_64"': ['qemu/lab/rhel-9.5-x86_64'],
  'platform = ["vmware", "qemu"]\nlocation = ["lab", "cloud"]\nspec = ["ubuntu-24.04-x86_64", "rhel-9.4-x86_64"]':
    [
      'vmware/lab/ubuntu-24.04-x86_64',
      'vmware/lab/rhel-9.4-x86_64',
      'vmware/cloud/ubuntu-24.04-x86_64',
      'vmware/cloud/rhel-9.4-x86_64',
      'qemu/lab/ubuntu-24.04-x86_64',
      'qemu/lab/rhel-9.4-x86_64',
      'qemu/cloud/ubuntu-24.04-x86_64',
      'qemu/cloud/rhel-9.4-x86_64',
    ],
  'platform = "qemu"\nlocation = "lab"\nspec = "rhel-9.[4-5]-x86_64"': [
    'qemu/lab/rhel-9.4-x86_64',
    'qemu/lab/rhel-9.5-x86_64',
  ],
  'platform = "qemu"\nlocation = "lab"\nspec = "rhel-9.[5,4]-x86_64"': [
    'qemu/lab/rhel-9.5-x86_64',
    'qemu/lab/rhel-9.4-x86_64',
  ],
  'platform = "qemu"\nlocation = "lab"\nspec = "*-9.?-x86_64"': [
    '~qemu/lab/rhel-9.4-x86_64',
    '~qemu/lab/rhel-9.5-x86_64',
  ],
  'platform = "{qemu,vsphere}"\nlocation = "l*"\nspec = "rhel-9.4-x86_64"': [
    '~qemu/lab/rhel-9.4-x86_64',
    '~vsphere/lab/rhel-9.4-x86_64',
  ],
  'platform = "qemu"\nlocation = "lab"\nspec = "rhel-9.[4,5]-*"': [
    '~qemu/lab/rhel-9.4-x86_64',
    '~qemu/lab/rhel-9.5-aarch64',
    '~qemu/lab/rhel-9.5-x86_64',
  ],
  'platform = "qemu"\nlocation = "lab"\nspec = ["rhel-9.4-x86_64", "rhel-9.4-x86_64", "rhel-9.[4-5]-x86_64"]':
    ['qemu/lab/rhel-9.4-x86_64', 'qemu/lab/rhel-9.5-x86_64'],
  'platform = ["qemu", "vmware"]\nlocation = "lab"\nspec = "rhel*"\nexclude = ["*-aarch64", "vm*/lab/rhel-9.4-*"]':
    ['~qemu/lab/rhel-9.4-x86_64', '~qemu/lab/rhel-9.5-x86_64', '~vmware/lab/rhel-9.5-x86_64'],
  'platform = "qemu"\nlocation = "lab"\nspec = "*"\nexclude = "rhel-9.[4-5]-*"': [
    '~qemu/lab/ubuntu-24.04-x86_64',
  ],
  'platform = "qemu"\nlocation = "lab"\nspec = "rhel-9.[4-5]-x86_64"\nexclude = "rhel-9.4-x86_64"': [
    'qemu/lab/rhel-9.5-x86_64',
  ],
  'platform = "qemu"\nlocation = "lab"\nspec = "rhel-9.4-*"\nexclude = "*/rhel-9.4-x86_64"': [
    '~qemu/lab/rhel-9.4-x86_64',
  ],
};

test('axes multiply in their order; names, lists, bracket ranges and globs are held against what exists', () => {
  const found = Object.fromEntries(Object.keys(ROWS).map((lines) => [lines, rowGives(lines)]));
  assert.equal(found, ROWS);
});

test('a name that is given beside a glob counts as given, whichever stands first', () => {
  const row = (specs: string) => `platform = "qemu"\nlocation = "lab"\nspec = [${specs}]`;
  assert.equal(rowGives(row('"rhel-9.4-x86_64", "rhel-9.4*"')), ['qemu/lab/rhel-9.4-x86_64']);
  assert.equal(rowGives(row('"rhel-9.4*", "rhel-9.4-x86_64"')), ['qemu/lab/rhel-9.4-x86_64']);
});

test('targets carry what their row says, and the place of the row', () => {
  const { targets } = expand(`[[target]]
platform = "qemu"
location = "lab"
spec = "rhel-9.4-x86_64"

[[target]]
platform = "vmware"
location = "lab"
spec = "rhel-9.[4-5]-x86_64"
name = ">>dist<<-x"
ip = "dhcp"
fqdn = "a.b"
define = { memory = 8192, on = false, list = ["a"] }
tags = ["t1", "t2"]
`);
  const own = {
    name: '>>dist<<-x',
    ip: 'dhcp',
    fqdn: 'a.b',
    define: { memory: 8192, on: false, list: ['a'] },
    tags: ['t1', 't2'],
  };
  assert.equal(
    targets.map(({ target, row }) => [formatPlace(row), target]),
    [
      ['m.toml:1:3', { platform: 'qemu', location: 'lab', spec: 'rhel-9.4-x86_64' }],
      ['m.toml:6:3', { platform: 'vmware', location: 'lab', spec: 'rhel-9.4-x86_64', ...own }],
      ['m.toml:6:3', { platform: 'vmware', location: 'lab', spec: 'rhel-9.5-x86_64', ...own }],
    ],
  );
});

test('an empty name is no name', () => {
  const { targets } = expand(
    '[[target]]\nplatform="qemu"\nlocation="lab"\nspec="rhel-9.4-x86_64"\nname=""\n',
  );
  assert.equal(
    targets.map(({ target }) => target),
    [{ platform: 'qemu', location: 'lab', spec: 'rhel-9.4-x86_64' }],
  );
});

test('a matrix may be JSON, and may be empty', () => {
  const row = { platform: 'qemu', location: 'lab', spec: 'rhel-9.4-x86_64' };
  const matrix = expand(JSON.stringify({ $schema: 'x', target: [row] }), 'm.json');
  assert.equal(
    matrix.targets.map(({ target }) => target),
    [row],
  );
  assert.equal(expand(''), { targets: [], diagnostics: [] });
  assert.equal(expand('{"target": []}', 'm.json'), { targets: [], diagnostics: [] });
});

test.run();
