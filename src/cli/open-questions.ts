import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Event } from '../model/event.ts';
import { questionId } from '../model/outside.ts';
import { unansweredWarnings } from '../report/unanswered.ts';
import { parseQuestion } from '../model/question.ts';
import type { PlannedTarget } from '../tree/plan.ts';
import type { TargetRecord } from '../tree/state.ts';
import { updateLock } from './lock-file.ts';
import { settle, workspaceAsker } from './settle.ts';
import type { WorkspaceOptions } from './settings.ts';
import type { Workspace } from './workspace.ts';

export interface AnswerOptions extends WorkspaceOptions {
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

type Emit = (event: Event) => void;

/** After so many answers the lock file is brought up to date: who interrupts loses no more than them. */
export const SAVED_AFTER = 25;

/**
 * Asks what these targets need to know of the outside and the lock file does not have; what is in `asked` was
 * asked before and is not asked again. Answers go into the lock file. True where something was learned.
 */
export async function answerOpen(
  workspace: Workspace,
  planned: readonly PlannedTarget[],
  options: AnswerOptions,
  asked: Set<string>,
  emit: Emit,
): Promise<boolean> {
  if (planned.length === 0) return false;
  const say = (diagnostic: Diagnostic): void => {
    emit({ type: 'diagnostic', diagnostic });
  };
  const asker = workspaceAsker(workspace, options, say, options.signal);
  if (!asker.ok) {
    asker.diagnostics.forEach(say);
    return false;
  }
  const save = (): boolean => {
    if (options.dryRun === true) return false;
    const saved = updateLock(workspace.baseDir, workspace.outside.learned());
    if (!saved.ok) saved.diagnostics.forEach(say);
    return saved.ok;
  };
  const { answers } = await settle(workspace, planned, asker.value, {
    again: false,
    optional: false,
    skip: asked,
    signal: options.signal,
    onAnswer: ({ question, learned }, done, of) => {
      const isGone = learned?.kind === 'medium' && learned.fact.gone !== undefined;
      const answer = learned === undefined ? 'no answer' : isGone ? 'gone' : 'locked';
      emit({ type: 'asked', id: questionId(question), answer, done, of });
      if (done % SAVED_AFTER === 0) save();
    },
  });
  await asker.value.close();
  for (const id of answers.keys()) asked.add(id);
  if (answers.size === 0) return false;
  for (const { remarks } of answers.values()) remarks.forEach(say);
  unansweredWarnings([...answers.values()]).forEach(say);
  const facts = [...answers.values()].filter(({ learned }) => learned !== undefined).length;
  if (facts > 0) emit({ type: 'lock', facts, written: save() });
  return true;
}

/** Whether a target was rendered without an answer that there may be by now. */
export function lacksAnswer({ asked }: TargetRecord): boolean {
  return asked.own.some(({ question: text, answer }) => {
    if (!answer.includes('"kind":"unknown"')) return false;
    const question = parseQuestion(text);
    // Of a medium that lies on this machine nothing need be known.
    return question?.kind === 'host' || (question?.kind === 'medium' && !question.medium.local);
  });
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

/** Whether nothing may be asked of a network. */
export function isForbidden({ settings }: Workspace, { frozen }: Pick<AnswerOptions, 'frozen'>): boolean {
  return settings.offline || frozen === true;
}
