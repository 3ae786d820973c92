import type { Counts } from '../model/event.ts';
import type { SyncOptions } from '../tree/pass.ts';
import type { PlanOptions } from './planning.ts';

/** How a pass is made; where the tree lies, and what is pruned, is the session's own to say. */
export interface PassOptions
  extends PlanOptions, Omit<SyncOptions, 'out' | 'shownOut' | 'mode' | 'prune' | 'journal'> {
  /** More passes will follow: the data files are read, and all answers kept to be held against. */
  readonly watched?: boolean | undefined;
}

/** What a pass came to. */
export interface PassResult {
  readonly counts: Counts;
  /** What is another than in the pass before, in words. */
  readonly moved: readonly string[];
}
