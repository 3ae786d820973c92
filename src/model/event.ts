import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** What a run did with the artifact of one target. */
export type ArtifactState = 'new' | 'changed' | 'unchanged';

export interface Counts {
  readonly targets: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly removed: number;
  readonly skipped: number;
  readonly files: number;
}

/** Everything that `generate` announces, in the order in which it happens. `--json` prints it as it is. */
export type Event =
  | { readonly type: 'diagnostic'; readonly diagnostic: Diagnostic }
  /** A question to the outside came to something; `id` is the key of its line in the lock file. */
  | {
      readonly type: 'asked';
      readonly id: string;
      readonly answer: 'locked' | 'gone' | 'no answer';
      readonly done: number;
      readonly of: number;
    }
  /** What was asked is in the lock file now; not `written` where nothing is to be written. */
  | { readonly type: 'lock'; readonly facts: number; readonly written: boolean }
  /** What the lock file does not have and was not asked for: it is left as the data files write it. */
  | { readonly type: 'unlocked'; readonly hosts: readonly string[]; readonly media: readonly string[] }
  | {
      readonly type: 'artifact';
      readonly target: string;
      readonly folder: string;
      readonly state: ArtifactState;
      /** Files that were written, or that would be. */
      readonly files: readonly string[];
    }
  | {
      readonly type: 'difference';
      readonly file: string;
      readonly before: string | undefined;
      readonly after: string | undefined;
    }
  | { readonly type: 'failed'; readonly target: string; readonly diagnostics: readonly Diagnostic[] }
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
