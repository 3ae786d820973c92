import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MediumFact } from '../../src/model/lock.ts';
import {
  describeMedium,
  hostChanges,
  mediumChanges,
  type LockChange,
} from '../../src/report/lock-changes.ts';

/** Changes in one line each; a matter of security begins with `!`. */
function lines(changes: readonly LockChange[]): readonly string[] {
  return changes.map(({ kind, says, isSecurity }) => `${isSecurity ? '! ' : ''}${kind}: ${says}`);
}

test('hosts: not locked, another address, none any more, and the same', () => {
  const host = (before: string | null | undefined, after: string | null) =>
    lines(hostChanges(before === undefined ? undefined : { address: before }, { address: after }));
  assert.equal(host(undefined, '10.0.0.1'), ['missing: 10.0.0.1']);
  assert.equal(host(undefined, null), ['missing: no such name']);
  assert.equal(host('10.0.0.1', '10.0.0.2'), ['changed address: 10.0.0.1 → 10.0.0.2']);
  assert.equal(host(null, '10.0.0.2'), ['changed address: no such name → 10.0.0.2']);
  assert.equal(host('10.0.0.1', null), ['no such name: was 10.0.0.1']);
  assert.equal(host('10.0.0.1', '10.0.0.1'), []);
  assert.equal(host(null, null), []);
});

test('media: each difference by its name, and those that are a matter of security', () => {
  const locked = { size: 5, checksum: 'sha256:a', key: 'AB' };
  const rows: readonly (readonly [
    before: MediumFact | undefined,
    after: MediumFact,
    lines: readonly string[],
  ])[] = [
    [locked, locked, []],
    [undefined, locked, ['missing: 5 bytes, sha256:a, signed by AB']],
    [undefined, { gone: 404 }, ['missing: gone (404)']],
    [locked, { gone: 404 }, ['gone: answers 404']],
    [locked, { gone: 'web page' }, ['gone: answers web page']],
    [{ gone: 404 }, { gone: 410 }, []],
    [{ gone: 404 }, locked, ['back: 5 bytes, sha256:a, signed by AB']],
    [locked, { ...locked, checksum: 'sha256:b' }, ['! changed bytes: sha256:a → sha256:b']],
    [locked, { ...locked, checksum: 'sha512:b' }, ['! new checksum: sha256:a → sha512:b']],
    [locked, { size: 5, key: 'AB' }, ['! checksum gone: was sha256:a']],
    [{ size: 5 }, { size: 5, checksum: 'md5:c' }, ['new checksum: md5:c']],
    [locked, { ...locked, size: 6 }, ['! changed size: 5 → 6 bytes']],
    [{ checksum: 'md5:c' }, { size: 6, checksum: 'md5:c' }, []],
    [locked, { size: 5, checksum: 'sha256:a' }, ['! key gone: was signed by AB']],
    [locked, { ...locked, key: 'CD' }, ['! new key: AB → CD']],
    [{ size: 5 }, { size: 5, key: 'CD' }, ['new key: signed by CD']],
    [
      locked,
      { size: 7 },
      ['! checksum gone: was sha256:a', '! changed size: 5 → 7 bytes', '! key gone: was signed by AB'],
    ],
  ];
  assert.equal(
    rows.map(([before, after]) => [before, after, lines(mediumChanges(before, after))]),
    rows,
  );
});

test('a medium in words', () => {
  assert.is(describeMedium({}), 'size not known, no checksum');
  assert.is(describeMedium({ gone: 'no answer' }), 'gave no answer');
  assert.is(describeMedium({ gone: 404 }), 'gone (404)');
});

test.run();
