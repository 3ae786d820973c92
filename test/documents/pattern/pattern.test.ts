import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compilePattern } from '../../../src/documents/pattern/pattern.ts';

/** Either what Python 3.11's `re.fullmatch(pattern, value, re.IGNORECASE)` answers, or what it refuses and where. */
interface Row {
  readonly pattern: string;
  readonly value?: string;
  readonly matches?: boolean;
  readonly error?: string;
  readonly at?: number;
}

const fixture = new URL('./python-fullmatch.json', import.meta.url);
const rows = JSON.parse(readFileSync(fixture, 'utf8')) as readonly Row[];

function answer(pattern: string, value: string): string {
  const compiled = compilePattern(pattern);
  return compiled.ok ? compiled.matches(value) : `${compiled.message} at ${compiled.at}`;
}

test('answers as Python does', () => {
  assert.ok(rows.length >= 400);
  const answered = rows
    .filter((row) => row.matches !== undefined)
    .map(({ pattern, value = '', matches }) => ({
      pattern,
      value,
      python: matches ? 'yes' : 'no',
      here: answer(pattern, value),
    }));
  assert.equal(
    answered.filter(({ python, here }) => python !== here),
    [],
  );
});

test('refuses what Python refuses, with its words and at its place', () => {
  const refused = rows
    .filter((row) => row.error !== undefined)
    .map(({ pattern, error, at }) => {
      const compiled = compilePattern(pattern);
      const here = compiled.ok
        ? 'compiles'
        : `${compiled.message} at ${at === undefined ? 'some place' : compiled.at}`;
      return { pattern, python: `${error} at ${at ?? 'some place'}`, here };
    });
  assert.ok(refused.length > 90);
  assert.equal(
    refused.filter(({ python, here }) => python !== here),
    [],
  );
});

test('a hostile value ends quickly', () => {
  const started = performance.now();
  const many = 'a'.repeat(40);
  assert.is(answer('(a+)+$', `${many}b`), 'runaway');
  assert.is(answer('(a|aa)*b', many), 'runaway');
  assert.is(answer('(.*)*x', many), 'runaway');
  assert.is(answer('(a|a?)+b', many), 'runaway');
  assert.is(answer('(?:(?:a*)*)*b', many), 'runaway');
  assert.is(answer('(a?){100000000}b', 'a'), 'runaway');
  assert.is(answer('.*a.*a.*a.*a.*b', 'a'.repeat(5000)), 'runaway');
  assert.ok(performance.now() - started < 3000);
});

test('long values and deep patterns do not overflow the stack', () => {
  const long = 'ab'.repeat(10_000);
  assert.is(answer('(?:a|b)*', long), 'yes');
  assert.is(answer('(?:ab)*?', long), 'yes');
  assert.is(answer('(a|b)*c', long), 'no');
  assert.is(answer(`${'(?:'.repeat(200)}a${')'.repeat(200)}`, 'a'), 'yes');
  assert.is(
    answer(`${'('.repeat(50_000)}a${')'.repeat(50_000)}`, 'a'),
    'groups are nested too deeply at 200',
  );
});

test('one compiled pattern keeps nothing from value to value', () => {
  const compiled = compilePattern('(a)?b(?(1)c|d)');
  assert.ok(compiled.ok);
  assert.equal(
    ['abc', 'bd', 'abd', 'bc', 'abc'].map((value) => compiled.matches(value)),
    ['yes', 'yes', 'no', 'no', 'yes'],
  );
});

test('character names are refused with what to write instead', () => {
  assert.is(
    answer('a\\N{EM DASH}', ''),
    'character names (\\N{...}) are not supported, write \\u or \\U at 1',
  );
});

test.run();
