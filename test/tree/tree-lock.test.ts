import { hostname } from 'node:os';
import { writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ownProcess } from '../../src/edge/process-identity.ts';
import { holdTree } from '../../src/tree/tree-lock.ts';
import { failureOf, valueOf } from '../rig/complaints.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { lockOfKilled } from '../rig/lock.ts';

const SINCE = '2026-01-02T03:04:05.678Z';
const lockOf = (changes: object): string =>
  JSON.stringify({
    ...ownProcess(),
    host: hostname(),
    command: 'osimager generate',
    since: SINCE,
    ...changes,
  });

test('a tree that is held is told by who, and free again when it is released', async () => {
  const out = `${temporaryFolder()}/out`;
  const held = valueOf(await holdTree(out, 'osimager generate --watch'));
  const [said = ''] = failureOf(await holdTree(out, 'osimager generate', 0));
  assert.is(
    said.replace(/since [^)]+/, 'since THEN'),
    `error write: ${out} is being written to by "osimager generate --watch" (process ${process.pid} on ${hostname()}, since THEN) | wait until it ends; if there is no such process any more, remove ${out.slice(0, -3)}.osimager/out.lock`,
  );
  held.release();
  const again = valueOf(await holdTree(out, 'osimager generate', 0));
  assert.is(again.wasAbandoned, false);
  again.release();
  assert.equal(readFiles(out.slice(0, -4)), {});
});

test('a second process waits for the first', async () => {
  const out = `${temporaryFolder()}/out`;
  const held = valueOf(await holdTree(out, 'first'));
  setTimeout(() => {
    held.release();
  }, 60);
  valueOf(await holdTree(out, 'second', 5000)).release();
});

test('what a process holds that is no more is taken over', async () => {
  const folder = temporaryFolder();
  writeFiles(folder, { '.osimager/out.lock': lockOfKilled() });
  const held = valueOf(await holdTree(`${folder}/out`, 'osimager generate', 0));
  assert.is(held.wasAbandoned, true);
  held.release();
  assert.equal(readFiles(folder), {});
});

test('a process of another machine or container may live, as far as is known', async () => {
  for (const other of [{ host: 'elsewhere' }, { pid: 1, space: '1' }]) {
    const folder = temporaryFolder();
    writeFiles(folder, { '.osimager/out.lock': lockOf(other) });
    assert.match(failureOf(await holdTree(`${folder}/out`, 'x', 0))[0] ?? '', `since ${SINCE}`);
  }
});

test('a lock that cannot be read names nobody', async () => {
  const folder = temporaryFolder();
  writeFiles(folder, { '.osimager/out.lock': '{"pid"' });
  assert.match(
    failureOf(await holdTree(`${folder}/out`, 'x', 0))[0] ?? '',
    `${folder}/out is being written to by another process`,
  );
});

test('where no lock can be made, that is an error', async () => {
  const folder = temporaryFolder();
  writeFileSync(`${folder}/.osimager`, '');
  assert.equal(failureOf(await holdTree(`${folder}/out`, 'x', 0)), [
    `error write: ${folder}/.osimager cannot be written to: a file is where a folder should be`,
  ]);
});

test.run();
