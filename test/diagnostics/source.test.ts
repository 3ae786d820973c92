import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawFrame, formatPlace, offsetAt, positionAt } from '../../src/diagnostics/source.ts';

const source = (text: string) => ({ path: 'data/a.json', text });

test('lines and columns count from 1, and a line ends with its line feed', () => {
  const text = 'ab\n\ncd\r\ne';
  const rows: readonly [offset: number, line: number, column: number][] = [
    [-1, 1, 1],
    [0, 1, 1],
    [2, 1, 3],
    [3, 2, 1],
    [4, 3, 1],
    [6, 3, 3],
    [8, 4, 1],
    [9, 4, 2],
    [99, 4, 2],
  ];
  for (const [offset, line, column] of rows) {
    assert.equal(positionAt(source(text), offset), { line, column }, `offset ${offset}`);
  }
});

test('a column counts UTF-16 code units', () => {
  assert.equal(positionAt(source('é😀x'), 3), { line: 1, column: 4 });
});

test('a position past the text counts as its end', () => {
  assert.is(offsetAt(source('ab\ncd'), { line: 2, column: 99 }), 5);
  assert.is(offsetAt(source('ab\ncd'), { line: 9, column: 1 }), 5);
  assert.is(offsetAt(source(''), { line: 1, column: 1 }), 0);
});

test('the offset of the position of an offset is that offset', () => {
  const text = fc.array(fc.constantFrom('a', '\n', '\r', '\t', 'é', '😀')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.nat(60), (content, at) => {
      const offset = Math.min(at, content.length);
      assert.is(offsetAt(source(content), positionAt(source(content), offset)), offset);
    }),
  );
});

test('a place is path, line and column', () => {
  assert.is(formatPlace({ source: source('{\n  "a": 1\n}'), start: 4, end: 7 }), 'data/a.json:2:3');
});

test('the line of a span is drawn with carets under it', () => {
  const long = 'x'.repeat(300);
  const rows: readonly [text: string, start: number, end: number, frame: string][] = [
    ['{\n  "a": 1\n}', 4, 7, '2 |   "a": 1\n  |   ^^^'],
    ['ab', 1, 1, '1 | ab\n  |  ^'],
    ['ab', 2, 3, '1 | ab\n  |   ^'],
    ['', 0, 1, '1 | \n  | ^'],
    ['ab\ncd', 1, 5, '1 | ab\n  |  ^'],
    ['\ta\r\n', 1, 2, '1 |  a \n  |  ^'],
    [`${'\n'.repeat(9)}ab`, 9, 11, '10 | ab\n   | ^^'],
    [long, 0, 300, `1 | ${'x'.repeat(120)}\n  | ${'^'.repeat(120)}`],
    [long, 200, 203, `1 | ${'x'.repeat(119)}\n  | ${' '.repeat(19)}^^^`],
    [long, 298, 300, `1 | ${'x'.repeat(21)}\n  | ${' '.repeat(19)}^^`],
  ];
  for (const [text, start, end, frame] of rows) {
    assert.is(drawFrame({ source: source(text), start, end }), frame);
  }
});

test('whatever the span, carets stand under the line and never past it by more than one', () => {
  const text = fc.array(fc.constantFrom('a', 'b'.repeat(70), '\n', '\t')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.nat(400), fc.nat(400), (content, from, length) => {
      const start = Math.min(from, content.length);
      const lines = drawFrame({ source: source(content), start, end: start + length }).split('\n');
      assert.is(lines.length, 2);
      const [shown = '', carets = ''] = lines;
      assert.match(carets, /^ +\| *\^+$/);
      assert.ok(carets.length <= shown.length + 1);
    }),
  );
});

test.run();
