import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as z from 'zod';
import { parseText } from '../../src/documents/parse.ts';
import { isCommentKey, validate } from '../../src/model/validate.ts';
import { complaints, valueOf } from '../rig/complaints.ts';

const inner = z.strictObject({ name: z.string(), size: z.number().optional(), on: z.boolean().optional() });
const schema = z.strictObject({
  names: z.union([z.string(), z.array(z.string())]).optional(),
  inner: inner.optional(),
  list: z.array(inner).optional(),
  either: z.union([inner, z.array(inner)]).optional(),
  table: z.record(z.string(), inner).optional(),
  word: z.enum(['one', 'two']).optional(),
  free: z.looseObject({ merge: z.array(z.string()).optional() }).optional(),
});

function found(text: string, unknown: 'error' | 'warning' = 'error'): readonly string[] {
  const { value, locate } = valueOf(parseText({ path: 'a.json', text }));
  return complaints(validate(schema, value, locate, unknown));
}

test('what fits has no complaints', () => {
  assert.equal(
    found(`{"names": ["a"], "inner": {"name": "n", "size": 1, "on": false}, "list": [],
      "table": {"toString": {"name": ""}}, "word": "two", "free": {"any": [1], "merge": ["any"]}}`),
    [],
  );
});

const WRONG: Readonly<Record<string, readonly string[]>> = {
  '[1]': ['error type at a.json:1:1 <[>: this must be a mapping, not a list'],
  '{"names": 3}': ['error type at a.json:1:11 <3>: "names" must be text or a list, not the number 3'],
  '{"word": "three"}': [
    'error type at a.json:1:10 <"three">: "word" must be "one" or "two", not the text "three"',
  ],
  '{"inner": {"name": null}}': ['error type at a.json:1:20 <null>: "name" must be text, not null'],
  '{"inner": {"name": "", "size": "1", "on": 0}}': [
    'error type at a.json:1:32 <"1">: "size" must be a number, not the text "1"',
    'error type at a.json:1:43 <0>: "on" must be true or false, not the number 0',
  ],
  '{"inner": {}}': ['error type at a.json:1:2 <"inner">: "name" is missing | it must be text'],
  '{"inner": []}': ['error type at a.json:1:11 <[]>: "inner" must be a mapping, not a list'],
  '{"inner": {"name": {"a": 1}}}': ['error type at a.json:1:12 <"name">: "name" must be text, not a mapping'],
  '{"list": [{"name": "a"}, {"name": 7}]}': [
    'error type at a.json:1:35 <7>: "name" must be text, not the number 7',
  ],
  [`{"names": {}, "word": "${'x'.repeat(41)}"}`]: [
    'error type at a.json:1:2 <"names">: "names" must be text or a list, not a mapping',
    `error type at a.json:1:23 <"${'x'.repeat(41)}">: "word" must be "one" or "two", not this text`,
  ],
  '{"free": {"merge": "a"}}': ['error type at a.json:1:20 <"a">: "merge" must be a list, not the text "a"'],
};

test('what does not fit is an error at its place that says what would', () => {
  const all = Object.fromEntries(Object.keys(WRONG).map((text) => [text, found(text)]));
  assert.equal(all, WRONG);
});

const KNOWN = 'known keys: either, free, inner, list, names, table, word';

test('an unknown key is complained about with the keys of the mapping that it stands in', () => {
  assert.equal(found('{"inne": 1, "whatever": 2, "inner": {"name": "", "nam": 1}}'), [
    'error unknown-key at a.json:1:50 <"nam">: osimager knows no key "nam" here | did you mean "name"?',
    'error unknown-key at a.json:1:2 <"inne">: osimager knows no key "inne" here | did you mean "inner"?',
    `error unknown-key at a.json:1:13 <"whatever">: osimager knows no key "whatever" here | ${KNOWN}`,
  ]);
});

test('unknown keys are found in lists and tables, and in a mapping that may also be a list', () => {
  const here = (column: number) =>
    `error unknown-key at a.json:1:${column} <"siez">: osimager knows no key "siez" here | did you mean "size"?`;
  assert.equal(found('{"list": [{"name": "", "siez": 1}]}'), [here(24)]);
  assert.equal(found('{"table": {"x": {"name": "", "siez": 1}}}'), [here(30)]);
  assert.equal(found('{"either": {"name": "", "siez": 1}}'), [here(25)]);
  assert.equal(found('{"either": [{"name": "", "siez": 1}]}'), [here(26)]);
});

test('names of methods of objects are unknown keys like others', () => {
  assert.equal(found('{"toString": 1, "hasOwnProperty": 2}'), [
    `error unknown-key at a.json:1:2 <"toString">: osimager knows no key "toString" here | ${KNOWN}`,
    `error unknown-key at a.json:1:17 <"hasOwnProperty">: osimager knows no key "hasOwnProperty" here | ${KNOWN}`,
  ]);
});

test('where unknown keys are warnings, wrong types are still errors', () => {
  assert.equal(found('{"wrod": 1, "word": 1}', 'warning'), [
    'error type at a.json:1:21 <1>: "word" must be "one" or "two", not the number 1',
    'warning unknown-key at a.json:1:2 <"wrod">: osimager knows no key "wrod" here | did you mean "word"?',
  ]);
});

test('comments are no unknown keys', () => {
  assert.equal(found('{"notes": 1, "_x": 2, "$schema": "y"}', 'warning'), []);
  assert.equal(['notes', '_', '_a', '$schema', 'note', 'a_', '$x'].map(isCommentKey), [
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test.run();
