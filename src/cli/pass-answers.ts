import { createAnswers, type AnswerQuestion } from '../edge/answers.ts';
import { problem } from '../diagnostics/diagnostic.ts';
import type { IndexEntry } from '../documents/catalog.ts';
import type { SecretAnswer } from '../model/facts.ts';
import { createFreshness, type FactStore, type Freshness } from '../tree/freshness.ts';
import type { Fact } from '../tree/state.ts';
import type { Workspace } from './workspace.ts';

/** Asks the outside once for each pass, and tells the workspace what is another than in the pass before. */
export interface PassAnswers {
  /** A new look at the outside, and the facts that are others than in the look before. */
  begin(store: FactStore): { readonly freshness: Freshness; readonly moved: readonly Fact[] };
  /** The data files are as they were when the records were made, and so is the index. */
  trustIndex(trusted: boolean): void;
  /** Keeps all answers of this look, for the next one to be held against. */
  end(freshness: Freshness): void;
}

const UNREAD: SecretAnswer = { kind: 'missing', diagnostic: problem('secret', 'secrets are deferred') };

/** Answers for the passes over one workspace; `key` keys the digests of what nobody may know. */
export function createPassAnswers(workspace: Workspace, key: string): PassAnswers {
  let before: ReadonlyMap<string, Fact> | undefined;
  let isIndexTrusted = false;
  const entries = new WeakMap<IndexEntry, string>();
  const entryText = (name: string): string => {
    const entry = workspace.catalog.byName.get(name);
    if (!entry) return 'none';
    const text = entries.get(entry) ?? JSON.stringify(entry);
    entries.set(entry, text);
    return text;
  };
  const { facts, settings } = workspace;
  // Deferred, no secret is read, whatever runs before have asked.
  const deferred = { ...facts, secret: () => UNREAD };
  const ask = createAnswers({
    facts: settings.secrets === 'inline' ? facts : deferred,
    key,
    entry: entryText,
    setting: (name) => workspace.setting(name),
  });
  const answer: AnswerQuestion = (question, known) =>
    known && isIndexTrusted && isEntry(question) ? known : ask(question, known);

  const movedAmong = (freshness: Freshness, known: ReadonlyMap<string, Fact>, index: boolean): Fact[] => {
    const moved: Fact[] = [];
    for (const [question, last] of known) {
      if (isEntry(question) !== index) continue;
      const now = freshness.fact(question, last);
      if (now.answer !== last.answer) moved.push(now);
    }
    workspace.tracker.renew(moved.map(({ question }) => question));
    return moved;
  };

  return {
    begin(store) {
      isIndexTrusted = false;
      if (!before) return { freshness: createFreshness(answer, store), moved: [] };
      workspace.lookAgain();
      const freshness = createFreshness(answer, store);
      // The index comes of the data files: it is known when those are.
      const moved = movedAmong(freshness, before, false);
      return { freshness, moved: [...moved, ...movedAmong(freshness, before, true)] };
    },
    trustIndex(trusted) {
      isIndexTrusted = trusted;
    },
    end(freshness) {
      before = new Map(
        [...workspace.tracker.questions].map((question) => [question, freshness.fact(question)]),
      );
    },
  };
}

function isEntry(question: string): boolean {
  return question.startsWith('entry ');
}
