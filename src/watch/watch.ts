import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { watch as watchFiles, type FSWatcher } from 'chokidar';
import { isFolder, isThere } from '../edge/files.ts';
import { planWatch, type WatchedFolder } from './folders.ts';
import { START, step, type WatchEvent } from './state.ts';

export interface WatchOptions {
  readonly folders: readonly WatchedFolder[];
  /** Folders that are not watched, wherever they lie: the tree that is written to. */
  readonly without: readonly string[];
  /** While this file is there, another program is in the middle of a change of many files. */
  readonly heldBy: string;
  /** Renders; the changed paths are hints alone. */
  readonly render: (paths: ReadonlySet<string>) => Promise<void>;
}

/** How long after a new folder was seen it is looked at again, in milliseconds. */
const ECHOES = [100, 1000];

/**
 * Watches folders and calls `render` when files have changed and been quiet. Folders are watched and not files,
 * so that thousands of files cost nothing: what the system says of a folder names the file.
 */
export class Watch {
  /** Settled when all folders are watched. */
  readonly ready: Promise<void>;
  /** Settled when it is stopped, or watching fails. */
  readonly ended: Promise<void>;
  readonly #options: WatchOptions;
  readonly #watcher: FSWatcher;
  readonly #echoes = new Set<NodeJS.Timeout>();
  #state = START;
  #timer: NodeJS.Timeout | undefined;
  #working = Promise.resolve();
  #finish: (error?: Error) => void = () => undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    const plan = planWatch(options.folders, options.without, isFolder);
    this.ended = new Promise<void>((resolve, reject) => {
      this.#finish = (error) => {
        if (error) reject(error);
        else resolve();
      };
    });
    const changed = (path: string): void => {
      if (plan.matters(path)) this.#send({ kind: 'changed', path, at: performance.now() });
    };
    this.#watcher = watchFiles([...plan.roots], {
      ignoreInitial: true,
      ignored: (path, stats) =>
        stats?.isDirectory() === false || (!plan.roots.includes(path) && !plan.leadsTo(path)),
    });
    // A folder's own event names a file in it, or nothing where the system does not say.
    this.#watcher.on('raw', (_event, name, details) => {
      const { watchedPath = '' } = details as { readonly watchedPath?: string };
      changed(name ? join(watchedPath, name) : watchedPath);
    });
    this.#watcher.on('all', (event, path) => {
      changed(path);
      // What is put into a new folder before it is watched is told by nobody.
      if (event === 'addDir') for (const later of ECHOES) this.#echo(later, changed, path);
    });
    this.#watcher.on('error', (error) => {
      this.#finish(error instanceof Error ? error : new Error('the system ended the watch'));
    });
    this.ready = new Promise<void>((resolve) => {
      this.#watcher.once('ready', resolve);
    });
  }

  /** Renders as if something had changed. */
  look(): void {
    this.#send({ kind: 'changed', path: '', at: performance.now() });
  }

  /** Ends it; what is being rendered comes to its end. */
  async stop(): Promise<void> {
    this.#send({ kind: 'stop' });
    clearTimeout(this.#timer);
    for (const echo of this.#echoes) clearTimeout(echo);
    await this.#watcher.close();
    await this.#working;
    this.#finish();
  }

  #echo(later: number, changed: (path: string) => void, path: string): void {
    const echo = setTimeout(() => {
      this.#echoes.delete(echo);
      changed(path);
    }, later);
    this.#echoes.add(echo);
  }

  #send(event: WatchEvent): void {
    const { state, command } = step(this.#state, event);
    this.#state = state;
    if (command?.kind === 'wait') {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#send({ kind: 'due', at: performance.now(), held: isThere(this.#options.heldBy) });
      }, command.milliseconds);
    } else if (command?.kind === 'render') this.#render(command.paths);
  }

  #render(paths: ReadonlySet<string>): void {
    this.#working = this.#options.render(paths).then(
      () => {
        this.#send({ kind: 'done', at: performance.now() });
      },
      (error: unknown) => {
        void this.#watcher.close();
        this.#finish(error instanceof Error ? error : new Error('rendering failed'));
      },
    );
  }
}
