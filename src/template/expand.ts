import { isIPv4 } from '../model/address.ts';
import { Float, isList, isMapping, toText, type Mapping, type Value } from '../model/value.ts';
import { findExpressions } from './expression/embed.ts';
import { evaluateExpression, type Evaluated } from './expression/evaluate.ts';
import { parseExpression, type ParsedExpression } from './expression/parse.ts';
import { shapeOf } from './expression/shape.ts';
import { lastSegment, splitSum, TEXT_MARKERS, wholeSum } from './markers.ts';
import { scanText, spliceName, type ScannedText } from './scan.ts';
import { holdsSecretMarker } from './secrets.ts';

/** What markers may ask for while they are replaced, and whom they complain to. */
export interface Surroundings {
  /** The value of a definition, its own markers replaced; undefined where there is none. */
  definition(name: string): Value | undefined;
  environment(name: string): string | undefined;
  host(name: string): string | undefined;
  /** The steps to the string at hand below the value that is expanded; kept by `expandValue`. */
  readonly path: (string | number)[];
  report(code: 'expression' | 'marker', message: string, note?: string): void;
  /** A value that is one expression by its signs, and by what is between them none: it stays as it is. */
  unread(expression: string): void;
  /** A definition that is not there: it is empty, and `check` tells. */
  unknown(name: string): void;
}

/** Texts are scanned once and expressions evaluated once a run: both depend on the text alone. */
export interface Templates {
  scan(text: string): ScannedText;
  /** Undefined where the text is no expression. */
  evaluate(text: string): Evaluated | undefined;
  /** Whether a value holds no marker at all, keys included. */
  isPlain(value: Value): boolean;
  /** Drops what is remembered: texts that were edited come no more. */
  forget(): void;
}

const MOST_REMEMBERED = 50_000;

/** Templates for one run, with nothing remembered yet. */
export function createTemplates(): Templates {
  const scanned = new Map<string, ScannedText>();
  const evaluated = new Map<string, Evaluated | undefined>();
  const parsed = new Map<string, ParsedExpression>();
  const plain = new WeakMap<object, boolean>();
  const isPlain = (value: Value): boolean => {
    if (typeof value === 'string') return !value.includes('>');
    if (typeof value !== 'object' || value === null || value instanceof Float) return true;
    const known = plain.get(value);
    if (known !== undefined) return known;
    const answer = isList(value)
      ? value.every(isPlain)
      : Object.entries(value).every(([key, item]) => isPlain(key) && isPlain(item));
    plain.set(value, answer);
    return answer;
  };
  return {
    isPlain,
    forget() {
      for (const store of [scanned, evaluated, parsed]) store.clear();
    },
    scan: (text) => remember(scanned, text, () => scanText(text)),
    evaluate: (text) =>
      remember(evaluated, text, () => {
        const shape = shapeOf(text);
        const expression = remember(parsed, shape.text, () => parseExpression(shape.text));
        return expression.ok ? evaluateExpression(expression.expression, shape.literals) : undefined;
      }),
  };
}

function remember<T>(store: Map<string, T>, text: string, make: () => T): T {
  const known = store.get(text);
  if (known !== undefined || store.has(text)) return known as T;
  if (store.size >= MOST_REMEMBERED) store.clear();
  const made = make();
  store.set(text, made);
  return made;
}

/**
 * A value with the markers in all its strings and mapping keys replaced. A marker that is a whole string
 * gives a value of any type; `[>x<]` gives the items of x in place (DESIGN.md, "Markers"). Secrets stay.
 */
export function expandValue(value: Value, templates: Templates, around: Surroundings): Value {
  if (templates.isPlain(value)) return value;
  if (typeof value === 'string') return expandText(value, templates, around);
  if (isList(value)) return expandList(value, templates, around);
  return isMapping(value) ? expandMapping(value, templates, around) : value;
}

function expandMapping(value: Mapping, templates: Templates, around: Surroundings): Mapping {
  const expanded: Record<string, Value> = {};
  for (const [key, item] of Object.entries(value)) {
    around.path.push(key);
    const name = toText(expandValue(key, templates, around));
    const content = expandValue(item, templates, around);
    if (name === '__proto__') around.report('marker', 'a key with markers came out as "__proto__"');
    else expanded[name] = content;
    around.path.pop();
  }
  return expanded;
}

function expandList(value: readonly Value[], templates: Templates, around: Surroundings): readonly Value[] {
  const expanded: Value[] = [];
  value.forEach((item, at) => {
    around.path.push(at);
    const content = expandValue(item, templates, around);
    const name = typeof content === 'string' ? spliceName(content) : undefined;
    if (name === undefined) expanded.push(content);
    else expanded.push(...spliced(name, around));
    around.path.pop();
  });
  return expanded;
}

