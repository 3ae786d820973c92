import { existsSync, lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { removeArtifact } from '../../src/tree/artifact-folder.ts';
import { readManifest } from '../../src/tree/manifest.ts';
import { failureOf, valueOf } from '../rig/complaints.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { artifact, createTree, type Tree } from '../rig/tree.ts';

function link(tree: Tree, path: string, to: string): void {
  mkdirSync(dirname(`${tree.out}/${path}`), { recursive: true });
  symlinkSync(to, `${tree.out}/${path}`);
}

/** Where a link lies on the way to the artifact's files. */
const LINKS = ['hyp', 'hyp/lab', 'hyp/lab/h', 'hyp/lab/h/sub'];

for (const path of LINKS) {
  test(`a link at ${path} that leads out of the tree is refused, and nothing is written behind it`, () => {
    const tree = createTree();
    const elsewhere = temporaryFolder();
    link(tree, path, elsewhere);
    const written = tree.write(artifact({ 'sub/x': 'x' }));
    assert.equal(readFiles(elsewhere), {});
    assert.is(failureOf(written).length, 1);
  });
}

test('a link at the folder of an artifact is refused, wherever it leads', () => {
  const tree = createTree();
  mkdirSync(`${tree.out}/hyp/lab/real`, { recursive: true });
  for (const to of ['real', 'gone']) {
    const other = createTree();
    mkdirSync(`${other.out}/hyp/lab/real`, { recursive: true });
    link(other, 'hyp/lab/h', to);
    assert.equal(failureOf(other.write(artifact({ x: 'x' }))), [
      `error write: ${other.folder} is a link: osimager writes into folders of its own`,
    ]);
  }
});

test('the out folder itself may be a link', () => {
  const tree = createTree();
  const above = temporaryFolder();
  symlinkSync(tree.out, `${above}/out`);
  const out = `${above}/out`;
  for (const text of ['1', '2']) valueOf(tree.write(artifact({ x: text }), { out }));
  assert.equal(tree.files(), { 'hyp/lab/h/x': '2' });
});

test('a foreign link in the place of a file is not followed', () => {
  const tree = createTree();
  const elsewhere = temporaryFolder();
  writeFiles(elsewhere, { target: 'precious' });
  link(tree, 'hyp/lab/h/x', `${elsewhere}/target`);
  failureOf(tree.write(artifact({ x: 'ours' })));
  valueOf(tree.write(artifact({ x: 'ours' }), { force: true }));
  assert.equal(readFiles(elsewhere), { target: 'precious' });
  assert.not(lstatSync(`${tree.folder}/x`).isSymbolicLink());
});

test('a link that leads nowhere is in the way like any foreign file', () => {
  const tree = createTree();
  link(tree, 'hyp/lab/h/x', 'nowhere');
  assert.match(
    failureOf(tree.write(artifact({ x: 'ours' })))[0] ?? '',
    'is in the way: osimager did not write it',
  );
  assert.ok(lstatSync(`${tree.folder}/x`).isSymbolicLink());
});

test('what a manifest claims behind a link is not removed', () => {
  for (const remove of [true, false]) {
    const tree = createTree();
    const elsewhere = temporaryFolder();
    writeFiles(elsewhere, { x: 'precious' });
    for (const [name, text] of artifact({ 'sub/x': 'x', own: 'o' })) {
      if (name !== 'sub/x') writeFiles(tree.folder, { [name]: text });
    }
    link(tree, 'hyp/lab/h/sub', elsewhere);
    const manifest = readManifest(tree.folder);
    assert.ok(manifest);
    if (remove) removeArtifact(tree.folder, manifest, tree.out);
    else tree.write(artifact({ own: 'o' }));
    assert.equal(readFiles(elsewhere), { x: 'precious' }, remove ? 'removed' : 'written');
    assert.ok(existsSync(elsewhere));
  }
});

test.run();
