import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareFolder, indexFolders, removeArtifact } from '../../src/tree/artifact-folder.ts';
import { readManifest } from '../../src/tree/manifest.ts';
import { failureOf, valueOf } from '../rig/complaints.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { artifact, createTree, inodeOf, modeOf } from '../rig/tree.ts';

const change = (name: string, before: string | undefined, after: string | undefined) => ({
  name,
  before,
  after,
  unreadable: false,
});

const names = (result: ReturnType<ReturnType<typeof createTree>['write']>): unknown => {
  const { state, changes } = valueOf(result);
  return [state, changes.map(({ name }) => name)];
};

/** What was done to a folder. */
const done = (result: ReturnType<ReturnType<typeof createTree>['write']>): unknown => {
  const { state, changes } = valueOf(result);
  return { state, changes };
};

test('a new folder appears with all of its files, and nothing beside it', () => {
  const tree = createTree();
  const files = artifact({ 'h.json': '{}', 'sub/deep/ks.cfg': 'ü\r\n' });
  assert.equal(done(tree.write(files)), {
    state: 'new',
    changes: [...files].map(([name, text]) => change(name, undefined, text)),
  });
  assert.equal(readFiles(tree.folder), Object.fromEntries([...files].sort()));
  assert.equal(readdirSync(`${tree.out}/hyp/lab`), ['h']);
});

test('a folder that is as it should be is not touched', () => {
  const tree = createTree();
  const files = artifact({ 'h.json': '{}' });
  tree.write(files);
  const before = inodeOf(`${tree.folder}/h.json`);
  assert.equal(done(tree.write(files)), { state: 'unchanged', changes: [] });
  assert.is(inodeOf(`${tree.folder}/h.json`), before);
});

test('only files that changed are written, and each as a whole', () => {
  const tree = createTree();
  tree.write(artifact({ same: 's', other: 'o', 'sub/x': 'x' }));
  const [same, other] = [inodeOf(`${tree.folder}/same`), inodeOf(`${tree.folder}/other`)];
  const next = artifact({ same: 's', other: 'O', 'sub/x': 'x' });
  assert.equal(done(tree.write(next)), { state: 'changed', changes: [change('other', 'o', 'O')] });
  assert.is(inodeOf(`${tree.folder}/same`), same);
  assert.is.not(inodeOf(`${tree.folder}/other`), other, 'a reader of the old file keeps it');
  assert.equal(readFiles(tree.folder), Object.fromEntries([...next].sort()));
});

test('with force, every file is written again', () => {
  const tree = createTree();
  tree.write(artifact({ same: 's' }));
  const before = inodeOf(`${tree.folder}/same`);
  assert.equal(names(tree.write(artifact({ same: 's' }), { force: true })), [
    'unchanged',
    ['artifact.json', 'same'],
  ]);
  assert.is.not(inodeOf(`${tree.folder}/same`), before);
});

test('files that are no longer rendered go, with the folders that they leave empty', () => {
  const tree = createTree();
  tree.write(artifact({ 'h.json': '{}', 'old.cfg': 'old', 'sub/deep/x': 'x' }));
  writeFiles(tree.folder, { mine: 'm' });
  const next = artifact({ 'h.json': '{}' });
  const { changes } = valueOf(tree.write(next));
  assert.equal(changes.slice(1), [change('old.cfg', 'old', undefined), change('sub/deep/x', 'x', undefined)]);
  assert.equal(tree.files(), { 'hyp/lab/h/h.json': '{}', 'hyp/lab/h/mine': 'm' });
  assert.not(existsSync(`${tree.folder}/sub`));
});

test('a foreign file is neither removed nor written over, and nothing else is written then', () => {
  const tree = createTree();
  tree.write(artifact({ 'h.json': 'old' }));
  writeFiles(tree.folder, { 'ks.cfg': 'foreign', note: 'n' });
  const before = readFiles(tree.folder);
  assert.equal(failureOf(tree.write(artifact({ 'h.json': 'new', 'ks.cfg': 'ours' }))), [
    `error write: ${tree.folder}/ks.cfg is in the way: osimager did not write it | move it away, or write over it with --force`,
  ]);
  assert.equal(readFiles(tree.folder), before);
});

test('with force, a foreign file is written over where it is in the way, and others stay', () => {
  const tree = createTree();
  writeFiles(tree.folder, { 'ks.cfg': 'foreign', note: 'n' });
  assert.equal(names(tree.write(artifact({ 'ks.cfg': 'ours' }), { force: true })), [
    'new',
    ['ks.cfg', 'artifact.json'],
  ]);
  assert.equal(tree.files(), { 'hyp/lab/h/ks.cfg': 'ours', 'hyp/lab/h/note': 'n' });
});

