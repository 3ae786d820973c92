import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { watch as watchFiles, type FSWatcher } from 'chokidar';
import { isFolder, isThere } from '../edge/files.ts';
import { planWatch, type WatchedFolder } from './folders.ts';
import { START, step, type WatchCommand, type WatchEvent } from './state.ts';

export interface WatchOptions {
  readonly folders: readonly WatchedFolder[];
  /** Folders that are not watched, wherever they lie: the tree that is written to. */
  readonly without: readonly string[];
  /** While this file is there, another program is in the middle of a change of many files. */
  readonly heldBy: string;
  /** Renders; the changed paths are hints alone. */
  readonly render: (paths: ReadonlySet<string>) => Promise<void>;
}

export interface Watch {
  /** Settled when all folders are watched. */
  readonly ready: Promise<void>;
  /** Settled when it is stopped, or watching fails. */
  readonly ended: Promise<void>;
  /** Renders as if something had changed. */
  look(): void;
  /** Ends it; what is being rendered comes to its end. */
  stop(): Promise<void>;
}

/** How long after a new folder was seen it is looked at again, in milliseconds. */
const ECHOES = [100, 1000];

/**
 * Watches folders and calls `render` when files have changed and been quiet. Folders are watched and not files,
 * so that thousands of files cost nothing: what the system says of a folder names the file.
 */
export function watchFolders({ folders, without, heldBy, render }: WatchOptions): Watch {
  const plan = planWatch(folders, without, isFolder);
  const watcher: FSWatcher = watchFiles([...plan.roots], {
    ignoreInitial: true,
    followSymlinks: true,
    ignored: (path, stats) => {
      if (stats && !stats.isDirectory()) return true;
      return !plan.roots.includes(path) && !plan.leadsTo(path);
    },
  });
  let state = START;
  let timer: NodeJS.Timeout | undefined;
  let finish: (error?: unknown) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    finish = (error) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error(String(error)));
    };
  });
  const stop = async (): Promise<void> => {
    send({ kind: 'stop' });
    clearTimeout(timer);
    await watcher.close();
    await working;
    finish();
  };
  let working = Promise.resolve();
  const send = (event: WatchEvent): void => {
    const next = step(state, event);
    ({ state } = next);
    obey(next.command);
  };
  const obey = (command: WatchCommand): void => {
    if (command?.kind === 'wait') {
      clearTimeout(timer);
      timer = setTimeout(() => {
        send({ kind: 'due', at: performance.now(), held: isThere(heldBy) });
      }, command.milliseconds);
    }
    if (command?.kind !== 'render') return;
    working = render(command.paths).then(
      () => {
        send({ kind: 'done', at: performance.now() });
      },
      (error: unknown) => {
        void watcher.close();
        finish(error);
      },
    );
  };
  const changed = (path: string): void => {
    if (plan.matters(path)) send({ kind: 'changed', path, at: performance.now() });
  };
  // A folder's own event names a file in it, or nothing where the system does not say.
  watcher.on('raw', (_event, name, details) => {
    const { watchedPath = '' } = details as { readonly watchedPath?: string };
    changed(name ? join(watchedPath, name) : watchedPath);
  });
  watcher.on('all', (event, path) => {
    changed(path);
    // What is put into a new folder before it is watched is told by nobody.
    if (event === 'addDir') for (const later of ECHOES) setTimeout(changed, later, path).unref();
  });
  watcher.on('error', finish);
  const ready = new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
  });
  const look = (): void => {
    send({ kind: 'changed', path: '', at: performance.now() });
  };
  return { ready, ended, look, stop };
}
