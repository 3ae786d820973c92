import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluateExpression } from '../../../src/template/expression/evaluate.ts';
import { parseExpression } from '../../../src/template/expression/parse.ts';
import { literalOf, shapeOf } from '../../../src/template/expression/shape.ts';

const SIGN = '\uE000';

test('texts in single quotes are taken out, in their order', () => {
  assert.equal(shapeOf("'dhcp' if '1.2.3.4' == '' else f(x, 'a b')"), {
    text: `'${SIGN}0' if '${SIGN}1' == '${SIGN}2' else f(x, '${SIGN}3')`,
    literals: ['dhcp', '1.2.3.4', '', 'a b'],
  });
});

const KEPT = [
  "'a' 'b'",
  `'a'${' '.repeat(40)}'b'`,
  "f'x'",
  "'{}'",
  "'%s'",
  '"a" + \'b\'',
  "'a\\n'",
  `'${SIGN}0'`,
  '1 + 2',
];

for (const expression of KEPT) {
  test(`what says something to the parser stays: ${expression}`, () => {
    assert.equal(shapeOf(expression), { text: expression, literals: [] });
  });
}

test('a sign stands for its text; other constants stand for themselves', () => {
  assert.equal(
    ['a', `${SIGN}0`, `${SIGN}1`, `${SIGN}7`, `x${SIGN}0`].map((constant) =>
      literalOf(constant, ['zero', 'one']),
    ),
    ['a', 'zero', 'one', `${SIGN}7`, `x${SIGN}0`],
  );
});

test('an expression gives by its shape what it gives by itself', () => {
  const rows = JSON.parse(
    readFileSync(new URL('python-results.json', import.meta.url), 'utf8'),
  ) as readonly (readonly [string])[];
  let shaped = 0;
  for (const [expression] of rows) {
    const { text, literals } = shapeOf(expression);
    if (literals.length > 0) shaped++;
    const [whole, parts] = [parseExpression(expression), parseExpression(text)];
    assert.is(parts.ok, whole.ok, expression);
    if (!whole.ok || !parts.ok) continue;
    const results = [evaluateExpression(whole.expression), evaluateExpression(parts.expression, literals)];
    assert.is(JSON.stringify(results[1]), JSON.stringify(results[0]), expression);
  }
  assert.ok(shaped > 300);
});

test.run();
