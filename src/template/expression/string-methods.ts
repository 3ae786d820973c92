import { signature, type Bound } from './arguments.ts';
import { fail } from './budget.ts';
import { justify } from './format.ts';
import { codePoints, each, isTrue, PyList, PyTuple, typeName, type PyObject } from './object.ts';
import { slice, sliceBounds } from './subscript.ts';
import { CASES, LINE_END, SPACES, TESTS } from './unicode.ts';

type Run = (text: string, given: Bound) => PyObject;

function lengthOf(text: string): number {
  return codePoints(text).length;
}

/** The part of the text that `start` and `end` choose, and how many characters stand before it; undefined past the end. */
function section(text: string, given: Bound): { part: string; offset: number } | undefined {
  const bounds = [given.get('start') ?? null, given.get('end') ?? null];
  const length = BigInt(lengthOf(text));
  const [start, end] = sliceBounds(bounds, length);
  const first = given.get('start');
  if (start > end || (start === length && first !== undefined && typeof first === 'bigint' && first > length))
    return undefined;
  const part = slice(text, bounds, given.budget);
  return { part: typeof part === 'string' ? part : '', offset: Number(start) };
}

function position(text: string, given: Bound, search: 'indexOf' | 'lastIndexOf'): number {
  const wanted = given.text('sub');
  const found = section(text, given);
  if (!found) return -1;
  given.budget.search(found.part.length, wanted.length);
  const index = found.part[search](wanted);
  return index < 0 ? -1 : found.offset + lengthOf(found.part.slice(0, index));
}

function find(search: 'indexOf' | 'lastIndexOf'): Run {
  return (text, given) => BigInt(position(text, given, search));
}

function index(search: 'indexOf' | 'lastIndexOf'): Run {
  return (text, given) => {
    const place = position(text, given, search);
    return place < 0 ? fail('substring not found') : BigInt(place);
  };
}

function occurrences(text: string, wanted: string, given: Bound): number {
  given.budget.search(text.length, wanted.length);
  return wanted === '' ? lengthOf(text) + 1 : text.split(wanted).length - 1;
}

function count(text: string, given: Bound): PyObject {
  const wanted = given.text('sub');
  const found = section(text, given);
  return found ? BigInt(occurrences(found.part, wanted, given)) : 0n;
}

function affix(test: 'startsWith' | 'endsWith'): Run {
  return (text, given) => {
    const wanted = given.need('prefix');
    const choices = wanted instanceof PyTuple ? wanted.items : [wanted];
    const found = section(text, given);
    return choices.some((choice) => {
      given.budget.spend();
      if (typeof choice !== 'string')
        return fail(`${given.callee} first arg must be str or a tuple of str, not ${typeName(choice)}`);
      given.budget.spend(choice.length >> 4);
      return found?.part[test](choice) === true;
    });
  };
}

function replace(text: string, given: Bound): PyObject {
  const [old, replacement] = [given.text('old'), given.text('new')];
  const limit = given.count('count', -1);
  const total = occurrences(text, old, given);
  const times = limit < 0 ? total : Math.min(limit, total);
  given.budget.text(text.length + Math.max(0, times * (replacement.length - old.length)));
  given.budget.items(times);
  if (times === 0) return text;
  if (old !== '') {
    const pieces = text.split(old);
    return [pieces.slice(0, times).join(replacement), ...pieces.slice(times)]
      .map((piece, at) => (at === 0 ? piece : at === 1 ? replacement + piece : old + piece))
      .join('');
  }
  const characters = Array.from(text);
  const spaced = characters.map((character, at) => (at < times ? replacement : '') + character);
  return spaced.join('') + (times > characters.length ? replacement : '');
}