function spliced(name: string, around: Surroundings): readonly Value[] {
  const value = around.definition(name);
  if (value === undefined) around.unknown(name);
  if (value === undefined || value === null) return [];
  if (isList(value)) return value;
  if (typeof value !== 'string') return [value];
  return value.split(/[\s,]+/).filter((item) => item !== '');
}

/** One text with its markers replaced; a value of any type where one marker is the whole text. */
export function expandText(text: string, templates: Templates, around: Surroundings): Value {
  if (!text.includes('>')) return text;
  const { whole, parts } = templates.scan(text);
  if (whole) {
    const value = lookUp(whole.name, around);
    return typeof value === 'string' ? expandRest(value, templates, around) : value;
  }
  let filled = '';
  for (const part of parts) filled += typeof part === 'string' ? part : toText(lookUp(part.name, around));
  return expandRest(filled, templates, around);
}

function lookUp(name: string, around: Surroundings): Value {
  const value = around.definition(name);
  if (value !== undefined) return value;
  around.unknown(name);
  return '';
}

/** The kinds after the definitions, in the order of the table. */
function expandRest(text: string, templates: Templates, around: Surroundings): Value {
  if (!text.includes('>')) return text;
  const sum = wholeSum(text);
  if (sum !== undefined) return addUp(sum, templates, around);
  let replaced = text;
  for (const { kind, opens, pattern } of TEXT_MARKERS) {
    if (!replaced.includes(opens)) continue;
    replaced = replaced.replace(pattern, (_marker, inside: string) => {
      if (kind === 'path-segment') return lastSegment(toText(lookUp(inside, around)));
      if (kind === 'address') return address(toText(lookUp(inside, around)), around);
      if (kind === 'environment') return around.environment(inside) ?? '';
      return toText(addUp(inside, templates, around));
    });
  }
  return replaced.includes('E>') ? expandExpressions(replaced, templates, around) : replaced;
}

function address(host: string, around: Surroundings): string {
  if (host === '' || isIPv4(host)) return host;
  return around.host(host) ?? '';
}

/** A sum over definitions: true division, the result truncated; empty where a definition is unknown or empty. */
function addUp(sum: string, templates: Templates, around: Surroundings): Value {
  let text = '';
  for (const part of splitSum(sum)) {
    if (part.name === undefined) {
      text += part.text;
      continue;
    }
    const operand = toText(lookUp(part.name, around)).trim();
    if (operand === '') return '';
    if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(operand) && operand !== 'True' && operand !== 'False') {
      around.report(
        'marker',
        `"${part.name}" is ${JSON.stringify(operand)}, which is no number, in #>${sum}<#`,
      );
      return '';
    }
    text += /^\d+$/.test(operand) ? operand.replace(/^0+(?=\d)/, '') : `(${operand})`;
  }
  const result = templates.evaluate(text);
  if (result?.ok && (typeof result.value === 'number' || result.value instanceof Float)) {
    return Math.trunc(Number(result.value));
  }
  const reason = result === undefined ? 'it is no sum' : result.ok ? 'it gives no number' : result.message;
  around.report('marker', `#>${sum}<# cannot be added up: ${reason}`, `with its definitions: ${text}`);
  return '';
}

const WHOLE_EXPRESSION = /^\s*E>[^<]*<E\s*$/;

/**
 * Replaces expressions; text that only looks like one stays. One that holds a secret marker stays as it is,
 * until the secret is known.
 */
function expandExpressions(text: string, templates: Templates, around: Surroundings): Value {
  const pieces = findExpressions(text, (body) => {
    const result = templates.evaluate(body);
    if (result === undefined) return undefined;
    if (holdsSecretMarker(body)) return { value: `E>${body}<E`, text: `E>${body}<E` };
    if (result.ok) return result;
    around.report('expression', `the expression ${body.trim()} fails: ${result.message}`);
    return { value: '', text: '' };
  });
  if (pieces.length === 1 && pieces[0] === text && WHOLE_EXPRESSION.test(text)) around.unread(text.trim());
  return joinPieces(pieces);
}

/** A piece of a text: text that stays, or what an expression gives, as a value and as text. */
export type Piece = string | { readonly value: { readonly value: Value; readonly text: string } };

/** Pieces as one: the value itself where there is nothing else but blanks. */
export function joinPieces(pieces: readonly Piece[]): Value {
  const values = pieces.filter((piece) => typeof piece !== 'string');
  const alone = pieces.every((piece) => typeof piece !== 'string' || piece.trim() === '');
  const [only] = values;
  return alone && only && values.length === 1 ? only.value.value : piecesText(pieces);
}

/** Pieces joined as text, whatever their values are. */
export function piecesText(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : piece.value.text)).join('');
}
