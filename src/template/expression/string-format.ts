import { fail, type Budget } from './budget.ts';
import { format } from './format.ts';
import type { PyObject } from './object.ts';
import { itemAt } from './subscript.ts';
import { ascii, repr, str } from './text.ts';

/** `!s`, `!r` and `!a`, in f-strings and in `str.format`. */
export function convert(object: PyObject, conversion: string, budget: Budget): string {
  if (conversion === 'r') return repr(object, budget);
  if (conversion === 'a') return ascii(object, budget);
  return conversion === 's' ? str(object, budget) : fail(`Unknown conversion specifier '${conversion}'`);
}

interface Values {
  readonly positional: readonly PyObject[];
  readonly keywords: ReadonlyMap<string, PyObject>;
}

/** Automatic numbering must not be mixed with numbers, over the whole template and its nested fields. */
class Numbering {
  #next = 0;
  #manual: boolean | undefined;

  take(name: string): number {
    const manual = name !== '';
    if (this.#manual !== undefined && this.#manual !== manual)
      fail('cannot mix automatic field numbering and manual field specification');
    this.#manual = manual;
    if (manual) return Number(name);
    this.#next += 1;
    return this.#next - 1;
  }
}

/** Where the field that starts at `from` ends: its own closing brace, nested fields counted, brackets `[...]` passed over. */
function fieldEnd(template: string, from: number): number {
  let depth = 1;
  for (let index = from; index < template.length; index += 1) {
    const character = template[index];
    if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    else if (character === '[') {
      const close = template.indexOf(']', index);
      if (close < 0) fail("expected '}' before end of string");
      index = close;
    }
    if (depth === 0) return index;
  }
  return fail("expected '}' before end of string");
}

const FIELD =
  /^(?<name>(?:\[[^\]]*\]|[^!:[{}])*)(?:!(?<conversion>[^]?)(?<rest>[^:]*))?(?::(?<format>[^]*))?$/u;

/** `name[key][0]` of the values given; attributes are none of ours. */
function lookUp(name: string, values: Values, numbering: Numbering, budget: Budget): PyObject {
  const [first = ''] = /^[^.[]*/.exec(name) ?? [];
  let object: PyObject | undefined;
  if (/^\d*$/.test(first)) {
    const index = numbering.take(first);
    object = values.positional[index];
    if (object === undefined) fail(`Replacement index ${index} out of range for positional args tuple`);
  } else object = values.keywords.get(first);
  if (object === undefined) return fail(`no key ${repr(first, budget)}`);
  let rest = name.slice(first.length);
  while (rest !== '') {
    const [part, key] = /^\[([^\]]+)\]/.exec(rest) ?? fail('attributes are not allowed in format fields');
    object = itemAt(object, /^\d+$/.test(key ?? '') ? BigInt(key ?? 0) : (key ?? ''), budget);
    rest = rest.slice(part.length);
  }
  return object;
}

function expand(
  template: string,
  values: Values,
  numbering: Numbering,
  depth: number,
  budget: Budget,
): string {
  if (depth < 0) fail('Max string recursion exceeded');
  budget.text(template.length);
  let text = '';
  const braces = /[{}]/g;
  for (let index = 0; index < template.length;) {
    budget.spend();
    braces.lastIndex = index;
    const brace = braces.exec(template);
    const at = brace?.index ?? template.length;
    text += template.slice(index, at);
    index = at + 1;
    if (!brace) break;
    if (template[index] === brace[0]) {
      text += brace[0];
      index += 1;
      continue;
    }
    if (brace[0] === '}') fail("Single '}' encountered in format string");
    if (index >= template.length) fail("Single '{' encountered in format string");
    const end = fieldEnd(template, index);
    text += field(template.slice(index, end), values, numbering, depth, budget);
    budget.fits(text.length + template.length - end);
    index = end + 1;
  }
  budget.text(text.length);
  return text;
}

function field(source: string, values: Values, numbering: Numbering, depth: number, budget: Budget): string {
  const groups = FIELD.exec(source)?.groups ?? fail("unexpected '{' in field name");
  const { conversion } = groups;
  if (conversion === '') fail('end of string while looking for conversion specifier');
  if (groups.rest !== undefined && groups.rest !== '') fail("expected ':' after conversion specifier");
  const object = lookUp(groups.name ?? '', values, numbering, budget);
  const value = conversion === undefined ? object : convert(object, conversion, budget);
  const given = groups.format ?? '';
  const specification = given.includes('{') ? expand(given, values, numbering, depth - 1, budget) : given;
  return format(value, specification, budget);
}

/** Python's `template.format(*positional, **keywords)` (Library reference, "Format String Syntax"), without attributes. */
export function formatTemplate(template: string, values: Values, budget: Budget): string {
  return expand(template, values, new Numbering(), 1, budget);
}
