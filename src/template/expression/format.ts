import { fail, type Budget } from './budget.ts';
import { floatDigits, isNegative, toFloat, type FloatStyle } from './float.ts';
import { asInteger, asNumber, codePoints, typeName, type PyObject } from './object.ts';
import { str } from './text.ts';

/** Library reference, "Format Specification Mini-Language". */
const SPECIFICATION =
  /^(?:(?<fill>.)(?<align>[<>=^])|(?<aligned>[<>=^]))?(?<sign>[-+ ])?(?<zero>z)?(?<alternate>#)?(?<pad>0)?(?<width>\d+)?(?<group>[,_])?(?:\.(?<precision>\d+))?(?<type>[a-zA-Z%])?$/su;

export interface Specification {
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string | undefined;
  readonly zero: boolean;
  readonly alternate: boolean;
  readonly pad: boolean;
  readonly width: number;
  readonly group: string | undefined;
  readonly precision: number | undefined;
  readonly type: string | undefined;
}

/** A number in parts: sign and prefix stay before zeros that fill the width. */
export interface NumberParts {
  readonly sign: string;
  readonly digits: string;
  readonly rest: string;
}

function parseSpecification(text: string): Specification {
  const found = SPECIFICATION.exec(text)?.groups ?? fail('Invalid format specifier');
  return {
    fill: found.fill ?? (found.pad === undefined ? ' ' : '0'),
    align: found.align ?? found.aligned,
    sign: found.sign,
    zero: found.zero !== undefined,
    alternate: found.alternate !== undefined,
    pad: found.pad !== undefined,
    width: Number(found.width ?? 0),
    group: found.group,
    precision: found.precision === undefined ? undefined : Number(found.precision),
    type: found.type,
  };
}

/** Fills a text up to a width; the size is checked before. */
export function justify(text: string, align: string, width: number, fill: string, budget: Budget): string {
  const missing = width - codePoints(text).length;
  if (missing <= 0) return text;
  budget.text(text.length + missing * fill.length);
  const left = align === '<' ? 0 : align === '^' ? Math.floor(missing / 2) : missing;
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

function unknownType(type: string, object: PyObject): never {
  return fail(`Unknown format code '${type}' for object of type '${typeName(object)}'`);
}

function formatText(text: string, spec: Specification, budget: Budget): string {
  if (spec.type !== undefined && spec.type !== 's') unknownType(spec.type, text);
  if (spec.sign !== undefined) fail('Sign not allowed in string format specifier');
  if (spec.zero) fail('Negative zero coercion (z) not allowed in format specifier with string');
  if (spec.alternate) fail('Alternate form (#) not allowed in string format specifier');
  if (spec.align === '=') fail("'=' alignment not allowed in string format specifier");
  if (spec.group !== undefined) fail(`Cannot specify '${spec.group}' with 's'.`);
  const cut = spec.precision === undefined ? text : takeCharacters(text, spec.precision);
  return justify(cut, spec.align ?? '<', spec.width, spec.fill, budget);
}

/** The first code points of a text, as Python slices it. */
export function takeCharacters(text: string, count: number): string {
  const characters = codePoints(text);
  return typeof characters === 'string' ? characters.slice(0, count) : characters.slice(0, count).join('');
}

function groupDigits(digits: string, separator: string, size: number, width: number): string {
  // With zeros as fill, separators go on through the zeros; a number never starts with one.
  const count = Math.max(digits.length, Math.ceil((width * size + 1) / (size + 1)));
  const padded = width > 0 ? digits.padStart(count, '0') : digits;
  const groups: string[] = [];
  for (let end = padded.length; end > 0; end -= size)
    groups.unshift(padded.slice(Math.max(0, end - size), end));
  return groups.join(separator);
}

function layOut(parts: NumberParts, spec: Specification, groupSize: number, budget: Budget): string {
  budget.text(spec.width);
  const align = spec.align ?? (spec.pad ? '=' : '>');
  const outside = parts.sign.length + parts.rest.length;
  let { digits } = parts;
  if (spec.group !== undefined && /^[0-9a-f]/i.test(digits) && !/^(inf|nan)$/i.test(digits)) {
    const width = align === '=' && spec.fill === '0' ? Math.max(0, spec.width - outside) : 0;
    budget.text(digits.length * 2);
    digits = groupDigits(digits, spec.group === ',' ? ',' : '_', groupSize, width);
  }
  if (align !== '=') return justify(parts.sign + digits + parts.rest, align, spec.width, spec.fill, budget);
  return parts.sign + justify(digits + parts.rest, '>', spec.width - parts.sign.length, spec.fill, budget);
}

function signText(negative: boolean, sign: string | undefined): string {
  if (negative) return '-';
  return sign === '+' || sign === ' ' ? sign : '';
}

const BASES: ReadonlyMap<string, number> = new Map([
  ['b', 2],
  ['o', 8],
  ['d', 10],
  ['x', 16],
  ['X', 16],
]);

/** An int in the base of a format letter, in parts; shared by `format` and `%`. */
export function integerParts(
  value: bigint,
  type: string,
  sign: string | undefined,
  alternate: boolean,
): NumberParts {
  const digits = (value < 0n ? -value : value).toString(BASES.get(type) ?? 10);
  const prefix = alternate && type !== 'd' ? `0${type}` : '';
  return {
    sign: signText(value < 0n, sign) + prefix,
    digits: type === 'X' ? digits.toUpperCase() : digits,
    rest: '',
  };
}

/** A character from its code point, as `%c` writes it. */
export function character(code: bigint): string {
  if (code < 0n || code > 0x10ffffn) fail('%c arg not in range(0x110000)');
  return String.fromCodePoint(Number(code));
}

function formatInteger(object: PyObject, value: bigint, spec: Specification, budget: Budget): string {
  const type = spec.type === undefined || spec.type === 'n' ? 'd' : spec.type;
  if (spec.precision !== undefined) fail('Precision not allowed in integer format specifier');
  if (spec.zero) fail('Negative zero coercion (z) not allowed in format specifier with integer');
  if (type === 'c') {
    if (spec.sign !== undefined) fail("Sign not allowed with integer format specifier 'c'");
    if (spec.alternate) fail("Alternate form (#) not allowed with integer format specifier 'c'");
    if (spec.group !== undefined) fail(`Cannot specify '${spec.group}' with 'c'.`);
    return layOut({ sign: '', digits: character(value), rest: '' }, spec, 3, budget);
  }
  if (!BASES.has(type)) unknownType(type, object);
  if (spec.group !== undefined && (spec.type === 'n' || (spec.group === ',' && type !== 'd')))
    fail(`Cannot specify '${spec.group}' with '${spec.type ?? type}'.`);
  const parts = integerParts(value, type, spec.sign, spec.alternate);
  return layOut(parts, spec, type === 'd' ? 3 : 4, budget);
}

const STYLES: ReadonlyMap<string, FloatStyle> = new Map([
  ['e', 'e'],
  ['f', 'f'],
  ['g', 'g'],
  ['n', 'g'],
  ['%', 'f'],
]);

interface FloatRequest {
  readonly type: string;
  readonly precision: number | undefined;
  readonly sign: string | undefined;
  readonly alternate: boolean;
  readonly zero: boolean;
}

/** A float in the style of a format letter, in parts; shared by `format` and `%`. The empty letter is `format` without one. */
export function floatParts(value: number, request: FloatRequest, budget: Budget): NumberParts {
  const { type, precision, alternate } = request;
  const style = STYLES.get(type.toLowerCase()) ?? (precision === undefined ? 'repr' : 'pointed');
  budget.text((precision ?? 6) + 320);
  const number = type === '%' ? value * 100 : value;
  const text = floatDigits(number, style, precision ?? 6, alternate) + (type === '%' ? '%' : '');
  const cased = type !== '%' && type !== type.toLowerCase() ? text.toUpperCase() : text;
  const digits = /^(?:\d+|inf|nan)/i.exec(cased)?.[0] ?? '';
  const negative = isNegative(number) && !(request.zero && !/[1-9in]/i.test(cased));
  return { sign: signText(negative, request.sign), digits, rest: cased.slice(digits.length) };
}

function formatFloat(object: PyObject, value: number, spec: Specification, budget: Budget): string {
  const type = spec.type ?? '';
  if (type !== '' && !STYLES.has(type.toLowerCase())) unknownType(type, object);
  if (type === 'N') unknownType(type, object);
  if (spec.group !== undefined && type === 'n') fail(`Cannot specify '${spec.group}' with 'n'.`);
  return layOut(floatParts(value, { ...spec, type }, budget), spec, 3, budget);
}

/**
 * What `format(object, text)` gives (Library reference, "Format Specification Mini-Language"), as used by `str.format` and
 * f-strings. Fails for an unknown or unfit specification, and for types that know only the empty one.
 */
export function format(object: PyObject, text: string, budget: Budget): string {
  budget.spend();
  if (text === '') return str(object, budget);
  const number = asNumber(object);
  if (number === undefined && typeof object !== 'string')
    return fail(`unsupported format string passed to ${typeName(object)}.__format__`);
  const spec = parseSpecification(text);
  if (typeof object === 'string') return formatText(object, spec, budget);
  const whole = asInteger(object);
  if (whole === undefined || /^[efg%]$/i.test(spec.type ?? ''))
    return formatFloat(object, toFloat(number ?? 0n), spec, budget);
  return formatInteger(object, whole, spec, budget);
}
