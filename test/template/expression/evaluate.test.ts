import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluateExpression, type Evaluated } from '../../../src/template/expression/evaluate.ts';
import { parseExpression } from '../../../src/template/expression/parse.ts';

const test = suite('expression: evaluate');

type Row = readonly [expression: string] | readonly [expression: string, value: unknown, text: string];

/** What Python 3.11 gives, one row an expression: `python3 -c 'print(repr(EXPR))'`; a row without a value is one that it refuses. */
const rows = JSON.parse(
  readFileSync(new URL('python-results.json', import.meta.url), 'utf8'),
) as readonly Row[];

function run(text: string): Evaluated {
  const parsed = parseExpression(text);
  return parsed.ok ? evaluateExpression(parsed.expression) : parsed;
}

test('gives what Python gives', () => {
  assert.ok(rows.length >= 600);
  for (const [expression, value, text] of rows) {
    const result = run(expression);
    if (text === undefined) assert.not(result.ok, expression);
    // As JSON, which the fixture is: a Float is a number there, and its text says that it is one.
    else assert.equal(JSON.parse(JSON.stringify(result)), { ok: true, value, text }, expression);
  }
});

const REFUSED: readonly (readonly [text: string, message: string])[] = [
  ['', 'this is no expression'],
  ['   ', 'this is no expression'],
  ['true', 'the name true is not known'],
  ['x = 1', 'this is no expression'],
  ['x += 1', 'this is no expression'],
  ['1; 2', 'this is no expression'],
  ['1\n2', 'this is no expression'],
  ['import os', 'this is no expression'],
  ['pass', 'this is no expression'],
  ['(x := 1)', 'NamedExpression is not allowed'],
  ['lambda: 1', 'LambdaExpression is not allowed'],
  ['await x', 'AwaitExpression is not allowed'],
  ['[*a]', '* is not allowed'],
  ['{**a}', '** is not allowed'],
  ['max(*[1, 2])', 'these arguments are not allowed'],
  ['dict(**{})', 'these arguments are not allowed'],
  ['...', 'Ellipsis is not allowed'],
  ['1j', '1j is no number'],
  ['007', '007 is no number'],
  ['1__0', '1__0 is no number'],
  ["r'a'", 'strings with the prefix r are not allowed'],
  ["b'a'", 'strings with the prefix b are not allowed'],
  ["rf'{1}'", 'strings with the prefix rf are not allowed'],
  ["'\\N{DASH}'", 'the escape \\N is not complete'],
  ["'\\ud800'", 'an escape names no character'],
  ["'a", 'unexpected end at 3'],
  ["['a\n, 1]", 'a string is not closed'],
  ["f'{'a'}'", 'a string is not closed'],
  ["f'}'", 'a brace stands alone in an f-string'],
  ["f'{1!r:{2:{3}}}'", 'f-string: expressions nested too deeply'],
  ["'x'.upper", 'attributes are not allowed'],
  ["'x'.__class__", 'attributes are not allowed'],
  ["'x'.__len__()", 'there is no method __len__'],
  ["'x'.constructor", 'attributes are not allowed'],
  ["'x'.constructor()", 'there is no method constructor'],
  ["'x'.encode()", 'there is no method encode'],
  ["'x'.format_map({})", 'there is no method format_map'],
  ['[1].append(2)', 'there is no method append'],
  ['open("x")', 'open cannot be called'],
  ['print(1)', 'print cannot be called'],
  ['eval("1")', 'eval cannot be called'],
  ['toString()', 'toString cannot be called'],
  ['len', 'the name len is not known'],
  ['sorted([1], key=open)', 'the name open is not known'],
  ['[f(1) for f in [2]]', 'f cannot be called'],
  ['[len(1) for len in [2]]', 'len cannot be called'],
  ['(1)(2)', 'this cannot be called'],
  ['x', 'the name x is not known'],
  ['[x for y in [1]]', 'the name x is not known'],
  ['[x for x in x]', 'the name x is not known'],
  ['[a for a, *b in []]', 'unexpected * at 11'],
  ['[1 for x.y in []]', 'a loop must bind names'],
  ['str(x for x in [], 1)', 'the loop is not allowed'],
  ['dict(a=1, a=2)', 'these arguments are not allowed'],
  ['[1, 2][0:1, 1]', 'a slice has one range'],
  ['1 == not 2', 'an operand is missing'],
  ['1 @ 2', 'unknown operator'],
];

test('refuses what is no expression of ours before anything is evaluated', () => {
  for (const [text, message] of REFUSED) {
    const parsed = parseExpression(text);
    assert.not(parsed.ok, text);
    if (!parsed.ok) assert.is(parsed.message, message, text);
  }
});

const FAILURES: readonly (readonly [text: string, message: string])[] = [
  ['1 / 0', 'division by zero'],
  ['1 % 0', 'integer modulo by zero'],
  ["1 + 'a'", "unsupported operand type(s) for +: 'int' and 'str'"],
  ["1 < 'a'", "'<' not supported between instances of 'int' and 'str'"],
  ['[1][1]', 'list index out of range'],
  ["{}['k']", "no key 'k'"],
  ["int('x')", "invalid literal for int() with base 10: 'x'"],
  ["'abc'.index('x')", 'substring not found'],
  ['[1].upper()', "'list' object has no attribute 'upper'"],
  ['{[]}', "unhashable type: 'list'"],
  ['[x for x in 1]', "'int' object is not iterable"],
  ['[y for x in [1] for y in y]', "variable 'y' is used before it has a value"],
  ["'%d' % 'a'", '%d format: a real number is required, not str'],
  ["'{0.real}'.format(1)", 'attributes are not allowed in format fields'],
  ['2 ** 53', 'the integer is beyond 2^53, which a data file cannot hold exactly'],
  ["float('inf')", 'inf is no value that a data file can hold'],
  ['{(1, 2): 3}', 'keys must be str, int, float, bool or None, not tuple'],
  ['str(x for x in [1])', 'a generator has no text; make a list of it'],
];

test('says in words why an expression has no result', () => {
  for (const [text, message] of FAILURES) assert.equal(run(text), { ok: false, message }, text);
});

test('takes blanks and line ends around an expression', () => {
  assert.equal(run(' \r\n\t1 + 1 \n'), { ok: true, value: 2, text: '2' });
});

test('writes None as no text and gives a generator as the list of its items', () => {
  assert.equal(run('None'), { ok: true, value: null, text: '' });
  assert.equal(run('(x for x in (1, 2))'), { ok: true, value: [1, 2], text: '[1, 2]' });
  assert.equal(run('{1, 3, 2}'), { ok: true, value: [1, 3, 2], text: '{1, 3, 2}' });
});

test.run();
