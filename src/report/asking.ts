import { LOCK_FILE } from '../model/lock.ts';
import { count } from './text.ts';

/** How far asking has come. */
export function formatProgress(done: number, of: number): string {
  return done < of ? `asking outside: ${done} of ${of}` : '';
}

/** What became of the facts that were asked for. */
export function formatLocked(facts: number, isWritten: boolean): string {
  if (isWritten) return `${LOCK_FILE}: ${count(facts, 'fact')} added`;
  return `${LOCK_FILE} lacks ${count(facts, 'fact')}: osimager lock adds what is missing`;
}

/** What is not in the lock file and was not asked for; by name where more is to be said. */
export function formatUnlocked(
  { hosts, media }: { readonly hosts: readonly string[]; readonly media: readonly string[] },
  isVerbose: boolean,
): string {
  const counts = [
    ...(media.length > 0 ? [media.length === 1 ? '1 medium' : `${media.length} media`] : []),
    ...(hosts.length > 0 ? [count(hosts.length, 'name')] : []),
  ];
  const line = `not in ${LOCK_FILE}, and not asked (offline): ${counts.join(', ')}`;
  return isVerbose ? [line, ...[...hosts, ...media].map((name) => `  ${name}`)].join('\n') : line;
}
