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
export function createFreshness(workspace: Workspace, plan: Plan | undefined): Freshness {
  const planned = new Map(plan?.planned.map(({ folder, target }) => [folder, target]));
  return (artifact) => {
    const target = targetNow(artifact, workspace, planned);
    if (!target.ok) return target.diagnostics[0];
    const rendered = workspace.render(target.value, artifact.requestedBy);
    if (!rendered.ok) {
      const notes = rendered.diagnostics.map(({ message, span }) => ({ message, ...(span ? { span } : {}) }));
      return problem('stale', `${artifact.shown} can no longer be rendered`, undefined, ...notes, HINT);
    }
    const names = new Set([...rendered.value.files.keys(), ...artifact.texts.keys()]);
    const differing = [...names].filter(
      (name) => rendered.value.files.get(name) !== artifact.texts.get(name),
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
): Result<Target> {
  const path = relative(workspace.out, folder).split(sep).join('/');
  if (requestedBy === 'command line' || path.startsWith('..')) return good(target);
  const now = planned.get(path);
  if (now) return good(now);
  return bad(problem('stale', `no row of the matrix asks for ${shown} any more`, undefined, HINT));
}

/** The plan of the whole matrix; undefined where it cannot be read. */
export function planMatrix(workspace: Workspace): Plan | undefined {
  const requested = workspace.requested();
  return requested.ok ? planTargets(requested.value.targets, workspace.names) : undefined;
}
