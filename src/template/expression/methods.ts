import { Bound, type Call } from './arguments.ts';
import { fail, type Budget } from './budget.ts';
import {
  DICT_METHODS,
  LIST_METHODS,
  RANGE_METHODS,
  SET_METHODS,
  TUPLE_METHODS,
} from './collection-methods.ts';
import { PyDict, PyList, PyRange, PySet, PyTuple, typeName, type PyObject } from './object.ts';
import { formatTemplate } from './string-format.ts';
import { STRING_METHODS } from './string-methods.ts';

/** Every method name that some type knows; a call of another is no expression of ours. */
export const METHOD_NAMES: ReadonlySet<string> = new Set([
  'format',
  ...[STRING_METHODS, LIST_METHODS, TUPLE_METHODS, RANGE_METHODS, DICT_METHODS, SET_METHODS].flatMap(
    (methods) => [...methods.keys()],
  ),
]);

interface Method<Self> {
  readonly expected: ConstructorParameters<typeof Bound>[1];
  readonly run: (self: Self, given: Bound) => PyObject;
}

/** Calls `self.name(...)`; fails where the type has no such method and for arguments that do not fit. */
export function callMethod(self: PyObject, name: string, call: Call, budget: Budget): PyObject {
  budget.spend();
  function run<Self>(methods: ReadonlyMap<string, Method<Self>>, object: Self): PyObject {
    const method = methods.get(name);
    if (!method) return fail(`'${typeName(self)}' object has no attribute '${name}'`);
    return method.run(object, new Bound(name, method.expected, call, budget));
  }
  if (typeof self === 'string') {
    budget.text(self.length);
    return name === 'format' ? formatTemplate(self, call, budget) : run(STRING_METHODS, self);
  }
  if (self instanceof PyList) return run(LIST_METHODS, self);
  if (self instanceof PyTuple) return run(TUPLE_METHODS, self);
  if (self instanceof PyDict) return run(DICT_METHODS, self);
  if (self instanceof PySet) return run(SET_METHODS, self);
  return self instanceof PyRange ? run(RANGE_METHODS, self) : run(new Map(), self);
}
