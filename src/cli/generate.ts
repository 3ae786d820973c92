import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { good, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { NO_COUNTS, type Counts, type Event } from '../model/event.ts';
import type { Target } from '../model/target.ts';
import type { Mapping } from '../model/value.ts';
import { checksumWarnings } from '../report/checksum-change.ts';
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
  let isLockStale = false;
  const emit = (event: Event): void => {
    if (event.type === 'diagnostic') diagnostics.push(event.diagnostic);
    if (event.type === 'failed') diagnostics.push(...event.diagnostics);
    if (event.type === 'lock') isLockStale = !event.written;
    options.onEvent?.(event);
    if (event.type === 'difference' && event.file.endsWith('.json')) {
      report(checksumWarnings(event.file, event.before, event.after));
    }
  };
  const finish = (counts: Counts, out: string): GenerateResult => {
    const failed = diagnostics.some(({ severity }) => severity === 'error');
    const { new: added, changed, removed, edited } = counts;
    const stale = options.dryRun === true && (isLockStale || added + changed + removed + edited > 0);
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

  const { out, counts } = await renderTree(options, emit, report);
  return finish(counts, out);
}

/** Renders with the tree held; what keeps it from beginning is reported, and nothing is done then. */
async function renderTree(
  options: GenerateOptions,
  emit: (event: Event) => void,
  report: (found: readonly Diagnostic[]) => void,
): Promise<{ readonly out: string; readonly counts: Counts }> {
  const resolved = await resolveSettings(options);
  if (!resolved.ok) {
    report(resolved.diagnostics);
    return { out: resolve(options.out ?? 'out'), counts: NO_COUNTS };
  }
  const { out, dataDir } = resolved.value;
  const refuse = (found: readonly Diagnostic[]) => {
    report(found);
    return { out, counts: NO_COUNTS };
  };
  const fault = outFault(out, dataDir);
  if (fault) return refuse([fault]);
  const held = options.dryRun === true ? good(undefined) : await holdTree(out, 'osimager generate');
  if (!held.ok) return refuse(held.diagnostics);
  try {
    const session = Session.open(resolved.value, options);
    if (!session.ok) return refuse(session.diagnostics);
    const { target, define, dryRun = false, force = false, showEdited, onProgress, signal } = options;
    const mend = held.value?.wasAbandoned;
    const asked = { target, define, dryRun, force, mend, showEdited, onProgress, signal };
    const { counts } = await session.value.pass(asked, emit);
    const unsaved = dryRun ? undefined : session.value.save();
    if (unsaved) report([unsaved]);
    return { out, counts };
  } finally {
    held.value?.release();
  }
}