/** Where a text starts and ends once blanks, or the characters given, are taken off. */
function strip(side: 'left' | 'right' | 'both'): Run {
  return (text, given) => {
    const chosen = given.textOrNone('chars');
    given.budget.text(text.length + (chosen?.length ?? 0));
    const characters = codePoints(text);
    const blank = new RegExp(`[${SPACES}]`);
    const set = new Set(chosen);
    const goes = (at: number): boolean =>
      chosen === undefined ? blank.test(characters[at] ?? '') : set.has(characters[at] ?? '');
    let [from, to] = [0, characters.length];
    if (side !== 'right') while (from < to && goes(from)) from += 1;
    if (side !== 'left') while (to > from && goes(to - 1)) to -= 1;
    return typeof characters === 'string' ? characters.slice(from, to) : characters.slice(from, to).join('');
  };
}

/** Splits at blanks: every run of them is one cut, and those at the ends are none. */
function splitBlanks(text: string, limit: number, fromRight: boolean): string[] {
  const words = [...text.matchAll(new RegExp(`[^${SPACES}]+`, 'g'))];
  if (limit < 0 || words.length <= limit) return words.map(([word]) => word);
  if (fromRight) {
    const kept = words.slice(words.length - limit);
    const last = words[words.length - limit - 1];
    return [...(last ? [text.slice(0, last.index + last[0].length)] : []), ...kept.map(([word]) => word)];
  }
  const next = words[limit];
  const rest = next ? [text.slice(next.index)] : [];
  return [...words.slice(0, limit).map(([word]) => word), ...rest];
}

function splitAt(text: string, separator: string, limit: number, fromRight: boolean): string[] {
  const pieces = text.split(separator);
  if (limit < 0 || pieces.length <= limit + 1) return pieces;
  const cut = pieces.length - limit - 1;
  if (fromRight) return [pieces.slice(0, cut + 1).join(separator), ...pieces.slice(cut + 1)];
  return [...pieces.slice(0, limit), pieces.slice(limit).join(separator)];
}

function split(fromRight: boolean): Run {
  return (text, given) => {
    const separator = given.textOrNone('sep');
    const limit = given.count('maxsplit', -1);
    if (separator === '') fail('empty separator');
    given.budget.items(
      separator === undefined ? (text.length >> 1) + 1 : occurrences(text, separator, given) + 1,
    );
    return new PyList(
      separator === undefined
        ? splitBlanks(text, limit, fromRight)
        : splitAt(text, separator, limit, fromRight),
    );
  };
}

function splitLines(text: string, given: Bound): PyObject {
  const keep = isTrue(given.get('keepends') ?? false);
  given.budget.text(text.length);
  const lines: string[] = [];
  let from = 0;
  for (const end of text.matchAll(LINE_END)) {
    given.budget.items(1);
    lines.push(text.slice(from, end.index + (keep ? end[0].length : 0)));
    from = end.index + end[0].length;
  }
  if (from < text.length) lines.push(text.slice(from));
  given.budget.items(lines.length);
  return new PyList(lines);
}

function partition(fromRight: boolean): Run {
  return (text, given) => {
    const separator = given.text('sep');
    if (separator === '') fail('empty separator');
    given.budget.search(text.length, separator.length);
    const at = fromRight ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at < 0) return new PyTuple(fromRight ? ['', '', text] : [text, '', '']);
    return new PyTuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
  };
}

function join(text: string, given: Bound): PyObject {
  const parts: string[] = [];
  let size = 0;
  for (const item of each(given.need('iterable'), given.budget)) {
    if (typeof item !== 'string')
      return fail(`sequence item ${parts.length}: expected str instance, ${typeName(item)} found`);
    size += item.length + (parts.length > 0 ? text.length : 0);
    given.budget.fits(size);
    parts.push(item);
  }
  given.budget.text(size);
  return parts.join(text);
}

