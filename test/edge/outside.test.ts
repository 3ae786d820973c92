import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createOutside, type OutsideOptions } from '../../src/edge/outside.ts';
import { EMPTY_LOCK, type Lock, type MediumFact } from '../../src/model/lock.ts';
import { complaints } from '../rig/complaints.ts';

const BY = { servers: ['10.0.0.1'], search: [] };
const A = { url: 'https://a.test/x.iso', checksum: 'file:https://a.test/SUMS' };
const B = { url: 'https://b.test/x.iso', checksum: '' };
const KEY_A = 'https://a.test/x.iso file:https://a.test/SUMS';
const SHA = `sha256:${'0'.repeat(64)}`;

function outside(options: Partial<OutsideOptions> = {}) {
  return createOutside({ lock: EMPTY_LOCK, hostsFile: () => undefined, frozen: false, ...options });
}

function lockOf(hosts: readonly [string, string | null][], media: readonly [string, MediumFact][]): Lock {
  return { hosts: new Map(hosts.map(([key, address]) => [key, { address }])), media: new Map(media) };
}

test('the lock answers for names, by the name servers that they are looked up with', () => {
  const { host } = outside({
    lock: lockOf(
      [
        ['h.test by 10.0.0.1', '10.0.0.9'],
        ['gone.test by 10.0.0.1', null],
      ],
      [],
    ),
  });
  assert.equal(host('H.test.', BY), { kind: 'address', address: '10.0.0.9' });
  assert.equal(host('gone.test', BY), { kind: 'none' });
  assert.equal(host('h.test', { servers: [], search: [] }), { kind: 'unknown' });
  assert.equal(host('10.1.1.1', BY), { kind: 'address', address: '10.1.1.1' });
  assert.equal(host('no name', BY), { kind: 'none' });
});

test('hosts.json is the whole answer where it is there: what it does not name does not exist', () => {
  const { host, during } = outside({
    lock: lockOf([['other.test by 10.0.0.1', '10.0.0.9']], []),
    hostsFile: () => new Map([['h.test', '10.0.0.8']]),
    frozen: true,
  });
  const { value, asked } = during(() => ['H.test.', 'other.test', '__proto__'].map((name) => host(name, BY)));
  assert.equal(value, [{ kind: 'address', address: '10.0.0.8' }, { kind: 'none' }, { kind: 'none' }]);
  assert.equal(asked, []);
});

test('the lock answers for media: the source that is there, and its checksum', () => {
  const facts: readonly [string, MediumFact][] = [
    [KEY_A, { gone: 404 }],
    [B.url, { size: 1, checksum: SHA }],
  ];
  const { medium } = outside({ lock: lockOf([], facts) });
  assert.equal(medium({ sources: [A, B], local: false }), { kind: 'medium', at: 1, checksum: SHA });
  assert.equal(medium({ sources: [A], local: false }), { kind: 'none' });
  assert.equal(medium({ sources: [{ ...A, checksum: '' }], local: false }), { kind: 'unknown' });
  const path = { url: '/srv/x.iso', checksum: 'none' };
  assert.equal(medium({ sources: [path], local: false }), { kind: 'medium', at: 0, checksum: '' });
});

test('what must be known and is not is refused', () => {
  const { host, medium } = outside({ frozen: true });
  const said = [host('h.test', BY), medium({ sources: [A, B], local: false })].map((answer) =>
    answer.kind === 'refused' ? complaints([answer.diagnostic])[0] : answer.kind,
  );
  const hint = 'osimager lock asks for it; with --frozen nothing is asked';
  assert.equal(said, [
    `error lock: the address of h.test by 10.0.0.1 is not in osimager.lock | ${hint}`,
    `error lock: https://a.test/x.iso is not in osimager.lock | ${hint}`,
  ]);
});

test('a local medium can be done without, and is never refused; a checksum that is known counts', () => {
  const { medium, during, unanswered } = outside({
    lock: lockOf([], [[KEY_A, { checksum: SHA }]]),
    frozen: true,
  });
  const { value, asked } = during(() => [
    medium({ sources: [A, B], local: true }),
    medium({ sources: [B, A], local: true }),
    medium({ sources: [], local: true }),
  ]);
  assert.equal(value, [{ kind: 'medium', at: 0, checksum: SHA }, { kind: 'unknown' }, { kind: 'unknown' }]);
  assert.equal(
    asked.map(({ question, open, optional }) => [question.key, open, optional]),
    [
      [KEY_A, false, true],
      [B.url, true, true],
    ],
  );
  assert.equal(unanswered(), []);
});

test('what is asked while work is done is known, each question once, and whether it is open', () => {
  const answers = outside({ lock: lockOf([['h.test by 10.0.0.1', null]], []) });
  const { asked } = answers.during(() => {
    answers.host('h.test', BY);
    answers.host('new.test', BY);
    answers.host('NEW.test', BY);
    answers.medium({ sources: [A, B], local: false });
  });
  assert.equal(
    asked.map(({ question, open }) => [question.kind, question.key, open]),
    [
      ['host', 'h.test by 10.0.0.1', false],
      ['host', 'new.test by 10.0.0.1', true],
      ['medium', KEY_A, true],
    ],
  );
  answers.learn({ kind: 'medium', key: KEY_A, fact: { gone: 404 } });
  const later = answers.during(() => answers.medium({ sources: [A, B], local: false }));
  assert.equal(
    later.asked.map(({ question, open }) => [question.key, open]),
    [
      [KEY_A, false],
      [B.url, true],
    ],
  );
});

test('what was learned is to be written; that there was no answer only where another source stands in', () => {
  const answers = outside({ lock: lockOf([], [['https://c.test/old', { size: 1 }]]) });
  answers.learn({ kind: 'medium', key: KEY_A, fact: { gone: 'no answer' } });
  assert.equal(answers.medium({ sources: [A], local: false }), { kind: 'unknown' });
  assert.equal([...answers.learned().media.keys()], []);
  answers.learn({ kind: 'medium', key: B.url, fact: { size: 1 } });
  answers.learn({ kind: 'host', key: 'h', fact: { address: null } });
  assert.equal(answers.medium({ sources: [A, B], local: false }), { kind: 'medium', at: 1, checksum: '' });
  assert.equal([...answers.learned().media.keys()], [KEY_A, B.url]);
  assert.equal([...answers.learned().hosts], [['h', { address: null }]]);
});

test('what no fact answers is known in the end', () => {
  const { host, medium, unanswered, learn } = outside();
  host('a.test', BY);
  host('b.test', BY);
  medium({ sources: [A], local: false });
  learn({ kind: 'host', key: 'a.test by 10.0.0.1', fact: { address: null } });
  host('a.test', BY);
  assert.equal(
    unanswered().map(({ key }) => key),
    ['b.test by 10.0.0.1', KEY_A],
  );
});

test.run();
