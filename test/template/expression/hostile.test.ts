import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LIMITS, TOO_LARGE, TOO_MUCH_WORK } from '../../../src/template/expression/budget.ts';
import { Float } from '../../../src/model/value.ts';
import { evaluateExpression, type Evaluated } from '../../../src/template/expression/evaluate.ts';
import { parseExpression } from '../../../src/template/expression/parse.ts';

const test = suite('expression: hostile');

function run(text: string): Evaluated {
  const parsed = parseExpression(text);
  return parsed.ok ? evaluateExpression(parsed.expression) : parsed;
}

/** Items of a value, itself included; fails for anything that is no plain data. */
function weigh(value: unknown): number {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return 1;
  if (value instanceof Float) return 1;
  assert.type(value, 'object');
  const prototype: unknown = Object.getPrototypeOf(value);
  assert.ok(prototype === Array.prototype || prototype === Object.prototype);
  return Object.values(value as object).reduce<number>((sum, item) => sum + weigh(item), 1);
}

function assertHarmless(text: string): void {
  const result = run(text);
  if (!result.ok) {
    assert.not.match(result.message, /^internal error/);
    return;
  }
  assert.ok(result.text.length <= LIMITS.text);
  assert.ok(weigh(result.value) <= LIMITS.steps);
}

const BOMBS: readonly string[] = [
  "'a' * 10**9",
  '9**9**9',
  '2 ** 10**9',
  '(10**1000) * (10**1000)',
  '[0] * 10**9',
  '(0,) * 10**9',
  'list(range(10**12))',
  '[x for x in range(10**12)]',
  'sum(range(10**12))',
  '{x for x in range(10**9)}',
  '{x: x for x in range(10**9)}',
  'sorted(range(10**9))',
  'range(10**9)[::-1].count(1.5) + sum(range(10**9))',
  '1.5 in range(10**12)',
  '[x + y for x in range(10**5) for y in range(10**5)]',
  '[[[[1 for a in range(99)] for b in range(99)] for c in range(99)] for d in range(99)]',
  "'%1000000000d' % 1",
  "'%.1000000000f' % 1",
  "'%*d' % (10**9, 1)",
  "'%1000000000s' % 'a'",
  "'{:>1000000000}'.format(1)",
  "'{:.1000000000f}'.format(1.0)",
  "'{:0=1000000000,}'.format(1)",
  "'{:{}}'.format(1, 10**9)",
  "f'{1:1000000000}'",
  "'1'.zfill(10**9)",
  "'a'.center(10**9)",
  "'a'.ljust(10**9)",
  "'a'.rjust(10**9, '*')",
  "'\\t'.expandtabs(10**9)",
  "('a' * 10**5).replace('', 'b' * 10**5)",
  "('b' * 10**5).join('a' * 10**5)",
  "'a'.join(str(x) for x in range(10**9))",
  '1 << 10**9',
  '1 << 10**30',
  '[[0] * 10**5] * 10**5 == [[0] * 10**5] * 10**5',
  'str([[[[[0] * 99] * 99] * 99] * 99] * 99)',
  '[[[[[0] * 99] * 99] * 99] * 99] * 99',
  "['a' * 10**6 for x in range(10**5)]",
  "[len(s) for s in ['a' * 10**6] for x in range(10**5)]",
  "('a' * 5*10**5 + 'b') in 'a' * 10**6",
  "'a' * 10**6 in 'b' + 'a' * 10**6",
  'sum(([0] * 10**4 for x in range(10**4)), [])',
  'list(zip(range(10**9), range(10**9)))',
  'all(enumerate(range(10**9)))',
  '[str(2**4000) for x in range(10**5)]',
  "int('9' * 4000)",
  "'😀' * 10**6",
];

test('ends every bomb within its budget', () => {
  for (const bomb of BOMBS) {
    const result = run(bomb);
    assert.not(result.ok, bomb);
    if (!result.ok)
      assert.ok([TOO_LARGE, TOO_MUCH_WORK].includes(result.message), `${bomb}: ${result.message}`);
  }
});

test('doubles until the budget ends it', () => {
  let text = "'ab' * 10";
  for (let times = 0; times < 20; times += 1) text = `[x + x for x in [${text}]][0]`;
  assert.equal(run(text), { ok: false, message: TOO_LARGE });
});

