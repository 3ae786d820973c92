import { fail } from './budget.ts';

/** A double has no decimal digit that is not zero beyond this place, before or after its first one. */
const EXACT_DIGITS = 1100;

/** |value| as mantissa × 2^scale. */
function exactly(value: number): { mantissa: bigint; scale: bigint } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(value));
  const word = bits.getBigUint64(0);
  const exponent = Number(word >> 52n);
  const fraction = word & ((1n << 52n) - 1n);
  const mantissa = exponent === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa, scale: BigInt(Math.max(exponent, 1) - 1075) };
}

/** |value| × 10^places, rounded half to even from the exact binary value. */
export function roundScaled(value: number, places: number): bigint {
  const { mantissa, scale } = exactly(value);
  let above = scale > 0n ? mantissa << scale : mantissa;
  let below = scale < 0n ? 1n << -scale : 1n;
  if (places > 0) above *= 10n ** BigInt(places);
  else below *= 10n ** BigInt(-places);
  return divideHalfEven(above, below);
}

/** The quotient of two integers, the divisor positive, rounded to the nearest, and to the even one of two. */
export function divideHalfEven(above: bigint, below: bigint): bigint {
  const floor = floorDivide(above, below);
  const twice = (above - floor * below) * 2n;
  return twice > below || (twice === below && floor % 2n !== 0n) ? floor + 1n : floor;
}

/** Integer division rounded down, as Python's `//` on ints; the divisor is not zero. */
export function floorDivide(above: bigint, below: bigint): bigint {
  const quotient = above / below;
  return above % below !== 0n && above < 0n !== below < 0n ? quotient - 1n : quotient;
}

interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

/** The first digits of a positive value in scientific notation. */
function significant(value: number, count: number): Decimal {
  if (value === 0) return { digits: '0'.repeat(count), exponent: 0 };
  const known = Math.min(count, EXACT_DIGITS);
  let exponent = Math.floor(Math.log10(value));
  let digits = String(roundScaled(value, known - 1 - exponent));
  // The logarithm may miss by one, and rounding up may carry into a new digit.
  if (digits.length !== known) {
    exponent += digits.length - known;
    digits = String(roundScaled(value, known - 1 - exponent));
    if (digits.length > known) [digits, exponent] = [digits.slice(0, known), exponent + 1];
  }
  return { digits: digits.padEnd(count, '0'), exponent };
}

/** The shortest digits that read back as the same double. */
function shortest(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) };
}

function placePoint({ digits, exponent }: Decimal): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = digits.slice(exponent + 1);
  return rest === '' ? whole : `${whole}.${rest}`;
}

function withExponent({ digits, exponent }: Decimal): string {
  const rest = digits.slice(1);
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits.slice(0, 1)}${rest === '' ? '' : `.${rest}`}e${exponent < 0 ? '-' : '+'}${power}`;
}

function fixed(value: number, precision: number): string {
  const known = Math.min(precision, EXACT_DIGITS);
  const digits = String(roundScaled(value, known)).padStart(known + 1, '0');
  const fraction = digits.slice(digits.length - known).padEnd(precision, '0');
  return precision === 0 ? digits : `${digits.slice(0, digits.length - known)}.${fraction}`;
}

/** `repr` leaves the exponent out between 1e-4 and 1e16 and shows that the number is a float; `g` stops at its precision. */
function general(decimal: Decimal, limit: number, pointed: boolean): string {
  if (decimal.exponent < -4 || decimal.exponent >= limit) return withExponent(decimal);
  const text = placePoint(decimal);
  return pointed && !text.includes('.') ? `${text}.0` : text;
}

export type FloatStyle = 'e' | 'f' | 'g' | 'pointed' | 'repr';

/**
 * The digits of a float without its sign, as CPython's `PyOS_double_to_string` writes them. `pointed` is what `format` does
 * without a type: `g`, but never like an int. `alternate` keeps the point and the zeros, as `#` asks.
 */
