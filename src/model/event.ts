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
      /** Where it held secrets, lines that are gone are `***`. */
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
