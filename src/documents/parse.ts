import { createScanner, parseTree, type Node, type ParseError } from 'jsonc-parser';
import { parse as parseTomlText, TomlDate, TomlError } from 'smol-toml';
import { bad, good, problem, warning, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { offsetAt, type Source, type Span } from '../diagnostics/source.ts';
import { floatValue, type Locate, type Mapping, type Path, type Value } from '../model/value.ts';
import { locateToml } from './locate-toml.ts';

/** A parsed file: its values, and where each of them stands. */
export interface ParsedText {
  readonly source: Source;
  readonly value: Value;
  readonly warnings: readonly Diagnostic[];
  /** Parts that cannot be used, and are not in the value: what they are part of must not be used either. */
  readonly faults: readonly Fault[];
  readonly locate: Locate;
}

export interface Fault {
  readonly path: Path;
  readonly diagnostic: Diagnostic;
}

const DEEPEST = 200;
const VALUE_EXPECTED = 4; // of jsonc-parser's ParseErrorCode, a const enum
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Reads JSON or TOML, by the ending of the path. A syntax error is the only failure; it carries its place. */
export function parseText(source: Source): Result<ParsedText> {
  const text = source.text.startsWith('\ufeff') ? source.text.slice(1) : source.text;
  const unmarked = { path: source.path, text }; // editors put a byte order mark before it
  return source.path.endsWith('.toml') ? parseToml(unmarked) : parseJson(unmarked);
}

// --- JSON (RFC 8259: no comments, no trailing commas) ---

function parseJson(source: Source): Result<ParsedText> {
  const deep = jsonTooDeep(source.text);
  if (deep !== undefined) return bad(tooDeep({ source, start: deep, end: deep + 1 }));
  const errors: ParseError[] = [];
  const options = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };
  const root = parseTree(source.text, errors, options);
  const first = errors[0];
  if (first || !root) {
    const [start, length] = first ? [first.offset, first.length] : [0, 1];
    const reason = JSON_ERRORS[first ? first.error : VALUE_EXPECTED] ?? 'it cannot be read';
    return bad(problem('syntax', `this is not JSON: ${reason}`, { source, start, end: start + length }));
  }
  const reader: JsonReader = { source, warnings: [], faults: [] };
  const value = jsonValue(root, [], reader);
  return good({
    ...reader,
    value,
    locate: (path, part = 'value') => locateJson(root, source, path, part),
  });
}

/** What jsonc-parser's ParseErrorCode numbers mean, for people. */
const JSON_ERRORS: Readonly<Record<number, string>> = {
  1: 'this is not a value (text must stand in double quotes)',
  2: 'this is not a number',
  3: 'a key in double quotes is expected here',
  4: 'a value is expected here',
  5: 'a colon is expected here',
  6: 'a comma is expected here',
  7: 'a closing brace "}" is expected here',
  8: 'a closing bracket "]" is expected here',
  9: 'the end of the file is expected here',
  10: 'JSON has no comments (a key that begins with "_" can hold one)',
  11: 'a comment is not closed',
  12: 'a text is not closed with a double quote',
  13: 'a number is not complete',
  14: 'a \\u escape needs four hexadecimal digits',
  15: 'there is no such escape',
  16: 'this character must be written as an escape',
};

function jsonTooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  // 1 and 3 open, 2 and 4 close, 17 is the end: SyntaxKind is a const enum that isolated modules cannot import.
  for (let kind: number = scanner.scan(); kind !== 17; kind = scanner.scan()) {
    if (kind === 1 || kind === 3) depth++;
    else if (kind === 2 || kind === 4) depth--;
    if (depth > DEEPEST) return scanner.getTokenOffset();
  }
  return undefined;
}

function tooDeep(span: Span): Diagnostic {
  return problem('syntax', `values are nested more than ${DEEPEST} levels deep here`, span);
}

interface JsonReader {
  readonly source: Source;
  readonly warnings: Diagnostic[];
  readonly faults: Fault[];
}

function jsonValue(node: Node, path: Path, reader: JsonReader): Value {
  if (node.type === 'array') {
    return (node.children ?? []).map((item, at) => jsonValue(item, [...path, at], reader));
  }
  if (node.type === 'object') return jsonMapping(node, path, reader);
  const value = node.value as Value;
  if (typeof value !== 'number') return value;
  const { text } = reader.source;
  const isFloat = /[.eE]/.test(text.slice(node.offset, node.offset + node.length));
  const exact = isFloat ? Number.isFinite(value) : Number.isSafeInteger(value);
  if (!exact) reader.faults.push({ path, diagnostic: notExact(spanOf(node, reader.source)) });
  return isFloat ? floatValue(value) : value;
}

