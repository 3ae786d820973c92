import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { unfoldBrackets } from '../../src/model/brackets.ts';

const UNFOLDED: Readonly<Record<string, readonly string[]>> = {
  '': [''],
  '3': ['3'],
  '8.[3-5]': ['8.3', '8.4', '8.5'],
  '1.[8-11]': ['1.8', '1.9', '1.10', '1.11'],
  '5.[1,9,10]': ['5.1', '5.9', '5.10'],
  '5.[1,9-11]': ['5.1', '5.9', '5.10', '5.11'],
  '5.[ 1 , 9 - 10 ]': ['5.1', '5.9', '5.10'],
  '12.[01-03]': ['12.01', '12.02', '12.03'],
  '12.[08-11]': ['12.08', '12.09', '12.10', '12.11'],
  '[007-9]': ['007', '008', '009'],
  '[0-2]': ['0', '1', '2'],
  '[00-01]': ['00', '01'],
  '[99-101]': ['99', '100', '101'],
  '[3-3]': ['3'],
  '[4-5].[0-1]': ['4.0', '4.1', '5.0', '5.1'],
  '[a,b]-x': ['a-x', 'b-x'],
  'rhel-[8,9].[4-5]-x86_64': ['rhel-8.4-x86_64', 'rhel-8.5-x86_64', 'rhel-9.4-x86_64', 'rhel-9.5-x86_64'],
};

test('ranges, lists and padded ranges unfold in order, and several brackets multiply', () => {
  const found = Object.fromEntries(Object.keys(UNFOLDED).map((text) => [text, unfoldBrackets(text)]));
  assert.equal(found, UNFOLDED);
});

const FAULTS: Readonly<Record<string, string>> = {
  '8.[3-5': 'a bracket has no partner',
  '8.3-5]': 'a bracket has no partner',
  '[[1-2]]': 'a bracket has no partner',
  '[1]]': 'a bracket has no partner',
  '[]': 'a bracket has an empty place',
  '[1,]': 'a bracket has an empty place',
  '[,1]': 'a bracket has an empty place',
  '8.[5-3]': '5 is greater than 3',
  '[0-10000]': 'it gives more than 10000 texts',
  '[1-999999999999]': 'it gives more than 10000 texts',
  '[1-200][1-200]': 'it gives more than 10000 texts',
};

test('what cannot be unfolded gives the reason', () => {
  const found = Object.fromEntries(Object.keys(FAULTS).map((text) => [text, unfoldBrackets(text)]));
  assert.equal(found, FAULTS);
});

test('a text without brackets is itself', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/[[\]]/.test(text));
      assert.equal(unfoldBrackets(text), [text]);
    }),
  );
});

test('a range holds every number from its start to its end', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(4000), (from, more) => {
      const numbers = Array.from({ length: more + 1 }, (_none, at) => `v${from + at}`);
      assert.equal(unfoldBrackets(`v[${from}-${from + more}]`), numbers);
    }),
  );
});

/** In a process of its own: a loop that does not end would take this test with it. */
test('a range of numbers that are too large to be counted ends, and is refused', () => {
  const program = `
    import { unfoldBrackets } from ${JSON.stringify(new URL('../../src/model/brackets.ts', import.meta.url))};
    process.stdout.write(typeof unfoldBrackets('[9007199254740993-9007199254740995]'));`;
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--max-old-space-size=64', '--import', 'tsx', '--input-type=module', '--eval', program],
    { encoding: 'utf8', timeout: 60_000 },
  );
  assert.equal({ status, stdout }, { status: 0, stdout: 'string' });
});

test.run();
