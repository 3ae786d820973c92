import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isSystemError, listOwnFolders } from '../edge/files.ts';
import { removeTree } from '../edge/write-files.ts';
import { isRunning, ownProcess } from '../edge/process-identity.ts';

/** Folder names say whose they are: name space of process ids, process, its start, and what nobody guesses. */
const NAME = /^osimager-run-(\d+)-(\d+)-(\d+)-[0-9a-f]{32}$/;

/** The name of a private folder of this process. */
export function privateName(): string {
  const { space, pid, start } = ownProcess();
  return `osimager-run-${space}-${pid}-${start}-${randomBytes(16).toString('hex')}`;
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
