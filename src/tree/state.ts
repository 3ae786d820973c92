import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Target } from '../model/target.ts';
import type { RequestedBy } from '../render/artifact.ts';

/** A question that was asked, and the answer that it had: values of secrets and variables by keyed digest. */
export interface Fact {
  readonly question: string;
  readonly answer: string;
  /** Four numbers (size, modified, changed, inode) of a file that has this content, learnt as it is met again. */
  signature: readonly number[] | undefined;
}

/** What was asked while something was made: many share `common`; `own` is what few others asked. */
export interface Asked {
  readonly common: readonly Fact[];
  readonly own: readonly Fact[];
}

/** The rendered files of a target: for each name a signature (four numbers) and a digest (32 bytes). */
export interface RecordedFiles {
  readonly names: readonly string[];
  readonly signatures: Float64Array;
  readonly digests: Uint8Array;
}

/** How a target was rendered last. */
export interface TargetRecord {
  readonly folder: string;
  readonly target: Target;
  readonly requestedBy: RequestedBy;
  readonly asked: Asked;
  /** The files that osimager wrote last; none where it never could. */
  readonly files: RecordedFiles;
  readonly warnings: readonly Diagnostic[];
  /** Why it could not be rendered, if so; `files` are those of its last good artifact then. */
  readonly failed: readonly Diagnostic[] | undefined;
}

/** What the matrix came to, with all that was asked for it. */
export interface PlanRecord {
  /** What besides the facts it depends on: options of the run. */
  readonly key: string;
  readonly asked: Asked;
  /** The records of what is planned, in its order. */
  readonly planned: readonly TargetRecord[];
  readonly failed: readonly { readonly target: Target; readonly diagnostics: readonly Diagnostic[] }[];
  readonly skipped: number;
  readonly warnings: readonly Diagnostic[];
  /** Complaints of data files and rows, and those that change nothing. */
  readonly broken: readonly Diagnostic[];
  readonly complaints: readonly Diagnostic[];
}

/** All that is remembered of a tree between two runs (docs/incremental.md). */
export interface TreeState {
  /** The key of the digests of secrets and variables: 32 random bytes in base64, made with the state. */
  readonly key: string;
  readonly records: ReadonlyMap<string, TargetRecord>;
  readonly plan: PlanRecord | undefined;
}

/** No files. */
export const NO_FILES: RecordedFiles = {
  names: [],
  signatures: new Float64Array(0),
  digests: new Uint8Array(0),
};
