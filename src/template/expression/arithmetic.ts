import type { ArithmeticOperator, UnaryOperator } from './ast.ts';
import { fail, type Budget } from './budget.ts';
import { asMembers, toDict } from './compare.ts';
import { bitLength, divideIntegers, floorDivide, powerOf, toFloat } from './float.ts';
import { asInteger, asNumber, PyDict, PyList, PySet, PyTuple, typeName, type PyObject } from './object.ts';
import { formatPercent } from './percent.ts';

type Numeric = (left: bigint, right: bigint, budget: Budget) => PyObject;
type Floating = (left: number, right: number) => number;

function nonZero<T extends bigint | number>(divisor: T, message: string): T {
  return divisor === 0n || divisor === 0 ? fail(message) : divisor;
}

/** CPython's `float_divmod`: the remainder takes the sign of the divisor, the quotient is rounded to a whole float. */
function divideFloats(left: number, right: number, message: string): readonly [number, number] {
  let remainder = left % nonZero(right, message);
  let quotient = (left - remainder) / right;
  if (remainder === 0) remainder = right < 0 ? -0 : 0;
  else if (right < 0 !== remainder < 0) {
    remainder += right;
    quotient -= 1;
  }
  if (quotient === 0) return [left / right < 0 || Object.is(left / right, -0) ? -0 : 0, remainder];
  const floor = Math.floor(quotient);
  return [quotient - floor > 0.5 ? floor + 1 : floor, remainder];
}

function powerOfFloats(base: number, exponent: number): number {
  if (base === 1 || exponent === 0) return 1;
  if (base === 0 && exponent < 0) fail('0.0 cannot be raised to a negative power');
  if (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent)) return 1;
  const result = powerOf(base, exponent);
  if (!Number.isFinite(base) || !Number.isFinite(exponent)) return result;
  if (Number.isNaN(result)) fail('the result is a complex number, which expressions do not have');
  if (!Number.isFinite(result)) fail('Numerical result out of range');
  return result;
}

function powerOfIntegers(base: bigint, exponent: bigint, budget: Budget): PyObject {
  if (exponent < 0n) return powerOfFloats(toFloat(base), toFloat(exponent));
  const size = base < 0n ? -base : base;
  if (size > 1n) budget.bits((bitLength(size) - 1) * Number(exponent));
  // Beyond 0, 1 and -1 only small exponents are left; of these three any exponent is as good as its parity.
  return size > 1n ? base ** exponent : base ** (exponent === 0n ? 0n : 2n - (exponent % 2n));
}

function shiftCount(count: bigint): bigint {
  return count < 0n ? fail('negative shift count') : count;
}

const INTEGERS: Readonly<Record<ArithmeticOperator, Numeric>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b, budget) => {
    budget.bits(bitLength(a) + bitLength(b) - 1);
    return a * b;
  },
  '/': (a, b) => divideIntegers(a, nonZero(b, 'division by zero')),
  '//': (a, b) => floorDivide(a, nonZero(b, 'integer division or modulo by zero')),
  '%': (a, b) => a - floorDivide(a, nonZero(b, 'integer modulo by zero')) * b,
  '**': powerOfIntegers,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b, budget) => {
    if (a !== 0n) budget.bits(bitLength(a) + Number(shiftCount(b)));
    return a === 0n ? shiftCount(b) * 0n : a << b;
  },
  '>>': (a, b) => (shiftCount(b) > BigInt(bitLength(a)) ? (a < 0n ? -1n : 0n) : a >> b),
};

const FLOATS: Readonly<Partial<Record<ArithmeticOperator, Floating>>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / nonZero(b, 'float division by zero'),
  '//': (a, b) => divideFloats(a, b, 'float floor division by zero')[0],
  '%': (a, b) => divideFloats(a, b, 'float modulo')[1],
  '**': powerOfFloats,
};

const LOGIC: Readonly<Partial<Record<ArithmeticOperator, (left: boolean, right: boolean) => boolean>>> = {
  '&': (a, b) => a && b,
  '|': (a, b) => a || b,
  '^': (a, b) => a !== b,
};

function onNumbers(
  operator: ArithmeticOperator,
  left: PyObject,
  right: PyObject,
  budget: Budget,
): PyObject | undefined {
  const logic = LOGIC[operator];
  if (logic && typeof left === 'boolean' && typeof right === 'boolean') return logic(left, right);
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a === undefined || b === undefined) return undefined;
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    const result = INTEGERS[operator](a, b, budget);
    if (typeof result === 'bigint') budget.bits(bitLength(result));
    return result;
  }
  return FLOATS[operator]?.(toFloat(a), toFloat(b));
}

