import type { ComparisonOperator } from './ast.ts';
import { fail, type Budget } from './budget.ts';
import {
  asInteger,
  asNumber,
  each,
  entriesOf,
  PyDict,
  PySet,
  PyTuple,
  typeName,
  type Entry,
  type PyList,
  type PyObject,
  type PyRange,
} from './object.ts';

/** A text that is the same for two objects exactly when Python takes them for the same key; fails for what has no hash. */
export function hashKey(object: PyObject, budget: Budget): string {
  budget.spend();
  const number = asNumber(object);
  if (number !== undefined) return `n${Number.isInteger(number) ? BigInt(number) : number}`;
  if (object === null) return 'None';
  if (typeof object === 'string') {
    budget.text(object.length);
    return `s${object.length}:${object}`;
  }
  if (object instanceof PyTuple) {
    const keys = object.items.map((item) => hashKey(item, budget));
    budget.text(keys.reduce((length, key) => length + key.length, 0));
    return `t${keys.length}(${keys.join()})`;
  }
  if (typeof object === 'object' && object.kind === 'range') return `r(${rangeIdentity(object).join()})`;
  return fail(`unhashable type: '${typeName(object)}'`);
}

/** Ranges are equal when they give the same numbers, so a step nobody takes does not count. */
function rangeIdentity({ length, start, step }: PyRange): bigint[] {
  if (length === 0n) return [0n];
  return length === 1n ? [1n, start] : [length, start, step];
}

/** The members of a set by their hash key, in the order in which they come; fails for what cannot be hashed. */
export function toMembers(objects: Iterable<PyObject>, budget: Budget): Map<string, PyObject> {
  const members = new Map<string, PyObject>();
  for (const object of objects) {
    const key = hashKey(object, budget);
    if (!members.has(key)) members.set(key, object);
    budget.room(members.size);
  }
  return members;
}

/** Later entries replace the value of an equal key; the first key stays, as in Python. */
export function toDict(entries: Iterable<Entry>, budget: Budget): PyDict {
  const found = new Map<string, Entry>();
  for (const [key, value] of entries) {
    const hash = hashKey(key, budget);
    found.set(hash, [found.get(hash)?.[0] ?? key, value]);
    budget.room(found.size);
  }
  return new PyDict(found);
}

/** Members of a set, or of the keys or items of a dict, which behave as sets; undefined for anything else. */
export function asMembers(object: PyObject, budget: Budget): ReadonlyMap<string, PyObject> | undefined {
  if (object instanceof PySet) return object.members;
  if (object === null || typeof object !== 'object' || object.kind !== 'view') return undefined;
  return object.part === 'dict_values' ? undefined : toMembers(entriesOf(object), budget);
}

type Sequence = PyList | PyTuple;

function asSequences(left: PyObject, right: PyObject): readonly [Sequence, Sequence] | undefined {
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object')
    return undefined;
  if (left.kind === 'list' && right.kind === 'list') return [left, right];
  return left.kind === 'tuple' && right.kind === 'tuple' ? [left, right] : undefined;
}

function sameDicts(left: PyDict, right: PyDict, budget: Budget): boolean {
  if (left.entries.size !== right.entries.size) return false;
  for (const [key, [, value]] of left.entries) {
    const other = right.entries.get(key);
    if (other === undefined || !equals(value, other[1], budget)) return false;
  }
  return true;
}

/** Python's `==`: numbers by what they are worth, collections item by item, different types never. */
export function equals(left: PyObject, right: PyObject, budget: Budget): boolean {
  budget.spend();
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a !== undefined && b !== undefined) return a <= b && a >= b;
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length === right.length) budget.spend(left.length >> 4);
    return left === right;
  }
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object')
    return left === right;
  const pair = asSequences(left, right);
  if (pair) {
    const [first, second] = [pair[0].items, pair[1].items];
    return (
      first.length === second.length &&
      first.every((item, index) => equals(item, second[index] ?? null, budget))
    );
  }
  if (left.kind === 'dict' && right.kind === 'dict') return sameDicts(left, right, budget);
  if (left.kind === 'range' && right.kind === 'range')
    return rangeIdentity(left).join() === rangeIdentity(right).join();
  const [these, those] = [asMembers(left, budget), asMembers(right, budget)];
  return these && those ? these.size === those.size && isSubset(these, those, budget) : left === right;
}

