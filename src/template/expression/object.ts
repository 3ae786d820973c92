import { fail, type Budget } from './budget.ts';

/** Python's values: int is bigint, float is number, None is null; the rest are the classes below. Nothing is ever changed. */
export type PyObject = null | boolean | bigint | number | string | PyCollection;
export type PyCollection = PyList | PyTuple | PySet | PyDict | PyRange | PyView | PyIterator | PyBuiltin;

export class PyList {
  readonly kind = 'list';
  constructor(readonly items: readonly PyObject[]) {}
}

export class PyTuple {
  readonly kind = 'tuple';
  constructor(readonly items: readonly PyObject[]) {}
}

/** Members by `hashKey`, in the order of insertion. */
export class PySet {
  readonly kind = 'set';
  constructor(readonly members: ReadonlyMap<string, PyObject>) {}
}

export type Entry = readonly [PyObject, PyObject];

/** Entries by the `hashKey` of their key, in the order of insertion. */
export class PyDict {
  readonly kind = 'dict';
  constructor(readonly entries: ReadonlyMap<string, Entry>) {}
}

export class PyRange {
  readonly kind = 'range';
  readonly length: bigint;
  constructor(
    readonly start: bigint,
    readonly stop: bigint,
    readonly step: bigint,
  ) {
    const span = step > 0n ? stop - start : start - stop;
    const stride = step > 0n ? step : -step;
    this.length = span > 0n ? (span + stride - 1n) / stride : 0n;
  }
}

export class PyView {
  readonly kind = 'view';
  constructor(
    readonly part: 'dict_keys' | 'dict_values' | 'dict_items',
    readonly dict: PyDict,
  ) {}
}

/** A generator, or what zip, enumerate and reversed give: read once. */
export class PyIterator {
  readonly kind = 'iterator';
  constructor(
    readonly name: string,
    readonly source: Iterator<PyObject>,
  ) {}
}

/** An allowed builtin as the value of `key=`. */
export class PyBuiltin {
  readonly kind = 'builtin';
  constructor(readonly call: (argument: PyObject) => PyObject) {}
}

/** Python's name of the type, for messages. */
export function typeName(object: PyObject): string {
  if (object === null) return 'NoneType';
  switch (typeof object) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float';
    case 'string':
      return 'str';
  }
  if (object.kind === 'view') return object.part;
  if (object.kind === 'iterator') return object.name;
  return object.kind === 'builtin' ? 'builtin_function_or_method' : object.kind;
}

/** A number, bool counted as the int that it is in Python; undefined for anything else. */
export function asNumber(object: PyObject): bigint | number | undefined {
  if (typeof object === 'boolean') return object ? 1n : 0n;
  return typeof object === 'bigint' || typeof object === 'number' ? object : undefined;
}

/** An int or bool; undefined for anything else, floats included. */
export function asInteger(object: PyObject): bigint | undefined {
  const number = asNumber(object);
  return typeof number === 'bigint' ? number : undefined;
}

/** An int or bool as an integer; fails for anything else. */
export function integer(object: PyObject): bigint {
  return asInteger(object) ?? fail(`'${typeName(object)}' object cannot be interpreted as an integer`);
}

/** Characters of a text as Python counts them. */
export function codePoints(text: string): readonly string[] | string {
  return /[\ud800-\udbff]/.test(text) ? Array.from(text) : text;
}

/** What a view of a mapping (`keys`, `values`, `items`) iterates over. */
export function entriesOf(view: PyView): PyObject[] {
  const entries = [...view.dict.entries.values()];
  if (view.part === 'dict_items') return entries.map((entry) => new PyTuple(entry));
  return entries.map(([key, value]) => (view.part === 'dict_keys' ? key : value));
}

/** The length that `len` gives; undefined where there is none. */
export function lengthOf(object: PyObject): bigint | undefined {
  if (typeof object === 'string') return BigInt(codePoints(object).length);
  if (object === null || typeof object !== 'object') return undefined;
  switch (object.kind) {
    case 'list':
    case 'tuple':
      return BigInt(object.items.length);
    case 'set':
      return BigInt(object.members.size);
    case 'dict':
      return BigInt(object.entries.size);
    case 'view':
      return BigInt(object.dict.entries.size);
    case 'range':
      return object.length;
    default:
      return undefined;
  }
}

/** Truth value testing (Library reference, "Truth Value Testing"). */
export function isTrue(object: PyObject): boolean {
  const number = asNumber(object);
  // The negation keeps NaN true, as in Python.
  if (number !== undefined) return !(number >= 0 && number <= 0);
  return object !== null && object !== '' && (typeof object === 'string' || lengthOf(object) !== 0n);
}

function* countUp(range: PyRange): Generator<PyObject> {
  for (let index = 0n; index < range.length; index += 1n) yield range.start + index * range.step;
}

function iteratorOf(object: PyObject): Iterator<PyObject> {
  if (typeof object === 'string') return object[Symbol.iterator]();
  if (object === null || typeof object !== 'object')
    return fail(`'${typeName(object)}' object is not iterable`);
  switch (object.kind) {
    case 'list':
    case 'tuple':
      return object.items[Symbol.iterator]();
    case 'set':
      return object.members.values();
    case 'dict':
      return entriesOf(new PyView('dict_keys', object))[Symbol.iterator]();
    case 'view':
      return entriesOf(object)[Symbol.iterator]();
    case 'range':
      return countUp(object);
    case 'iterator':
      return object.source;
    default:
      return fail(`'${typeName(object)}' object is not iterable`);
  }
}

/**
 * The items of anything iterable, a step of the budget for each; fails at once where the object is not iterable. Stopping early
 * leaves a generator open, because Python lets the expression read on.
 */
export function each(object: PyObject, budget: Budget): Generator<PyObject, void, undefined> {
  const known =
    object !== null && typeof object === 'object' && object.kind !== 'range' ? lengthOf(object) : 0n;
  budget.spend(1 + (Number(known ?? 0n) >> 3));
  return walk(iteratorOf(object), budget);
}

function* walk(iterator: Iterator<PyObject>, budget: Budget): Generator<PyObject, void, undefined> {
  for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
    budget.spend();
    yield next.value;
  }
}

/** All items at once. A length that is known and too large fails before the first one is made. */
export function itemsOf(object: PyObject, budget: Budget): PyObject[] {
  budget.items(Number(lengthOf(object) ?? 0n));
  const items: PyObject[] = [];
  for (const item of each(object, budget)) {
    items.push(item);
    budget.room(items.length);
  }
  return items;
}
