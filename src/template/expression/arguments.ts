import { fail, type Budget } from './budget.ts';
import { integer, typeName, type PyObject } from './object.ts';

export interface Call {
  readonly positional: readonly PyObject[];
  readonly keywords: ReadonlyMap<string, PyObject>;
}

/**
 * Which arguments something takes, in the manner of Python's documentation: `sep= maxsplit=` may be given by place or name and
 * left out, what stands before `/` only by place, what stands after `*` only by name; `*` swallows what is given by place.
 */
export interface Signature {
  readonly names: readonly string[];
  readonly optional: ReadonlySet<string>;
  readonly byPlaceOnly: number;
  readonly byNameFrom: number;
  readonly swallows: boolean;
}

/** Reads the signature of a function from text like Python's own documentation writes it. */
export function signature(text: string): Signature {
  const words = text.split(' ').filter((word) => word !== '');
  const names = words.filter((word) => word !== '/' && !word.startsWith('*'));
  const star = words.findIndex((word) => word.startsWith('*'));
  return {
    names: names.map((word) => word.replace('=', '')),
    optional: new Set(names.filter((word) => word.endsWith('=')).map((word) => word.slice(0, -1))),
    byPlaceOnly: Math.max(0, words.indexOf('/')),
    byNameFrom: star < 0 ? names.length : words.slice(0, star).filter((word) => word !== '/').length,
    swallows: words.includes('*'),
  };
}

/** The arguments of one call by name. */
export class Bound {
  readonly #values = new Map<string, PyObject>();

  /** Fails for missing, unknown and superfluous arguments. */
  constructor(
    readonly callee: string,
    expected: Signature,
    readonly call: Call,
    readonly budget: Budget,
  ) {
    const { names, optional, byPlaceOnly, byNameFrom } = expected;
    if (!expected.swallows && call.positional.length > byNameFrom)
      fail(`${callee}() takes at most ${byNameFrom} arguments (${call.positional.length} given)`);
    names.slice(0, byNameFrom).forEach((name, index) => {
      const value = call.positional[index];
      if (value !== undefined) this.#values.set(name, value);
    });
    for (const [name, value] of call.keywords) {
      const place = names.indexOf(name);
      if (place < byPlaceOnly || this.#values.has(name))
        fail(`${callee}() got an unexpected keyword argument '${name}'`);
      this.#values.set(name, value);
    }
    const missing = names.find((name) => !optional.has(name) && !this.#values.has(name));
    if (missing !== undefined) fail(`${callee}() missing required argument: '${missing}'`);
  }

  /** The value given, undefined where the argument was left out. */
  get(name: string): PyObject | undefined {
    return this.#values.get(name);
  }

  /** The value of a required argument. */
  need(name: string): PyObject {
    return this.#values.get(name) ?? null;
  }

  /** The value given, None included, or the fallback where the argument was left out. */
  or(name: string, fallback: PyObject): PyObject {
    const value = this.#values.get(name);
    return value === undefined ? fallback : value;
  }

  text(name: string): string {
    const value = this.need(name);
    return typeof value === 'string'
      ? value
      : fail(`${this.callee}() argument must be str, not ${typeName(value)}`);
  }

  /** An argument where None means the same as leaving it out. */
  textOrNone(name: string): string | undefined {
    return this.need(name) === null ? undefined : this.text(name);
  }

  integer(name: string, fallback: bigint): bigint {
    const value = this.get(name);
    return value === undefined ? fallback : integer(value);
  }

  /** An integer as a JavaScript number; one beyond its range is as good as infinite here. */
  count(name: string, fallback: number): number {
    return Number(this.integer(name, BigInt(fallback)));
  }
}
