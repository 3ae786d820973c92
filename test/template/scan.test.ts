import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { scanText, spliceName, type Reference } from '../../src/template/scan.ts';

const ref = (name: string, text: string): Reference => ({ name, text });

const SCANNED: readonly (readonly [
  title: string,
  text: string,
  parts: readonly (string | Reference)[],
  whole?: Reference,
])[] = [
  ['a text without markers is its only part', 'plain > text', ['plain > text']],
  ['an empty text is its only part', '', ['']],
  ['a marker that is the whole text is whole', '>>a<<', [ref('a', '>>a<<')], ref('a', '>>a<<')],
  [
    'blanks around a whole marker count for nothing',
    ' \t%>a<%\n',
    [' \t', ref('a', '%>a<%'), '\n'],
    ref('a', '%>a<%'),
  ],
  ['a name may stand in double quotes', '%>"a"<%', [ref('a', '%>"a"<%')], ref('a', '%>"a"<%')],
  ['a name may stand in single quotes', "%>'a'<%", [ref('a', "%>'a'<%")], ref('a', "%>'a'<%")],
  ['quotes that do not match are text', '%>"a\'<%', ['%>"a\'<%']],
  ['quotes are for %> alone', '>>"a"<<', ['>>"a"<<']],
  ['two markers are cut apart, and none is whole', '>>a<<%>b<%', [ref('a', '>>a<<'), ref('b', '%>b<%')]],
  ['text between markers is a part', 'x->>a<<-y', ['x-', ref('a', '>>a<<'), '-y']],
  ['the sign nearest to the name counts', '<t>>>a<<</t>', ['<t>', ref('a', '>>a<<'), '</t>']],
  [
    'names hold letters, digits and _/,:',
    '>>ä9_/,:<<',
    [ref('ä9_/,:', '>>ä9_/,:<<')],
    ref('ä9_/,:', '>>ä9_/,:<<'),
  ],
  [
    'a blank, a dash or a dot is in no name',
    '>>a b<< >>a-b<< >>a.b<< >><<',
    ['>>a b<< >>a-b<< >>a.b<< >><<'],
  ],
  ['a here-document is text', 'cat <<EOF >>file', ['cat <<EOF >>file']],
  ['a shift in shell arithmetic is text', '$((C>>1)) $((C<<1))', ['$((C>>1)) $((C<<1))']],
  ['signs of two kinds make no marker', '%>a<< >>a<%', ['%>a<< >>a<%']],
];

for (const [title, text, parts, whole] of SCANNED) {
  test(title, () => {
    assert.equal(scanText(text), { text, parts, whole });
  });
}

test('a splice is a whole text', () => {
  const table: Record<string, string | undefined> = {
    '[>a<]': 'a',
    ' [>a<] ': 'a',
    '[>a,b/c<]': 'a,b/c',
    'x[>a<]': undefined,
    '[>a<][>b<]': undefined,
    '[>a b<]': undefined,
    '[>a]': undefined,
    '[a]': undefined,
  };
  assert.equal(Object.fromEntries(Object.keys(table).map((text) => [text, spliceName(text)])), table);
});

test.run();
