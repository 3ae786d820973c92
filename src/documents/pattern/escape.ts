import type { Category, SetItem } from './set.ts';
import { PatternFault, type Tokens } from './tokens.ts';

export type Place =
  'text-start' | 'text-end' | 'line-start' | 'line-end' | 'last-line-end' | 'word-edge' | 'no-word-edge';

/** What an escape outside of a class may stand for. */
export type Escape =
  | SetItem
  | { readonly kind: 'at'; readonly place: Place }
  | { readonly kind: 'group'; readonly group: number };

const CATEGORIES: ReadonlyMap<string, Category> = new Map(
  (['d', 'D', 's', 'S', 'w', 'W'] as const).map((letter) => [`\\${letter}`, letter]),
);

const PLACES: ReadonlyMap<string, Place> = new Map([
  ['\\A', 'text-start'],
  ['\\Z', 'text-end'],
  ['\\b', 'word-edge'],
  ['\\B', 'no-word-edge'],
]);

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['\\a', 7],
  ['\\b', 8],
  ['\\f', 12],
  ['\\n', 10],
  ['\\r', 13],
  ['\\t', 9],
  ['\\v', 11],
]);

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const HEX = /^[0-9a-fA-F]$/;
const DIGIT = /^[0-9]$/;
const OCTAL = /^[0-7]$/;

/** A code point standing for itself. */
export function literal(code: number): SetItem {
  return { kind: 'range', low: code, high: code };
}

/**
 * Reads the rest of an escape outside of a class. In: the token (`\d`, `\x` ...) and the tokens behind it. Out: a
 * character, a category, a place or a group number. Throws PatternFault as Python does.
 *
 * Source of the rule: `_escape` of CPython's Lib/re/_parser.py.
 */
export function readEscape(tokens: Tokens, token: string): Escape {
  const place = PLACES.get(token);
  if (place !== undefined) return { kind: 'at', place };
  const common = readCommonEscape(tokens, token);
  if (common !== undefined) return common;
  const digit = token.slice(1);
  if (digit === '0') return literal(parseInt(`0${tokens.getWhile(2, OCTAL)}`, 8));
  if (DIGIT.test(digit)) return readGroupNumber(tokens, token);
  return readPlainEscape(tokens, token);
}

/**
 * Reads the rest of an escape inside of a class; as `readEscape`, without places and groups.
 *
 * Source of the rule: `_class_escape` of CPython's Lib/re/_parser.py.
 */
export function readClassEscape(tokens: Tokens, token: string): SetItem {
  const common = readCommonEscape(tokens, token);
  if (common !== undefined) return common;
  if (!OCTAL.test(token.slice(1))) return readPlainEscape(tokens, token);
  return octal(tokens, token + tokens.getWhile(2, OCTAL));
}

function readCommonEscape(tokens: Tokens, token: string): SetItem | undefined {
  const control = CONTROLS.get(token);
  if (control !== undefined) return literal(control);
  const category = CATEGORIES.get(token);
  if (category !== undefined) return { kind: 'category', category };
  const letter = token.slice(1);
  const width = HEX_DIGITS[letter];
  if (width !== undefined) return readHex(tokens, token, width);
  if (letter !== 'N') return undefined;
  throw tokens.fault(`character names (\\N{...}) are not supported, write \\u or \\U`, 2);
}

function readHex(tokens: Tokens, token: string, width: number): SetItem {
  const escape = token + tokens.getWhile(width, HEX);
  if (escape.length !== width + 2) throw tokens.fault(`incomplete escape ${escape}`, escape.length);
  const code = parseInt(escape.slice(2), 16);
  if (code > 0x10ffff) throw tokens.fault(`bad escape ${escape}`, escape.length);
  return literal(code);
}

/** `\1` to `\99` are groups; three octal digits are a character. */
function readGroupNumber(tokens: Tokens, token: string): Escape {
  let escape = token + tokens.getWhile(1, DIGIT);
  if (/^\\[0-7]{2}$/.test(escape) && tokens.next !== undefined && OCTAL.test(tokens.next)) {
    escape += tokens.getWhile(1, OCTAL);
    return octal(tokens, escape);
  }
  return { kind: 'group', group: Number(escape.slice(1)) };
}

function octal(tokens: Tokens, escape: string): SetItem {
  const code = parseInt(escape.slice(1), 8);
  if (code <= 0o377) return literal(code);
  throw tokens.fault(`octal escape value ${escape} outside of range 0-0o377`, escape.length);
}

/** Punctuation stands for itself; a letter or digit without a meaning is refused, so that it can get one. */
function readPlainEscape(tokens: Tokens, token: string): SetItem {
  if (/^\\[a-zA-Z0-9]$/.test(token)) throw tokens.fault(`bad escape ${token}`, token.length);
  const code = token.codePointAt(1);
  if (code === undefined) throw new PatternFault('bad escape (end of pattern)', tokens.at);
  return literal(code);
}
