/** A text that a user wrote, with the path under which errors show it. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** A part of a source: offsets in UTF-16 code units, `end` not included. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** A place as people count it: both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The line and column of an offset; an offset past the end counts as the end. */
export function positionAt(source: Source, offset: number): Position {
  const before = source.text.slice(0, Math.max(0, offset));
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line++;
  return { line, column: before.length - lineStart + 1 };
}

/** The offset of a line and column (both from 1), held inside the text. */
export function offsetAt(source: Source, position: Position): number {
  let start = 0;
  for (let line = 1; line < position.line; line++) {
    const next = source.text.indexOf('\n', start);
    if (next === -1) return source.text.length;
    start = next + 1;
  }
  return Math.min(start + position.column - 1, source.text.length);
}

/** `path:line:column` of the start of a span. */
export function formatPlace(span: Span): string {
  const { line, column } = positionAt(span.source, span.start);
  return `${span.source.path}:${line}:${column}`;
}

const WIDEST_LINE = 120;

/**
 * The line of a span with a row of carets under it:
 *
 *     12 |   "include": "all"
 *        |              ^^^^^
 *
 * Tabs count as one blank; a long line is cut around the span.
 */
export function drawFrame(span: Span): string {
  const { line, column } = positionAt(span.source, span.start);
  const lineStart = span.start - (column - 1);
  const found = span.source.text.indexOf('\n', lineStart);
  const lineEnd = found === -1 ? span.source.text.length : found;
  const whole = span.source.text
    .slice(lineStart, lineEnd)
    .replace(/[\t\r]/g, ' ')
    .replace(/\p{Cc}/gu, '·');
  const cut = column > WIDEST_LINE - 20 ? column - 20 : 0;
  const shown = whole.slice(cut, cut + WIDEST_LINE);
  const width = Math.max(1, Math.min(span.end, lineEnd) - span.start);
  const carets = '^'.repeat(Math.max(1, Math.min(width, shown.length - (column - 1 - cut))));
  const gutter = ' '.repeat(String(line).length);
  return `${line} | ${shown}\n${gutter} | ${' '.repeat(column - 1 - cut)}${carets}`;
}
