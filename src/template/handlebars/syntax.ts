import { problem, type Diagnostic } from '../../diagnostics/diagnostic.ts';
import { offsetAt, type Source, type Span } from '../../diagnostics/source.ts';

/** A place as Handlebars' parser tells it: lines from 1, columns from 0. */
export interface Location {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

/** What the parser's tokens look like to people. */
const TOKENS: Readonly<Record<string, string>> = {
  EOF: 'the end of the file',
  CLOSE: '"}}"',
  CLOSE_UNESCAPED: '"}}}"',
  CLOSE_SEXPR: '")"',
  OPEN_SEXPR: '"("',
  OPEN_ENDBLOCK: '"{{/"',
  INVERSE: '"{{else}}"',
  OPEN_INVERSE_CHAIN: '"{{else"',
  EQUALS: '"="',
  SEP: '"." or "/"',
  ID: 'a name',
  STRING: 'text in quotes',
  NUMBER: 'a number',
};

/** The part of the user's file that a node of the template was read from. */
export function spanOf(source: Source, location: Location): Span {
  const offset = ({ line, column }: Location['start']): number =>
    offsetAt(source, { line, column: column + 1 });
  return { source, start: offset(location.start), end: offset(location.end) };
}

/**
 * What Handlebars' parser says, as a diagnostic at its place in the file. In: the error's message. The parser tells the
 * line in words, and the column by a drawing of the text around it, which is looked up in the file.
 *
 * Source of the form: `parseError` and `showPosition` of Handlebars 4's generated parser.
 */
export function syntaxProblem(source: Source, message: string): Diagnostic {
  const drawn = /^(?:Parse|Lexical) error on line (\d+)[:.].*?\n(.*)\n(-*)\^/s.exec(message);
  if (drawn === null) return problem('template', `this is not Handlebars: ${message}`, wholeLine(source, 1));
  const [, line = '1', picture = '', dashes = ''] = drawn;
  const start = findDrawn(
    source.text,
    picture,
    dashes.length,
    offsetAt(source, { line: Number(line), column: 1 }),
  );
  const got = /got '(\w+)'$/.exec(message)?.[1];
  const found = got === undefined ? undefined : TOKENS[got];
  const what = found === undefined ? 'this cannot stand here' : `${found} cannot stand here`;
  const note = advice(source.text.slice(0, start), got, message);
  const span = { source, start, end: Math.min(start + 1, source.text.length) };
  return problem('template', `this is not Handlebars: ${what}`, span, ...(note === undefined ? [] : [note]));
}

function advice(before: string, got: string | undefined, message: string): string | undefined {
  if (/\{\{-?\s*vault\s*$/.test(before)) return 'a secret is written {{secret "path" "key"}} in a template';
  if (got === 'EOF') return 'a block is opened with {{#name}} and closed with {{/name}}';
  return expectation(message);
}

function expectation(message: string): string | undefined {
  const expected = [...(/Expecting (.*), got/.exec(message)?.[1] ?? '').matchAll(/'(\w+)'/g)]
    .map(([, token = '']) => TOKENS[token])
    .filter((name) => name !== undefined);
  return expected.length === 0 ? undefined : `what could stand here: ${expected.join(', ')}`;
}

/** The drawing has at most 20 characters before and after the place, and no line ends. */
function findDrawn(text: string, picture: string, before: number, from: number): number {
  const past = picture.slice(0, before).replace(/^\.\.\./, '');
  const coming = picture.slice(before).replace(/\.\.\.$/, '');
  const window = (start: number, end: number): string =>
    text.slice(Math.max(0, start), end).replace(/\n/g, '');
  for (let at = from; at <= text.length; at++) {
    const near = text[at] === '\n' ? 0 : 1;
    if (near === 0 && coming !== '') continue;
    if (!window(at - 60, at).endsWith(past)) continue;
    if (window(at, at + 60).startsWith(coming)) return at;
  }
  return from;
}

function wholeLine(source: Source, line: number): Span {
  const start = offsetAt(source, { line, column: 1 });
  const end = source.text.indexOf('\n', start);
  return { source, start, end: end === -1 ? source.text.length : end };
}

/** Far beyond what is accepted, as comments and escaped text are counted too. */
const DEEPEST_SCAN = 500;

/**
 * Where blocks are nested so deeply that Handlebars' parser, whose time grows faster than the depth, should not be given
 * the template at all. In: the source. Out: a diagnostic, or nothing.
 */
export function depthProblem(source: Source): Diagnostic | undefined {
  let depth = 0;
  for (const { 1: sign, index } of source.text.matchAll(/\{\{~?([#^/])/g)) {
    depth += sign === '/' ? -1 : 1;
    if (depth <= DEEPEST_SCAN) continue;
    return problem('template', 'blocks are nested too deeply', { source, start: index, end: index + 3 });
  }
  return undefined;
}
