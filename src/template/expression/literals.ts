import { fail, LIMITS } from './budget.ts';
import { bitLength } from './float.ts';
import { readFloat, readInteger } from './number-text.ts';

/** The value of a number token; refuses what Python refuses (`007`, `1__0`) and imaginary numbers. */
export function readNumber(text: string): bigint | number {
  if (text.length > LIMITS.bits) return fail('the number is too long');
  // `007` is no integer, and not a float either.
  const float = /^[\d_]+$/.test(text) ? undefined : readFloat(text);
  const value = readInteger(text, 0n) ?? float ?? fail(`${text} is no number`);
  return typeof value === 'bigint' && bitLength(value) > LIMITS.bits
    ? fail('the number is too large')
    : value;
}

export interface StringToken {
  readonly prefix: string;
  readonly quote: string;
  /** Where the text between the quotes starts. */
  readonly start: number;
  readonly body: string;
}

const BODIES: ReadonlyMap<string, RegExp> = new Map([
  ["'", /^(?:\\[^]|[^\\'\n])*$/],
  ['"', /^(?:\\[^]|[^\\"\n])*$/],
  ["'''", /^(?:\\[^]|'{0,2}[^\\'])*$/],
  ['"""', /^(?:\\[^]|"{0,2}[^\\"])*$/],
]);

/** Takes the quotes off. The grammar forgives a missing end, and lets f-strings hold their own quote, as Python 3.11 does not. */
export function readString(token: string): StringToken {
  const [opening, prefix = '', quote = ''] =
    /^([a-z]*)('''|"""|'|")/i.exec(token) ?? fail('a string is not closed');
  const body = token.slice(opening.length, -quote.length);
  if (
    !token.endsWith(quote) ||
    token.length < opening.length + quote.length ||
    BODIES.get(quote)?.test(body) !== true
  )
    fail('a string is not closed');
  return { prefix: prefix.toLowerCase(), quote, start: opening.length, body };
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

function codePoint(code: number): string {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) fail('an escape names no character');
  return String.fromCodePoint(code);
}

/** Escape sequences (Language reference, "String and Bytes literals"); an unknown one stays with its backslash. */
export function decodeEscapes(body: string): string {
  const escape = /\\(?:([0-7]{1,3})|(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))|([^]))/g;
  return body.replace(escape, (whole: string, ...found: (string | undefined)[]) => {
    const [octal, byte, short, long, other = ''] = found;
    if (octal !== undefined) return codePoint(Number.parseInt(octal, 8));
    const digits = byte ?? short ?? long;
    if (digits !== undefined) return codePoint(Number.parseInt(digits, 16));
    if (/^[xuUN]$/.test(other)) fail(`the escape \\${other} is not complete`);
    return ESCAPES.get(other) ?? whole;
  });
}
