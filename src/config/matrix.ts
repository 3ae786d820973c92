import picomatch from 'picomatch';
import * as z from 'zod';
import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source.ts';
import { unfoldBrackets } from '../model/brackets.ts';
import { suggest } from '../model/nearest.ts';
import { formatTarget, type Target } from '../model/target.ts';
import { validate } from '../model/validate.ts';
import { isMapping, type Locate, type Mapping, type Path, type Value } from '../model/value.ts';

/** The matrix (DESIGN.md, "Matrix"). These definitions validate it and become JSON Schema for editors. */

const text = z.string();
const axis = z.union([text, z.array(text)]);

const rowSchema = z.strictObject({
  platform: axis.describe('names, globs or bracket ranges'),
  location: axis.describe('names, globs or bracket ranges'),
  spec: axis.describe('<dist>-<version>-<arch>: names, globs or bracket ranges'),
  name: text.optional().describe('the name of the artifact; markers allowed; else the spec name'),
  ip: text.optional().describe('an IPv4 address, or dhcp'),
  fqdn: text.optional(),
  define: z.record(text, z.unknown()).optional().describe('definitions of these targets'),
  tags: z.array(text).optional(),
  exclude: axis.optional().describe('specs, or platform/location/spec, that this row leaves out'),
});

export const matrixSchema = z.strictObject({
  $schema: text.optional(),
  target: z.array(rowSchema).optional(),
});

/** The matrix but for its rows, which are held against their own schema one by one. */
const frameSchema = z.strictObject({
  $schema: text.optional(),
  target: z.array(z.unknown()).optional(),
});

type AxisName = 'platform' | 'location' | 'spec';
const AXES = ['platform', 'location', 'spec'] as const satisfies readonly AxisName[];

/** The names that exist on each axis; the specs are the index. */
export type Known = Readonly<Record<AxisName, readonly string[]>>;

export interface MatrixTarget {
  readonly target: Target;
  /** Whether a glob had a part in it: it is skipped then where it is not supported. */
  readonly fromGlob: boolean;
  /** The place of the row. */
  readonly row: Span;
}

