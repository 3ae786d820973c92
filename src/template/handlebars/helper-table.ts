import { isEmpty, isList, isMapping, toText, type Value } from '../../model/value.ts';
import { isTrue, LONGEST_TEXT, PlainText, type Arguments, type Outcome } from './arguments.ts';
import { compareVersions, compareWritten } from './compare.ts';
import { NAME } from '../scan.ts';

/** A helper of `.hbs` sources: how many arguments it takes, what they are called, what it does. */
export interface Helper {
  readonly usage: string;
  readonly least: number;
  readonly most: number;
  readonly run: (given: Arguments) => Outcome;
}

const LONGEST_RANGE = 10_000;
const HASH_SIGNS: Readonly<Record<string, string>> = { md5: '1', sha256: '5', sha512: '6' };
const WHOLE_NAME = new RegExp(`^${NAME}$`, 'u');

/**
 * All helpers by name, beside Handlebars' own `if unless each with lookup`. In: arguments as `Arguments` reads them.
 * Each throws HelperFault where it cannot answer. Rules: DESIGN.md "Expressions" (last paragraph) and "Markers";
 * handlebarsjs.com/guide/expressions.html#helpers.
 */
export const HELPERS: ReadonlyMap<string, Helper> = new Map([
  helper('secret path key', (given) => new PlainText(`|>${secretName(given, 0)}<|`)),
  helper('hash kind path key', hashMarker),
  helper('eq a b', (given) => order(given) === 0),
  helper('ne a b', (given) => order(given) !== 0),
  helper('lt a b', (given) => order(given) < 0),
  helper('le a b', (given) => order(given) <= 0),
  helper('gt a b', (given) => order(given) > 0),
  helper('ge a b', (given) => order(given) >= 0),
  helper('vlt version version', (given) => versionOrder(given) < 0),
  helper('vle version version', (given) => versionOrder(given) <= 0),
  helper('vgt version version', (given) => versionOrder(given) > 0),
  helper('vge version version', (given) => versionOrder(given) >= 0),
  helper('and a b ...', (given) => given.values().every(isTrue)),
  helper('or a b ...', (given) => given.values().some(isTrue)),
  helper('not a', (given) => !isTrue(given.value(0))),
  helper('includes list-or-text item', includes),
  helper('join list separator', (given) => joinBounded(given, given.list(0).map(toText), given.text(1))),
  helper('split text separator', split),
  helper('first list', (given) => given.list(0)[0]),
  helper('last list', (given) => given.list(0).at(-1)),
  helper('length list-or-text', length),
  helper('range from to', range),
  helper('default value fallback', (given) => given.value(isEmpty(given.value(0)) ? 1 : 0)),
  helper('lower text', (given) => given.text(0).toLowerCase()),
  helper('upper text', (given) => given.text(0).toUpperCase()),
  helper('trim text', (given) => given.text(0).trim()),
  helper('replace text old new', replace),
  helper('concat a b ...', concat),
  helper('add a b', (given) => whole(given, given.integer(0) + given.integer(1))),
  helper('subtract a b', (given) => whole(given, given.integer(0) - given.integer(1))),
  helper('multiply a b', (given) => whole(given, given.integer(0) * given.integer(1))),
  helper('divide a b', divide),
]);

/** The usage names the helper and its arguments; `...` stands for any number more. */
function helper(usage: string, run: Helper['run']): [string, Helper] {
  const [name = '', ...names] = usage.split(' ');
  const open = names.at(-1) === '...';
  const least = open ? 1 : names.length;
  return [name, { usage, least, most: open ? Infinity : least, run }];
}

function hashMarker(given: Arguments): PlainText {
  const kind = given.text(0);
  const sign = Object.hasOwn(HASH_SIGNS, kind) ? HASH_SIGNS[kind] : undefined;
  if (sign === undefined)
    throw given.fault(`knows no kind "${kind}"`, 'the kinds are md5, sha256 and sha512');
  return new PlainText(`${sign}>${secretName(given, 1)}<${sign}`);
}

/** `path:key` as a marker can hold it; anything else would stay in the file as text. */
function secretName(given: Arguments, index: number): string {
  for (const part of [given.text(index), given.text(index + 1)]) {
    if (WHOLE_NAME.test(part)) continue;
    throw given.fault(
      `cannot name the secret "${part}"`,
      'the path and the key of a secret hold letters, digits, "_", "/", "," and ":"',
    );
  }
  return `${given.text(index)}:${given.text(index + 1)}`;
}

function order(given: Arguments): number {
  return compareWritten(given.written(0), given.written(1));
}

function versionOrder(given: Arguments): number {
  return compareVersions(given.text(0), given.text(1));
}

function includes(given: Arguments): boolean {
  const value = given.value(0);
  if (isList(value)) return value.some((item) => toText(item) === given.written(1));
  return given.text(0).includes(given.text(1));
}

function split(given: Arguments): readonly Value[] {
  const separator = given.text(1);
  if (separator === '') throw given.fault('needs a separator');
  return given.text(0) === '' ? [] : given.text(0).split(separator);
}

function length(given: Arguments): number {
  const value = given.value(0);
  if (isList(value)) return value.length;
  if (isMapping(value)) return Object.keys(value).length;
  return Array.from(given.text(0)).length;
}

/** Both ends included, as `[3-10]` has them in version ranges. */
function range(given: Arguments): readonly number[] {
  const from = given.integer(0);
  const count = given.integer(1) - from + 1;
  if (count > LONGEST_RANGE) throw given.fault(`makes at most ${LONGEST_RANGE} numbers, not ${count}`);
  return Array.from({ length: Math.max(0, count) }, (_, index) => from + index);
}

function replace(given: Arguments): string {
  const old = given.text(1);
  if (old === '') throw given.fault('needs a text to replace');
  return joinBounded(given, given.text(0).split(old), given.text(2));
}

function concat(given: Arguments): string {
  return joinBounded(
    given,
    given.values().map((value) => toText(value ?? null)),
    '',
  );
}

function joinBounded(given: Arguments, parts: readonly string[], separator: string): string {
  const size = parts.reduce((sum, part) => sum + part.length + separator.length, 0);
  if (size > LONGEST_TEXT) throw given.fault('makes a text of more than 16 MB');
  return parts.join(separator);
}

/** Truncated towards zero, as the arithmetic marker does it. */
function divide(given: Arguments): number {
  if (given.integer(1) === 0) throw given.fault('cannot divide by zero');
  return whole(given, Math.trunc(given.integer(0) / given.integer(1)));
}

function whole(given: Arguments, result: number): number {
  if (!Number.isSafeInteger(result)) throw given.fault('makes a number that is too large');
  return result === 0 ? 0 : result;
}