function pad(alignment: '<' | '>' | '^'): Run {
  return (text, given) => {
    const width = given.count('width', 0);
    const fill = given.get('fillchar') === undefined ? ' ' : given.text('fillchar');
    if (lengthOf(fill) !== 1) fail('The fill character must be exactly one character long');
    const missing = width - lengthOf(text);
    if (alignment !== '^' || missing <= 0) return justify(text, alignment, width, fill, given.budget);
    // `center` puts the odd blank to the left of texts of an odd width, unlike `format`.
    given.budget.text(text.length + missing * fill.length);
    const left = Math.floor(missing / 2) + ((missing % 2) & (width % 2));
    return fill.repeat(left) + text + fill.repeat(missing - left);
  };
}

function zeroFill(text: string, given: Bound): PyObject {
  const [sign = ''] = /^[-+]/.exec(text) ?? [];
  const width = given.count('width', 0) - sign.length;
  return sign + justify(text.slice(sign.length), '>', width, '0', given.budget);
}

function expandTabs(text: string, given: Bound): PyObject {
  const size = given.count('tabsize', 8);
  let [column, expanded] = [0, ''];
  given.budget.text(text.length);
  for (const piece of text.match(/\t|[\n\r]|[^\t\n\r]+/g) ?? []) {
    given.budget.spend();
    const blanks = piece === '\t' && size > 0 ? size - (column % size) : 0;
    given.budget.fits(expanded.length + blanks + piece.length);
    if (piece === '\t') expanded += ' '.repeat(blanks);
    else expanded += piece;
    column = /[\n\r]/.test(piece) ? 0 : column + (piece === '\t' ? blanks : lengthOf(piece));
  }
  given.budget.text(expanded.length);
  return expanded;
}

function removeAffix(text: string, given: Bound, test: 'startsWith' | 'endsWith'): PyObject {
  const part = given.text('prefix');
  if (!text[test](part)) return text;
  return test === 'startsWith' ? text.slice(part.length) : text.slice(0, text.length - part.length);
}

const IN_SECTION = 'sub start= end= /';

const TABLE: readonly (readonly [names: string, signature: string, run: Run])[] = [
  ['find', IN_SECTION, find('indexOf')],
  ['rfind', IN_SECTION, find('lastIndexOf')],
  ['index', IN_SECTION, index('indexOf')],
  ['rindex', IN_SECTION, index('lastIndexOf')],
  ['count', IN_SECTION, count],
  ['startswith', 'prefix start= end= /', affix('startsWith')],
  ['endswith', 'prefix start= end= /', affix('endsWith')],
  ['removeprefix', 'prefix /', (text, given) => removeAffix(text, given, 'startsWith')],
  ['removesuffix', 'prefix /', (text, given) => removeAffix(text, given, 'endsWith')],
  ['replace', 'old new count= /', replace],
  ['strip', 'chars= /', strip('both')],
  ['lstrip', 'chars= /', strip('left')],
  ['rstrip', 'chars= /', strip('right')],
  ['split', 'sep= maxsplit=', split(false)],
  ['rsplit', 'sep= maxsplit=', split(true)],
  ['splitlines', 'keepends=', splitLines],
  ['partition', 'sep /', partition(false)],
  ['rpartition', 'sep /', partition(true)],
  ['join', 'iterable /', join],
  ['ljust', 'width fillchar= /', pad('<')],
  ['rjust', 'width fillchar= /', pad('>')],
  ['center', 'width fillchar= /', pad('^')],
  ['zfill', 'width /', zeroFill],
  ['expandtabs', 'tabsize=', expandTabs],
];

/** The methods of str without side effects (Library reference, "String Methods"), `encode` and `format_map` left out. */
export const STRING_METHODS = new Map([
  ...TABLE.map(([name, expected, run]) => [name, { expected: signature(expected), run }] as const),
  ...[...CASES, ...TESTS].map(([name, apply]) => {
    const run: Run = (text, given) => {
      given.budget.text(text.length * 3);
      return apply(text);
    };
    return [name, { expected: signature(''), run }] as const;
  }),
]);
