import { bad, good, problem, warning, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source.ts';
import { compareNaturally, describeTarget, type Target } from '../model/target.ts';

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
    else failed.push(...claims.map(({ request }) => collision(request, claims)));
  }
  planned.sort((a, b) => compareNaturally(a.folder, b.folder));
  return { planned, failed, skipped, warnings };
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

/** Names that file systems without case, or with composed letters, take for one. */
function foldCase(folder: string): string {
  return folder.normalize('NFC').toLowerCase();
}

function collision(
  request: RequestedTarget,
  claims: readonly { readonly request: RequestedTarget; readonly folder: string }[],
): FailedTarget {
  const other = claims.find((claim) => claim.request !== request);
  const mine = claims.find((claim) => claim.request === request);
  const same = other?.folder === mine?.folder ? '' : ' where case does not count';
  const diagnostic = problem(
    'collision',
    `two targets have one folder, ${mine?.folder ?? ''}${same}: ` +
      `${describeTarget(request.target)} and ${other ? describeTarget(other.request.target) : ''}`,
    request.row,
    ...(other?.request.row ? [{ message: 'the other row', span: other.request.row }] : []),
    'give one of them another "name", or leave it out with "exclude"',
  );
  return { target: request.target, diagnostics: [diagnostic] };
}