export interface Matrix {
  readonly targets: readonly MatrixTarget[];
  /** Rows that are wrong; the targets of the others stand. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The parsed text of a matrix: what of it can be used, and what not. */
export interface MatrixText {
  readonly value: Value;
  readonly locate: Locate;
  readonly faults: readonly { readonly path: Path; readonly diagnostic: Diagnostic }[];
}

/**
 * Multiplies the rows out, in their order, held against the names that exist. A name that does not exist and
 * a row that gives nothing are errors; unknown keys are errors too.
 */
export function expandMatrix({ value, locate, faults: unusable }: MatrixText, known: Known): Result<Matrix> {
  const faults = validate(frameSchema, value, locate, 'error');
  const fits = isMapping(value) && (value.target === undefined || Array.isArray(value.target));
  if (!fits) return bad(...faults);
  const rows = (value.target ?? []) as readonly Value[];
  const diagnostics: Diagnostic[] = [...unusable.map(({ diagnostic }) => diagnostic), ...faults];
  const targets: MatrixTarget[] = [];
  rows.forEach((row, at) => {
    const path = ['target', at];
    const broken = validate(rowSchema, row, (inner, part) => locate([...path, ...inner], part), 'error');
    diagnostics.push(...broken);
    const partly = unusable.some((fault) => fault.path[0] === 'target' && fault.path[1] === at);
    if (partly || broken.length > 0 || !isMapping(row)) return;
    targets.push(...expandRow(row, path, locate, known, diagnostics));
  });
  return good({ targets, diagnostics });
}

interface Choice {
  readonly name: string;
  readonly fromGlob: boolean;
}

function expandRow(
  row: Mapping,
  path: Path,
  locate: Locate,
  known: Known,
  diagnostics: Diagnostic[],
): readonly MatrixTarget[] {
  const before = diagnostics.length;
  const [platforms, locations, specs] = AXES.map((axisName) =>
    choices(axisName, textsOf(row[axisName]), known[axisName], (at, message, hint) => {
      const span = Array.isArray(row[axisName])
        ? locate([...path, axisName, at])
        : locate([...path, axisName]);
      diagnostics.push(problem('matrix', message, span, ...(hint ? [hint] : [])));
    }),
  ) as [Choice[], Choice[], Choice[]];
  const excluded = textsOf(row.exclude).map((pattern, at) => {
    const unfolded = unfoldBrackets(pattern);
    if (typeof unfolded === 'string') {
      const span = Array.isArray(row.exclude)
        ? locate([...path, 'exclude', at])
        : locate([...path, 'exclude']);
      diagnostics.push(problem('matrix', cannotUnfold(pattern, unfolded), span, UNFOLD_HINT));
    }
    return matcher(pattern);
  });
  const extras = rowExtras(row);
  const targets: MatrixTarget[] = [];
  for (const platform of platforms) {
    for (const location of locations) {
      for (const spec of specs) {
        const target = { platform: platform.name, location: location.name, spec: spec.name, ...extras };
        if (excluded.some((matches) => matches(target.spec) || matches(formatTarget(target)))) continue;
        const fromGlob = [platform, location, spec].some((choice) => choice.fromGlob);
        targets.push({ target, fromGlob, row: locate(path, 'key') });
      }
    }
  }
  if (targets.length === 0 && diagnostics.length === before) {
    diagnostics.push(problem('matrix', 'this row gives no target', locate(path, 'key'), nothingLeft(row)));
  }
  return targets;
}

function nothingLeft(row: Mapping): string {
  return row.exclude === undefined
    ? 'one of its lists is empty'
    : '"exclude" leaves out all that the row matches';
}

function rowExtras(row: Mapping): Omit<Target, AxisName> {
  const { name, ip, fqdn, define, tags } = row;
  return {
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
    ...(typeof ip === 'string' ? { ip } : {}),
    ...(typeof fqdn === 'string' ? { fqdn } : {}),
    ...(isMapping(define) ? { define } : {}),
    ...(Array.isArray(tags) ? { tags: textsOf(tags) } : {}),
  };
}

function choices(
  axisName: AxisName,
  patterns: readonly string[],
  known: readonly string[],
  complain: (at: number, message: string, hint?: string) => void,
): readonly Choice[] {
  const found = new Map<string, Choice>();
  const exists = new Set(known);
  patterns.forEach((pattern, at) => {
    const unfolded = unfoldBrackets(pattern);
    if (typeof unfolded === 'string') {
      complain(at, cannotUnfold(pattern, unfolded), UNFOLD_HINT);
      return;
    }
    for (const name of unfolded) {
      const fromGlob = isGlob(name);
      const names = fromGlob ? known.filter(matcher(name)) : [name].filter((one) => exists.has(one));
      if (names.length === 0) {
        const hint = fromGlob
          ? `osimager list ${axisName}s shows them all`
          : suggest(name, known, `${axisName}s here`);
        complain(at, `no ${axisName} ${fromGlob ? 'matches' : 'is called'} "${name}"`, hint);
      }
      for (const match of names) {
        // A name that is also given by itself is asked for, whatever a glob says.
        if (found.get(match)?.fromGlob ?? true) found.set(match, { name: match, fromGlob });
      }
    }
  });
  return [...found.values()];
}

function cannotUnfold(pattern: string, reason: string): string {
  return `"${pattern}" cannot be unfolded: ${reason}`;
}

const UNFOLD_HINT = 'brackets hold a range: 9.[0-5]';

function isGlob(name: string): boolean {
  return /[*?{]/.test(name);
}

/** A test for names by a glob, brackets unfolded first. */
export function matcher(pattern: string): (name: string) => boolean {
  const unfolded = unfoldBrackets(pattern);
  const patterns = typeof unfolded === 'string' ? [pattern] : unfolded;
  return picomatch([...patterns], { dot: true, nobracket: true, noextglob: true, nonegate: true });
}

function textsOf(value: Value | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? (value as readonly Value[]).filter((item) => typeof item === 'string') : [];
}
