import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isSystemError, listOwnFolders } from '../edge/files.ts';
import { isRunning, ownProcess } from '../edge/process-identity.ts';
import { createPrivateFolder, removeTree } from '../edge/write-files.ts';
import { atEnd } from './ending.ts';

/** Folder names say whose they are: name space of process ids, process, its start, and what nobody guesses. */
const NAME = /^osimager-run-(\d+)-(\d+)-(\d+)-[0-9a-f]{32}$/;

/** The name of a private folder of this process; one that is to be kept is nobody's, so that nobody removes it. */
export function privateName(kept = false): string {
  const random = randomBytes(16).toString('hex');
  const { space, pid, start } = ownProcess();
  return kept ? `osimager-kept-${random}` : `osimager-run-${space}-${pid}-${start}-${random}`;
}

/**
 * Calls `use` with a private folder of some files, which is there until its promise settles or the process ends.
 * First it removes the folders that killed processes have left.
 */
export async function withPrivateFolder<T>(
  base: string,
  files: ReadonlyMap<string, string>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  removeAbandoned(base);
  const folder = join(base, privateName());
  const forget = atEnd(() => {
    removeQuietly(folder);
  });
  try {
    createPrivateFolder(folder, files);
    return await use(folder);
  } finally {
    removeTree(folder);
    forget();
  }
}

function removeQuietly(folder: string): void {
  try {
    removeTree(folder);
  } catch {
    // The process ends, and nobody is there to be told; the next call tries again.
  }
}

/**
 * Removes the private folders of processes that are no more: what one left that was killed outright. Those of
 * other users and of other containers are left alone, as it cannot be known of them.
 */
export function removeAbandoned(base: string): void {
  for (const name of listOwnFolders(base)) {
    const [, space, pid = '', start = ''] = NAME.exec(name) ?? [];
    if (space === undefined || isRunning({ space, pid: Number(pid), start }) !== false) continue;
    try {
      removeTree(join(base, name));
    } catch (error) {
      // Another process is at it too, or may do what this one may not.
      if (!isSystemError(error)) throw error;
    }
  }
}
