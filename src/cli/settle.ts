import { join, resolve } from 'node:path';
import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { createAsker, type Answered, type Asker } from '../edge/ask.ts';
import { readText } from '../edge/files.ts';
import type { AskedQuestion } from '../edge/outside.ts';
import { questionId, type OpenQuestion } from '../model/outside.ts';
import { compareText, describeTarget } from '../model/target.ts';
import type { PlannedTarget } from '../tree/plan.ts';
import type { WorkspaceOptions } from './settings.ts';
import type { Workspace } from './workspace.ts';

/** A question of the targets, and who asks it. */
export interface Need {
  readonly question: OpenQuestion;
  readonly targets: Set<string>;
}

export interface Settled {
  /** All that the targets ask, by the key of its line in the lock file. */
  readonly needs: ReadonlyMap<string, Need>;
  /** What was asked of the outside, likewise. */
  readonly answers: ReadonlyMap<string, Answered>;
  /** Why some targets cannot be rendered: what they ask is not known. */
  readonly failures: readonly { readonly target: string; readonly diagnostics: readonly Diagnostic[] }[];
}

export interface SettleOptions {
  /** What is known is asked again. */
  readonly again: boolean;
  /** What can be done without is asked too: checksums of media that lie on this machine. */
  readonly optional: boolean;
  /** Questions that are not asked, by the key of their line in the lock file. */
  readonly skip?: ReadonlySet<string> | undefined;
  readonly onAnswer: (answered: Answered, done: number, of: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** One answer may bring up further questions: sources that come next, names made of addresses. */
const MOST_ROUNDS = 100;

/**
 * Finds out what targets ask of the outside, by rendering them without writing, and asks what is not known,
 * each question once however many targets have it. The answers are learned by the workspace.
 */
export async function settle(
  workspace: Workspace,
  planned: readonly PlannedTarget[],
  asker: Asker,
  options: SettleOptions,
): Promise<Settled> {
  const needs = new Map<string, Need>();
  const answers = new Map<string, Answered>();
  const failures = new Map<string, readonly Diagnostic[]>();
  let waiting = planned;
  for (let round = 0; round < MOST_ROUNDS && waiting.length > 0; round++) {
    const questions = new Map<string, OpenQuestion>();
    const asking: PlannedTarget[] = [];
    for (const item of waiting) {
      const name = describeTarget(item.target);
      const { value: rendered, asked } = workspace.outside.during(() =>
        workspace.renderDeferred(item.target),
      );
      addNeeds(needs, asked, name);
      if (rendered.ok) failures.delete(name);
      else failures.set(name, rendered.diagnostics);
      const open = asked.filter(
        ({ question, open: unknown, optional }) =>
          (unknown || options.again) &&
          (!optional || options.optional) &&
          !answers.has(questionId(question)) &&
          options.skip?.has(questionId(question)) !== true,
      );
      for (const { question } of open) questions.set(questionId(question), question);
      if (open.length > 0) asking.push(item);
    }
    if (questions.size === 0 || options.signal?.aborted === true) break;
    const before = answers.size;
    await asker.ask([...questions.values()], (answered) => {
      answers.set(questionId(answered.question), answered);
      learn(workspace, answered);
      options.onAnswer(answered, answers.size, before + questions.size);
    });
    waiting = asking;
  }
  return {
    needs,
    answers: new Map([...answers].sort(([a], [b]) => compareText(a, b))),
    failures: [...failures].map(([target, diagnostics]) => ({ target, diagnostics })),
  };
}

function addNeeds(needs: Map<string, Need>, asked: readonly AskedQuestion[], target: string): void {
  for (const { question } of asked) {
    const need = needs.get(questionId(question)) ?? { question, targets: new Set() };
    need.targets.add(target);
    needs.set(questionId(question), need);
  }
}

/**
 * An address that is still among those of a host stays: name servers turn the order round. What gave no answer
 * keeps the fact that it had; without one it is passed over for the next source.
 */
function learn({ outside, lock }: Workspace, { question, learned, addresses }: Answered): void {
  if (learned === undefined) {
    if (question.kind === 'medium' && !lock.media.has(question.key)) {
      outside.learn({ kind: 'medium', key: question.key, fact: { gone: 'no answer' } });
    }
    return;
  }
  const known = learned.kind === 'host' ? lock.hosts.get(learned.key)?.address : undefined;
  if (typeof known === 'string' && addresses.includes(known)) return;
  outside.learn(learned);
}

/** An asker as the settings of a workspace say: proxies, certificate authorities, keys of vendors. */
export function workspaceAsker(
  workspace: Workspace,
  options: WorkspaceOptions,
  warn: (diagnostic: Diagnostic) => void,
  signal: AbortSignal | undefined,
): Result<Asker> {
  const { baseDir, dataDir, settings } = workspace;
  let ca: string | undefined;
  if (settings.ca_file !== '') {
    const answer = readText(resolve(baseDir, settings.ca_file));
    if (answer.kind !== 'text') {
      const reason = answer.kind === 'absent' ? 'it is not there' : answer.reason;
      const hint = 'the setting ca_file names a file of certificates in PEM form';
      return bad(problem('setting', `${settings.ca_file} is not read: ${reason}`, undefined, hint));
    }
    ca = answer.text;
  }
  const environment = options.environment ?? process.env;
  const keysFolder = join(dataDir, 'keys');
  return good(createAsker({ environment, keysFolder, ca, warn, signal }));
}
