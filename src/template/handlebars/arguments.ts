import { describeKind, isList, isMapping, toText, type Value } from '../../model/value.ts';

/** Text that is written as it is, whatever the escaping. */
export class PlainText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a helper may give: a value, text that must not be escaped, or nothing. */
export type Outcome = Value | PlainText | undefined;

/** A helper that cannot do what it is asked. Thrown through Handlebars, caught where a template is rendered. */
export class HelperFault extends Error {
  readonly notes: readonly string[];

  constructor(message: string, ...notes: readonly string[]) {
    super(message);
    this.notes = notes;
  }
}

/** Results beyond this are refused, as a template that doubles a text thirty times would fill the memory. */
export const LONGEST_TEXT = 16 * 1024 * 1024;

/**
 * What a template gives to a helper, read as the kind that the helper needs. Each reader throws HelperFault, with the
 * helper and the number of the argument, where that cannot be; what is not defined is empty text, or an empty list.
 */
export class Arguments {
  readonly count: number;
  readonly #helper: string;
  readonly #values: readonly unknown[];

  constructor(helper: string, values: readonly unknown[]) {
    this.#helper = helper;
    this.#values = values;
    this.count = values.length;
  }

  value(index: number): Value | undefined {
    return toValue(this.#values[index]);
  }

  values(): readonly (Value | undefined)[] {
    return this.#values.map(toValue);
  }

  /** The value as it would be written. */
  written(index: number): string {
    return toText(this.value(index) ?? null);
  }

  text(index: number): string {
    const value = this.value(index);
    if (isList(value) || isMapping(value)) throw this.#wrong(index, 'text', value);
    return this.written(index);
  }

  list(index: number): readonly Value[] {
    const value = this.value(index);
    if (value === undefined || value === null || value === '') return [];
    if (isList(value)) return value;
    throw this.#wrong(index, 'a list', value);
  }

  integer(index: number): number {
    const value = this.value(index);
    const number = typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
    throw this.#wrong(index, 'a whole number', value);
  }

  /** A fault of this helper as a whole. */
  fault(message: string, ...notes: readonly string[]): HelperFault {
    return new HelperFault(`helper "${this.#helper}" ${message}`, ...notes);
  }

  #wrong(index: number, wanted: string, value: Value | undefined): HelperFault {
    const shown = typeof value === 'string' ? `text ("${value.slice(0, 40)}")` : describeKind(value);
    return this.fault(`needs ${wanted} as argument ${index + 1}, not ${shown}`);
  }
}

/** Handlebars' own idea of what is true, so that helpers agree with `{{#if}}`. */
export function isTrue(value: Value | undefined): boolean {
  return isList(value) ? value.length > 0 : Boolean(value);
}

/** What Handlebars hands over came from definitions, literals and helpers: values, all of them. */
function toValue(raw: unknown): Value | undefined {
  if (raw instanceof PlainText) return raw.text;
  return isValue(raw) ? raw : undefined;
}

function isValue(raw: unknown): raw is Value {
  return raw === null || ['string', 'number', 'boolean', 'object'].includes(typeof raw);
}
