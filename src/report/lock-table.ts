import type { HostFact, Lock, MediumFact } from '../model/lock.ts';
import type { OpenQuestion } from '../model/outside.ts';
import { describeMedium, hostChanges, mediumChanges, type LockChange } from './lock-changes.ts';

/** One line of what `osimager lock` found out. */
export interface LockRow {
  /** `locked`, `unchanged`, `no answer`, or the kind of a change. */
  readonly state: string;
  readonly kind: 'host' | 'medium';
  readonly key: string;
  readonly says: string;
  readonly isSecurity: boolean;
}

export interface Outcome {
  readonly question: OpenQuestion;
  /** The answer; undefined where none came. */
  readonly fact: HostFact | MediumFact | undefined;
  readonly reason: string;
}

/**
 * The rows for some outcomes, in their order. Where nothing was locked before, `asMissing` says whether that is
 * a fault (`--check`) or what was to be done.
 */
export function lockRows(outcomes: readonly Outcome[], before: Lock, asMissing: boolean): readonly LockRow[] {
  return outcomes.flatMap(({ question, fact, reason }) => {
    const row = (state: string, says: string, isSecurity = false): LockRow => ({
      state,
      kind: question.kind,
      key: question.key,
      says,
      isSecurity,
    });
    if (!fact) return [row('no answer', reason)];
    const changes = changesOf(question, fact, before);
    if (changes.length === 0) return [row('unchanged', describe(fact))];
    return changes.map(({ kind, says, isSecurity }) => {
      if (kind !== 'missing' || asMissing) return row(kind, says, isSecurity);
      const isGone = 'gone' in fact;
      return row(isGone ? 'gone' : 'locked', says);
    });
  });
}

function changesOf(
  { kind, key }: OpenQuestion,
  fact: HostFact | MediumFact,
  before: Lock,
): readonly LockChange[] {
  if (kind === 'host') return 'address' in fact ? hostChanges(before.hosts.get(key), fact) : [];
  return 'address' in fact ? [] : mediumChanges(before.media.get(key), fact);
}

function describe(fact: HostFact | MediumFact): string {
  return 'address' in fact ? (fact.address ?? 'no such name') : describeMedium(fact);
}

/** The rows in columns: state, what was asked, what came of it. A matter of security is marked with `!`. */
export function formatLockTable(rows: readonly LockRow[]): readonly string[] {
  const width = Math.max(0, ...rows.map(({ state }) => state.length));
  return rows.map(
    ({ state, key, says, isSecurity }) => `${isSecurity ? '!' : ' '} ${state.padEnd(width)}  ${key}  ${says}`,
  );
}

/** How many rows there are of each state, such as `3 locked, 1 gone`. */
export function countStates(rows: readonly LockRow[]): string {
  const counts = new Map<string, number>();
  for (const { state } of rows) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, number]) => `${number} ${state}`).join(', ');
}
