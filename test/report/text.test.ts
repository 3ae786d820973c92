import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { problem, warning } from '../../src/diagnostics/diagnostic.ts';
import type { Span } from '../../src/diagnostics/source.ts';
import type { Counts } from '../../src/model/event.ts';
import {
  COLOURED,
  count,
  formatCounts,
  formatDiagnostic,
  groupDiagnostics,
  jsonDiagnostic,
  PLAIN,
} from '../../src/report/text.ts';

const source = { path: 'data/matrix.toml', text: '[[target]]\nspec = "rhel-9.55"\n' };
const SPEC: Span = { source, start: 18, end: 29 };
const ROW: Span = { source, start: 0, end: 10 };

test('a diagnostic says what is wrong, where, shows the line, and says what would be right', () => {
  const diagnostic = problem('target', 'there is no spec "rhel-9.55"', SPEC, 'did you mean "rhel-9.5"?', {
    message: 'asked for by this row',
    span: ROW,
  });
  assert.is(
    formatDiagnostic(diagnostic, PLAIN),
    `error: there is no spec "rhel-9.55"
  --> data/matrix.toml:2:8
  2 | spec = "rhel-9.55"
    |        ^^^^^^^^^^^
  = did you mean "rhel-9.5"?
  = asked for by this row: data/matrix.toml:1:1`,
  );
});

test('a diagnostic without a place or notes is one line', () => {
  assert.is(formatDiagnostic(problem('write', 'no'), PLAIN), 'error: no');
  assert.is(formatDiagnostic(warning('unusual', 'odd'), PLAIN), 'warning: odd');
});

test('severity, frame and notes are coloured', () => {
  assert.is(
    formatDiagnostic(warning('unusual', 'odd', ROW, 'note'), COLOURED),
    '\u001b[33mwarning:\u001b[0m odd\n  --> data/matrix.toml:1:1\n  \u001b[2m1 | [[target]]\u001b[0m\n' +
      '  \u001b[2m  | ^^^^^^^^^^\u001b[0m\n  \u001b[2m=\u001b[0m note',
  );
  assert.is(formatDiagnostic(problem('write', 'no'), COLOURED), '\u001b[31merror:\u001b[0m no');
});

test('one is singular', () => {
  assert.equal([count(0, 'file'), count(1, 'file'), count(2, 'file')], ['0 files', '1 file', '2 files']);
});

const COUNTS: Counts = {
  targets: 96,
  new: 2,
  changed: 1,
  unchanged: 93,
  edited: 0,
  failed: 0,
  removed: 0,
  skipped: 0,
  files: 9,
  rendered: 3,
};

test('a run is told in one line, with what is unusual only where it happened', () => {
  assert.is(formatCounts(COUNTS, false), '96 targets: 2 new, 1 changed, 93 unchanged; 9 files written');
  const all: Counts = { ...COUNTS, targets: 1, edited: 2, failed: 3, removed: 4, skipped: 5, files: 1 };
  const skipped = '5 combinations of globs skipped as not supported';
  assert.is(
    formatCounts(all, false),
    `1 target: 2 new, 1 changed, 93 unchanged, 2 edited, 4 removed, 3 failed, ${skipped}; 1 file written`,
  );
  assert.is(
    formatCounts(all, true),
    `1 target: 2 new, 1 changed, 93 unchanged, 2 edited, 4 to be removed, 3 failed, ${skipped}; 1 file to be written`,
  );
});

test('equal diagnostics of many targets are one, others are not', () => {
  const first = problem('marker', 'm', SPEC);
  const same = problem('marker', 'm', { ...SPEC });
  const elsewhere = problem('marker', 'm', ROW);
  const other = problem('expression', 'm', SPEC);
  assert.equal(
    groupDiagnostics([
      { target: 'a', diagnostics: [first, elsewhere] },
      { target: 'b', diagnostics: [same] },
      { target: 'c', diagnostics: [other] },
    ]),
    [
      { diagnostic: first, targets: ['a', 'b'] },
      { diagnostic: elsewhere, targets: ['a'] },
      { diagnostic: other, targets: ['c'] },
    ],
  );
});

test('a diagnostic for programs has its places as text', () => {
  assert.equal(jsonDiagnostic(problem('target', 'm', SPEC, 'hint', { message: 'row', span: ROW })), {
    code: 'target',
    severity: 'error',
    message: 'm',
    place: 'data/matrix.toml:2:8',
    notes: ['hint', 'row: data/matrix.toml:1:1'],
  });
  assert.equal(jsonDiagnostic(warning('write', 'm')), { code: 'write', severity: 'warning', message: 'm' });
});

test.run();
