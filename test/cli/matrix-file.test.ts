import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { readFiles, writeFiles } from '../rig/folder.ts';
import { writeWorkspace } from '../rig/workspace.ts';

interface BadMatrix {
  readonly title: string;
  readonly files: Readonly<Record<string, unknown>>;
  readonly args?: readonly string[];
  readonly says: string;
}

const HINT =
  'write one with a [[target]] row, name another with --matrix, or make a workspace with osimager init';

const BAD: readonly BadMatrix[] = [
  {
    title: 'a matrix that is not there says how to go on',
    files: {},
    args: ['--matrix', 'none.toml'],
    says: `error: there is no matrix none.toml\n  = ${HINT}\n`,
  },
  {
    title: 'a matrix that is a folder says so',
    files: {},
    args: ['--matrix', 'data'],
    says: 'error: data is not read: a folder is where a file should be\n',
  },
  {
    title: 'a matrix that is broken TOML is shown at the place',
    files: { 'data/matrix.toml': '[[target]]\nplatform = "bare"\nlocation = "lab\n' },
    says: `error: this is not TOML: control characters are not allowed in strings
  --> data/matrix.toml:3:16
  3 | location = "lab
    |                ^
`,
  },
  {
    title: 'a matrix that is broken JSON is shown at the place',
    files: { 'matrix.json': '{ "target": [\n  { "platform": "bare" "location": "lab" }\n] }\n' },
    args: ['--matrix', 'matrix.json'],
    says: `error: this is not JSON: a comma is expected here
  --> matrix.json:2:24
  2 |   { "platform": "bare" "location": "lab" }
    |                        ^^^^^^^^^^
`,
  },
  {
    title: 'a matrix whose targets are no list says what would be right',
    files: { 'data/matrix.toml': '[target]\nplatform = "bare"\n' },
    says: `error: "target" must be a list, not a mapping
  --> data/matrix.toml:1:2
  1 | [target]
    |  ^^^^^^
`,
  },
  {
    title: 'a matrix that is not UTF-8 is refused',
    files: { 'data/matrix.toml': new Uint8Array([0xff, 0xfe, 0x5b]) },
    says: 'error: data/matrix.toml is not read: it is not UTF-8 text\n',
  },
  {
    title: 'a matrix larger than 16 MB is refused',
    files: { 'data/matrix.toml': Buffer.alloc(16 * 1024 * 1024 + 1, '#') },
    says: 'error: data/matrix.toml is not read: it is larger than 16 MB (16777217 bytes)\n',
  },
];

for (const { title, files, args = [], says } of BAD) {
  test(`${title}, and the tree is left alone`, async () => {
    const workspace = writeWorkspace();
    await osimager(['generate'], { cwd: workspace });
    const before = readFiles(`${workspace}/out`);
    writeFiles(workspace, files);
    const found = await osimager(['generate', ...args], { cwd: workspace });
    assert.equal(found, { status: 1, stdout: '', stderr: says });
    assert.equal(readFiles(`${workspace}/out`), before);
  });
}

test('a workspace that is not there says how to make one', async () => {
  const found = await osimager(['generate', '--workspace', '/nowhere/ws'], { cwd: '/' });
  const says = 'error: there is no workspace folder /nowhere/ws\n  = osimager init makes a new workspace\n';
  assert.equal(found, { status: 1, stdout: '', stderr: says });
});

test('a workspace that is a file is no workspace', async () => {
  const workspace = writeWorkspace();
  const file = `${workspace}/data/matrix.toml`;
  const found = await osimager(['generate', '--workspace', file], { cwd: '/' });
  const says = `error: there is no workspace folder ${file}\n  = osimager init makes a new workspace\n`;
  assert.equal(found, { status: 1, stdout: '', stderr: says });
});

for (const out of ['data', 'data/tree', '.', '/']) {
  test(`the tree cannot be written to ${out}, where data lies or would be mixed with it`, async () => {
    const workspace = writeWorkspace();
    const before = readFiles(workspace);
    const found = await osimager(['generate', '--out', out], { cwd: workspace });
    const folder = out === '/' ? '/' : out === '.' ? workspace : `${workspace}/${out}`;
    const says = `error: the tree cannot be written to ${folder}: it must not hold the data folder or lie in it
  = choose another folder with --out or "out_dir"
`;
    assert.equal(found, { status: 1, stdout: '', stderr: says });
    assert.equal(readFiles(workspace), before);
  });
}

const UNKNOWN: readonly { readonly title: string; readonly parts: object; readonly says: string }[] = [
  {
    title: 'an unknown key of a platform is a warning with a suggestion',
    parts: {
      platforms: {
        bare: { arches: ['x86_64'], configg: {}, config: { type: 'null', communicator: 'none' } },
      },
    },
    says: `warning: osimager knows no key "configg" here
  --> data/platforms/bare.json:5:3
  5 |   "configg": {},
    |   ^^^^^^^^^
  = did you mean "config"?
`,
  },
  {
    title: 'an unknown key deep in a location is a warning with a suggestion',
    parts: {
      locations: {
        lab: { defs: { domain: 'lab.example' }, arch_specific: [{ arch: 'sparc', platform_specifik: [] }] },
      },
    },
    says: `warning: osimager knows no key "platform_specifik" here
  --> data/locations/lab.json:8:7
  8 |       "platform_specifik": []
    |       ^^^^^^^^^^^^^^^^^^^
  = did you mean "platform_specific"?
`,
  },
  {
    title: 'a comment in a data file warns of nothing',
    parts: { locations: { lab: { notes: 'mine', _old: { any: 'thing' }, defs: { domain: 'lab.example' } } } },
    says: '',
  },
];

for (const { title, parts, says } of UNKNOWN) {
  test(`${title} and changes nothing`, async () => {
    const plain = writeWorkspace();
    await osimager(['generate'], { cwd: plain });
    const workspace = writeWorkspace(parts);
    const { status, stdout, stderr } = await osimager(['generate'], { cwd: workspace });
    assert.equal({ status, stdout }, { status: 0, stdout: '' });
    const lines = stderr.split('\n');
    assert.is(
      lines
        .slice(1, -3)
        .map((line) => `${line}\n`)
        .join(''),
      says,
    );
    assert.equal(readFiles(`${workspace}/out`), readFiles(`${plain}/out`));
  });
}

test.run();