test('a foreign file that is not UTF-8 is in the way of an empty one too', () => {
  const tree = createTree();
  writeFiles(tree.folder, { 'ks.cfg': Uint8Array.of(0xff) });
  assert.match(
    failureOf(tree.write(artifact({ 'ks.cfg': '' })))[0] ?? '',
    'is in the way: osimager did not write it',
  );
});

test('an own file that was damaged is mended, bytes that are no UTF-8 included', () => {
  const tree = createTree();
  const files = artifact({ a: '', b: 'b', c: 'c' });
  tree.write(files);
  writeFiles(tree.folder, { a: Uint8Array.of(0xff), b: '', c: 'C' });
  assert.equal(names(tree.write(files)), ['changed', ['a', 'b', 'c']]);
  assert.equal(readFiles(tree.folder), Object.fromEntries([...files].sort()));
  assert.equal(names(tree.write(files)), ['unchanged', []]);
});

test('a file that begins with a byte order mark is as it should be on the next run', () => {
  const tree = createTree();
  const files = artifact({ a: '\ufeff<xml/>' });
  tree.write(files);
  assert.equal(done(tree.write(files)), { state: 'unchanged', changes: [] });
});

/** What a killed run may leave, and the next run mends. */
const LEFTOVERS: Readonly<Record<string, (folder: string) => void>> = {
  'unfinished files and folders': (folder) => {
    writeFiles(folder, { '.osimager-1': 'half', '.osimager-22/h.json': 'half' });
  },
  'an unfinished file deeper down': (folder) => {
    writeFiles(folder, { 'sub/.osimager-1': 'half' });
  },
  'an artifact.json that claims files that are not there yet': (folder) => {
    rmSync(`${folder}/sub`, { recursive: true });
    rmSync(`${folder}/h.json`);
  },
  'no artifact.json': (folder) => {
    rmSync(`${folder}/artifact.json`);
  },
  'half an artifact.json': (folder) => {
    writeFileSync(`${folder}/artifact.json`, '{"format": 1, "tar');
  },
  'an empty folder': (folder) => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
  },
};

for (const [title, leave] of Object.entries(LEFTOVERS)) {
  test(`the next run mends ${title}`, () => {
    const tree = createTree();
    const files = artifact({ 'h.json': '{}', 'sub/ks.cfg': 'ks' });
    tree.write(files);
    leave(tree.folder);
    valueOf(tree.write(files));
    assert.equal(readFiles(tree.folder), Object.fromEntries([...files].sort()));
    assert.equal(done(tree.write(files)), { state: 'unchanged', changes: [] });
  });
}

test('an unfinished folder of a killed run does not hinder a new one', () => {
  const tree = createTree();
  writeFiles(tree.out, {
    [`hyp/lab/.osimager-${process.pid}/h.json`]: 'half',
    'hyp/lab/.osimager-1/x': 'half',
  });
  valueOf(tree.write(artifact({ 'ks.cfg': 'ks' })));
  assert.equal(readdirSync(tree.folder).sort(), ['artifact.json', 'ks.cfg']);
});

test('a file where a folder should be, and the other way round, are errors that leave things alone', () => {
  const unwritten = 'what was there before is as it was, or complete in the files that were reached';
  const noFolder = ` cannot be written: a file is where a folder should be | ${unwritten}`;
  const noFile = ` cannot be written: a folder is where a file should be | ${unwritten}`;
  const foreign =
    '/h.json is in the way: osimager did not write it | move it away, or write over it with --force';
  for (const [path, said, force] of [
    ['hyp', noFolder, false],
    ['hyp/lab', noFolder, false],
    ['hyp/lab/h', noFolder, false],
    ['hyp/lab/h/sub', noFolder, false],
    ['hyp/lab/h/h.json/x', foreign, false],
    ['hyp/lab/h/h.json/x', noFile, true],
  ] as const) {
    const tree = createTree();
    writeFiles(tree.out, { [path]: 'foreign' });
    const written = tree.write(artifact({ 'h.json': '{}', 'sub/x': 'x' }), { force });
    assert.equal(failureOf(written), [`error write: ${tree.folder}${said}`]);
    assert.is(tree.files()[path], 'foreign');
    assert.not(Object.keys(readFiles(tree.out)).some((name) => name.includes('.osimager-')));
  }
});

test('a folder that may not be written to is an error', () => {
  if (process.getuid?.() === 0) {
    process.stderr.write('artifact-folder.test.ts: root may write anywhere, so nothing is refused here\n');
    return;
  }
  const tree = createTree();
  tree.write(artifact({ 'h.json': 'old' }));
  chmodSync(tree.folder, 0o555);
  const said = failureOf(tree.write(artifact({ 'h.json': 'new' })));
  chmodSync(tree.folder, 0o755);
  assert.match(said[0] ?? '', `${tree.folder} cannot be written: permission denied`);
  assert.equal(tree.files(), { 'hyp/lab/h/h.json': 'old' });
});

