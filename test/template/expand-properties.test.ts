import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import type { Value } from '../../src/model/value.ts';
import { expandWith } from '../rig/render-rig.ts';
import { markerLike, plainText } from '../rig/texts.ts';

const DEFINITIONS = { a: 1, b: 'E>', c: ['<E', '>>a<<'], d: '>>a<<', HOME: 'x' };

test('text without markers comes out unchanged, whatever it holds', () => {
  fc.assert(
    fc.property(plainText, (text) => {
      assert.equal(expandWith(text, DEFINITIONS), { value: text, complaints: [], unknown: [], unread: [] });
    }),
    { numRuns: 600 },
  );
});

test('values without markers come out unchanged, keys included', () => {
  const value = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      plainText.filter((text) => !/^\s*\[>[\p{L}\p{N}_/,:]+<\]\s*$/u.test(text)),
      fc.constantFrom<Value>(null, true, false, 0, -1, 1.5),
      fc.array(tie('value'), { maxLength: 4 }),
      // Data files cannot hold `__proto__`: the parser refuses it.
      fc.dictionary(
        plainText.filter((key) => key !== '__proto__'),
        tie('value'),
        { maxKeys: 4, noNullPrototype: true },
      ),
    ),
  })).value;
  fc.assert(
    fc.property(value, (given) => {
      const before = JSON.stringify(given);
      const { value: expanded } = expandWith(given, DEFINITIONS);
      assert.is(JSON.stringify(expanded), before);
      assert.is(JSON.stringify(given), before);
    }),
    { numRuns: 300 },
  );
});

test('expanding marker-like text never throws, alone, in lists or as keys', () => {
  fc.assert(
    fc.property(markerLike, markerLike, (text, other) => {
      expandWith(text, DEFINITIONS, { environment: { HOME: other } });
      expandWith([text, { [other]: [text] }], { ...DEFINITIONS, a: other });
    }),
    { numRuns: 600 },
  );
});

test('the same text and definitions give the same value each time', () => {
  fc.assert(
    fc.property(markerLike, (text) => {
      assert.equal(expandWith([text], DEFINITIONS), expandWith([text], DEFINITIONS));
    }),
  );
});

test.run();
