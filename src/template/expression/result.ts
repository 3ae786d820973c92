import { floatValue, type Value } from '../../model/value.ts';
import { fail, type Budget } from './budget.ts';
import { itemsOf, PyDict, typeName, type PyObject } from './object.ts';
import { repr } from './text.ts';

/** A key as `json.dumps` writes it; fails for tuples and ranges. */
function keyText(key: PyObject, budget: Budget): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return String(key);
  if (typeof key === 'object')
    return fail(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
  return repr(key, budget);
}

/** A Python object as the JSON-like value that data files hold; fails where they have nothing of the kind. */
export function toValue(object: PyObject, budget: Budget): Value {
  budget.spend();
  if (object === null || typeof object === 'boolean' || typeof object === 'string') return object;
  if (typeof object === 'number')
    return Number.isFinite(object)
      ? floatValue(object)
      : fail(`${repr(object, budget)} is no value that a data file can hold`);
  if (typeof object === 'bigint') {
    const number = Number(object);
    return Number.isSafeInteger(number)
      ? number
      : fail('the integer is beyond 2^53, which a data file cannot hold exactly');
  }
  if (object instanceof PyDict) {
    const entries = [...object.entries.values()].map(([key, value]) => [
      keyText(key, budget),
      toValue(value, budget),
    ]);
    // Defines each key as the mapping's own, whatever its name.
    return Object.fromEntries(entries) as Value;
  }
  return itemsOf(object, budget).map((item) => toValue(item, budget));
}
