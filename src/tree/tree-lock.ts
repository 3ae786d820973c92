import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bad, good, problem, type Result } from '../diagnostics/diagnostic.ts';
import { isSystemError, listNames, readText, reasonOf, signFile } from '../edge/files.ts';
import { createExclusive, moveFile, removeFile } from '../edge/write-files.ts';
import { isRunning, isTaken, ownProcess, type ProcessIdentity } from '../edge/process-identity.ts';
import { besideTree } from './state-file.ts';

/** A tree that no other process writes to until it is released. */
export interface HeldTree {
  /** A process held it that was killed: it may have left something unfinished anywhere. */
  readonly wasAbandoned: boolean;
  release(): void;
}

/** Who holds a tree. */
interface Holder extends ProcessIdentity {
  readonly host: string;
  readonly command: string;
  /** When it began, as ISO 8601 says it. */
  readonly since: string;
}

/** How long a second process waits for the first, and how often it looks; in milliseconds. */
const PATIENCE = 2000;
const PAUSE = 25;

/**
 * Holds a tree for writing. While another process does, this one waits briefly, and then says who it is. What
 * a process holds that is no more is taken over.
 */
export async function holdTree(out: string, command: string, patience = PATIENCE): Promise<Result<HeldTree>> {
  const path = besideTree(out, 'lock');
  const since = new Date().toISOString();
  const text = `${JSON.stringify({ ...ownProcess(), host: hostname(), command, since } satisfies Holder)}\n`;
  const until = Date.now() + patience;
  let wasAbandoned = false;
  for (;;) {
    try {
      if (createExclusive(path, text)) {
        removeLeftovers(dirname(path));
        return good({
          wasAbandoned,
          release: () => {
            release(path, text);
          },
        });
      }
      const holder = readHolder(path);
      if (holder !== undefined && isGone(path, holder)) wasAbandoned = takeAway(path, holder) || wasAbandoned;
      else if (Date.now() >= until) return bad(problem('write', ...heldBy(out, path, holder)));
      else await sleep(PAUSE);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return bad(problem('write', `${dirname(path)} cannot be written to: ${reasonOf(error)}`));
    }
  }
}

/** Removes what processes that are no more left unfinished beside the tree. */
function removeLeftovers(folder: string): void {
  for (const name of listNames(folder)) {
    const pid = /^\.osimager-(\d+)/.exec(name)?.[1];
    if (pid !== undefined && !isTaken(Number(pid))) removeFile(join(folder, name));
  }
}

function release(path: string, text: string): void {
  const answer = readText(path);
  if (answer.kind === 'text' && answer.text === text) removeFile(path);
}

/** What a lock says, as it is written, and what that means where it can be read. */
interface FoundHolder {
  readonly text: string;
  readonly holder: Holder | undefined;
}

function readHolder(path: string): FoundHolder | undefined {
  const answer = readText(path);
  if (answer.kind !== 'text') return undefined;
  try {
    const found = JSON.parse(answer.text) as Partial<Holder> | null;
    const isWhole =
      typeof found?.pid === 'number' && typeof found.start === 'string' && typeof found.space === 'string';
    return { text: answer.text, holder: isWhole ? (found as Holder) : undefined };
  } catch {
    return { text: answer.text, holder: undefined };
  }
}

/** A process that was killed while it wrote its name left a lock that names nobody, this long ago at least. */
const NAMELESS = 10_000;

function isGone(path: string, { holder }: FoundHolder): boolean {
  if (holder) return holder.host === hostname() && isRunning(holder) === false;
  return Date.now() - (signFile(path)?.changed ?? Infinity) > NAMELESS;
}

/** Another process may have been quicker and hold the tree by now: what was taken wrongly is put back. */
function takeAway(path: string, { text }: FoundHolder): boolean {
  const aside = `${path}.${process.pid}`;
  if (!moveFile(path, aside)) return false;
  const taken = readText(aside);
  const isOther = taken.kind === 'text' && taken.text !== text;
  if (isOther) createExclusive(path, taken.text);
  removeFile(aside);
  return !isOther;
}

function heldBy(
  out: string,
  path: string,
  found: FoundHolder | undefined,
): [message: string, span: undefined, hint: string] {
  const { pid, host, command, since } = found?.holder ?? {};
  const who =
    pid === undefined ? 'another process' : `"${command}" (process ${pid} on ${host}, since ${since})`;
  return [
    `${out} is being written to by ${who}`,
    undefined,
    `wait until it ends; if there is no such process any more, remove ${path}`,
  ];
}
