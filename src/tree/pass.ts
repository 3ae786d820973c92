import type { Diagnostic, Result } from '../diagnostics/diagnostic.ts';
import type { Counts, Event } from '../model/event.ts';
import type { RequestedBy } from '../render/artifact.ts';
import type { FolderIndex } from './artifact-folder.ts';
import type { Journal } from './journal.ts';
import type { PlannedTarget } from './plan.ts';
import type { Asked, TargetRecord } from './state.ts';

export interface SyncOptions {
  /** The absolute folder of the tree. */
  readonly out: string;
  /** How messages name it. */
  readonly shownOut: string;
  /** Nothing is written; what would be is announced. */
  readonly dryRun: boolean;
  readonly force: boolean;
  /** 0o600 where the files hold secrets. */
  readonly mode: number;
  /** Whether artifacts that nobody asks for are removed: only when all that is asked for is known. */
  readonly prune: boolean;
  /** What is about to be written is noted there, and what killed runs wrote is known by it. */
  readonly journal?: Journal | undefined;
  /** Targets that are fresh are not looked at, nor announced: somebody has just done so. */
  readonly staleOnly?: boolean | undefined;
  /** A run before this one was killed: what it left unfinished may lie in any folder. */
  readonly mend?: boolean | undefined;
  /** What would be written over a file that somebody changed is announced as a difference. */
  readonly showEdited?: boolean | undefined;
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
  /** Ends the pass after the target at hand; nothing is removed then. */
  readonly signal?: AbortSignal | undefined;
}

/** The files of a target by name, with their digests, and what is odd about it. */
export interface RenderedFiles {
  readonly files: ReadonlyMap<string, string>;
  readonly digests: ReadonlyMap<string, string>;
  readonly warnings: readonly Diagnostic[];
}

/** A target rendered, or not, and what was asked for that. */
export interface Rendering {
  readonly result: Result<RenderedFiles>;
  readonly requestedBy: RequestedBy;
  readonly asked: () => Asked;
}

/** What is known of the targets from the last run. */
export interface Memory {
  record(folder: string): TargetRecord | undefined;
  /** Whether a target would come out as it is recorded. */
  isFresh(record: TargetRecord, planned: PlannedTarget): boolean;
  /** Why it would not. */
  reasons(record: TargetRecord | undefined, planned: PlannedTarget): readonly string[];
  remember(record: TargetRecord): void;
  forget(folder: string): void;
  /** Forgets what rows of the matrix asked for once, but for these folders and these targets. */
  forgetOthers(folders: ReadonlySet<string>, targets: ReadonlySet<string>): void;
  /** When the records were saved, in milliseconds since 1970. */
  readonly saved: number;
}

export type Render = (planned: PlannedTarget) => Rendering;

export type Emit = (event: Event) => void;

/** What a pass over a tree works with. */
export interface Pass {
  readonly render: Render;
  readonly memory: Memory;
  readonly options: SyncOptions;
  readonly index: FolderIndex;
  readonly emit: Emit;
  readonly counts: { -readonly [Key in keyof Counts]: Counts[Key] };
}