/** Whether every member of the first is one of the second. */
export function isSubset(
  part: ReadonlyMap<string, PyObject>,
  whole: ReadonlyMap<string, PyObject>,
  budget: Budget,
): boolean {
  budget.spend(part.size);
  return [...part.keys()].every((key) => whole.has(key));
}

type Order = '<' | '<=' | '>' | '>=';

const ORDERS: Readonly<Record<Order, (a: number | bigint, b: number | bigint) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** By code point; UTF-16 order would put the astral planes before U+E000. */
function compareTexts(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  let index = 0;
  while (index < length && left.charCodeAt(index) === right.charCodeAt(index)) index += 1;
  if (index === length) return left.length - right.length;
  const [a, b] = [left.charCodeAt(index), right.charCodeAt(index)];
  const [surrogateA, surrogateB] = [a >= 0xd800 && a < 0xe000, b >= 0xd800 && b < 0xe000];
  return surrogateA === surrogateB ? a - b : Number(surrogateA) - Number(surrogateB);
}

function orderMembers(order: Order, left: PyObject, right: PyObject, budget: Budget): boolean | undefined {
  const [these, those] = [asMembers(left, budget), asMembers(right, budget)];
  if (!these || !those) return undefined;
  const [part, whole] = order.startsWith('<') ? [these, those] : [those, these];
  return isSubset(part, whole, budget) && (order.length === 2 || part.size < whole.size);
}

/** Python's `<`, `<=`, `>` and `>=` (Language reference, "Value comparisons"); fails where the types have no order. */
export function inOrder(order: Order, left: PyObject, right: PyObject, budget: Budget): boolean {
  budget.spend();
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a !== undefined && b !== undefined) return ORDERS[order](a, b);
  if (typeof left === 'string' && typeof right === 'string') {
    budget.text(Math.min(left.length, right.length));
    return ORDERS[order](compareTexts(left, right), 0);
  }
  const pair = asSequences(left, right);
  if (pair) {
    const [first, second] = [pair[0].items, pair[1].items];
    const index = first.findIndex(
      (item, at) => at >= second.length || !equals(item, second[at] ?? null, budget),
    );
    if (index < 0 || index >= second.length) return ORDERS[order](first.length, second.length);
    return inOrder(order, first[index] ?? null, second[index] ?? null, budget);
  }
  const answer = orderMembers(order, left, right, budget);
  return (
    answer ??
    fail(`'${order}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`)
  );
}

/** Python's `in`. */
export function contains(container: PyObject, item: PyObject, budget: Budget): boolean {
  if (typeof container === 'string') {
    if (typeof item !== 'string')
      return fail(`'in <string>' requires string as left operand, not ${typeName(item)}`);
    budget.search(container.length, item.length);
    return container.includes(item);
  }
  if (container !== null && typeof container === 'object') {
    if (container.kind === 'set') return container.members.has(hashKey(item, budget));
    if (container.kind === 'dict') return container.entries.has(hashKey(item, budget));
    if (container.kind === 'view' && container.part === 'dict_keys')
      return container.dict.entries.has(hashKey(item, budget));
    const wanted = asInteger(item);
    if (container.kind === 'range' && wanted !== undefined)
      return rangeIndex(container, wanted) !== undefined;
  }
  for (const member of each(container, budget)) if (equals(member, item, budget)) return true;
  return false;
}

/** Where a number stands in a range; undefined where it does not. */
export function rangeIndex({ start, step, length }: PyRange, wanted: bigint): bigint | undefined {
  const index = (wanted - start) / step;
  return start + index * step === wanted && index >= 0n && index < length ? index : undefined;
}

/** Identity as far as values have one: the same collection, or an equal text or number of the same type. */
function isSame(left: PyObject, right: PyObject): boolean {
  return (
    left === right ||
    (left instanceof PyTuple && right instanceof PyTuple && left.items.length + right.items.length === 0)
  );
}

/** One link of a comparison chain (Language reference, "Comparisons"). */
export function compare(
  operator: ComparisonOperator,
  left: PyObject,
  right: PyObject,
  budget: Budget,
): boolean {
  switch (operator) {
    case '==':
      return equals(left, right, budget);
    case '!=':
      return !equals(left, right, budget);
    case 'in':
      return contains(right, left, budget);
    case 'not in':
      return !contains(right, left, budget);
    case 'is':
      return isSame(left, right);
    case 'is not':
      return !isSame(left, right);
    default:
      return inOrder(operator, left, right, budget);
  }
}
