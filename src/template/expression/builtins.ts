import { Bound, signature, type Call } from './arguments.ts';
import { arithmetic } from './arithmetic.ts';
import { fail, type Budget } from './budget.ts';
import { inOrder, toDict, toMembers } from './compare.ts';
import { divideHalfEven, roundFloat, roundScaled, toFloat, toInteger } from './float.ts';
import { parseFloatText, parseIntegerText } from './number-text.ts';
import {
  asNumber,
  each,
  integer,
  isTrue,
  itemsOf,
  lengthOf,
  PyBuiltin,
  PyDict,
  PyIterator,
  PyList,
  PyRange,
  PySet,
  PyTuple,
  typeName,
  type Entry,
  type PyObject,
} from './object.ts';
import { itemAt } from './subscript.ts';
import { str } from './text.ts';

type Run = (given: Bound) => PyObject;

function length(given: Bound): PyObject {
  const object = given.need('object');
  if (typeof object === 'string') given.budget.text(object.length);
  return lengthOf(object) ?? fail(`object of type '${typeName(object)}' has no len()`);
}

function toInt(given: Bound): PyObject {
  const value = given.or('x', 0n);
  const base = given.get('base');
  if (typeof value === 'string')
    return parseIntegerText(value, base === undefined ? 10n : integer(base), given.budget);
  if (base !== undefined) return fail("int() can't convert non-string with explicit base");
  const number = asNumber(value);
  if (number === undefined)
    return fail(
      `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
    );
  return toInteger(number);
}

function toFloatObject(given: Bound): PyObject {
  const value = given.or('x', 0n);
  if (typeof value === 'string') return parseFloatText(value, given.budget);
  const number = asNumber(value);
  if (number === undefined)
    return fail(`float() argument must be a string or a real number, not '${typeName(value)}'`);
  return toFloat(number);
}

function absolute(given: Bound): PyObject {
  const number = asNumber(given.need('x'));
  if (number === undefined) return fail(`bad operand type for abs(): '${typeName(given.need('x'))}'`);
  return typeof number === 'number' ? Math.abs(number) : number < 0n ? -number : number;
}

/** The same number; fails for what no int comes near to. */
function finite(number: number): number {
  toInteger(number);
  return number;
}

function round(given: Bound): PyObject {
  const number = asNumber(given.need('number'));
  if (number === undefined)
    return fail(`type ${typeName(given.need('number'))} doesn't define __round__ method`);
  const digits = given.need('ndigits');
  if (typeof number === 'number') {
    if (digits !== null) return roundFloat(number, Number(integer(digits)));
    return (number < 0 ? -1n : 1n) * roundScaled(finite(number), 0);
  }
  const places = digits === null ? 0n : integer(digits);
  if (places >= 0n) return number;
  if (places < -1300n) return 0n;
  const unit = 10n ** -places;
  return divideHalfEven(number, unit) * unit;
}

function keyOf(given: Bound): (item: PyObject) => PyObject {
  const key = given.need('key');
  if (key instanceof PyBuiltin) return (item) => key.call(item);
  return key === null ? (item) => item : fail(`'${typeName(key)}' object is not callable`);
}

function extreme(order: '<' | '>'): Run {
  return (given) => {
    const { positional } = given.call;
    if (positional.length === 0) fail(`${given.callee} expected at least 1 argument, got 0`);
    const fallback = given.get('default');
    if (positional.length > 1 && fallback !== undefined)
      fail(`Cannot specify a default for ${given.callee}() with multiple positional arguments`);
    const key = keyOf(given);
    let best: Entry | undefined;
    for (const item of each(
      positional.length > 1 ? new PyTuple(positional) : (positional[0] ?? null),
      given.budget,
    )) {
      const rank = key(item);
      if (best === undefined || inOrder(order, rank, best[0], given.budget)) best = [rank, item];
    }
    if (best) return best[1];
    return fallback === undefined ? fail(`${given.callee}() arg is an empty sequence`) : fallback;
  };
}

function sum(given: Bound): PyObject {
  const start = given.or('start', 0n);
  if (typeof start === 'string') return fail("sum() can't sum strings [use ''.join(seq) instead]");
  let total: PyObject = start;
  for (const item of each(given.need('iterable'), given.budget))
    total = arithmetic('+', total, item, given.budget);
  return total;
}

function sorted(given: Bound): PyObject {
  const key = keyOf(given);
  const items = itemsOf(given.need('iterable'), given.budget).map((item): Entry => [key(item), item]);
  const sign = isTrue(given.or('reverse', false)) ? -1 : 1;
  items.sort(([a], [b]) => {
    if (inOrder('<', a, b, given.budget)) return -sign;
    return inOrder('<', b, a, given.budget) ? sign : 0;
  });
  return new PyList(items.map(([, item]) => item));
}

function* backwards(object: PyObject, size: bigint, budget: Budget): Generator<PyObject> {
  for (let index = size - 1n; index >= 0n; index -= 1n) yield itemAt(object, index, budget);
}

function reversed(given: Bound): PyObject {
  let object = given.need('sequence');
  const type = typeName(object);
  const isMapping = object instanceof PyDict || type.startsWith('dict_');
  if (typeof object === 'string' || isMapping) object = new PyList(itemsOf(object, given.budget));
  const reversible = object instanceof PyList || object instanceof PyTuple || object instanceof PyRange;
  if (!reversible) return fail(`'${type}' object is not reversible`);
  return new PyIterator('reversed', backwards(object, lengthOf(object) ?? 0n, given.budget));
}

function range(given: Bound): PyObject {
  const [first = 0n, second, step = 1n] = given.call.positional.map(integer);
  if (step === 0n) fail('range() arg 3 must not be zero');
  return second === undefined ? new PyRange(0n, first, 1n) : new PyRange(first, second, step);
}

function some(wanted: boolean): Run {
  return (given) => {
    for (const item of each(given.need('iterable'), given.budget)) if (isTrue(item) === wanted) return wanted;
    return !wanted;
  };
}

function* numbered(items: Iterable<PyObject>, start: bigint): Generator<PyObject> {
  let number = start;
  for (const item of items) {
    yield new PyTuple([number, item]);
    number += 1n;
  }
}

function* zipped(sources: readonly Generator<PyObject, void>[], strict: boolean): Generator<PyObject> {
  while (sources.length > 0) {
    const row: PyObject[] = [];
    for (const [place, source] of sources.entries()) {
      const next = source.next();
      if (next.done !== true) row.push(next.value);
      else if (!strict) return;
      else if (place > 0) fail(`zip() argument ${place + 1} is shorter than argument 1`);
    }
    if (strict && row.length > 0 && row.length < sources.length)
      fail('zip() argument 2 is longer than argument 1');
    if (row.length === 0) return;
    yield new PyTuple(row);
  }
}

function zip(given: Bound): PyObject {
  const sources = given.call.positional.map((source) => each(source, given.budget));
  return new PyIterator('zip', zipped(sources, isTrue(given.or('strict', false))));
}

function pair(item: PyObject, place: number, budget: Budget): Entry {
  const [key, value, ...more] = itemsOf(item, budget);
  if (key === undefined || value === undefined || more.length > 0)
    return fail(`dictionary update sequence element #${place} has the wrong length; 2 is required`);
  return [key, value];
}

function dict(call: Call, budget: Budget): PyObject {
  const [source] = call.positional;
  if (call.positional.length > 1) fail(`dict expected at most 1 argument, got ${call.positional.length}`);
  const given =
    source instanceof PyDict
      ? [...source.entries.values()]
      : itemsOf(source ?? new PyTuple([]), budget).map((item, place) => pair(item, place, budget));
  return toDict([...given, ...call.keywords], budget);
}

function items(given: Bound): PyObject[] {
  const source = given.get('iterable');
  return source === undefined ? [] : itemsOf(source, given.budget);
}

const BUILTINS: ReadonlyMap<string, { expected: ReturnType<typeof signature>; run: Run }> = new Map(
  (
    [
      ['len', 'object /', length],
      ['int', 'x= / base=', toInt],
      ['str', 'object=', (given) => str(given.or('object', ''), given.budget)],
      ['float', 'x= /', toFloatObject],
      ['bool', 'x= /', (given) => isTrue(given.need('x'))],
      ['abs', 'x /', absolute],
      ['min', '* key= default=', extreme('<')],
      ['max', '* key= default=', extreme('>')],
      ['sum', 'iterable / start=', sum],
      ['round', 'number ndigits=', round],
      ['sorted', 'iterable / *only key= reverse=', sorted],
      ['reversed', 'sequence /', reversed],
      ['range', 'start stop= step= /', range],
      ['any', 'iterable /', some(true)],
      ['all', 'iterable /', some(false)],
      [
        'enumerate',
        'iterable start=',
        (given) =>
          new PyIterator(
            'enumerate',
            numbered(each(given.need('iterable'), given.budget), given.integer('start', 0n)),
          ),
      ],
      ['zip', '* strict=', zip],
      ['list', 'iterable= /', (given) => new PyList(items(given))],
      ['tuple', 'iterable= /', (given) => new PyTuple(items(given))],
      ['set', 'iterable= /', (given) => new PySet(toMembers(items(given), given.budget))],
    ] as const satisfies readonly (readonly [string, string, Run])[]
  ).map(([name, expected, run]) => [name, { expected: signature(expected), run }]),
);

/** The functions that an expression may call (Library reference, "Built-in Functions"). */
export const BUILTIN_NAMES: ReadonlySet<string> = new Set([...BUILTINS.keys(), 'dict']);

/** Calls an allowed builtin; fails for arguments that do not fit, and with Python's words for everything else. */
export function callBuiltin(name: string, call: Call, budget: Budget): PyObject {
  budget.spend();
  if (name === 'dict') return dict(call, budget);
  const builtin = BUILTINS.get(name) ?? fail(`name '${name}' is not defined`);
  return builtin.run(new Bound(name, builtin.expected, call, budget));
}
