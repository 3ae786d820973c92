import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { listPaths } from '../rig/workspace.ts';

const FOLDERS = [
  'proxmox/home/first',
  'qemu/home/ubuntu-24.04-x86_64',
  'virtualbox/home/ubuntu-24.04-x86_64',
];

async function generated(workspace: string): Promise<void> {
  const { status, stdout, stderr } = await osimager(['generate'], { cwd: workspace });
  assert.equal({ status, stdout }, { status: 0, stdout: '' });
  assert.is(
    stderr,
    `new: out/${FOLDERS[0]} (first.json, ks.cfg, first.env, artifact.json)
new: out/${FOLDERS[1]} (ubuntu-24.04-x86_64.json, user-data, meta-data, ubuntu-24.04-x86_64.env, artifact.json)
new: out/${FOLDERS[2]} (ubuntu-24.04-x86_64.json, user-data, meta-data, ubuntu-24.04-x86_64.env, artifact.json)
look into out/, for instance out/${FOLDERS[0]}/
3 targets: 3 new, 0 changed, 0 unchanged; 14 files written (TIME)
`,
  );
  assert.is((await osimager(['generate', '--check', '--quiet'], { cwd: workspace })).status, 0);
}

test('init in a folder makes a workspace in which generate works at once', async () => {
  const folder = temporaryFolder();
  const { status, stdout, stderr } = await osimager(['init'], { cwd: folder });
  const files = Object.keys(readFiles(folder)).length;
  const says = `made a workspace of ${files} files in ${folder}\nnext: osimager generate\n`;
  assert.equal({ status, stdout, stderr }, { status: 0, stdout: '', stderr: says });
  assert.equal(
    listPaths(folder).filter((path) => !/\/./.test(path)),
    ['.gitignore', 'data/', 'osimager.config.ts', 'schemas/'],
  );
  await generated(folder);
});

for (const [title, args] of [
  ['a folder that is named', ['init', 'sites/mine']],
  ['the folder of --workspace', ['init', '--workspace', 'sites/mine']],
] as const) {
  test(`init makes a workspace in ${title}, and says what to call next`, async () => {
    const above = temporaryFolder();
    const { status, stdout, stderr } = await osimager(args, { cwd: above });
    const files = Object.keys(readFiles(above)).length;
    const says = `made a workspace of ${files} files in ${above}/sites/mine
next: osimager generate --workspace sites/mine
`;
    assert.equal({ status, stdout, stderr }, { status: 0, stdout: '', stderr: says });
    const next = await osimager(['generate', '--workspace', 'sites/mine'], { cwd: above });
    assert.is(next.status, 0);
  });
}

test('init writes over nothing', async () => {
  const folder = temporaryFolder();
  writeFiles(folder, { 'data/matrix.toml': '# mine\n' });
  const found = await osimager(['init'], { cwd: folder });
  assert.equal(found, {
    status: 1,
    stdout: '',
    stderr: `error: ${folder} holds files that a new workspace would have: data/matrix.toml
  = choose an empty folder: osimager init FOLDER
`,
  });
  assert.equal(readFiles(folder), { 'data/matrix.toml': '# mine\n' });
});

test('a second init changes nothing', async () => {
  const folder = temporaryFolder();
  await osimager(['init'], { cwd: folder });
  const before = readFiles(folder);
  assert.is((await osimager(['init'], { cwd: folder })).status, 1);
  assert.equal(readFiles(folder), before);
});

test('init in a folder with other files leaves them and works', async () => {
  const folder = temporaryFolder();
  writeFiles(folder, { 'README.md': '# mine\n' });
  assert.is((await osimager(['init', '--quiet'], { cwd: folder })).status, 0);
  assert.is(readFiles(folder)['README.md'], '# mine\n');
  await generated(folder);
});

test('init where a file is in the way says so', async () => {
  const folder = temporaryFolder();
  writeFiles(folder, { mine: 'text\n' });
  const found = await osimager(['init', 'mine'], { cwd: folder });
  const says = `error: ${folder}/mine cannot be written: a file is where a folder should be\n`;
  assert.equal(found, { status: 1, stdout: '', stderr: says });
  assert.equal(readFiles(folder), { mine: 'text\n' });
});

test('init keeps a .gitignore that is there', async () => {
  const folder = temporaryFolder();
  writeFiles(folder, { '.gitignore': '/mine\n' });
  const { status, stdout, stderr } = await osimager(['init'], { cwd: folder });
  const files = Object.keys(readFiles(folder)).length - 1;
  const says = `made a workspace of ${files} files in ${folder}\nnext: osimager generate\n`;
  assert.equal({ status, stdout, stderr }, { status: 0, stdout: '', stderr: says });
  assert.is(readFiles(folder)['.gitignore'], '/mine\n');
});

test.run();
