import { fail, type Budget } from './budget.ts';
import { hashKey } from './compare.ts';
import {
  asInteger,
  codePoints,
  integer,
  PyDict,
  PyList,
  PyRange,
  PyTuple,
  typeName,
  type PyObject,
} from './object.ts';
import { repr } from './text.ts';

type Sequence = string | PyList | PyTuple | PyRange;

function asSequence(object: PyObject): Sequence | undefined {
  if (typeof object === 'string' || object instanceof PyList || object instanceof PyTuple) return object;
  return object instanceof PyRange ? object : undefined;
}

/** The elements of a sequence by number, without making them all. */
function elements(sequence: Sequence, budget: Budget): { length: bigint; at: (index: bigint) => PyObject } {
  if (sequence instanceof PyRange)
    return { length: sequence.length, at: (index) => sequence.start + index * sequence.step };
  if (typeof sequence === 'string') budget.text(sequence.length);
  const items = typeof sequence === 'string' ? codePoints(sequence) : sequence.items;
  return { length: BigInt(items.length), at: (index) => items[Number(index)] ?? null };
}

/** Python's `object[index]`; fails outside of the bounds, for a missing key, and for what has no items. */
export function itemAt(object: PyObject, index: PyObject, budget: Budget): PyObject {
  budget.spend();
  if (object instanceof PyDict) {
    const entry = object.entries.get(hashKey(index, budget));
    return entry ? entry[1] : fail(`no key ${repr(index, budget)}`);
  }
  const sequence = asSequence(object);
  if (sequence === undefined) return fail(`'${typeName(object)}' object is not subscriptable`);
  const wanted = asInteger(index);
  if (wanted === undefined)
    return fail(`${typeName(object)} indices must be integers or slices, not ${typeName(index)}`);
  const { length, at } = elements(sequence, budget);
  const place = wanted < 0n ? wanted + length : wanted;
  return place < 0n || place >= length ? fail(`${typeName(object)} index out of range`) : at(place);
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value;
}

/** Bounds as `slice.indices` gives them; None stands for "from the end that the step comes from". */
export function sliceBounds(bounds: readonly PyObject[], length: bigint): readonly [bigint, bigint, bigint] {
  const [first = null, last = null, stride = null] = bounds;
  const step = stride === null ? 1n : sliceIndex(stride);
  if (step === 0n) fail('slice step cannot be zero');
  const [low, high] = step > 0n ? [0n, length] : [-1n, length - 1n];
  const place = (bound: PyObject, fallback: bigint): bigint => {
    if (bound === null) return fallback;
    const index = sliceIndex(bound);
    return clamp(index < 0n ? index + length : index, low, high);
  };
  return step > 0n
    ? [place(first, low), place(last, high), step]
    : [place(first, high), place(last, low), step];
}

function sliceIndex(bound: PyObject): bigint {
  return asInteger(bound) ?? fail('slice indices must be integers or None or have an __index__ method');
}

/** Python's `object[start:stop:step]` of a text, list, tuple or range. */
export function slice(object: PyObject, bounds: readonly PyObject[], budget: Budget): PyObject {
  const sequence = asSequence(object);
  if (sequence === undefined) return fail(`'${typeName(object)}' object is not subscriptable`);
  const { length, at } = elements(sequence, budget);
  const [start, stop, step] = sliceBounds(bounds, length);
  const chosen = new PyRange(start, stop, step);
  if (sequence instanceof PyRange)
    return new PyRange(integer(at(start)), integer(at(stop)), sequence.step * step);
  const count = Number(chosen.length);
  if (typeof sequence === 'string') {
    const characters = codePoints(sequence);
    if (typeof characters === 'string' && step === 1n)
      return characters.slice(Number(start), Math.max(Number(start), Number(stop)));
    return Array.from({ length: count }, (_, index) => characters[Number(start) + index * Number(step)]).join(
      '',
    );
  }
  budget.items(count);
  const items = Array.from({ length: count }, (_, index) => at(start + BigInt(index) * step));
  return sequence instanceof PyList ? new PyList(items) : new PyTuple(items);
}
