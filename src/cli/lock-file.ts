import { join } from 'node:path';
import { bad, good, problem, type Result } from '../diagnostics/diagnostic.ts';
import { parseLock } from '../documents/lock-file.ts';
import { isSystemError, readText, reasonOf, replaceFile } from '../edge/files.ts';
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

/** Brings the lock file to some facts; nothing is written where it has them, or where there are none. */
export function writeLock(baseDir: string, lock: Lock): Result<void> {
  const path = join(baseDir, LOCK_FILE);
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
