import { readLink, readText } from './files.ts';

/** What tells a process from all others of a machine, also from those that had its number before. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Its start, in ticks since the boot; 0 where the system does not say. */
  readonly start: string;
  /** The name space of its number: containers count their processes on their own. 0 where there is none. */
  readonly space: string;
}

/** This process. */
export function ownProcess(): ProcessIdentity {
  return { pid: process.pid, start: startOf(process.pid) ?? '0', space: idSpace() };
}

/** Whether a process runs; undefined where that cannot be known here, as it is of another container. */
export function isRunning({ pid, start, space }: ProcessIdentity): boolean | undefined {
  if (space !== idSpace()) return undefined;
  // A process id is used again some day: then the start differs.
  return isTaken(pid) && (startOf(pid) ?? start) === start;
}

/** Whether some process has this number here. */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function startOf(pid: number): string | undefined {
  const answer = readText(`/proc/${pid}/stat`);
  if (answer.kind !== 'text') return undefined;
  // The name, in brackets, may hold anything; the start is the twentieth field after it.
  return answer.text.slice(answer.text.lastIndexOf(')') + 2).split(' ')[19];
}

function idSpace(): string {
  return /\d+/.exec(readLink('/proc/self/ns/pid') ?? '')?.[0] ?? '0';
}
