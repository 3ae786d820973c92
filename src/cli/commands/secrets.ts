import { matcher } from '../../config/matrix.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isMaskable, notMasked, tooShort } from '../../model/secret.ts';
import { parseTargetPath } from '../../model/target.ts';
import { formatJson } from '../../model/value.ts';
import { vaultPolicy } from '../../model/vault-policy.ts';
import { count } from '../../report/text.ts';
import { planTargets, type Plan } from '../../tree/plan.ts';
import { EXIT, type ExitStatus, type Output } from '../output.ts';
import { secretNeeds, type SecretNeed, type SecretNeeds } from '../secret-needs.ts';
import type { WorkspaceOptions } from '../settings.ts';
import { openWorkspace, type Workspace } from '../workspace.ts';

export interface SecretsFlags extends WorkspaceOptions {
  readonly json?: boolean;
}

interface Gathered extends SecretNeeds {
  readonly workspace: Workspace;
}

/** `osimager secrets policy`: the least Vault policy that reads what the matrix needs. */
export async function secretsPolicyCommand(flags: SecretsFlags, output: Output): Promise<ExitStatus> {
  const gathered = await gather([], flags, output);
  if (!gathered) return EXIT.failed;
  output.data(vaultPolicy(gathered.needs.map(({ path }) => path)));
  return hasErrors(gathered.diagnostics) ? EXIT.failed : EXIT.good;
}

/** `osimager secrets check`: which secrets targets need, which are there and which are not; never a value. */
export async function secretsCheckCommand(
  targets: readonly string[],
  flags: SecretsFlags,
  output: Output,
): Promise<ExitStatus> {
  const gathered = await gather(targets, flags, output);
  if (!gathered) return EXIT.failed;
  const { workspace, needs } = gathered;
  await workspace.fetchSecrets(needs.map(({ path }) => path));
  const rows = needs.map((need) => ({ need, answer: workspace.facts.secret(need.path, need.key) }));
  const missing = rows.filter(({ answer }) => answer.kind === 'missing');
  const refused = rows.flatMap(({ need, answer }) =>
    answer.kind === 'value' && !isMaskable(answer.value) ? [refusal(need, workspace.settings.secrets)] : [],
  );
  if (flags.json === true) {
    const shown = rows.map(({ need: { path, key, targets: by }, answer }) => ({
      path,
      key,
      there: answer.kind === 'value',
      targets: by,
    }));
    output.data(formatJson(shown));
  } else {
    for (const { need, answer } of rows) {
      const state = answer.kind === 'value' ? 'there' : 'missing';
      output.data(`${state.padEnd(7)}  ${need.path}:${need.key}  (${count(need.targets.length, 'target')})`);
    }
  }
  // What is wrong with a server is the same for all that it was asked for, and said once.
  const faults = missing.flatMap(({ answer }) => (answer.kind === 'missing' ? [answer.diagnostic] : []));
  for (const diagnostic of new Set([...faults, ...refused])) output.diagnostic(diagnostic);
  output.message(
    `${count(rows.length, 'secret')}: ${rows.length - missing.length} there, ${missing.length} missing`,
  );
  const failed = missing.length > 0 || hasErrors(refused) || hasErrors(gathered.diagnostics);
  return failed ? EXIT.failed : EXIT.good;
}

/** A value that is too short to be masked: the run refuses it, and a tree that holds secrets takes it. */
function refusal(need: SecretNeed, mode: 'inline' | 'deferred'): Diagnostic {
  return mode === 'inline' ? notMasked(need) : tooShort(need);
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

/** The secrets of the targets that are asked for; of the whole matrix where none is. */
async function gather(
  targets: readonly string[],
  flags: SecretsFlags,
  output: Output,
): Promise<Gathered | undefined> {
  const opened = await openWorkspace(flags);
  const plan = opened.ok ? planFor(opened.value, targets) : opened;
  if (!opened.ok || !plan.ok) {
    for (const diagnostic of plan.ok ? [] : plan.diagnostics) output.diagnostic(diagnostic);
    return undefined;
  }
  const found = secretNeeds(opened.value, plan.value.planned);
  const diagnostics = [...plan.value.failed.flatMap((failed) => failed.diagnostics), ...found.diagnostics];
  for (const diagnostic of diagnostics) output.diagnostic(diagnostic);
  return { workspace: opened.value, needs: found.needs, diagnostics };
}

/** Targets are named by folder or `platform/location/spec`, globs allowed; or are targets that no row asks for. */
function planFor(
  workspace: Workspace,
  targets: readonly string[],
):
  | { readonly ok: true; readonly value: Plan }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] } {
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
