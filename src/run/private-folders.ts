import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  createPrivateFolder,
  isSystemError,
  listOwnFolders,
  readLink,
  readText,
  removeTree,
} from '../edge/files.ts';
import { atEnd } from './ending.ts';

/** Folder names say whose they are: name space of process ids, process, its start, and what nobody guesses. */
const NAME = /^osimager-run-(\d+)-(\d+)-(\d+)-[0-9a-f]{32}$/;

/** The name of a private folder of this process; one that is to be kept is nobody's, so that nobody removes it. */
export function privateName(kept = false): string {
  const random = randomBytes(16).toString('hex');
  if (kept) return `osimager-kept-${random}`;
  return `osimager-run-${idSpace()}-${process.pid}-${startOf(process.pid) ?? '0'}-${random}`;
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
    if (space === undefined || space !== idSpace() || isRunning(Number(pid), start)) continue;
    try {
      removeTree(join(base, name));
    } catch (error) {
      // Another process is at it too, or may do what this one may not.
      if (!isSystemError(error)) throw error;
    }
  }
}

/** A process id is used again some day: then the start differs. */
function isRunning(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return (startOf(pid) ?? start) === start;
}

/** When a process started, in ticks since the boot; undefined where the system does not say. */
function startOf(pid: number): string | undefined {
  const answer = readText(`/proc/${pid}/stat`);
  if (answer.kind !== 'text') return undefined;
  // The name, in brackets, may hold anything; the start is the twentieth field after it.
  return answer.text.slice(answer.text.lastIndexOf(')') + 2).split(' ')[19];
}

/** Containers count their processes on their own; 0 where there is nothing of the kind. */
function idSpace(): string {
  return /\d+/.exec(readLink('/proc/self/ns/pid') ?? '')?.[0] ?? '0';
}
