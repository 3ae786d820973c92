import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nearest, suggest } from '../../src/model/nearest.ts';

const SPECS = ['rhel-9.4-x86_64', 'rhel-9.5-x86_64', 'rhel-8.5-x86_64', 'ubuntu-24.04-x86_64', 'ssh'];

test('the nearest names come first, whatever their case, and far ones not at all', () => {
  const rows: readonly [wrong: string, known: readonly string[], found: readonly string[]][] = [
    ['vmwaer', ['vmware', 'vsphere', 'qemu'], ['vmware']],
    ['VMWARE', ['vmware'], ['vmware']],
    ['defz', ['defs', 'dist', 'evars'], ['defs']],
    ['rhel-9.5', ['qemu', 'aws'], []],
    ['x', ['ab', 'abc'], ['ab']],
    ['rhel-9.6-x86_64', SPECS, ['rhel-9.4-x86_64', 'rhel-9.5-x86_64', 'rhel-8.5-x86_64']],
    ['ab', ['ac', 'ad', 'ae', 'af'], ['ac', 'ad', 'ae']],
    ['a', [], []],
  ];
  assert.equal(
    rows.map(([wrong, known]) => [wrong, known, nearest(wrong, known)]),
    rows,
  );
});

test('the order of the known names does not matter', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[ab]{0,4}$/)), (known) => {
      assert.equal(nearest('abab', known), nearest('abab', [...known].reverse()));
    }),
  );
});

test('a sentence offers what is near', () => {
  assert.is(suggest('defz', ['defs', 'dist']), 'did you mean "defs"?');
  assert.is(suggest('ab', ['ac', 'ad', 'zzzz']), 'did you mean "ac" or "ad"?');
});

test('where nothing is near a sentence lists what there is, sorted, and leaves the names as they were', () => {
  const known = ['qemu', 'aws', 'none'];
  assert.is(suggest('platform-x', known, 'platforms here'), 'platforms here: aws, none, qemu');
  assert.equal(known, ['qemu', 'aws', 'none']);
});

test('nothing is said where there is nothing, or too much, to list', () => {
  const many = Array.from({ length: 31 }, (_none, at) => `name-${at}`);
  assert.is(suggest('entirely', []), undefined);
  assert.is(suggest('entirely', many), undefined);
  assert.type(suggest('entirely', many.slice(1)), 'string');
});

test.run();
