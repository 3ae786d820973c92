import { relative, sep } from 'node:path';
import { bad, good, problem, type Diagnostic, type Result } from '../../diagnostics/diagnostic.ts';
import type { Target } from '../../model/target.ts';
import { planTargets, type Plan } from '../../tree/plan.ts';
import type { Artifact } from '../../run/artifact.ts';
import type { Workspace } from '../workspace.ts';

/** Why an artifact is not what its data gives now; undefined where it is. */
export type Freshness = (artifact: Artifact) => Diagnostic | undefined;

/**
 * Tells whether artifacts are fresh: each target is rendered anew in memory, and the bytes are compared. What is
 * the matrix's is rendered as its row asks today; what the command line asked for, as it was asked for then.
 */
export function createFreshness(workspace: Workspace, plan: MatrixPlan): Freshness {
  const planned = new Map(plan.planned.map(({ folder, target }) => [folder, target]));
  return (artifact) => {
    const target = targetNow(artifact, workspace, planned, plan.whole);
    if (!target.ok) return target.diagnostics[0];
    const rendered = workspace.render(target.value, artifact.requestedBy);
    if (!rendered.ok) {
      const notes = rendered.diagnostics.map(({ message, span }) => ({ message, ...(span ? { span } : {}) }));
      return problem('stale', `${artifact.shown} can no longer be rendered`, undefined, ...notes, HINT);
    }
    const names = new Set([...rendered.value.files.keys(), ...artifact.texts.keys()]);
    const differing = [...names].filter(
      (name) =>
        !artifact.edited.includes(name) && rendered.value.files.get(name) !== artifact.texts.get(name),
    );
    if (differing.length === 0) return undefined;
    const message = `${artifact.shown} is not what its data gives now: ${differing.join(', ')}`;
    return problem('stale', message, undefined, HINT);
  };
}

const HINT = 'osimager generate brings it up to date; --stale runs it as it is';

function targetNow(
  { folder, shown, requestedBy, target }: Artifact,
  workspace: Workspace,
  planned: ReadonlyMap<string, Target>,
  whole: boolean,
): Result<Target> {
  const path = relative(workspace.out, folder).split(sep).join('/');
  if (requestedBy === 'command line' || path.startsWith('..')) return good(target);
  const now = planned.get(path);
  if (now) return good(now);
  // Where a row or spec is broken, nobody knows what it asks for: what it asked for then counts.
  if (!whole) return good(target);
  return bad(problem('stale', `no row of the matrix asks for ${shown} any more`, undefined, HINT));
}

/** What the matrix asks for; `whole` where all of it is known. */
export interface MatrixPlan extends Pick<Plan, 'planned'> {
  readonly whole: boolean;
}

/** The plan of the whole matrix, as far as it can be read. */
export function planMatrix(workspace: Workspace): MatrixPlan {
  const requested = workspace.requested();
  if (!requested.ok) return { planned: [], whole: false };
  const { planned, failed } = planTargets(requested.value.targets, workspace.names);
  const broken = [...requested.value.diagnostics, ...workspace.catalog.diagnostics];
  return { planned, whole: failed.length === 0 && broken.every(({ severity }) => severity === 'warning') };
}
