import { pythonString, escapeCharacter } from '../../model/value.ts';
import { fail, type Budget } from './budget.ts';
import { floatText } from './float.ts';
import { entriesOf, typeName, type PyCollection, type PyObject } from './object.ts';

function join(parts: readonly string[], open: string, close: string, budget: Budget): string {
  budget.text(parts.reduce((length, part) => length + part.length + 2, open.length + close.length));
  return open + parts.join(', ') + close;
}

function describe(object: PyCollection, budget: Budget): string {
  const list = (items: Iterable<PyObject>, open: string, close: string): string =>
    join(
      Array.from(items, (item) => repr(item, budget)),
      open,
      close,
      budget,
    );
  switch (object.kind) {
    case 'list':
      return list(object.items, '[', ']');
    case 'tuple':
      return list(object.items, '(', object.items.length === 1 ? ',)' : ')');
    case 'set':
      return object.members.size === 0 ? 'set()' : list(object.members.values(), '{', '}');
    case 'dict': {
      const entries = Array.from(
        object.entries.values(),
        ([key, value]) => `${repr(key, budget)}: ${repr(value, budget)}`,
      );
      return join(entries, '{', '}', budget);
    }
    case 'range':
      return `range(${object.start}, ${object.stop}${object.step === 1n ? '' : `, ${object.step}`})`;
    case 'view':
      return list(entriesOf(object), `${object.part}([`, '])');
    default:
      return fail(`a ${typeName(object)} has no text; make a list of it`);
  }
}

function bigText(value: bigint, budget: Budget): string {
  const text = value.toString();
  budget.spend(text.length >> 3);
  return text;
}

/** Python's `repr`; fails for generators, whose text would be an address in memory. */
export function repr(object: PyObject, budget: Budget): string {
  budget.spend();
  if (object === null) return 'None';
  switch (typeof object) {
    case 'boolean':
      return object ? 'True' : 'False';
    case 'bigint':
      return bigText(object, budget);
    case 'number':
      return floatText(object);
    case 'string':
      budget.text(object.length);
      return pythonString(object);
  }
  return describe(object, budget);
}

/** Python's `str`. */
export function str(object: PyObject, budget: Budget): string {
  return typeof object === 'string' ? object : repr(object, budget);
}

/** Python's `ascii`. */
export function ascii(object: PyObject, budget: Budget): string {
  const text = repr(object, budget).replace(/[^\0-\x7f]/gu, escapeCharacter);
  budget.text(text.length);
  return text;
}
