import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseLock } from '../../src/documents/lock-file.ts';
import { formatLock, type Lock, type MediumFact } from '../../src/model/lock.ts';
import { failureOf, valueOf } from '../rig/complaints.ts';

const SHA256 = `sha256:${'0a'.repeat(32)}`;
const MEND = 'mend the line, or remove it: osimager lock asks again for what is missing';

function failure(text: string): readonly string[] {
  return failureOf(parseLock({ path: 'osimager.lock', text }));
}

test('what is written is what is read', () => {
  const lock: Lock = {
    hosts: new Map([
      ['a.test by 10.0.0.1', { address: '10.0.0.9' }],
      ['b.test', { address: null }],
    ]),
    media: new Map<string, MediumFact>([
      ['https://x.test/a.iso file:https://x.test/S', { size: 5, checksum: SHA256, key: 'ABCDEF0123456789' }],
      ['https://x.test/b.iso', { gone: 404 }],
      ['https://x.test/c.iso', { gone: 'web page' }],
      ['https://x.test/d.iso', { gone: 'no answer' }],
      ['https://x.test/e.iso', {}],
    ]),
  };
  assert.equal(valueOf(parseLock({ path: 'osimager.lock', text: formatLock(lock) })), lock);
});

test('any keys are written and read', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (key) => {
      const lock = { hosts: new Map([[key, { address: '10.0.0.1' }]]), media: new Map([[key, { size: 1 }]]) };
      assert.equal(valueOf(parseLock({ path: 'osimager.lock', text: formatLock(lock) })), lock);
    }),
  );
});

test('the mark of a merge conflict is named at its place', () => {
  const text = `{
<<<<<<< HEAD
  "host a.test": {"address":"10.0.0.1"},
=======
  "host a.test": {"address":"10.0.0.2"},
>>>>>>> other
  "format": 1
}
`;
  const hint =
    'each line is one fact: keep the right one of each pair, remove the marks, then run osimager lock --check';
  assert.equal(failure(text), [
    `error lock at osimager.lock:2:1 <<<<<<<< HEAD>: this is the mark of a merge conflict | ${hint}`,
  ]);
  const rest = text.replace('<<<<<<< HEAD\n', '');
  assert.match(failure(rest)[0] ?? '', 'error lock at osimager.lock:3:1 <=======>: this is the mark');
});

test('a fact that is given twice is an error, as both branches of a merge may have added it', () => {
  const text = '{\n"host a.test": {"address":null},\n"host a.test": {"address":null},\n"format": 1\n}';
  assert.equal(failure(text), [
    `error lock at osimager.lock:3:1 <"host a.test">: this fact is given twice | ${MEND}`,
  ]);
});

test('all that is no fact is named at once, with its place and what would be right', () => {
  const medium = 'this is no fact about a medium: it has the form {"size":123,"checksum":"sha256:..."}, or';
  const rows: Readonly<Record<string, string>> = {
    '"host a": {"address":"10.0.0"}':
      '<"host a">: this is no fact about a host: it has the form {"address":"192.168.1.2"}, or {"address":null} where there is no such name',
    '"host a": {"address":null,"x":1}': '<"host a">: this is no fact about a host: it has the form',
    '"host a": "10.0.0.1"': '<"10.0.0.1">: this is no fact about a host',
    '"medium a": {"size":-1}': `<"medium a">: ${medium} {"gone":404}`,
    '"medium a": {"size":"1"}': `<"medium a">: ${medium}`,
    '"medium a": {"checksum":"sha256:00"}': `<"medium a">: ${medium}`,
    '"medium a": {"checksum":"none"}': `<"medium a">: ${medium}`,
    '"medium a": {"key":"x"}': `<"medium a">: ${medium}`,
    '"medium a": {"gone":"away"}': `<"medium a">: ${medium}`,
    '"disk a": {}': '<"disk a">: the key of a fact begins with "host" or "medium"',
    '"host ": {"address":null}': '<"host ">: the key of a fact begins with "host" or "medium"',
  };
  for (const [line, wanted] of Object.entries(rows)) {
    const said = failure(`{\n${line},\n"format": 1\n}`);
    assert.is(said.length, 1, line);
    assert.match(said[0] ?? '', 'error lock at osimager.lock:2:', line);
    assert.ok(said[0]?.includes(wanted), `${line}: ${said[0] ?? ''}`);
    assert.ok(said[0]?.endsWith(` | ${MEND}`), line);
  }
  assert.is(failure(`{\n${Object.keys(rows).slice(0, 1).join()},\n"x": 1,\n"format": 1\n}`).length, 2);
});

test('a format that is not known, no format, no object and no JSON are errors', () => {
  assert.equal(failure('{"format": 2}'), [
    'error lock at osimager.lock:1:12 <2>: this lock file has a format that this version of osimager does not know | the last line is "format": 1',
  ]);
  assert.match(
    failure('{}')[0] ?? '',
    'the lock file does not say its format | the last line is "format": 1',
  );
  assert.match(failure('[]')[0] ?? '', 'a lock file holds one JSON object');
  assert.match(failure('{"format": 1')[0] ?? '', 'error syntax at osimager.lock:1:');
  assert.match(failure('{"__proto__": {}, "format": 1}')[0] ?? '', 'forbidden-key');
});

test.run();
