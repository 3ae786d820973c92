import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { copyThrough, openLog } from '../../src/edge/log-file.ts';
import { temporaryFolder } from '../rig/folder.ts';

test('what is written is there at once, for the owner alone; folders on the way are made', () => {
  const path = join(temporaryFolder(), 'a', 'b', 'x.log');
  const log = openLog(path);
  log.write('one\n');
  assert.is(readFileSync(path, 'utf8'), 'one\n');
  log.write('two\n');
  assert.is(log.close(), undefined);
  log.write('lost');
  assert.is(log.close(), undefined);
  assert.is(readFileSync(path, 'utf8'), 'one\ntwo\n');
  assert.is(statSync(path).mode & 0o777, 0o600);
});

test('a disk that is full does not end a build: it is said when the log is closed', () => {
  const log = openLog('/dev/full');
  log.write('one\n');
  log.write('two\n');
  assert.is(log.close(), 'no space left on the disk');
});

test('a log that cannot be opened throws what the system says', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'x.log'));
  assert.throws(() => openLog(join(folder, 'x.log')), /EISDIR/);
});

/** Upper case, with the last sign held back, as the redactor may do. */
function upper() {
  let held = '';
  return {
    write(text: string): string {
      const all = held + text.toUpperCase();
      held = all.slice(-1);
      return all.slice(0, -1);
    },
    end: () => `${held}.`,
  };
}

test('a file of any size is copied through a change, characters whole', () => {
  const folder = temporaryFolder();
  const text = 'aé💻\n'.repeat(40_000);
  writeFileSync(join(folder, 'from'), text);
  assert.is(copyThrough(join(folder, 'from'), join(folder, 'to'), upper()), undefined);
  assert.is(readFileSync(join(folder, 'to'), 'utf8'), `${text.toUpperCase()}.`);
});

test('a file that is not there is an empty one', () => {
  const folder = temporaryFolder();
  copyThrough(join(folder, 'none'), join(folder, 'to'), upper());
  assert.is(readFileSync(join(folder, 'to'), 'utf8'), '.');
});

test.run();
