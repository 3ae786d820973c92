import type { Counts } from '../model/event.ts';
import type { Journal } from '../tree/journal.ts';
import type { PlanOptions } from './planning.ts';

export interface PassOptions extends PlanOptions {
  readonly dryRun: boolean;
  readonly force: boolean;
  /** More passes will follow: the data files are read, and all answers kept to be held against. */
  readonly watched?: boolean | undefined;
  /** What was fresh in the last pass is not looked at. */
  readonly staleOnly?: boolean | undefined;
  readonly journal?: Journal | undefined;
  /** A run before this one was killed. */
  readonly mend?: boolean | undefined;
  readonly showEdited?: boolean | undefined;
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
  /** Ends the pass early; what is done is kept. */
  readonly signal?: AbortSignal | undefined;
}

/** What a pass came to. */
export interface PassResult {
  /** Whether it is known what is asked for; if not, the matrix as a whole is wrong, and that is announced. */
  readonly isPlanned: boolean;
  readonly counts: Counts;
  /** What is another than in the pass before, in words. */
  readonly moved: readonly string[];
}
