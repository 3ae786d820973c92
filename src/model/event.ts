import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/**
 * What a run did with the artifact of one target. An edited one holds what somebody wrote into it, and is left
 * as it is.
 */
export type ArtifactState = 'new' | 'changed' | 'unchanged' | 'edited';

export interface Counts {
  readonly targets: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly edited: number;
  readonly failed: number;
  readonly removed: number;
  readonly skipped: number;
  readonly files: number;
  /** Targets that were rendered; the others were known to be as they should be. */
  readonly rendered: number;
}

/** Counts of nothing. */
export const NO_COUNTS: Counts = {
  targets: 0,
  new: 0,
  changed: 0,
  unchanged: 0,
  edited: 0,
  failed: 0,
  removed: 0,
  skipped: 0,
  files: 0,
  rendered: 0,
};

/** Everything that `generate` announces, in the order in which it happens. `--json` prints it as it is. */
export type Event =
  | { readonly type: 'diagnostic'; readonly diagnostic: Diagnostic }
  | {
      readonly type: 'artifact';
      readonly target: string;
      readonly folder: string;
      readonly state: ArtifactState;
      /** Files that were written, or that would be; for an edited one, those that somebody changed. */
      readonly files: readonly string[];
      /** Why it was rendered; absent where it was not. */
      readonly reasons?: readonly string[];
      /** Files that somebody had changed, under the names that they have now. */
      readonly aside?: readonly string[];
    }
  | {
      readonly type: 'difference';
      readonly file: string;
      /** Where it held secrets, lines that are gone are `***`. */
      readonly before: string | undefined;
      readonly after: string | undefined;
    }
  | {
      readonly type: 'failed';
      readonly target: string;
      readonly diagnostics: readonly Diagnostic[];
      readonly reasons?: readonly string[];
    }
  | { readonly type: 'removed'; readonly folder: string; readonly files: readonly string[] }
  | {
      readonly type: 'done';
      readonly out: string;
      readonly counts: Counts;
      /** Whether secrets were put into the tree. */
      readonly holdsSecrets: boolean;
      /** Whether artifacts that nobody asks for were left, because not all that is asked for is known. */
      readonly unpruned: boolean;
    };
