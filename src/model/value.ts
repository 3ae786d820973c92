import type { Span } from '../diagnostics/source.ts';

/** What data files hold: JSON's values. Read-only, because layers never change what they merge. */
export type Value = null | boolean | number | Float | string | readonly Value[] | Mapping;

/** A whole number written with a fraction (1.0): JSON takes it for 1, and Python's text keeps the .0. */
export class Float extends Number {}

/** The number as a Float where it is whole; other numbers are told apart by themselves. */
export function floatValue(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}

export interface Mapping {
  readonly [key: string]: Value;
}

/** Keys and list positions from the top of a document. */
export type Path = readonly (string | number)[];

/** The place of a value, or of its key; of the nearest thing above it where it is not in the text itself. */
export type Locate = (path: Path, part?: 'key' | 'value') => Span;

/** Whether a value is a mapping; lists and whole floats are none. */
export function isMapping(value: Value | undefined): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Float);
}

/** Whether a value is a list. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Nothing in it: null, empty text, an empty list or mapping. False and 0 are values. */
export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (isList(value)) return value.length === 0;
  return isMapping(value) && Object.keys(value).length === 0;
}

/** Whether a switch is on: true, or text that says so. */
export function isTrue(value: Value | undefined): boolean {
  return value === true || (typeof value === 'string' && /^(?:true|yes|on|1)$/i.test(value.trim()));
}

/** The texts of a list, or of one value that stands for a list of one; nothing of what is empty. */
export function toTexts(value: Value | undefined): readonly string[] {
  if (value === undefined || value === null || value === '') return [];
  return isList(value) ? value.map(toText) : [toText(value)];
}

/** What to call a value in a message: `text`, `a list` ... */
export function describeKind(value: Value | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (isList(value)) return 'a list';
  if (isMapping(value)) return 'a mapping';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? String(value) : 'a number';
}

/** Byte-stable JSON text: two blanks of indent, keys in the order of the value, a newline at the end. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A value as Python's `str` writes it, as installer files and expressions expect; null as nothing. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value;
  return value === null ? '' : toPython(value);
}

/** A value as Python's `repr` writes it. */
export function toPython(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return pythonNumber(value);
  if (value instanceof Float) return pythonFloat(value.valueOf());
  if (typeof value === 'string') return pythonString(value);
  if (isList(value)) return `[${value.map(toPython).join(', ')}]`;
  const items = Object.entries(value).map(([key, item]) => `${pythonString(key)}: ${toPython(item)}`);
  return `{${items.join(', ')}}`;
}

/** A whole float: with .0, or with an exponent from 1e16 on. */
function pythonFloat(value: number): string {
  if (Math.abs(value) >= 1e16) return value.toExponential();
  return Object.is(value, -0) ? '-0.0' : `${value}.0`;
}

/** Python writes 1e+16 and above, and below 1e-4, with an exponent of two digits at least. */
function pythonNumber(value: number): string {
  const text = String(value);
  const exponent = /^(-?[\d.]+)e([+-])(\d+)$/.exec(text);
  if (exponent) return `${exponent[1]}e${exponent[2]}${(exponent[3] ?? '').padStart(2, '0')}`;
  if (value !== 0 && Math.abs(value) < 1e-4) {
    const [digits = '', power = ''] = value.toExponential().split('e-');
    return `${digits}e-${power.padStart(2, '0')}`;
  }
  if (!Number.isInteger(value) && Math.abs(value) >= 1e16) return value.toExponential();
  return text;
}

const PYTHON_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Characters that `repr` writes as escapes (`str.isprintable`); the blank is the one separator that it does not. */
export const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/gu;

/** Python prefers single quotes, and takes double ones where the text has only single ones. */
export function pythonString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replace(/[\\\n\r\t]/g, (sign) => PYTHON_ESCAPES[sign] ?? sign)
    .replaceAll(quote, `\\${quote}`);
  return quote + escaped.replace(UNPRINTABLE, escapeCharacter) + quote;
}

/** A character as Python escapes it in `repr` and `ascii`. */
export function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}
