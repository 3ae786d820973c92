import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { findExpressions } from '../../../src/template/expression/embed.ts';

/** Sums of digits stand for expressions; anything else is none. */
function add(body: string): number | undefined {
  if (!/^\d+(\+\d+)*$/.test(body)) return undefined;
  return body.split('+').reduce((sum, digits) => sum + Number(digits), 0);
}

function found(text: string): readonly (string | number)[] {
  return findExpressions(text, add).map((piece) => (typeof piece === 'string' ? piece : piece.value));
}

const CASES: readonly (readonly [title: string, text: string, pieces: readonly (string | number)[]])[] = [
  ['an empty text has no pieces', '', []],
  ['a text without signs is one piece', 'plain', ['plain']],
  ['an expression alone is one value', 'E>1+2<E', [3]],
  ['text around stays as it is', 'a E>1<E b', ['a ', 1, ' b']],
  ['expressions may touch', 'E>1<EE>2<E', [1, 2]],
  ['what is no expression is text', 'E>x<E', ['E>x<E']],
  ['an open sign alone is text', 'E>1', ['E>1']],
  ['a close sign alone is text', '1<E', ['1<E']],
  [
    'tag ends that look like signs are passed over',
    '<HideOOBE>true</HideOOBE><E1>',
    ['<HideOOBE>true</HideOOBE><E1>'],
  ],
  ['an expression between tags is found', '<NAME>E>4<E</NAME>', ['<NAME>', 4, '</NAME>']],
  ['an expression behind a false start is found', 'E>no E>4<E', ['E>no ', 4]],
  ['an expression behind a false end is found', 'E>no<E E>4<E', ['E>no<E ', 4]],
  ['the close sign of a failed start may open the next', 'E>no<E>5<E', ['E>no<', 5]],
];

for (const [title, text, pieces] of CASES)
  test(title, () => {
    assert.equal(found(text), pieces);
  });

test('an expression is found behind any number of tags that end in E', () => {
  const tags = '<NAME>x</NAME>'.repeat(40);
  assert.equal(found(`${tags}E>1+2<E`), [tags, 3]);
});

test('without expressions, the pieces joined are the text', () => {
  const sign = fc.constantFrom('E>', '<E', '<', '>', 'E', '1', '+', 'x', ' ', '\n');
  fc.assert(
    fc.property(
      fc.array(sign).map((signs) => signs.join('')),
      (text) => {
        const pieces = findExpressions(text, () => undefined);
        assert.is((pieces as readonly string[]).join(''), text);
      },
    ),
  );
});

test('every piece of the text is kept, whatever evaluates', () => {
  const sign = fc.constantFrom('E>', '<E', '1+1', '22', 'x', ' ');
  fc.assert(
    fc.property(
      fc.array(sign).map((signs) => signs.join('')),
      (text) => {
        const kept = findExpressions(text, (body) => (add(body) === undefined ? undefined : body));
        const shown = kept.map((piece) => (typeof piece === 'string' ? piece : `E>${piece.value}<E`));
        assert.is(shown.join(''), text);
      },
    ),
  );
});

test.run();
