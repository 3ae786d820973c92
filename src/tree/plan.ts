import { bad, good, problem, warning, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source.ts';
import { describeTarget, foldCase, sortNaturally, type Target } from '../model/target.ts';

/** A target that somebody asks for: a row of the matrix, or the command line. */
export interface RequestedTarget {
  readonly target: Target;
  /** Whether a glob had a part in it: where it is not supported, it is skipped then. */
  readonly fromGlob: boolean;
  /** The place of its row. */
  readonly row?: Span;
}

/** What planning must know of a target before it is rendered. */
export interface TargetNames {
  /** The safe name of its folder; an error where its data files do not go together. */
  name(target: Target): Result<string>;
  /** Why its architecture is not one that platform or location list. */
  archFault(target: Target): string | undefined;
}

export interface PlannedTarget {
  readonly target: Target;
  /** `platform/location/name`, with slashes, below the out folder. */
  readonly folder: string;
}

export interface FailedTarget {
  readonly target: Target;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Plan {
  /** In natural order of the folders. */
  readonly planned: readonly PlannedTarget[];
  readonly failed: readonly FailedTarget[];
  /** Combinations that globs gave and that are not supported. */
  readonly skipped: number;
  readonly warnings: readonly Diagnostic[];
}

/** Finds the folder of every target. Two targets with one folder both fail (DESIGN.md, "Matrix"). */
export function planTargets(requested: readonly RequestedTarget[], names: TargetNames): Plan {
  const failed: FailedTarget[] = [];
  const warnings: Diagnostic[] = [];
  const owners = new Map<string, { request: RequestedTarget; folder: string }[]>();
  let skipped = 0;
  for (const request of requested) {
    const placed = placeTarget(request, names, warnings);
    if (placed === 'skipped') skipped++;
    else if (!placed.ok) failed.push({ target: request.target, diagnostics: placed.diagnostics });
    else {
      const key = foldCase(placed.value);
      const others = owners.get(key);
      if (others) others.push({ request, folder: placed.value });
      else owners.set(key, [{ request, folder: placed.value }]);
    }
  }
  const planned: PlannedTarget[] = [];
  for (const claims of owners.values()) {
    const [first, second] = claims;
    if (first && !second) planned.push({ target: first.request.target, folder: first.folder });
    else failed.push(...collision(claims));
  }
  return { planned: sortNaturally(planned, ({ folder }) => folder), failed, skipped, warnings };
}

function placeTarget(
  { target, fromGlob, row }: RequestedTarget,
  names: TargetNames,
  warnings: Diagnostic[],
): Result<string> | 'skipped' {
  const named = names.name(target);
  if (!named.ok) {
    if (fromGlob && named.diagnostics.every(({ code }) => code === 'unsupported')) return 'skipped';
    return row ? bad(...named.diagnostics.map((diagnostic) => askedFor(diagnostic, row))) : named;
  }
  const fault = names.archFault(target);
  if (fault !== undefined) {
    if (fromGlob) return 'skipped';
    const hint = 'it is rendered all the same; add the architecture to "arches", or take the target away';
    warnings.push(warning('unusual', `${describeTarget(target)}: ${fault}`, row, hint));
  }
  return good(`${target.platform}/${target.location}/${named.value}`);
}

/** Where a complaint has no place of its own, the row is the place; else it is a second one. */
function askedFor(diagnostic: Diagnostic, row: Span): Diagnostic {
  if (!diagnostic.span) return { ...diagnostic, span: row };
  const notes = [...(diagnostic.notes ?? []), { message: 'asked for by this row', span: row }];
  return { ...diagnostic, notes };
}

interface Claim {
  readonly request: RequestedTarget;
  readonly folder: string;
}

/** The most rows that a collision names. */
const MOST_ROWS = 5;

/** One complaint for all targets that claim a folder, with the rows they come from. */
function collision(claims: readonly Claim[]): readonly FailedTarget[] {
  const targets = claims.map(({ request }) => request.target);
  const folders = [...new Set(claims.map(({ folder }) => folder))];
  const rows = claims.flatMap(({ request }) => (request.row ? [request.row] : []));
  const [row, ...others] = [...new Map(rows.map((span) => [span.start, span])).values()];
  const apart = folders.length > 1 ? ' (case does not count)' : '';
  const shown = targets.slice(0, 3).map(describeTarget).join(', ');
  const more = targets.length > 3 ? ` and ${targets.length - 3} more` : '';
  const hint =
    others.length === 0 && row
      ? 'put a marker into "name", such as host-%>version<%, so that each target has its own'
      : 'give one of them another "name", or leave it out with "exclude"';
  const diagnostic = problem(
    'collision',
    `${targets.length} targets have one folder, ${folders.join(' = ')}${apart}: ${shown}${more}`,
    row,
    ...others.slice(0, MOST_ROWS).map((span) => ({ message: 'the other row', span })),
    hint,
  );
  return targets.map((target) => ({ target, diagnostics: [diagnostic] }));
}
