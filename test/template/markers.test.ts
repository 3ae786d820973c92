import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lastSegment, splitSum, TEXT_MARKERS, wholeSum } from '../../src/template/markers.ts';

test('the kinds that are replaced in text stand in the order of the documentation', () => {
  assert.equal(
    TEXT_MARKERS.map(({ kind, opens }) => [kind, opens]),
    [
      ['path-segment', '+>'],
      ['address', '*>'],
      ['arithmetic', '#>'],
      ['environment', '$>'],
    ],
  );
});

test('each kind finds its own markers, and what is between the signs', () => {
  const text = '+>a<+ *>b<* #>c*(2-d)<# $>E_1<$ +>a b<+ *>b.c<* #>c;d<# $>A-B<$';
  assert.equal(
    TEXT_MARKERS.map(({ pattern }) => [...text.matchAll(pattern)].map((match) => match[1])),
    [['a'], ['b'], ['c*(2-d)'], ['E_1']],
  );
});

test('a sum is whole where there is nothing else but blanks', () => {
  const table: Record<string, string | undefined> = {
    '#>a<#': 'a',
    ' #>a*b + c<#\n': 'a*b + c',
    '#>a<#/#>b<#': undefined,
    'n=#>a<#': undefined,
    '#><#': undefined,
    '#>a;b<#': undefined,
  };
  assert.equal(Object.fromEntries(Object.keys(table).map((text) => [text, wholeSum(text)])), table);
});

test('a sum is cut into names and what is between them', () => {
  const names = (sum: string) => splitSum(sum).map(({ name, text }) => (name === undefined ? text : [name]));
  assert.equal(names('a*b+c'), [['a'], '*', ['b'], '+', ['c']]);
  assert.equal(names('2 * (_x9 - 10)'), ['2 * (', ['_x9'], ' - 10)']);
  assert.equal(names('7'), ['7']);
  assert.is(
    splitSum('a1 + 22*b')
      .map(({ text }) => text)
      .join(''),
    'a1 + 22*b',
  );
});

test('the last segment is what stands behind the last slash', () => {
  const table = { '/a/b/c.iso': 'c.iso', 'c.iso': 'c.iso', '/a/': '', '': '', 'a\\b': 'a\\b' };
  assert.equal(Object.fromEntries(Object.keys(table).map((path) => [path, lastSegment(path)])), table);
});

test.run();
