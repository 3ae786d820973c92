import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MediumFact } from '../../src/model/lock.ts';
import type { OpenQuestion } from '../../src/model/outside.ts';
import { countStates, formatLockTable, lockRows, type Outcome } from '../../src/report/lock-table.ts';

const host = (key: string): OpenQuestion => ({ kind: 'host', key, names: [key], servers: [] });
const medium = (key: string): OpenQuestion => ({ kind: 'medium', key, url: key, list: undefined });

const BEFORE = {
  hosts: new Map([['h.test', { address: '10.0.0.1' }]]),
  media: new Map<string, MediumFact>([['https://x.test/a', { size: 1, checksum: 'md5:a' }]]),
};

const OUTCOMES: readonly Outcome[] = [
  { question: host('h.test'), fact: { address: '10.0.0.1' }, reason: '' },
  { question: host('new.test'), fact: { address: null }, reason: '' },
  { question: host('slow.test'), fact: undefined, reason: 'no answer in time' },
  { question: medium('https://x.test/a'), fact: { size: 2, checksum: 'md5:b' }, reason: '' },
  { question: medium('https://x.test/b'), fact: { gone: 404 }, reason: '' },
];

test('the table says of each answer what it is, in columns, and marks what is a matter of security', () => {
  const rows = lockRows(OUTCOMES, BEFORE, false);
  assert.equal(formatLockTable(rows), [
    '  unchanged      h.test  10.0.0.1',
    '  locked         new.test  no such name',
    '  no answer      slow.test  no answer in time',
    '! changed bytes  https://x.test/a  md5:a → md5:b',
    '! changed size   https://x.test/a  1 → 2 bytes',
    '  gone           https://x.test/b  gone (404)',
  ]);
  assert.is(countStates(rows), '1 unchanged, 1 locked, 1 no answer, 1 changed bytes, 1 changed size, 1 gone');
});

test('where nothing may be written, what is not locked is missing', () => {
  const rows = lockRows(OUTCOMES, BEFORE, true);
  assert.equal(
    rows.filter(({ key }) => key === 'new.test' || key === 'https://x.test/b').map(({ state }) => state),
    ['missing', 'missing'],
  );
});

test('no outcomes make no table', () => {
  assert.equal(formatLockTable(lockRows([], BEFORE, true)), []);
  assert.is(countStates([]), '');
});

test.run();
