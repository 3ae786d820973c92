import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { good, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { NO_COUNTS, type Counts, type Event } from '../model/event.ts';
import type { Target } from '../model/target.ts';
import type { Mapping } from '../model/value.ts';
import { outFault } from '../tree/sync.ts';
import { holdTree } from '../tree/tree-lock.ts';
import { Session } from './session.ts';
import { resolveSettings, type WorkspaceOptions } from './settings.ts';

export interface GenerateOptions extends WorkspaceOptions {
  /** Render this one target; else the matrix. */
  readonly target?: Target | undefined;
  /** Definitions above all others, for every target. */
  readonly define?: Mapping | undefined;
  /** Write nothing; announce what would be written. */
  readonly dryRun?: boolean | undefined;
  readonly force?: boolean | undefined;
  /** What would be written over files that somebody changed is announced too. */
  readonly showEdited?: boolean | undefined;
  /** Is told how far a run is: so many targets of so many are as they should be. */
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
  /** Ends the run early, with a whole tree; what is done need not be done again. */
  readonly signal?: AbortSignal | undefined;
  /** Is told everything as it happens. */
  readonly onEvent?: ((event: Event) => void) | undefined;
}

export interface GenerateResult {
  /** Nothing failed; with `dryRun`, the tree is as it should be too. */
  readonly ok: boolean;
  /** Whether the signal ended it. */
  readonly interrupted: boolean;
  readonly counts: Counts;
  readonly diagnostics: readonly Diagnostic[];
  /** The absolute folder of the tree. */
  readonly out: string;
  /** How long it took. */
  readonly milliseconds: number;
}

/**
 * Renders a workspace's matrix, or one target, into the artifact tree. It does not throw for what is wrong
 * with the user's files: `diagnostics` says so, and the targets that are right are written.
 */
export async function generate(options: GenerateOptions = {}): Promise<GenerateResult> {
  const started = performance.now();
  const diagnostics: Diagnostic[] = [];
  const emit = (event: Event): void => {
    if (event.type === 'diagnostic') diagnostics.push(event.diagnostic);
    if (event.type === 'failed') diagnostics.push(...event.diagnostics);
    options.onEvent?.(event);
  };
  const finish = (counts: Counts, out: string): GenerateResult => {
    const failed = diagnostics.some(({ severity }) => severity === 'error');
    const { new: added, changed, removed, edited } = counts;
    const stale = options.dryRun === true && added + changed + removed + edited > 0;
    const interrupted = options.signal?.aborted === true;
    return {
      ok: !failed && !stale && !interrupted,
      interrupted,
      counts,
      diagnostics,
      out,
      milliseconds: performance.now() - started,
    };
  };
  const report = (found: readonly Diagnostic[]): void => {
    for (const diagnostic of found) emit({ type: 'diagnostic', diagnostic });
  };

  const resolved = await resolveSettings(options);
  if (!resolved.ok) {
    report(resolved.diagnostics);
    return finish(NO_COUNTS, resolve(options.out ?? 'out'));
  }
  const { out, dataDir } = resolved.value;
  const fault = outFault(out, dataDir);
  if (fault) {
    report([fault]);
    return finish(NO_COUNTS, out);
  }
  const held = options.dryRun === true ? good(undefined) : await holdTree(out, 'osimager generate');
  if (!held.ok) {
    report(held.diagnostics);
    return finish(NO_COUNTS, out);
  }
  try {
    const session = new Session(resolved.value, options.environment ?? process.env);
    const { target, define, dryRun = false, force = false, showEdited, onProgress, signal } = options;
    const mend = held.value?.wasAbandoned;
    const asked = { target, define, dryRun, force, mend, showEdited, onProgress, signal };
    const passed = await session.pass(asked, emit);
    const unsaved = dryRun ? undefined : session.save();
    if (unsaved) report([unsaved]);
    return finish(passed.counts, out);
  } finally {
    held.value?.release();
  }
}
