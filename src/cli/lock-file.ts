import { join } from 'node:path';
import { bad, good, problem, type Result } from '../diagnostics/diagnostic.ts';
import { parseLock } from '../documents/lock-file.ts';
import { isSystemError, readText, reasonOf } from '../edge/files.ts';
import { replaceFile } from '../edge/write-files.ts';
import { EMPTY_LOCK, formatLock, LOCK_FILE, type Lock } from '../model/lock.ts';

/** The lock file of a workspace; one that is not there has no facts. */
export function readLock(baseDir: string): Result<Lock> {
  const answer = readText(join(baseDir, LOCK_FILE));
  if (answer.kind === 'absent') return good(EMPTY_LOCK);
  if (answer.kind === 'refused') {
    return bad(problem(answer.code, `${LOCK_FILE} is not read: ${answer.reason}`));
  }
  return parseLock({ path: LOCK_FILE, text: answer.text });
}

/**
 * Adds facts to the lock file, and takes those away that are not wanted any more. What others wrote meanwhile
 * stays. Nothing is written where nothing changes.
 */
export function updateLock(
  baseDir: string,
  learned: Lock,
  isWanted: (id: string) => boolean = () => true,
): Result<void> {
  const path = join(baseDir, LOCK_FILE);
  const read = readLock(baseDir);
  if (!read.ok) return read;
  const merged = <T>(kind: string, before: ReadonlyMap<string, T>, added: ReadonlyMap<string, T>) =>
    new Map([...before, ...added].filter(([key]) => isWanted(`${kind} ${key}`)));
  const lock: Lock = {
    hosts: merged('host', read.value.hosts, learned.hosts),
    media: merged('medium', read.value.media, learned.media),
  };
  const before = readText(path);
  const text = formatLock(lock);
  const isEmpty = lock.hosts.size + lock.media.size === 0;
  if (before.kind === 'text' ? before.text === text : isEmpty) return good(undefined);
  try {
    replaceFile(path, text, 0o644);
    return good(undefined);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return bad(problem('write', `${LOCK_FILE} cannot be written: ${reasonOf(error)}`));
  }
}
