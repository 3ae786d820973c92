import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { good, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { digestFile } from '../edge/files.ts';
import { NO_COUNTS, type Counts, type Event } from '../model/event.ts';
import { checksumWarnings } from '../report/checksum-change.ts';
import { outFault } from '../tree/sync.ts';
import { holdTree } from '../tree/tree-lock.ts';
import type { WatchedFolder } from '../watch/folders.ts';
import { Watch } from '../watch/watch.ts';
import { Session } from './session.ts';
import { resolveSettings, type ResolvedSettings, type WorkspaceOptions } from './settings.ts';
import { LOCK_FILE } from '../model/lock.ts';
import type { Mapping } from '../model/value.ts';

/** What one change of the files came to. */
export interface Batch {
  /** What changed, in words; nothing for the first one, which looks at everything. */
  readonly changed: readonly string[];
  readonly counts: Counts;
  /** What was announced on the way. */
  readonly events: readonly Event[];
  readonly milliseconds: number;
  /** Whether it is the first one. */
  readonly initial: boolean;
}

export interface WatchTreeOptions extends WorkspaceOptions {
  readonly define?: Mapping | undefined;
  /** Ends the watch; what is being rendered is brought to its end first. */
  readonly signal: AbortSignal;
  readonly onBatch: (batch: Batch) => void;
}

/** How long after a batch the state is saved, in milliseconds: not between two quick edits. */
const SAVE_AFTER = 400;

/**
 * Keeps the tree true while data, matrix and configuration are edited, until the signal ends it. An error is
 * one that keeps it from beginning; what is wrong later is in the batches.
 */
export async function watchTree(options: WatchTreeOptions): Promise<Result<undefined>> {
  const resolved = await resolveSettings(options);
  if (!resolved.ok) return resolved;
  const fault = outFault(resolved.value.out, resolved.value.dataDir);
  if (fault) return { ok: false, diagnostics: [fault] };
  const session = Session.open(resolved.value, options);
  if (!session.ok) return session;
  return new WatchedTree(resolved.value, session.value, options).run();
}

/** A workspace that is watched: its session, its settings and its folders change together. */
class WatchedTree {
  readonly #options: WatchTreeOptions;
  #resolved: ResolvedSettings;
  #session: Session;
  #config: string;
  #watch: Watch | undefined;
  #saving: NodeJS.Timeout | undefined;
  #isFirst = true;
  #complained = '';

  constructor(resolved: ResolvedSettings, session: Session, options: WatchTreeOptions) {
    this.#options = options;
    this.#resolved = resolved;
    this.#session = session;
    this.#config = digestConfig(resolved);
  }

  async run(): Promise<Result<undefined>> {
    const { signal } = this.#options;
    const stop = (): void => {
      void this.#watch?.stop();
    };
    signal.addEventListener('abort', stop);
    try {
      do {
        const watch = this.#startWatch();
        await watch.ready;
        if (isAborted(signal)) await watch.stop();
        else watch.look();
        await watch.ended;
      } while (!isAborted(signal));
      return good(undefined);
    } finally {
      signal.removeEventListener('abort', stop);
      clearTimeout(this.#saving);
      await this.#watch?.stop();
      this.#save();
    }
  }

  #startWatch(): Watch {
    const { baseDir, out } = this.#resolved;
    const watch = new Watch({
      folders: watchedFolders(this.#resolved),
      without: [out, join(dirname(out), '.osimager')],
      heldBy: join(baseDir, '.git', 'index.lock'),
      render: () => this.#render(),
    });
    this.#watch = watch;
    return watch;
  }

  async #render(): Promise<void> {
    const started = performance.now();
    clearTimeout(this.#saving);
    const events: Event[] = [];
    const emit = (event: Event): void => {
      if (event.type !== 'difference') events.push(event);
      // Differences hold whole files, with the secrets that may be in them: what they mean is kept alone.
      else if (event.file.endsWith('.json')) report(checksumWarnings(event.file, event.before, event.after));
    };
    const report = (found: readonly Diagnostic[]): void => {
      for (const diagnostic of found) emit({ type: 'diagnostic', diagnostic });
    };
    const reloaded = await this.#reload(report);
    const { out } = this.#resolved;
    const held = await holdTree(out, 'osimager generate --watch');
    let counts = NO_COUNTS;
    let changed: readonly string[] = [];
    if (!held.ok) report(held.diagnostics);
    else {
      try {
        if (!this.#session.isCurrent()) this.#reopen();
        const { define, signal } = this.#options;
        const staleOnly = !this.#isFirst && !reloaded;
        const mend = held.value.wasAbandoned;
        const asked = { define, signal, dryRun: false, force: false, watched: true, staleOnly, mend };
        const passed = await this.#session.pass(asked, emit);
        ({ counts, moved: changed } = passed);
      } finally {
        held.value.release();
      }
    }
    this.#saveLater();
    const initial = this.#isFirst;
    this.#isFirst = false;
    if (reloaded) changed = ['the configuration changed', ...changed];
    const milliseconds = performance.now() - started;
    const batch: Batch = { changed, counts, events, milliseconds, initial };
    if (this.#isNews(batch)) this.#options.onBatch(batch);
  }

  /** Whether a batch says something that the one before did not. */
  #isNews({ changed, counts, events, initial }: Batch): boolean {
    const complaints = events.flatMap((event) =>
      event.type === 'diagnostic' ? event.diagnostic.message : [],
    );
    const complained = this.#complained;
    this.#complained = complaints.join('\n');
    if (initial || changed.length > 0 || counts.rendered > 0 || counts.removed > 0) return true;
    return complained !== this.#complained;
  }

  /** Opens the workspace anew where its configuration is another; true where it is. */
  async #reload(report: (found: readonly Diagnostic[]) => void): Promise<boolean> {
    const config = digestConfig(this.#resolved);
    if (config === this.#config) return false;
    this.#config = config;
    const resolved = await resolveSettings(this.#options);
    if (!resolved.ok) {
      report(resolved.diagnostics);
      return false;
    }
    this.#save();
    const before = this.#resolved;
    this.#resolved = resolved.value;
    this.#config = digestConfig(resolved.value);
    if (isSameSettings(before, resolved.value)) return false;
    this.#reopen();
    // Other folders may matter now: the watch that ends is followed by a new one.
    void this.#watch?.stop();
    return true;
  }

  /** A lock file that cannot be used is complained of by the session that goes on. */
  #reopen(): void {
    const session = Session.open(this.#resolved, this.#options);
    if (!session.ok) return;
    this.#session = session.value;
    this.#isFirst = true;
  }

  /** What another process knows of the tree since is newer. */
  #save(): void {
    if (this.#session.isCurrent()) this.#session.save();
  }

  #saveLater(): void {
    this.#saving = setTimeout(() => {
      this.#save();
    }, SAVE_AFTER);
  }
}

/** A function, as the value changes behind the compiler's back. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function digestConfig({ configFiles }: ResolvedSettings): string {
  return JSON.stringify(configFiles.map((path) => [path, digestFile(path)]));
}

function isSameSettings(left: ResolvedSettings, right: ResolvedSettings): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Data and locations with all below them; of other folders the files alone that are asked for. */
function watchedFolders({
  baseDir,
  dataDir,
  userDir,
  matrix,
  configFiles,
}: ResolvedSettings): readonly WatchedFolder[] {
  const files = [matrix, join(baseDir, LOCK_FILE), ...configFiles];
  return [
    { path: dataDir },
    { path: userDir, names: ['osimager.conf', 'secrets', 'hosts.json', 'locations'] },
    ...files.map((path) => ({ path: dirname(path), names: [path.slice(dirname(path).length + 1)] })),
  ];
}
