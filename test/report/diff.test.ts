import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatDiff } from '../../src/report/diff.ts';
import { COLOURED, PLAIN } from '../../src/report/text.ts';

const diff = (before: string | undefined, after: string | undefined): string =>
  formatDiff('out/a', before, after, PLAIN);

const CASES: readonly (readonly [
  title: string,
  before: string | undefined,
  after: string | undefined,
  patch: string,
])[] = [
  [
    'a changed line stands between its neighbours',
    '1\n2\n3\n4\n5\n6\n7\n',
    '1\n2\n3\n4\nV\n6\n7\n',
    '--- a/out/a\n+++ b/out/a\n@@ -2,6 +2,6 @@\n 2\n 3\n 4\n-5\n+V\n 6\n 7\n',
  ],
  [
    'a new file comes from /dev/null',
    undefined,
    'a\nb\n',
    '--- /dev/null\n+++ b/out/a\n@@ -0,0 +1,2 @@\n+a\n+b\n',
  ],
  [
    'a file that goes becomes /dev/null',
    'a\n',
    undefined,
    '--- a/out/a\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n',
  ],
  [
    'a missing newline at the end is told of',
    'a\n',
    'a',
    '--- a/out/a\n+++ b/out/a\n@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file\n',
  ],
  ['lines of equal signs stay', '===\n', '===\n=\n', '--- a/out/a\n+++ b/out/a\n@@ -1,1 +1,2 @@\n ===\n+=\n'],
];

for (const [title, before, after, patch] of CASES)
  test(title, () => {
    assert.is(diff(before, after), patch);
  });

test('what comes and goes is coloured', () => {
  assert.is(
    formatDiff('f', 'a\nb\n', 'a\nc\n', COLOURED),
    '\u001b[31m--- a/f\u001b[0m\n\u001b[32m+++ b/f\u001b[0m\n@@ -1,2 +1,2 @@\n a\n\u001b[31m-b\u001b[0m\n\u001b[32m+c\u001b[0m\n',
  );
});

test.run();
