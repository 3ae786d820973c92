import { fail, type Budget } from './budget.ts';
import { hashKey } from './compare.ts';
import { toFloat, toInteger } from './float.ts';
import { character, floatParts, integerParts, takeCharacters, type NumberParts } from './format.ts';
import { asInteger, asNumber, codePoints, PyDict, PyTuple, typeName, type PyObject } from './object.ts';
import { ascii, repr, str } from './text.ts';

/** Library reference, "printf-style String Formatting". */
const DIRECTIVE = /^(?<flags>[-+ #0]*)(?<width>\d+|\*)?(?:\.(?<precision>\d+|\*)?)?[hlL]?(?<type>[^])?/u;

/** What the format still has to use: a tuple item by item, anything else as the one value. */
class Operands {
  #next = 0;
  #items: readonly PyObject[];
  constructor(
    readonly whole: PyObject,
    readonly budget: Budget,
  ) {
    this.#items = whole instanceof PyTuple ? whole.items : [whole];
  }

  next(): PyObject {
    const item = this.#items[this.#next];
    this.#next += 1;
    return item === undefined ? fail('not enough arguments for format string') : item;
  }

  /** `%(key)s`: from here on the value of the key is the one operand. */
  choose(key: string): void {
    if (!(this.whole instanceof PyDict)) return fail('format requires a mapping');
    const entry = this.whole.entries.get(hashKey(key, this.budget));
    this.#items = entry ? [entry[1]] : fail(repr(key, this.budget));
    this.#next = 0;
  }

  finish(): void {
    const { whole } = this;
    const mapping =
      whole !== null && typeof whole === 'object' && ['list', 'dict', 'range'].includes(whole.kind);
    if (this.#next < this.#items.length && !mapping)
      fail('not all arguments converted during string formatting');
  }
}

interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly type: string;
}

function size(text: string | undefined, operands: Operands): number | undefined {
  if (text !== '*') return text === undefined ? undefined : Number(text);
  return Number(asInteger(operands.next()) ?? fail('* wants int'));
}

function wholeNumber(object: PyObject, type: string): bigint {
  const number = asNumber(object);
  if (number === undefined)
    return fail(`%${type} format: a real number is required, not ${typeName(object)}`);
  if (typeof number === 'bigint') return number;
  if (/[xXo]/.test(type)) fail(`%${type} format: an integer is required, not float`);
  return toInteger(number);
}

function numberParts(object: PyObject, directive: Directive, budget: Budget): NumberParts {
  const { flags, precision, type } = directive;
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : undefined;
  const alternate = flags.includes('#');
  if (/[efg]/i.test(type)) {
    const number = asNumber(object) ?? fail(`must be real number, not ${typeName(object)}`);
    return floatParts(
      toFloat(number),
      { type, precision: precision ?? 6, sign, alternate, zero: false },
      budget,
    );
  }
  const parts = integerParts(wholeNumber(object, type), /[iu]/.test(type) ? 'd' : type, sign, alternate);
  budget.text(precision ?? 0);
  return { ...parts, digits: parts.digits.padStart(precision ?? 0, '0') };
}

function characterText(object: PyObject): string {
  if (typeof object === 'string')
    return codePoints(object).length === 1 ? object : fail('%c requires int or char');
  return character(asInteger(object) ?? fail('%c requires int or char'));
}

const TEXTS: ReadonlyMap<string, (object: PyObject, budget: Budget) => string> = new Map([
  ['s', str],
  ['r', repr],
  ['a', ascii],
]);

function write(object: PyObject, directive: Directive, budget: Budget): string {
  const { flags, precision, type } = directive;
  const toText = TEXTS.get(type);
  let [before, body] = ['', ''];
  if (toText) {
    const text = toText(object, budget);
    body = precision === undefined ? text : takeCharacters(text, precision);
  } else if (type === 'c') body = characterText(object);
  else {
    const parts = numberParts(object, directive, budget);
    [before, body] = [parts.sign, parts.digits + parts.rest];
  }
  const missing = directive.width - before.length - codePoints(body).length;
  budget.text(before.length + body.length + Math.max(0, missing));
  if (missing <= 0) return before + body;
  if (flags.includes('-')) return before + body + ' '.repeat(missing);
  const zeros = flags.includes('0') && /[diuoxXeEfFgG]/.test(type);
  return zeros ? before + '0'.repeat(missing) + body : ' '.repeat(missing) + before + body;
}

/** The end of the key in `(key)`, brackets inside it counted. */
function keyEnd(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    if (text[index] === ')') depth -= 1;
    if (depth === 0) return index;
  }
  return fail('incomplete format key');
}

function readDirective(text: string, operands: Operands): { directive: Directive; length: number } {
  const found = DIRECTIVE.exec(text);
  const groups = found?.groups ?? {};
  let flags = groups.flags ?? '';
  let width = size(groups.width, operands) ?? 0;
  if (width < 0) [flags, width] = [`${flags}-`, -width];
  const dotted = found?.[0].slice(flags.length).includes('.') === true && groups.type !== '.';
  const precision = size(groups.precision, operands) ?? (dotted ? 0 : undefined);
  const type = groups.type ?? fail('incomplete format');
  const directive = {
    flags,
    width,
    precision: precision === undefined ? undefined : Math.max(0, precision),
    type,
  };
  return { directive, length: found?.[0].length ?? 0 };
}

/**
 * Python's `template % values`. Fails for unknown directives, for too few or too many values, and for values that do not fit.
 */
export function formatPercent(template: string, values: PyObject, budget: Budget): string {
  const operands = new Operands(values, budget);
  let text = '';
  let rest = template;
  for (let at = rest.indexOf('%'); at >= 0; at = rest.indexOf('%')) {
    budget.spend();
    budget.fits(rest.length + text.length);
    text += rest.slice(0, at);
    rest = rest.slice(at + 1);
    if (rest.startsWith('(')) {
      const end = keyEnd(rest);
      operands.choose(rest.slice(1, end));
      rest = rest.slice(end + 1);
    }
    const { directive, length } = readDirective(rest, operands);
    rest = rest.slice(length);
    if (directive.type === '%') text += '%';
    else if (!/[diuoxXeEfFgGcrsa]/.test(directive.type))
      fail(`unsupported format character '${directive.type}'`);
    else text += write(operands.next(), directive, budget);
  }
  operands.finish();
  budget.text(text.length + rest.length);
  return text + rest;
}
