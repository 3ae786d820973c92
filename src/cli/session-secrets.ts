import { parseQuestion } from '../model/question.ts';
import type { PlannedTarget } from '../tree/plan.ts';
import type { Fact, TargetRecord } from '../tree/state.ts';
import type { Memory } from '../tree/pass.ts';
import { secretNeeds } from './secret-needs.ts';
import type { Workspace } from './workspace.ts';

/** Whether values come from Vault into the tree: facts answer at once, so that they are fetched before. */
function needsVault({ settings }: Workspace): boolean {
  return settings.secrets === 'inline' && settings.credential_source === 'vault';
}

/** Fetches the secrets that targets were rendered with, for them to be held against what is so now. */
export async function fetchKnownSecrets(
  workspace: Workspace,
  records: Iterable<TargetRecord>,
): Promise<void> {
  if (!needsVault(workspace)) return;
  const sets = new Set<readonly Fact[]>();
  for (const { asked } of records) sets.add(asked.common);
  const paths = [...sets].flat().flatMap(({ question: text }) => {
    const question = parseQuestion(text);
    return question?.kind === 'secret' ? [question.path] : [];
  });
  await workspace.fetchSecrets(paths);
}

/** Fetches the secrets that targets will ask for when they are rendered. */
export async function fetchSecretsOf(
  workspace: Workspace,
  planned: readonly PlannedTarget[],
  memory: Memory,
  all: boolean,
): Promise<void> {
  if (!needsVault(workspace)) return;
  const stale = planned.filter((one) => {
    const record = memory.record(one.folder);
    return all || !record || !memory.isFresh(record, one);
  });
  const { needs } = secretNeeds(workspace, stale);
  await workspace.fetchSecrets(needs.flatMap(({ own, path }) => (own ? [path] : [])));
}
