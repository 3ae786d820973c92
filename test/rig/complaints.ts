import type { Diagnostic, Result } from '../../src/diagnostics/diagnostic.ts';
import { formatPlace, type Span } from '../../src/diagnostics/source.ts';

/** Diagnostics whole, one text each: severity, code, place with the text under it, message, then the notes. */
export function complaints(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ severity, code, message, span, notes = [] }) =>
    [
      `${severity} ${code}${span ? ` at ${shownSpan(span)}` : ''}: ${message}`,
      ...notes.map((note) => (note.span ? `${note.message} at ${shownSpan(note.span)}` : note.message)),
    ].join(' | '),
  );
}

/** Why a result failed; an error of the test where it did not. */
export function failureOf(result: Result<unknown>): readonly string[] {
  if (result.ok) throw new Error('this must fail');
  return complaints(result.diagnostics);
}

/** What a result holds; an error of the test where it failed. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(complaints(result.diagnostics).join('\n'));
  return result.value;
}

/** `path:line:column` and the text of a span. */
export function shownSpan(span: Span): string {
  return `${formatPlace(span)} <${span.source.text.slice(span.start, span.end)}>`;
}
