import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bad, type Result } from '../../src/diagnostics/diagnostic.ts';
import { parseText, type ParsedText } from '../../src/documents/parse.ts';
import { toPython, type Mapping } from '../../src/model/value.ts';
import { complaints, failureOf, shownSpan, valueOf } from '../rig/complaints.ts';

const json = (text: string) => whole(parseText({ path: 'a.json', text }));
const toml = (text: string) => whole(parseText({ path: 'a.toml', text }));

/** What has parts that cannot be used fails here, as it does where data files are read. */
function whole(parsed: Result<ParsedText>): Result<ParsedText> {
  if (!parsed.ok || parsed.value.faults.length === 0) return parsed;
  return bad(...parsed.value.faults.map(({ diagnostic }) => diagnostic));
}

test('JSON is read as JSON.parse reads it', () => {
  const keyed = fc.json({ maxDepth: 4 }).filter((text) => !/__proto__|constructor|prototype/.test(text));
  fc.assert(
    fc.property(keyed, (text) => {
      const wanted: unknown = JSON.parse(text);
      fc.pre(!/\d{16,}|e\+?\d\d/i.test(text));
      assert.equal(valueOf(json(text)).value, wanted);
    }),
  );
});

test('what JSON.parse refuses is refused, and nothing else; one byte order mark is no part of the text', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b',
    '1',
    '0',
    '-',
    '.5',
    'e3',
    'true',
    'nul',
    ' ',
    '\n',
  ];
  const odd = ['\\', '\\u00', '//', '/**/', "'", '\u00a0', '\ufeff', '\v', '\u2028', '\t"', '\u0000', '+'];
  const text = fc.array(fc.constantFrom(...pieces, ...odd), { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (content) => {
      assert.is(json(content).ok, isJson(content), JSON.stringify(content));
    }),
    { numRuns: 1500 },
  );
});

function isJson(text: string): boolean {
  try {
    // One byte order mark before the text is the editor's, and no part of it.
    JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
    return true;
  } catch {
    return false;
  }
}

const JSON_FAULTS: Readonly<Record<string, string>> = {
  '': '1:1 <>: this is not JSON: a value is expected here',
  '{\n  "a": 1,\n}': '3:1 <}>: this is not JSON: a key in double quotes is expected here',
  '{"a": 1 "b": 2}': '1:9 <"b">: this is not JSON: a comma is expected here',
  '{"a" 1}': '1:6 <1>: this is not JSON: a colon is expected here',
  '[1, 2': '1:6 <>: this is not JSON: a closing bracket "]" is expected here',
  '{"a": 1': '1:8 <>: this is not JSON: a closing brace "}" is expected here',
  '{"a": yes}': '1:7 <yes>: this is not JSON: this is not a value (text must stand in double quotes)',
  '{"a": 1} {}': '1:10 <{>: this is not JSON: the end of the file is expected here',
  '{"a": "x\n"}': '1:7 <"x>: this is not JSON: a text is not closed with a double quote',
  '{"a": "\\x"}': '1:7 <"\\x">: this is not JSON: there is no such escape',
  '{"a": "\\u12"}': '1:7 <"\\u12">: this is not JSON: a \\u escape needs four hexadecimal digits',
  '{"a": "\t"}': '1:7 <"\t">: this is not JSON: this character must be written as an escape',
  '{"a": 1.}': '1:7 <1.>: this is not JSON: a number is not complete',
  '{} // x': '1:4 <// x>: this is not JSON: JSON has no comments (a key that begins with "_" can hold one)',
};

test('broken JSON says what is wrong and where', () => {
  const found = Object.keys(JSON_FAULTS).map((text) => [text, failureOf(json(text))]);
  assert.equal(
    found,
    Object.entries(JSON_FAULTS).map(([text, fault]) => [text, [`error syntax at a.json:${fault}`]]),
  );
});

const TOML_FAULTS: Readonly<Record<string, string>> = {
  'a = ': '1:5 <>: this is not TOML: invalid value',
  'ok = 1\nb = "x': '2:5 <">: this is not TOML: unfinished string',
  'a = 1\na = 2': '2:1 <a>: this is not TOML: trying to redefine an already defined table or value',
  '[a]\nb = 1\n[a]': '3:2 <a>: this is not TOML: trying to redefine an already defined table or value',
};

test('broken TOML says what is wrong and where', () => {
  const found = Object.keys(TOML_FAULTS).map((text) => [text, failureOf(toml(text))]);
  assert.equal(
    found,
    Object.entries(TOML_FAULTS).map(([text, fault]) => [text, [`error syntax at a.toml:${fault}`]]),
  );
});

test('TOML values are JSON values; dates and times are their text', () => {
  const text = `a = 1\nb = 0x10\nc = 1.5\nd = true\ne = [1, "x", {y = 2}]\nf = 1979-05-27\n[g.h]\n"i j" = 'k'\n[[l]]\nm = ""\n[[l]]\n`;
  assert.equal(valueOf(toml(text)).value, {
    a: 1,
    b: 16,
    c: 1.5,
    d: true,
    e: [1, 'x', { y: 2 }],
    f: '1979-05-27',
    g: { h: { 'i j': 'k' } },
    l: [{ m: '' }, {}],
  });
});

