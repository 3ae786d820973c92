import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatLocked, formatProgress, formatUnlocked } from '../../src/report/asking.ts';

test('progress is one line, which goes away at the end', () => {
  assert.equal([formatProgress(1, 3), formatProgress(3, 3)], ['asking outside: 1 of 3', '']);
});

test('facts are added, or would be', () => {
  assert.is(formatLocked(1, true), 'osimager.lock: 1 fact added');
  assert.is(formatLocked(2, false), 'osimager.lock lacks 2 facts: osimager lock adds what is missing');
});

test('what is not locked is counted, and named where more is to be said', () => {
  const line = 'not in osimager.lock, and not asked (offline)';
  assert.is(formatUnlocked({ hosts: ['h'], media: [] }, false), `${line}: 1 name`);
  assert.is(formatUnlocked({ hosts: [], media: ['a'] }, false), `${line}: 1 medium`);
  assert.is(
    formatUnlocked({ hosts: ['h', 'i'], media: ['a', 'b'] }, true),
    `${line}: 2 media, 2 names\n  h\n  i\n  a\n  b`,
  );
});

test.run();
