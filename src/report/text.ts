import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { drawFrame, formatPlace } from '../diagnostics/source.ts';
import type { Counts } from '../model/event.ts';

/** How text is made to stand out; the identity where there are no colours. */
export interface Paint {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly added: (text: string) => string;
  readonly faint: (text: string) => string;
}

const same = (text: string): string => text;

export const PLAIN: Paint = { error: same, warning: same, added: same, faint: same };

function ansi(code: number): (text: string) => string {
  return (text) => `\u001b[${code}m${text}\u001b[0m`;
}

export const COLOURED: Paint = { error: ansi(31), warning: ansi(33), added: ansi(32), faint: ansi(2) };

/**
 * A diagnostic as people read it: what is wrong, where, the line in question, what would be right.
 *
 *     error: there is no spec "rhel-9.55-x86_64"
 *       --> data/matrix.toml:4:8
 *     4 | spec = "rhel-9.55-x86_64"
 *       |        ^^^^^^^^^^^^^^^^^^
 *       = did you mean "rhel-9.5-x86_64"?
 */
export function formatDiagnostic(diagnostic: Diagnostic, paint: Paint): string {
  const colour = diagnostic.severity === 'error' ? paint.error : paint.warning;
  const lines = [`${colour(`${diagnostic.severity}:`)} ${visible(diagnostic.message)}`];
  if (diagnostic.span) {
    lines.push(`  --> ${formatPlace(diagnostic.span)}`, ...indent(drawFrame(diagnostic.span), paint));
  }
  for (const note of diagnostic.notes ?? []) {
    lines.push(
      `  ${paint.faint('=')} ${visible(note.message)}${note.span ? `: ${formatPlace(note.span)}` : ''}`,
    );
  }
  return lines.join('\n');
}

/** Text of the user's with its control characters as escapes: it must not steer the terminal. */
export function visible(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function indent(frame: string, paint: Paint): readonly string[] {
  return frame.split('\n').map((line) => `  ${paint.faint(line)}`);
}

/** `3 targets`, `1 target`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** One line on what a run did: `96 targets: 2 new, 1 changed, 93 unchanged; 9 files written`. */
export function formatCounts(counts: Counts, dryRun: boolean): string {
  const parts = [
    `${counts.new} new`,
    `${counts.changed} changed`,
    `${counts.unchanged} unchanged`,
    ...(counts.edited > 0 ? [`${counts.edited} edited`] : []),
    ...(counts.removed > 0 ? [`${counts.removed} ${dryRun ? 'to be removed' : 'removed'}`] : []),
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(counts.skipped > 0
      ? [`${count(counts.skipped, 'combination')} of globs skipped as not supported`]
      : []),
  ];
  const written = `${count(counts.files, 'file')} ${dryRun ? 'to be written' : 'written'}`;
  return `${count(counts.targets, 'target')}: ${parts.join(', ')}; ${written}`;
}

/** Equal diagnostics of many targets as one, with the number of targets that have it. */
export function groupDiagnostics(
  failures: readonly { readonly target: string; readonly diagnostics: readonly Diagnostic[] }[],
): readonly { readonly diagnostic: Diagnostic; readonly targets: readonly string[] }[] {
  const groups = new Map<string, { diagnostic: Diagnostic; targets: string[] }>();
  for (const { target, diagnostics } of failures) {
    for (const diagnostic of diagnostics) {
      const place = diagnostic.span ? formatPlace(diagnostic.span) : '';
      const key = JSON.stringify([diagnostic.code, diagnostic.message, place]);
      const group = groups.get(key);
      if (group) group.targets.push(target);
      else groups.set(key, { diagnostic, targets: [target] });
    }
  }
  return [...groups.values()];
}

/** A diagnostic for programs: the place as path, line and column. */
export function jsonDiagnostic(diagnostic: Diagnostic): object {
  const { code, severity, message, span, notes } = diagnostic;
  return {
    code,
    severity,
    message,
    ...(span ? { place: formatPlace(span) } : {}),
    ...(notes
      ? {
          notes: notes.map((note) =>
            note.span ? `${note.message}: ${formatPlace(note.span)}` : note.message,
          ),
        }
      : {}),
  };
}
