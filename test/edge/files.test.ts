import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { isInside, listFiles, listFolders, listNames, readText, signFile } from '../../src/edge/files.ts';
import { createFolder, removeEmptyFolders, replaceFile } from '../../src/edge/write-files.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { modeOf } from '../rig/tree.ts';

const MEBI = 1024 * 1024;

function fileOf(bytes: Uint8Array): string {
  const path = `${temporaryFolder()}/f`;
  writeFileSync(path, bytes);
  return path;
}

test('text is read as it is, a byte order mark included', () => {
  const path = `${temporaryFolder()}/f`;
  for (const text of ['', 'ü\r\n\0💻', '\ufefftext']) {
    writeFileSync(path, text);
    assert.equal(readText(path), { kind: 'text', text, signature: signFile(path) });
  }
});

test('any well-formed text comes back as it was written', () => {
  const folder = temporaryFolder();
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      replaceFile(`${folder}/f`, text, 0o644);
      assert.equal(readText(`${folder}/f`), { kind: 'text', text, signature: signFile(`${folder}/f`) });
    }),
    { numRuns: 50 },
  );
});

test('bytes that are no UTF-8 are refused', () => {
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0x41, 0xc0, 0x80], [0xff, 0xfe, 0x41, 0x00]]) {
    assert.equal(readText(fileOf(Uint8Array.from(bytes))), {
      kind: 'refused',
      code: 'encoding',
      reason: 'it is not UTF-8 text',
    });
  }
});

test('16 MB are read, one byte more is refused', () => {
  const path = fileOf(new Uint8Array());
  const file = openSync(path, 'w');
  ftruncateSync(file, 16 * MEBI);
  assert.is(readText(path).kind, 'text');
  ftruncateSync(file, 16 * MEBI + 1);
  closeSync(file);
  const reason = 'it is larger than 16 MB (16777217 bytes)';
  assert.equal(readText(path), { kind: 'refused', code: 'too-large', reason });
});

test('what is not there is absent', () => {
  const folder = temporaryFolder();
  writeFiles(folder, { f: '' });
  symlinkSync('nowhere', `${folder}/link`);
  for (const path of ['none', 'none/f', 'f/below', 'link']) {
    assert.equal(readText(`${folder}/${path}`), { kind: 'absent' }, path);
  }
});

test('a folder is refused', () => {
  const reason = 'a folder is where a file should be';
  assert.equal(readText(temporaryFolder()), { kind: 'refused', code: 'unreadable', reason });
});

test('links that go round, and names that are too long, are refused', () => {
  const folder = temporaryFolder();
  symlinkSync('circle', `${folder}/circle`);
  const circle = { kind: 'refused', code: 'unreadable', reason: 'links go round in a circle' };
  const long = { kind: 'refused', code: 'unreadable', reason: 'the name is too long' };
  assert.equal([readText(`${folder}/circle`), readText(`${folder}/${'x'.repeat(300)}`)], [circle, long]);
});

test('listings are sorted by code unit, and empty where there is no folder', () => {
  const folder = temporaryFolder();
  writeFiles(folder, { 'b/z': '', 'b/a/x': '', B: '', a: '', é: '' });
  symlinkSync('b', `${folder}/link`);
  assert.equal(listNames(folder), ['B', 'a', 'b', 'link', 'é']);
  assert.equal(listFolders(folder), ['b']);
  assert.equal(listFiles(`${folder}/b`), [`${folder}/b/a/x`, `${folder}/b/z`]);
  assert.equal(listFiles(`${folder}/a`), [`${folder}/a`]);
  for (const gone of ['none', 'a']) {
    assert.equal([listNames(`${folder}/${gone}`), listFolders(`${folder}/${gone}`)], [[], []]);
  }
});

test('a path is inside where it lies there with its links followed', () => {
  const [root, other] = [temporaryFolder(), temporaryFolder()];
  writeFiles(root, { 'in/f': '', 'in..side': '', '..f': '' });
  writeFiles(other, { f: '' });
  symlinkSync(other, `${root}/out`);
  symlinkSync(root, `${other}/back`);
  const cases: readonly (readonly [path: string, inside: boolean])[] = [
    [root, true],
    [`${root}/in/f`, true],
    [`${root}/in..side`, true],
    [`${root}/..f`, true],
    [`${root}/out/f`, false],
    [`${other}/f`, false],
    [`${other}/back/in/f`, true],
    [`${root}/..`, false],
  ];
  assert.equal(
    cases.map(([path]) => isInside(path, [root])),
    cases.map(([, inside]) => inside),
  );
  assert.ok(isInside(`${root}/out/f`, ['/no/such/folder', root, other]));
});

test('a file is replaced as a whole, its folders made, and nothing is left beside', () => {
  const folder = temporaryFolder();
  replaceFile(`${folder}/a/b/f`, 'longer text', 0o644);
  replaceFile(`${folder}/a/b/f`, 'short', 0o644);
  assert.equal(readFiles(folder), { 'a/b/f': 'short' });
});

test('a file is for the owner alone from the start, also where a killed run left one behind', () => {
  const before = process.umask(0);
  const folder = temporaryFolder();
  replaceFile(`${folder}/new`, 's', 0o600);
  writeFiles(folder, { [`.osimager-${process.pid}`]: 'left behind' });
  replaceFile(`${folder}/next`, 's', 0o600);
  createFolder(`${folder}/made`, new Map([['f', 's']]), 0o600);
  process.umask(before);
  assert.equal(
    ['new', 'next', 'made/f'].map((name) => modeOf(`${folder}/${name}`)),
    [0o600, 0o600, 0o600],
  );
});

test('a link that lies where the unfinished file goes is not written through', () => {
  const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
  writeFiles(elsewhere, { f: 'precious' });
  symlinkSync(`${elsewhere}/f`, `${folder}/.osimager-${process.pid}`);
  replaceFile(`${folder}/f`, 'ours', 0o644);
  assert.equal([readFiles(elsewhere), readFiles(folder)], [{ f: 'precious' }, { f: 'ours' }]);
});

test('where writing fails, what was there stays and nothing is left beside', () => {
  const folder = temporaryFolder();
  writeFiles(folder, { 'f/x': 'x' });
  assert.throws(() => {
    replaceFile(`${folder}/f`, 'text', 0o644);
  });
  assert.throws(() => {
    createFolder(
      `${folder}/made`,
      new Map([
        ['a', ''],
        ['a/b', ''],
      ]),
      0o644,
    );
  });
  assert.equal(readFiles(folder), { 'f/x': 'x' });
  assert.equal(readdirSync(folder), ['f']);
});

test('empty folders are removed up to a root, as far as nothing is in them', () => {
  const folder = temporaryFolder();
  mkdirSync(`${folder}/root/a/b/c`, { recursive: true });
  removeEmptyFolders(`${folder}/root/a/b/c`, `${folder}/root`);
  assert.equal(readdirSync(`${folder}/root`), []);
  writeFiles(folder, { 'root/a/f': '' });
  mkdirSync(`${folder}/root/a/b`);
  removeEmptyFolders(`${folder}/root/a/b`, `${folder}/root`);
  assert.equal(readFiles(folder), { 'root/a/f': '' });
  assert.equal(readdirSync(`${folder}/root/a`), ['f']);
});

test.run();
