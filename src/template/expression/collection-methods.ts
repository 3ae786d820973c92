import { signature, type Bound } from './arguments.ts';
import { SET_ALGEBRA } from './arithmetic.ts';
import { fail, type Budget } from './budget.ts';
import { asMembers, equals, hashKey, isSubset, rangeIndex, toMembers } from './compare.ts';
import { asInteger, each, PyDict, PyList, PyRange, PySet, PyTuple, PyView, type PyObject } from './object.ts';
import { sliceBounds } from './subscript.ts';
import { repr } from './text.ts';

type Members = ReadonlyMap<string, PyObject>;
type Run<Self> = (self: Self, given: Bound) => PyObject;

function method<Self>(
  expected: string,
  run: Run<Self>,
): { expected: ReturnType<typeof signature>; run: Run<Self> } {
  return { expected: signature(expected), run };
}

type Sequence = PyList | PyTuple;

function count(self: Sequence, given: Bound): PyObject {
  return BigInt(self.items.filter((item) => equals(item, given.need('value'), given.budget)).length);
}

function index(self: Sequence, given: Bound): PyObject {
  const bounds = [given.get('start') ?? 0n, given.get('stop') ?? BigInt(self.items.length)];
  const [start, stop] = sliceBounds(bounds, BigInt(self.items.length));
  for (let place = Number(start); place < Number(stop); place += 1)
    if (equals(self.items[place] ?? null, given.need('value'), given.budget)) return BigInt(place);
  return fail(`${repr(given.need('value'), given.budget)} is not in the ${self.kind}`);
}

const SEQUENCE = [
  ['count', method<Sequence>('value /', count)],
  ['index', method<Sequence>('value start= stop= /', index)],
] as const;

function inRange(self: PyRange, value: PyObject): bigint | undefined {
  const wanted = asInteger(value);
  return wanted === undefined ? undefined : rangeIndex(self, wanted);
}

/** Methods of the collections that change nothing (Library reference, "Built-in Types"), by type and name. */
export const LIST_METHODS = new Map([
  ...SEQUENCE,
  ['copy', method<Sequence>('', (self) => new PyList(self.items))] as const,
]);
export const TUPLE_METHODS = new Map(SEQUENCE);
export const RANGE_METHODS = new Map([
  [
    'count',
    method<PyRange>('value /', (self, given) => (inRange(self, given.need('value')) === undefined ? 0n : 1n)),
  ],
  [
    'index',
    method<PyRange>(
      'value /',
      (self, given) => inRange(self, given.need('value')) ?? fail('the value is not in range'),
    ),
  ],
]);

export const DICT_METHODS = new Map([
  [
    'get',
    method<PyDict>('key default= /', (self, given) => {
      const entry = self.entries.get(hashKey(given.need('key'), given.budget));
      return entry ? entry[1] : given.need('default');
    }),
  ],
  ['keys', method<PyDict>('', (self) => new PyView('dict_keys', self))],
  ['values', method<PyDict>('', (self) => new PyView('dict_values', self))],
  ['items', method<PyDict>('', (self) => new PyView('dict_items', self))],
  ['copy', method<PyDict>('', (self) => new PyDict(self.entries))],
]);

/** Anything iterable as a set, because the methods take what the operators refuse. */
function members(object: PyObject, budget: Budget): Members {
  return asMembers(object, budget) ?? toMembers(each(object, budget), budget);
}

function combine(operator: keyof typeof SET_ALGEBRA): Run<PySet> {
  return (self, { call, budget }) => {
    const others = call.positional.map((other) => members(other, budget));
    return new PySet(
      others.reduce<Members>((all, other) => {
        budget.items(all.size + other.size);
        return SET_ALGEBRA[operator](all, other);
      }, self.members),
    );
  };
}

function test(decide: (self: Members, other: Members, budget: Budget) => boolean): Run<PySet> {
  return (self, given) => decide(self.members, members(given.need('other'), given.budget), given.budget);
}

export const SET_METHODS = new Map([
  ['union', method('*', combine('|'))],
  ['intersection', method('*', combine('&'))],
  ['difference', method('*', combine('-'))],
  ['symmetric_difference', method('other /', combine('^'))],
  ['issubset', method('other /', test(isSubset))],
  [
    'issuperset',
    method(
      'other /',
      test((self, other, budget) => isSubset(other, self, budget)),
    ),
  ],
  [
    'isdisjoint',
    method(
      'other /',
      test((self, other) => [...other.keys()].every((key) => !self.has(key))),
    ),
  ],
  ['copy', method<PySet>('', (self) => new PySet(self.members))],
]);