type Members = ReadonlyMap<string, PyObject>;

/** What set operators and the set methods of the same meaning compute. */
export const SET_ALGEBRA = {
  '|': (left: Members, right: Members): Members =>
    new Map([...left, ...[...right].filter(([key]) => !left.has(key))]),
  '&': (left: Members, right: Members): Members => new Map([...left].filter(([key]) => right.has(key))),
  '-': (left: Members, right: Members): Members => new Map([...left].filter(([key]) => !right.has(key))),
  '^': (left: Members, right: Members): Members =>
    new Map([
      ...[...left].filter(([key]) => !right.has(key)),
      ...[...right].filter(([key]) => !left.has(key)),
    ]),
};

function isSetOperator(operator: ArithmeticOperator): operator is keyof typeof SET_ALGEBRA {
  return Object.hasOwn(SET_ALGEBRA, operator);
}

function onMembers(
  operator: ArithmeticOperator,
  left: PyObject,
  right: PyObject,
  budget: Budget,
): PyObject | undefined {
  if (!isSetOperator(operator)) return undefined;
  if (operator === '|' && left instanceof PyDict && right instanceof PyDict) {
    budget.items(left.entries.size + right.entries.size);
    return toDict([...left.entries.values(), ...right.entries.values()], budget);
  }
  const [these, those] = [asMembers(left, budget), asMembers(right, budget)];
  if (!these || !those) return undefined;
  budget.items(these.size + those.size);
  return new PySet(SET_ALGEBRA[operator](these, those));
}

function concatenate(left: PyObject, right: PyObject, budget: Budget): PyObject | undefined {
  if (typeof left === 'string' && typeof right === 'string') {
    budget.text(left.length + right.length);
    return left + right;
  }
  const [isList, isTuple] = [PyList, PyTuple].map((type) => left instanceof type && right instanceof type);
  if (
    !(left instanceof PyList || left instanceof PyTuple) ||
    !(right instanceof PyList || right instanceof PyTuple)
  )
    return undefined;
  if (isList !== true && isTuple !== true) return undefined;
  budget.items(left.items.length + right.items.length);
  const items = [...left.items, ...right.items];
  return isList === true ? new PyList(items) : new PyTuple(items);
}

function repeat(sequence: PyObject, times: bigint | undefined, budget: Budget): PyObject | undefined {
  if (times === undefined) return undefined;
  const count = times < 0n ? 0 : Number(times);
  if (typeof sequence === 'string') {
    budget.text(sequence.length * (sequence === '' ? 0 : count));
    return sequence === '' ? '' : sequence.repeat(count);
  }
  if (!(sequence instanceof PyList || sequence instanceof PyTuple)) return undefined;
  const { items } = sequence;
  const size = items.length === 0 ? 0 : items.length * count;
  budget.items(size);
  const copies = Array.from({ length: size }, (_, index) => items[index % items.length] ?? null);
  return sequence instanceof PyList ? new PyList(copies) : new PyTuple(copies);
}

function onSequences(
  operator: ArithmeticOperator,
  left: PyObject,
  right: PyObject,
  budget: Budget,
): PyObject | undefined {
  if (operator === '+') return concatenate(left, right, budget);
  if (operator === '*')
    return repeat(left, asInteger(right), budget) ?? repeat(right, asInteger(left), budget);
  return operator === '%' && typeof left === 'string' ? formatPercent(left, right, budget) : undefined;
}

/** A binary operator (Language reference, "Binary arithmetic operations" and following); fails with Python's words. */
export function arithmetic(
  operator: ArithmeticOperator,
  left: PyObject,
  right: PyObject,
  budget: Budget,
): PyObject {
  budget.spend();
  const result =
    onNumbers(operator, left, right, budget) ??
    onSequences(operator, left, right, budget) ??
    onMembers(operator, left, right, budget);
  return (
    result ??
    fail(`unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`)
  );
}

/** Unary `+`, `-` and `~`. */
export function unary(operator: UnaryOperator, operand: PyObject): PyObject {
  const number = asNumber(operand);
  if (number === undefined || (operator === '~' && typeof number === 'number'))
    return fail(`bad operand type for unary ${operator}: '${typeName(operand)}'`);
  if (operator === '+') return number;
  return operator === '-' || typeof number === 'number' ? -number : ~number;
}