function jsonMapping(node: Node, path: Path, reader: JsonReader): Mapping {
  const mapping: Record<string, Value> = {};
  for (const property of node.children ?? []) {
    const [keyNode, valueNode] = property.children ?? [];
    if (!keyNode || !valueNode) continue;
    const key = String(keyNode.value);
    const span = spanOf(keyNode, reader.source);
    const at = [...path, key];
    if (FORBIDDEN_KEYS.has(key)) {
      reader.faults.push({ path: at, diagnostic: forbiddenKey(key, span) });
      continue;
    }
    if (Object.hasOwn(mapping, key)) {
      const message = `the key "${key}" is given twice in one mapping`;
      reader.warnings.push(warning('duplicate-key', message, span, 'the last one counts'));
    }
    mapping[key] = jsonValue(valueNode, at, reader);
  }
  return mapping;
}

function notExact(span: Span): Diagnostic {
  return problem('type', 'this number cannot be kept exactly', span, 'write it as text, in quotes');
}

function forbiddenKey(key: string, span: Span): Diagnostic {
  return problem('forbidden-key', `"${key}" cannot be a key`, span, 'choose another name');
}

function spanOf(node: Node, source: Source): Span {
  return { source, start: node.offset, end: node.offset + node.length };
}

function locateJson(root: Node, source: Source, path: Path, part: 'key' | 'value'): Span {
  for (let length = path.length; length > 0; length--) {
    const node = findNode(root, path.slice(0, length));
    if (!node) continue;
    const keyNode = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
    // A mapping or list is too large to underline: its key says where it is.
    const byKey = part === 'key' || length < path.length || node.type === 'object';
    return spanOf(byKey && keyNode ? keyNode : node, source);
  }
  return { source, start: root.offset, end: root.offset + 1 };
}

/** The node at a path; of a key that is given twice, the one that counts. */
function findNode(root: Node, path: Path): Node | undefined {
  let at: Node | undefined = root;
  for (const step of path) {
    if (typeof step === 'number') at = at?.children?.[step];
    else at = at?.children?.findLast((property) => property.children?.[0]?.value === step)?.children?.[1];
  }
  return at;
}

// --- TOML 1.0 ---

function parseToml(source: Source): Result<ParsedText> {
  const locate = locateToml(source);
  const faults: Fault[] = [];
  try {
    const table = parseTomlText(source.text, { maxDepth: DEEPEST, integersAsBigInt: true });
    const value = tomlValue(table, [], {
      forbid: (key, path) => faults.push({ path, diagnostic: forbiddenKey(key, locate(path, 'key')) }),
      inexact: (path) => faults.push({ path, diagnostic: notExact(locate(path)) }),
      // Found by its text: the parser of places takes long for keys so deep.
      deep: (path) => faults.push({ path, diagnostic: tooDeep(firstSpan(source, String(path[0]))) }),
    });
    return good({ source, value, warnings: [], faults, locate });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const start = offsetAt(source, { line: error.line, column: error.column });
    const reason = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
    return bad(problem('syntax', `this is not TOML: ${reason}`, { source, start, end: start + 1 }));
  }
}

function firstSpan(source: Source, text: string): Span {
  const start = Math.max(0, source.text.indexOf(text));
  return { source, start, end: start + text.length };
}

interface Complaints {
  readonly forbid: (key: string, path: Path) => void;
  readonly inexact: (path: Path) => void;
  readonly deep: (path: Path) => void;
}

function tomlValue(value: unknown, path: Path, complaints: Complaints): Value {
  if (value instanceof TomlDate) return value.toISOString();
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) complaints.inexact(path);
    return floatValue(value);
  }
  if (typeof value === 'bigint') {
    if (!Number.isSafeInteger(Number(value))) complaints.inexact(path);
    return Number(value);
  }
  if (typeof value !== 'object' || value === null) return value as Value;
  if (path.length > DEEPEST) {
    complaints.deep(path); // Dotted keys nest without brackets: the parser does not count them.
    return null;
  }
  if (Array.isArray(value)) return value.map((item, at) => tomlValue(item, [...path, at], complaints));
  const mapping: Record<string, Value> = {};
  for (const [key, item] of Object.entries(value)) {
    const at = [...path, key];
    if (FORBIDDEN_KEYS.has(key)) complaints.forbid(key, at);
    else mapping[key] = tomlValue(item, at, complaints);
  }
  return mapping;
}
