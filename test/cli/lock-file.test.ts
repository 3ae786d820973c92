import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLock, updateLock } from '../../src/cli/lock-file.ts';
import { EMPTY_LOCK, formatLock, type Lock } from '../../src/model/lock.ts';
import { failureOf, valueOf } from '../rig/complaints.ts';
import { readFiles, temporaryFolder } from '../rig/folder.ts';

function hosts(...names: readonly string[]): Lock {
  return { hosts: new Map(names.map((name) => [name, { address: null }])), media: new Map() };
}

test('a lock file that is not there has no facts, and none is made for none', () => {
  const folder = temporaryFolder();
  assert.equal(valueOf(readLock(folder)), EMPTY_LOCK);
  valueOf(updateLock(folder, EMPTY_LOCK));
  assert.equal(readFiles(folder), {});
});

test('facts are added to those that are there, whoever wrote them', () => {
  const folder = temporaryFolder();
  valueOf(updateLock(folder, hosts('b.test')));
  valueOf(updateLock(folder, hosts('a.test')));
  assert.equal(readFiles(folder), { 'osimager.lock': formatLock(hosts('a.test', 'b.test')) });
  valueOf(updateLock(folder, hosts('c.test'), (id) => id !== 'host b.test'));
  assert.equal(valueOf(readLock(folder)), hosts('a.test', 'c.test'));
});

test('a file that has the facts is not written', () => {
  const folder = temporaryFolder();
  valueOf(updateLock(folder, hosts('a.test')));
  chmodSync(`${folder}/osimager.lock`, 0o444);
  const before = readFileSync(`${folder}/osimager.lock`);
  valueOf(updateLock(folder, hosts('a.test')));
  assert.equal(readFileSync(`${folder}/osimager.lock`), before);
});

test('a lock that cannot be read is not written over, and one that cannot be written is said', () => {
  const folder = temporaryFolder();
  writeFileSync(`${folder}/osimager.lock`, '{');
  assert.match(failureOf(updateLock(folder, hosts('a.test')))[0] ?? '', 'error syntax at osimager.lock:1:');
  assert.is(readFileSync(`${folder}/osimager.lock`, 'utf8'), '{');
  const odd = temporaryFolder();
  mkdirSync(`${odd}/osimager.lock`);
  assert.equal(failureOf(readLock(odd)), [
    'error unreadable: osimager.lock is not read: a folder is where a file should be',
  ]);
});

test('two branches that add facts in different places merge by themselves', () => {
  const folder = temporaryFolder();
  const base = ['c', 'f', 'i', 'm', 'p', 's', 'v'].map((letter) => `${letter}.test`);
  const write = (name: string, ...more: readonly string[]): void => {
    writeFileSync(`${folder}/${name}`, formatLock(hosts(...base, ...more)));
  };
  write('base');
  write('ours', 'd.test', 'x.test');
  write('theirs', 'a.test', 'o.test');
  execFileSync('git', ['merge-file', '--quiet', 'ours', 'base', 'theirs'], { cwd: folder });
  assert.is(
    readFileSync(`${folder}/ours`, 'utf8'),
    formatLock(hosts(...base, 'a.test', 'd.test', 'o.test', 'x.test')),
  );
});

test('two branches that change one fact conflict in its line alone', () => {
  const folder = temporaryFolder();
  const write = (name: string, address: string | null): void => {
    const lock = hosts('a.test', 'b.test', 'c.test');
    writeFileSync(
      `${folder}/${name}`,
      formatLock({ ...lock, hosts: new Map([...lock.hosts, ['b.test', { address }]]) }),
    );
  };
  write('base', null);
  write('ours', '10.0.0.1');
  write('theirs', '10.0.0.2');
  const { status } = spawnSync('git', ['merge-file', '--quiet', 'ours', 'base', 'theirs'], { cwd: folder });
  assert.is(status, 1);
  const lines = readFileSync(`${folder}/ours`, 'utf8').split('\n');
  const from = lines.findIndex((line) => line.startsWith('<<<<<<<'));
  const to = lines.findIndex((line) => line.startsWith('>>>>>>>'));
  assert.is(to - from, 4);
  writeFileSync(`${folder}/osimager.lock`, lines.join('\n'));
  assert.match(failureOf(readLock(folder))[0] ?? '', 'this is the mark of a merge conflict');
});

test.run();
