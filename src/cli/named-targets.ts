import { matcher } from '../config/matrix.ts';
import type { Result } from '../diagnostics/diagnostic.ts';
import { parseTargetPath } from '../model/target.ts';
import { planTargets, type Plan } from '../tree/plan.ts';
import type { Workspace } from './workspace.ts';

/** Targets are named by folder or `platform/location/spec`, globs allowed; or are targets that no row asks for. */
export function planNamed(workspace: Workspace, targets: readonly string[]): Result<Plan> {
  const requested = workspace.requested();
  if (!requested.ok && targets.length === 0) return requested;
  const plan = planTargets(requested.ok ? requested.value.targets : [], workspace.names);
  if (targets.length === 0) return { ok: true, value: plan };
  const wanted = targets.map((pattern) => ({ pattern, matches: matcher(pattern) }));
  const chosen = plan.planned.filter(({ target, folder }) =>
    wanted.some(
      ({ matches }) => matches(folder) || matches(`${target.platform}/${target.location}/${target.spec}`),
    ),
  );
  const others = wanted
    .filter(
      ({ matches }) =>
        !plan.planned.some(
          ({ folder, target }) =>
            matches(folder) || matches(`${target.platform}/${target.location}/${target.spec}`),
        ),
    )
    .flatMap(({ pattern }) => parseTargetPath(pattern) ?? []);
  const more = planTargets(
    others.map((target) => ({ target, fromGlob: false })),
    workspace.names,
  );
  return { ok: true, value: { ...plan, planned: [...chosen, ...more.planned], failed: more.failed } };
}
