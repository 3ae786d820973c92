import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  describeKind,
  floatValue,
  formatJson,
  isEmpty,
  isList,
  isMapping,
  isTrue,
  pythonString,
  toPython,
  toText,
  toTexts,
  type Value,
} from '../../src/model/value.ts';

/** JSON text, and what Python 3.11 gives for `str` (nothing for None, DESIGN.md "Markers") and `repr` of it. */
const PYTHON: readonly [json: string, str: string, repr: string][] = [
  ['null', '', 'None'],
  ['true', 'True', 'True'],
  ['false', 'False', 'False'],
  ['0', '0', '0'],
  ['-1', '-1', '-1'],
  ['42', '42', '42'],
  ['3.5', '3.5', '3.5'],
  ['-0.25', '-0.25', '-0.25'],
  ['1e-4', '0.0001', '0.0001'],
  ['0.00012', '0.00012', '0.00012'],
  ['0.00001', '1e-05', '1e-05'],
  ['1.5e-5', '1.5e-05', '1.5e-05'],
  ['1e-7', '1e-07', '1e-07'],
  ['-2.5e-10', '-2.5e-10', '-2.5e-10'],
  ['1e21', '1e+21', '1e+21'],
  ['1.5e300', '1.5e+300', '1.5e+300'],
  ['123456789.125', '123456789.125', '123456789.125'],
  ['0.1', '0.1', '0.1'],
  ['5e-324', '5e-324', '5e-324'],
  ['9007199254740991', '9007199254740991', '9007199254740991'],
  ['""', '', "''"],
  ['"text"', 'text', "'text'"],
  ['"it\'s"', "it's", '"it\'s"'],
  ['"say \\"hi\\""', 'say "hi"', '\'say "hi"\''],
  ['"both \' and \\""', 'both \' and "', "'both \\' and \"'"],
  ['"back\\\\slash"', 'back\\slash', "'back\\\\slash'"],
  ['"line\\nfeed\\r\\ttab"', 'line\nfeed\r\ttab', "'line\\nfeed\\r\\ttab'"],
  ['"caf\\u00e9 \\u20ac \\ud83d\\ude00"', 'caf\u00e9 \u20ac \ud83d\ude00', "'caf\u00e9 \u20ac \ud83d\ude00'"],
  ['[]', '[]', '[]'],
  ['[1,"a",null,true,[2.5]]', "[1, 'a', None, True, [2.5]]", "[1, 'a', None, True, [2.5]]"],
  ['{}', '{}', '{}'],
  [
    '{"a":1,"b":[false],"c":{"d":null}}',
    "{'a': 1, 'b': [False], 'c': {'d': None}}",
    "{'a': 1, 'b': [False], 'c': {'d': None}}",
  ],
  ['{"it\'s":"x"}', "{\"it's\": 'x'}", "{\"it's\": 'x'}"],
  ['[""]', "['']", "['']"],
];

test('values are written as Python writes them', () => {
  for (const [json, str, repr] of PYTHON) {
    const value = JSON.parse(json) as Value;
    assert.is(toText(value), str, `str of ${json}`);
    assert.is(toPython(value), repr, `repr of ${json}`);
  }
});

/** Text, and Python 3.11's `repr` of it: what is not printable (Cc, Cf, Cs, Co, Cn, Zl, Zp, Zs) is escaped. */
const UNPRINTABLE: readonly [text: string, repr: string][] = [
  ['\u0000\u0007\u001b', "'\\x00\\x07\\x1b'"],
  ['\u007f\u0085', "'\\x7f\\x85'"],
  ['\u00a0', "'\\xa0'"],
  ['\u00ad', "'\\xad'"],
  ['\u200b', "'\\u200b'"],
  ['\u2028', "'\\u2028'"],
  ['\ufeff', "'\\ufeff'"],
  ['\u3000', "'\\u3000'"],
  ['\ue000', "'\\ue000'"],
  ['\ud800', "'\\ud800'"],
  ['\ud83d', "'\\ud83d'"],
  ['\udb40\udc01', "'\\U000e0001'"],
  ['\u0378', "'\\u0378'"],
];

test('characters that Python does not call printable are escaped', () => {
  const shown = UNPRINTABLE.map(([text]) => [text, pythonString(text)]);
  assert.equal(shown, UNPRINTABLE);
});

test('a whole float is written as Python writes it, and is a number to all else', () => {
  const rows: readonly [number: number, text: string, json: string][] = [
    [1, '1.0', '1'],
    [-3, '-3.0', '-3'],
    [-0, '-0.0', '0'],
    [1e15, '1000000000000000.0', '1000000000000000'],
    [1e16, '1e+16', '10000000000000000'],
    [-1.5e22, '-1.5e+22', '-1.5e+22'],
    [0.5, '0.5', '0.5'],
  ];
  for (const [number, text, json] of rows) {
    const value = floatValue(number);
    assert.equal([toText(value), toPython(value), JSON.stringify(value)], [text, text, json]);
    assert.equal([isMapping(value), isList(value), isEmpty(value)], [false, false, false]);
    assert.is(describeKind(value), 'a number');
  }
});

test('a text without quotes, escapes and odd characters stands in single quotes as it is', () => {
  const plain = fc.stringMatching(/^[ !#-&(-[\]-~]*$/);
  fc.assert(fc.property(plain, (text) => pythonString(text) === `'${text}'`));
});

test('only nothing is empty: false and 0 are values', () => {
  const empty: readonly (Value | undefined)[] = [undefined, null, '', [], {}];
  const full: readonly Value[] = [false, 0, ' ', [null], { a: null }];
  assert.equal(empty.map(isEmpty), [true, true, true, true, true]);
  assert.equal(full.map(isEmpty), [false, false, false, false, false]);
});

test('a list is no mapping, and null is neither', () => {
  const values: readonly (Value | undefined)[] = [{}, [], null, undefined, 'a', 0];
  assert.equal(values.map(isMapping), [true, false, false, false, false, false]);
  assert.equal(values.map(isList), [false, true, false, false, false, false]);
});

test('kinds have names for messages', () => {
  const values: readonly (Value | undefined)[] = [undefined, null, [], {}, '', 1, true, false];
  assert.equal(values.map(describeKind), [
    'nothing',
    'null',
    'a list',
    'a mapping',
    'text',
    'a number',
    'true',
    'false',
  ]);
});

test('a switch is on when it is true, or text that says so', () => {
  const on: readonly (Value | undefined)[] = [true, 'true', 'Yes', ' on ', '1'];
  const off: readonly (Value | undefined)[] = [false, 'false', '', 'maybe', 1, 0, null, [], undefined];
  assert.equal([...on, ...off].map(isTrue), [...on.map(() => true), ...off.map(() => false)]);
});

test('a list and a single value both give texts', () => {
  const values: readonly (Value | undefined)[] = [['a', 1], 'a', 1, [], '', null, undefined];
  assert.equal(values.map(toTexts), [['a', '1'], ['a'], ['1'], [], [], [], []]);
});

test('JSON text keeps the order of keys and ends in a line feed', () => {
  assert.is(formatJson({ b: [1, 'x'], a: {} }), '{\n  "b": [\n    1,\n    "x"\n  ],\n  "a": {}\n}\n');
});

test.run();
