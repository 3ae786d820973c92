/** How characters are compared at some place of a pattern. */
export interface Comparison {
  readonly ignoreCase: boolean;
  readonly ascii: boolean;
}

export type Category = 'd' | 'D' | 's' | 'S' | 'w' | 'W';

export type SetItem =
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  | { readonly kind: 'category'; readonly category: Category };

/** Does this code point match? */
export type CharacterTest = (code: number) => boolean;

/** Lower-case letters that share their upper case with others: `_EXTRA_CASES` of CPython's Lib/re/_casefix.py. */
const SHARED_UPPER_CASE = [
  ['i', '\u0131'],
  ['s', '\u017f'],
  ['\u00b5', '\u03bc'],
  ['\u0345', '\u03b9', '\u1fbe'],
  ['\u0390', '\u1fd3'],
  ['\u03b0', '\u1fe3'],
  ['\u03b2', '\u03d0'],
  ['\u03b5', '\u03f5'],
  ['\u03b8', '\u03d1'],
  ['\u03ba', '\u03f0'],
  ['\u03c0', '\u03d6'],
  ['\u03c1', '\u03f1'],
  ['\u03c2', '\u03c3'],
  ['\u03c6', '\u03d5'],
  ['\u0432', '\u1c80'],
  ['\u0434', '\u1c81'],
  ['\u043e', '\u1c82'],
  ['\u0441', '\u1c83'],
  ['\u0442', '\u1c84', '\u1c85'],
  ['\u044a', '\u1c86'],
  ['\u0463', '\u1c87'],
  ['\ua64b', '\u1c88'],
  ['\u1e61', '\u1e9b'],
  ['\ufb05', '\ufb06'],
] as const;

const TWINS: ReadonlyMap<number, readonly number[]> = new Map(
  SHARED_UPPER_CASE.flatMap((letters) => {
    const codes = letters.map((letter) => letter.charCodeAt(0));
    return codes.map((code): [number, number[]] => [code, codes.filter((other) => other !== code)]);
  }),
);

/** Characters that become lower case but are not the upper case of anything: Kelvin, Angstrom, Ohm, dotted I ... */
const ONE_WAY_UPPER: ReadonlyMap<number, number> = new Map([
  [0x6b, 0x212a],
  [0xe5, 0x212b],
  [0x3c9, 0x2126],
  [0x3b8, 0x3f4],
  [0x69, 0x130],
  [0xdf, 0x1e9e],
]);

/** Matches one literal character, as Python's LITERAL does. */
export function literalTest(literal: number, how: Comparison): CharacterTest {
  if (!how.ignoreCase) return (code) => code === literal;
  const lower = lowerCase(literal, how.ascii);
  const twins = how.ascii ? [] : (TWINS.get(lower) ?? []);
  return (code) => {
    const found = lowerCase(code, how.ascii);
    return found === lower || twins.includes(found);
  };
}

/** Matches a class such as `[a-z\d]`, or anything but it. */
export function setTest(items: readonly SetItem[], negated: boolean, how: Comparison): CharacterTest {
  const tests = items.map((item) =>
    item.kind === 'category' ? categoryTest(item.category, how.ascii) : rangeTest(item.low, item.high, how),
  );
  return (code) => tests.some((test) => test(code)) !== negated;
}

/** Matches what `.` matches. */
export function anyTest(dotAll: boolean): CharacterTest {
  return dotAll ? () => true : (code) => code !== 0x0a;
}

/** Does `\w` match? Python: letters, anything numeric, the underscore; no combining marks. */
export function isWord(code: number, ascii: boolean): boolean {
  if (code < 0x80) return /\w/.test(String.fromCharCode(code));
  return !ascii && /^[\p{L}\p{N}]$/u.test(String.fromCodePoint(code));
}

/** Are two characters one and the same to a backreference? */
export function sameCharacter(left: number, right: number, how: Comparison): boolean {
  if (left === right) return true;
  return how.ignoreCase && lowerCase(left, how.ascii) === lowerCase(right, how.ascii);
}

function categoryTest(category: Category, ascii: boolean): CharacterTest {
  switch (category) {
    case 'd':
      return (code) => isDigit(code, ascii);
    case 'D':
      return (code) => !isDigit(code, ascii);
    case 's':
      return (code) => isSpace(code, ascii);
    case 'S':
      return (code) => !isSpace(code, ascii);
    case 'w':
      return (code) => isWord(code, ascii);
    case 'W':
      return (code) => !isWord(code, ascii);
  }
}

function isDigit(code: number, ascii: boolean): boolean {
  if (code < 0x80) return code >= 0x30 && code <= 0x39;
  return !ascii && /^\p{Nd}$/u.test(String.fromCodePoint(code));
}

/** `str.isspace` counts the separators 0x1c to 0x1f and 0x85, and not U+FEFF; JavaScript's `\s` has it the other way. */
function isSpace(code: number, ascii: boolean): boolean {
  if ((code >= 0x09 && code <= 0x0d) || code === 0x20) return true;
  if (ascii) return false;
  if ((code >= 0x1c && code <= 0x1f) || code === 0x85) return true;
  return code >= 0xa0 && code !== 0xfeff && /^\s$/u.test(String.fromCodePoint(code));
}

function rangeTest(low: number, high: number, how: Comparison): CharacterTest {
  if (low === high) return literalTest(low, how);
  if (!how.ignoreCase) return (code) => code >= low && code <= high;
  const holds = (lower: number): boolean =>
    upperCandidates(lower, how.ascii).some(
      (code) => code >= low && code <= high && lowerCase(code, how.ascii) === lower,
    );
  return (code) => {
    const lower = lowerCase(code, how.ascii);
    return holds(lower) || (!how.ascii && (TWINS.get(lower) ?? []).some(holds));
  };
}

/**
 * What may have this lower case. Unicode keeps no list of that; the neighbours cover title case and the Greek letters
 * whose upper case is written with two characters.
 */
function upperCandidates(lower: number, ascii: boolean): number[] {
  if (ascii) return [lower, lower - 0x20];
  const upper = String.fromCodePoint(lower).toUpperCase().codePointAt(0) ?? lower;
  const candidates = [lower, upper, ONE_WAY_UPPER.get(lower) ?? lower];
  if (lower < 0x80) return candidates;
  return [...candidates, lower - 2, lower - 1, lower + 1, lower + 8, lower + 9];
}

/** Python's simple lower case: always one character, where JavaScript may give several. */
function lowerCase(code: number, ascii: boolean): number {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
  if (ascii) return code;
  return String.fromCodePoint(code).toLowerCase().codePointAt(0) ?? code;
}