test('a number that artifacts cannot hold exactly is refused, in both formats', () => {
  const refused = (place: string) => [
    `error type at ${place}: this number cannot be kept exactly | write it as text, in quotes`,
  ];
  for (const number of ['9007199254740993', '-12345678901234567890', '1e999', '-1.0e999']) {
    assert.equal(failureOf(json(`{"a": [${number}]}`)), refused(`a.json:1:8 <${number}>`));
    assert.equal(failureOf(toml(`a = [${number}]`)), refused(`a.toml:1:6 <${number}>`));
  }
  for (const number of ['inf', '-inf', 'nan']) {
    assert.equal(failureOf(toml(`a = [${number}]`)), refused(`a.toml:1:6 <${number}>`));
  }
  assert.equal(valueOf(json('[9007199254740991, -0.5, 1e-7]')).value, [9007199254740991, -0.5, 1e-7]);
});

test('whole floats are told from integers in text, and are the same to JSON', () => {
  const numbers = '[1.0, 1, 1e16, -0.0, 2.50, 1e2, 9.10]';
  for (const value of [valueOf(json(numbers)).value, (valueOf(toml(`a = ${numbers}`)).value as Mapping).a]) {
    assert.is(toPython(value ?? null), '[1.0, 1, 1e+16, -0.0, 2.5, 100.0, 9.1]');
    assert.is(JSON.stringify(value), '[1,1,10000000000000000,0,2.5,100,9.1]');
  }
});

test('keys that could reach what objects inherit are refused at their places, at any depth', () => {
  for (const key of ['__proto__', 'constructor', 'prototype']) {
    const says = (place: string) => [
      `error forbidden-key at ${place}: "${key}" cannot be a key | choose another name`,
    ];
    assert.equal(failureOf(json(`{"a": [{"${key}": {"x": 1}}]}`)), says(`a.json:1:9 <"${key}">`));
    assert.equal(failureOf(toml(`a = [{${key} = 1}]`)), says(`a.toml:1:7 <${key}>`));
    assert.equal(failureOf(toml(`[${key}]\nx = 1`)), says(`a.toml:1:2 <${key}>`));
  }
  assert.equal(failureOf(json('{"\\u005f_proto__": 1, "prototype": 2}')), [
    'error forbidden-key at a.json:1:2 <"\\u005f_proto__">: "__proto__" cannot be a key | choose another name',
    'error forbidden-key at a.json:1:23 <"prototype">: "prototype" cannot be a key | choose another name',
  ]);
  assert.is(Object.getPrototypeOf({}), Object.prototype);
  assert.not('x' in {});
});

test('other names of the prototype are keys like any other', () => {
  const text = '{"toString": 1, "hasOwnProperty": 2, "valueOf": [3], "__defineGetter__": {}}';
  assert.equal(JSON.stringify(valueOf(json(text)).value), JSON.stringify(JSON.parse(text)));
  assert.equal({ ...(valueOf(toml('toString = 1\n')).value as object) }, { toString: 1 });
});

test('a key that is given twice in JSON is a warning, and the last one counts and is the place', () => {
  const parsed = valueOf(json('{"a": 1, "b": {"c": 1, "c": 2},\n "a": 3}'));
  assert.equal(parsed.value, { a: 3, b: { c: 2 } });
  assert.equal(complaints(parsed.warnings), [
    'warning duplicate-key at a.json:1:24 <"c">: the key "c" is given twice in one mapping | the last one counts',
    'warning duplicate-key at a.json:2:2 <"a">: the key "a" is given twice in one mapping | the last one counts',
  ]);
  assert.is(shownSpan(parsed.locate(['a'])), 'a.json:2:7 <3>');
});

test('values may be 200 levels deep, and no deeper, without harm', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  assert.ok(json(nested(200)).ok);
  assert.ok(toml(`a = ${nested(199)}`).ok);
  for (const depth of [201, 100_000]) {
    assert.equal(failureOf(json(nested(depth))), [
      'error syntax at a.json:1:201 <[>: values are nested more than 200 levels deep here',
    ]);
  }
  const dotted = (depth: number) => Array.from({ length: depth }, () => 'a').join('.');
  for (const text of [`a = ${nested(1000)}`, `${dotted(20_000)} = 1`, `[${dotted(20_000)}]\nb = 1`]) {
    assert.is(toml(text).ok, false, text.slice(0, 20));
  }
});

const PLACES: readonly [path: (string | number)[], key: string, value: string][] = [
  [[], '1:1 <{>', '1:1 <{>'],
  [['a'], '2:3 <"a">', '2:3 <"a">'],
  [['a', 'b'], '2:9 <"b">', '2:14 <[1, {"d": "x"}]>'],
  [['a', 'b', 0], '2:15 <1>', '2:15 <1>'],
  [['a', 'b', 1], '2:18 <{"d": "x"}>', '2:18 <{"d": "x"}>'],
  [['a', 'b', 1, 'd'], '2:19 <"d">', '2:24 <"x">'],
  [['a', 'b', 9], '2:9 <"b">', '2:9 <"b">'],
  [['a', 'nope', 'x'], '2:3 <"a">', '2:3 <"a">'],
  [['nope'], '1:1 <{>', '1:1 <{>'],
];

test('JSON finds the place of a value or key, or of the nearest thing above', () => {
  const { locate } = valueOf(json('{\n  "a": {"b": [1, {"d": "x"}]}\n}'));
  const found = PLACES.map(([path]) => [path, shownSpan(locate(path, 'key')), shownSpan(locate(path))]);
  assert.equal(
    found,
    PLACES.map(([path, key, value]) => [path, `a.json:${key}`, `a.json:${value}`]),
  );
});

test.run();