export function floatDigits(value: number, style: FloatStyle, precision: number, alternate = false): string {
  const size = Math.abs(value);
  if (!Number.isFinite(size)) return Number.isNaN(size) ? 'nan' : 'inf';
  if (style === 'repr') return general(shortest(size), 16, true);
  let text: string;
  if (style === 'f') text = fixed(size, precision);
  else if (style === 'e') text = withExponent(significant(size, precision + 1));
  else {
    const count = Math.max(precision, 1);
    const { digits, exponent } = significant(size, count);
    const kept = alternate ? digits : digits.replace(/(?!^)0+$/, '');
    const pointed = style === 'pointed';
    text = general({ digits: kept, exponent }, pointed ? count - 1 : count, pointed);
  }
  return alternate && !text.includes('.') ? text.replace(/^\d+/, '$&.') : text;
}

/** Whether a float has a minus sign, -0.0 included. */
export function isNegative(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

/** A float as `repr` writes it. */
export function floatText(value: number): string {
  return (isNegative(value) ? '-' : '') + floatDigits(value, 'repr', 0);
}

/** An int as the nearest float; fails as `float` does. */
export function toFloat(value: bigint | number): number {
  const float = Number(value);
  if (typeof value === 'bigint' && !Number.isFinite(float)) fail('int too large to convert to float');
  return float;
}

/** An int from a float, cut towards zero; fails for what is no number. */
export function toInteger(value: bigint | number): bigint {
  if (typeof value === 'bigint') return value;
  if (Number.isNaN(value)) fail('cannot convert float NaN to integer');
  if (!Number.isFinite(value)) fail('cannot convert float infinity to integer');
  return BigInt(Math.trunc(value));
}

/** `round(value, places)`: half to even on the exact binary value. */
export function roundFloat(value: number, places: number): number {
  if (!Number.isFinite(value) || places > 323) return value;
  if (places < -308) return value * 0;
  const rounded = Number(`${roundScaled(value, places)}e${-places}`);
  if (!Number.isFinite(rounded)) fail('rounded value too large to represent');
  return isNegative(value) ? -rounded : rounded;
}

/** The true quotient of two ints, correctly rounded also beyond 2^53. */
export function divideIntegers(above: bigint, below: bigint): number {
  const shift = 66 + bitLength(below) - bitLength(above);
  const [a, b] = [above < 0n ? -above : above, below < 0n ? -below : below];
  const scaled = shift > 0 ? a << BigInt(shift) : a;
  const divisor = shift < 0 ? b << BigInt(-shift) : b;
  const quotient = scaled / divisor;
  // A last bit that is always odd when something is left over decides ties the right way.
  const sticky = quotient * divisor === scaled ? quotient : quotient | 1n;
  const half = Math.trunc(shift / 2);
  const result = Number(sticky) * 2 ** -half * 2 ** (half - shift);
  if (!Number.isFinite(result)) fail('integer division result too large for a float');
  return above < 0n !== below < 0n ? -result : result;
}

/** Bits of the absolute value, as `int.bit_length`. */
export function bitLength(value: bigint): number {
  const digits = (value < 0n ? -value : value).toString(16);
  return digits === '0' ? 0 : digits.length * 4 - (Math.clz32(Number.parseInt(digits.slice(0, 1), 16)) % 4);
}

/** The largest whole exponent that is worked out exactly; `**` of the engine is off by a digit even for `100.0 ** -2`. */
const EXACT_POWER = 64;

/** A power of finite floats, correctly rounded for small whole exponents and for square roots. */
export function powerOf(base: number, exponent: number): number {
  if (exponent === 0.5 && base > 0) return Math.sqrt(base);
  const rough = base ** exponent;
  const size = Math.abs(rough);
  if (!Number.isInteger(exponent) || Math.abs(exponent) > EXACT_POWER || !(size > 1e-290 && size < 1e300))
    return rough;
  const { mantissa, scale } = exactly(base);
  const count = BigInt(Math.abs(exponent));
  const above = (mantissa ** count) << (scale > 0n ? scale * count : 0n);
  const below = 1n << (scale < 0n ? -scale * count : 0n);
  const exact = exponent < 0 ? divideIntegers(below, above) : divideIntegers(above, below);
  return rough < 0 ? -exact : exact;
}
