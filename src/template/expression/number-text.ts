import { fail, type Budget } from './budget.ts';
import { bitLength } from './float.ts';
import { repr } from './text.ts';
import { SPACES } from './unicode.ts';

const EDGES = new RegExp(`^[${SPACES}]*|[${SPACES}]*$`, 'g');
const ASCII_EDGES = /^[\t-\r ]*|[\t-\r ]*$/g;
const PREFIXES: ReadonlyMap<string, bigint> = new Map([
  ['0b', 2n],
  ['0o', 8n],
  ['0x', 16n],
]);

/** The longest text that `int` reads; Python's own limit for decimal digits. */
const LONGEST = 4300;

/** Digits of other scripts come in tens, one after another. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}

function bare(text: string, budget: Budget): string {
  budget.text(text.length);
  if (text.length > LONGEST) return '';
  // Python looks for more kinds of blanks where a text is not plain ASCII.
  if (/^[\0-\x7f]*$/.test(text)) return text.replace(ASCII_EDGES, '');
  budget.spend(text.length);
  return text.replace(EDGES, '').replace(/(?![0-9])\p{Nd}/gu, asciiDigit);
}

function readDigits(digits: string, base: bigint): bigint | undefined {
  if (!/^[0-9a-z]+(?:_[0-9a-z]+)*$/.test(digits)) return undefined;
  const plain = digits.replaceAll('_', '');
  const values = Array.from(plain, (digit) => Number.parseInt(digit, 36));
  if (values.some((value) => value >= Number(base))) return undefined;
  if (base === 10n) return BigInt(plain);
  return values.reduce((total, value) => total * base + BigInt(value), 0n);
}

/** An integer literal or the text that `int(text, base)` takes; base 0 reads the prefix. Undefined for anything else. */
export function readInteger(text: string, base: bigint): bigint | undefined {
  const prefix = PREFIXES.get(text.slice(0, 2).toLowerCase());
  const prefixed = prefix !== undefined && (base === 0n || base === prefix);
  // `0x_f` is fine: the underscore may follow the prefix.
  const digits = (prefixed ? text.slice(2).replace(/^_/, '') : text).toLowerCase();
  if (base !== 0n || prefixed) return readDigits(digits, prefixed ? prefix : base);
  return /^0[0_]*[1-9]/.test(digits) ? undefined : readDigits(digits, 10n);
}

/** `int(text, base)`. */
export function parseIntegerText(text: string, base: bigint, budget: Budget): bigint {
  if (base !== 0n && (base < 2n || base > 36n)) fail('int() base must be >= 2 and <= 36, or 0');
  const [, sign, digits = ''] = /^([-+]?)([^]*)$/.exec(bare(text, budget)) ?? [];
  const value = readInteger(digits, base);
  if (value === undefined) return fail(`invalid literal for int() with base ${base}: ${repr(text, budget)}`);
  budget.bits(bitLength(value));
  return sign === '-' ? -value : value;
}

const FLOAT = /^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?$/i;
const SPECIAL = /^([-+]?)(?:(inf|infinity)|nan)$/i;

/** A float literal or the text of one; undefined for anything else. */
export function readFloat(text: string): number | undefined {
  return FLOAT.test(text) ? Number(text.replaceAll('_', '')) : undefined;
}

/** `float(text)`. */
export function parseFloatText(text: string, budget: Budget): number {
  const inner = bare(text, budget);
  const special = SPECIAL.exec(inner);
  if (special) return special[2] === undefined ? NaN : special[1] === '-' ? -Infinity : Infinity;
  return readFloat(inner) ?? fail(`could not convert string to float: ${repr(text, budget)}`);
}