const PAIRS = [
  '()',
  '[]',
  '{}',
  "('')",
  'f()',
  '(-)',
  'not ',
  '-',
  '1**',
  '1+',
  'x.',
  '[0][',
  "f'{",
  'x if ',
  '{1:',
  '(lambda:',
];

test('does not overflow the stack on deep or long text', () => {
  for (const piece of PAIRS)
    for (const size of [99, 101, 5000, LIMITS.source, LIMITS.source * 3])
      for (const text of [
        piece.repeat(Math.ceil(size / piece.length)),
        `${piece.slice(0, 1).repeat(size)}1${piece.slice(-1).repeat(size)}`,
      ])
        assertHarmless(text);
  assert.equal(run(Array.from({ length: 900 }, () => '1').join('+')), { ok: true, value: 900, text: '900' });
  assert.equal(run(`${'not '.repeat(801)}1`), { ok: true, value: false, text: 'False' });
});

test('names of the prototype chain are names like any other', () => {
  for (const name of [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '__class__',
    'prototype',
    'valueOf',
  ]) {
    for (const text of [
      `''.${name}`,
      `''.${name}()`,
      `[].${name}`,
      `{}.${name}()`,
      name,
      `${name}()`,
      `{}['${name}']`,
    ])
      assert.not(run(text).ok, text);
    for (const text of [
      `'{0.${name}}'.format(1)`,
      `'{0[${name}]}'.format([])`,
      `'{${name}}'.format()`,
      `'%(${name})s' % {}`,
    ])
      assert.not(run(text).ok, text);
    const result = run(`{'${name}': 1}`);
    assert.equal(result.ok && Object.entries(result.value ?? {}), [[name, 1]]);
    assert.equal(run(`dict(${name}=2)['${name}']`), { ok: true, value: 2, text: '2' });
    assert.equal(run(`{}.get('${name}', 3)`), { ok: true, value: 3, text: '3' });
    assert.equal(run(`[${name} for ${name} in [4]]`), { ok: true, value: [4], text: '[4]' });
  }
});

const TOKENS = (
  "1 0 -1 1.5 'a' '' 'x😀' \"%s\" [ ] ( ) { } , : + - * ** / // % & | ^ ~ << >> < > == != <= in not is and or if else for x y None True " +
  "len( str( sorted( range( zip( sum( .upper() .join( .format( .split() .items() f'{ }' f'{1:>5}' '%5.1f' '{:^{}}' key=len [0] [1:] [::-1] lambda " +
  '= := . .. __class__ # \\ ; \n \t 10**9 _ import yield await @ r b u \u0000 é'
).split(' ');

test('token soup never throws and gives only plain data', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...TOKENS), { maxLength: 14 }),
      fc.constantFrom('', ' '),
      (tokens, glue) => {
        assertHarmless(tokens.join(glue));
      },
    ),
    { numRuns: 500 },
  );
});

test('any text never throws', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), assertHarmless), { numRuns: 500 });
});

const LEAVES = "0 7 -1 1.5 10**6 1e308 'a' '{:9}%s' None True [] {} '😀' range(9)".split(' ');
const OPERATORS = '+ - * // % ** << & | < == <in> <and> <or> <is>'
  .replace(/<(\w+)>/g, '\u00a0$1\u00a0')
  .split(' ');
const CALLS = 'len str int float list set dict sorted sum max range round enumerate reversed any'.split(' ');
const METHODS = 'join split center zfill replace count index get union format expandtabs strip'.split(' ');

/** What stands around the parts of an expression; every `_` is a part. */
const FORMS = [
  ...OPERATORS.map((operator) => `(_${operator.replaceAll('\u00a0', ' ')}_)`),
  ...CALLS.map((name) => `${name}(_)`),
  ...METHODS.map((name) => `(_).${name}(_)`),
  ...['[_ for x in _]', '{_: _}', '(_, _)', '(_)[_]', '(_)[_:_]', '(_ if _ else _)'],
  ...["'%5s|%d' % (_, _)", "'{:>{}}'.format(_, _)"],
].map((form) => form.split('_'));

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    fc.constantFrom(...LEAVES),
    fc
      .constantFrom(...FORMS)
      .chain(([start = '', ...ends]) =>
        fc
          .tuple(...ends.map((end) => tie('expression').map((part) => part + end)))
          .map((parts) => start + parts.join('')),
      ),
  ),
}));

test('valid expressions end within the budget and give only plain data', () => {
  fc.assert(fc.property(expression, assertHarmless), { numRuns: 500 });
});

test.run();
