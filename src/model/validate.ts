import type * as z from 'zod';
import { problem, warning, type Diagnostic, type Severity } from '../diagnostics/diagnostic.ts';
import { suggest } from './nearest.ts';
import { describeKind, Float, isList, isMapping, type Locate, type Path, type Value } from './value.ts';

type Issue = z.core.$ZodIssue;

/** Keys that mean nothing to osimager wherever they stand: comments, and the editor's schema reference. */
export function isCommentKey(key: string): boolean {
  return key.startsWith('_') || key === 'notes' || key === '$schema';
}

/**
 * Holds a value against a schema whose mappings are strict. Unknown keys are complained about with
 * `unknownKeys` severity and a suggestion; everything else that does not fit is an error at its place.
 */
export function validate(
  schema: z.ZodType,
  value: Value,
  locate: Locate,
  unknownKeys: Severity,
): readonly Diagnostic[] {
  const checked = schema.safeParse(plain(value));
  if (checked.success) return [];
  return checked.error.issues.flatMap((issue) => describeIssue(issue, schema, value, locate, unknownKeys));
}

/** The value with its floats as plain numbers, which is what schemas know. */
function plain(value: Value): unknown {
  if (value instanceof Float) return value.valueOf();
  if (isList(value)) return value.map(plain);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function describeIssue(
  issue: Issue,
  schema: z.ZodType,
  value: Value,
  locate: Locate,
  unknownKeys: Severity,
): readonly Diagnostic[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code !== 'unrecognized_keys') return [wrongType(issue, path, value, locate)];
  const report = unknownKeys === 'error' ? problem : warning;
  const known = knownKeys(schema, path);
  return issue.keys
    .filter((key) => !isCommentKey(key))
    .map((key) => {
      const hint = suggest(key, known, 'known keys');
      const span = locate([...path, key], 'key');
      return report('unknown-key', `osimager knows no key "${key}" here`, span, ...(hint ? [hint] : []));
    });
}

function wrongType(issue: Issue, path: Path, value: Value, locate: Locate): Diagnostic {
  const found = valueAt(value, path);
  const key = path.findLast((step) => typeof step === 'string');
  const subject = key === undefined ? 'this' : `"${key}"`;
  if (found === undefined && path.length > 0) {
    return problem('type', `${subject} is missing`, locate(path, 'key'), `it must be ${expected(issue)}`);
  }
  const message = `${subject} must be ${expected(issue)}, not ${shownValue(found)}`;
  return problem('type', message, locate(path, 'value'));
}

function shownValue(value: Value | undefined): string {
  if (typeof value === 'string') return value.length > 40 ? 'this text' : `the text ${JSON.stringify(value)}`;
  return typeof value === 'number' || value instanceof Float
    ? `the number ${value.toString()}`
    : describeKind(value);
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  int: 'a whole number',
};

function expected(issue: Issue): string {
  if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return issue.values.map((item) => JSON.stringify(item)).join(' or ');
  if (issue.code === 'invalid_union') return unionExpected(issue);
  return issue.message;
}

function unionExpected(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  const branches = issue.errors.map((errors) => {
    const first = errors[0];
    if (!first) return '';
    return first.path.length > 0 ? `a list of ${pluralOf(expected(first))}` : expected(first);
  });
  return [...new Set(branches)].filter(Boolean).join(' or ');
}

function pluralOf(kind: string): string {
  return kind.replace(/^a (\w+)$/, '$1s').replace(/^text$/, 'texts');
}

function valueAt(value: Value, path: Path): Value | undefined {
  let at: Value | undefined = value;
  for (const step of path) {
    if (Array.isArray(at)) at = (at as readonly Value[])[Number(step)];
    else if (isMapping(at) && Object.hasOwn(at, step)) at = at[step];
    else return undefined;
  }
  return at;
}

/** The keys of the strict mapping that a schema has at a path. */
function knownKeys(schema: z.ZodType, path: Path): readonly string[] {
  let at: z.core.$ZodType | undefined = schema;
  for (const step of path) at = at && stepInto(at, step);
  const definition = at && mappingDefinition(at);
  return definition ? Object.keys(definition.shape).filter((key) => !isCommentKey(key)) : [];
}

function stepInto(schema: z.core.$ZodType, step: string | number): z.core.$ZodType | undefined {
  const definition = unwrap(schema)._zod.def;
  if (definition.type === 'array') return (definition as z.core.$ZodArrayDef).element;
  if (definition.type === 'record') return (definition as z.core.$ZodRecordDef).valueType;
  if (definition.type === 'object') return (definition as z.core.$ZodObjectDef).shape[step];
  if (definition.type !== 'union') return undefined;
  for (const option of (definition as z.core.$ZodUnionDef).options) {
    const inner = stepInto(option, step);
    if (inner) return inner;
  }
  return undefined;
}

function mappingDefinition(schema: z.core.$ZodType): z.core.$ZodObjectDef | undefined {
  const inner = unwrap(schema);
  const definition = inner._zod.def;
  if (definition.type === 'object') return definition as z.core.$ZodObjectDef;
  if (definition.type !== 'union') return undefined;
  for (const option of (definition as z.core.$ZodUnionDef).options) {
    const found = mappingDefinition(option);
    if (found) return found;
  }
  return undefined;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const definition = schema._zod.def;
  if (definition.type === 'optional') return unwrap((definition as z.core.$ZodOptionalDef).innerType);
  if (definition.type === 'lazy') return unwrap((definition as z.core.$ZodLazyDef).getter());
  return schema;
}