test('files with secrets are for the owner alone, new ones and replaced ones', () => {
  const before = process.umask(0);
  const tree = createTree();
  tree.write(artifact({ a: '1' }), { mode: 0o600 });
  assert.is(modeOf(`${tree.folder}/a`), 0o600);
  chmodSync(`${tree.folder}/a`, 0o644);
  tree.write(artifact({ a: '2', 'sub/b': 'b' }), { mode: 0o600 });
  process.umask(before);
  assert.equal(
    ['a', 'sub/b', 'artifact.json'].map((name) => modeOf(`${tree.folder}/${name}`)),
    [0o600, 0o600, 0o600],
  );
});

test('what is compared is told, and nothing is written', () => {
  const tree = createTree();
  const files = artifact({ a: '1' });
  assert.equal(compareFolder(tree.folder, files, indexFolders(tree.out)).state, 'new');
  assert.not(existsSync(tree.folder));
  tree.write(artifact({ a: '0', b: '2' }));
  const before = readFiles(tree.folder);
  const { state, changes } = compareFolder(tree.folder, files, indexFolders(tree.out));
  assert.equal([state, changes.map(({ name }) => name)], ['changed', ['a', 'artifact.json', 'b']]);
  assert.equal(readFiles(tree.folder), before);
});

test('a manifest is read for what it says, and never for paths out of its folder', () => {
  const folder = temporaryFolder();
  assert.is(readManifest(folder), undefined);
  const target = { platform: 'p', location: 'l', spec: 's' };
  const files = {
    ok: '',
    'sub/ok': '',
    '../up': '',
    '/abs': '',
    'a/../../b': '',
    './c': '',
    'a\\b': '',
    '': '',
  };
  writeFiles(folder, { 'artifact.json': { target, requested_by: 'command line', files } });
  assert.equal(readManifest(folder), {
    requestedBy: 'command line',
    target,
    files: ['ok', 'sub/ok'],
    holdsSecrets: false,
    digests: new Map(),
  });
  for (const text of [
    '',
    '[',
    'null',
    '[]',
    '"x"',
    '{}',
    '{"files":{}}',
    '{"target":{}}',
    '{"files":null,"target":null}',
  ]) {
    writeFiles(folder, { 'artifact.json': text });
    assert.is(readManifest(folder), undefined, text);
  }
});

test('removing an artifact removes its files and empty folders, and nothing that is foreign', () => {
  const tree = createTree();
  for (const [foreign, left] of [
    [{}, {}],
    [{ 'hyp/lab/h/note': 'n' }, { 'hyp/lab/h/note': 'n' }],
    [{ 'hyp/lab/h/sub/note': 'n' }, { 'hyp/lab/h/sub/note': 'n' }],
    [{ 'hyp/lab/other/x': 'x' }, { 'hyp/lab/other/x': 'x' }],
    [{ 'hyp/lab/h/.osimager-7': 'half' }, {}],
  ] as const) {
    rmSync(tree.out, { recursive: true });
    mkdirSync(tree.out);
    tree.write(artifact({ a: '1', 'sub/b': '2' }));
    writeFiles(tree.out, foreign);
    const manifest = readManifest(tree.folder);
    assert.ok(manifest);
    assert.equal(valueOf(removeArtifact(tree.folder, manifest, tree.out)), ['a', 'sub/b', 'artifact.json']);
    assert.equal(readFiles(tree.out), left);
    assert.equal(readdirSync(tree.out), Object.keys(left).length > 0 ? ['hyp'] : []);
  }
});

test('files whose bytes stay are for the owner alone once the tree holds secrets', () => {
  const tree = createTree();
  const files = artifact({ a: '1', 'sub/b': 'b' });
  const paths = ['a', 'sub/b', 'artifact.json'].map((name) => `${tree.folder}/${name}`);
  tree.write(files);
  for (const path of paths) chmodSync(path, 0o644);
  const before = paths.map(inodeOf);
  assert.equal(done(tree.write(files, { mode: 0o600 })), { state: 'unchanged', changes: [] });
  assert.equal(paths.map(modeOf), [0o600, 0o600, 0o600]);
  assert.equal(paths.map(inodeOf), before, 'nothing is written for it');
  for (const path of paths) chmodSync(path, 0o640);
  tree.write(files);
  assert.equal(paths.map(modeOf), [0o640, 0o640, 0o640], 'modes are left alone in a tree without secrets');
});

test.run();
