import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Event } from '../model/event.ts';
import { questionId } from '../model/outside.ts';
import { unansweredWarnings } from '../report/unanswered.ts';
import { planTargets, type Plan, type RequestedTarget } from '../tree/plan.ts';
import { updateLock } from './lock-file.ts';
import { settle, workspaceAsker } from './settle.ts';
import type { WorkspaceOptions } from './settings.ts';
import type { Workspace } from './workspace.ts';

export interface AnswerOptions extends WorkspaceOptions {
  readonly dryRun?: boolean | undefined;
}

type Emit = (event: Event) => void;

/** After so many answers the lock file is brought up to date: who interrupts loses no more than them. */
export const SAVED_AFTER = 25;

/**
 * The plan of some targets, after all that they ask of the outside was answered: from the lock file, and what
 * it does not have by asking, unless that is forbidden (`frozen`, `offline`). Answers go into the lock file.
 */
export async function answeredPlan(
  workspace: Workspace,
  targets: readonly RequestedTarget[],
  options: AnswerOptions,
  emit: Emit,
): Promise<Plan> {
  const plan = planTargets(targets, workspace.names);
  if (isForbidden(workspace, options)) return plan;
  const say = (diagnostic: Diagnostic): void => {
    emit({ type: 'diagnostic', diagnostic });
  };
  const asker = workspaceAsker(workspace, options, say, undefined);
  if (!asker.ok) {
    asker.diagnostics.forEach(say);
    return plan;
  }
  const save = (): boolean => {
    if (options.dryRun === true) return false;
    const saved = updateLock(workspace.baseDir, workspace.outside.learned());
    if (!saved.ok) saved.diagnostics.forEach(say);
    return saved.ok;
  };
  const { answers } = await settle(workspace, plan.planned, asker.value, {
    again: false,
    optional: false,
    onAnswer: ({ question, learned }, done, of) => {
      const isGone = learned?.kind === 'medium' && learned.fact.gone !== undefined;
      const answer = learned === undefined ? 'no answer' : isGone ? 'gone' : 'locked';
      emit({ type: 'asked', id: questionId(question), answer, done, of });
      if (done % SAVED_AFTER === 0) save();
    },
  });
  await asker.value.close();
  if (answers.size === 0) return plan;
  for (const { remarks } of answers.values()) remarks.forEach(say);
  unansweredWarnings([...answers.values()]).forEach(say);
  const facts = [...answers.values()].filter(({ learned }) => learned !== undefined).length;
  if (facts > 0) emit({ type: 'lock', facts, written: save() });
  // A name may be made of an address that was not known before.
  return planTargets(targets, workspace.names);
}

/** Says what the lock file does not have, where nothing was asked. */
export function reportUnlocked(workspace: Workspace, options: AnswerOptions, emit: Emit): void {
  if (!isForbidden(workspace, options) || options.frozen === true) return;
  const open = workspace.outside.unanswered();
  if (open.length === 0) return;
  const of = (kind: 'host' | 'medium'): readonly string[] =>
    open.filter((question) => question.kind === kind).map(({ key }) => key);
  emit({ type: 'unlocked', hosts: of('host'), media: of('medium') });
}

function isForbidden({ settings }: Workspace, { frozen }: AnswerOptions): boolean {
  return settings.offline || frozen === true;
}
