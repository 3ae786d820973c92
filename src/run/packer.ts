import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { $, which } from 'zx/core';
import type { Environment } from './environment.ts';
import { BUILD_VARIABLE, endStrays } from './strays.ts';

/** One call of a program: no shell has a part in it, each argument arrives as it is. */
export interface Call {
  readonly program: string;
  readonly args: readonly string[];
  /** The working folder. */
  readonly cwd: string;
  readonly env: Environment;
}

/** How a process ended; `error` where it could not be started. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error: string | undefined;
}

/** A Packer that runs, with all that it has started. */
export interface RunningPacker {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly ended: Promise<Ending>;
  /** What a signal is sent to so that all of it ends: a group (negative) or a process; undefined: none began. */
  readonly signalTarget: { readonly signal: 'INT' | 'TERM'; readonly id: number } | undefined;
  /** Asks it to stop and clean up. */
  readonly interrupt: () => void;
  /** Ends it and what it has started, at once. */
  readonly kill: () => void;
}

/** How long output may still come after the process has ended: from what it left behind. */
const LAST_OUTPUT_MS = 1000;

/**
 * Starts a program. With `terminal` it stays in osimager's process group: it reads the keyboard, and a Ctrl-C
 * there reaches it without us. Else it leads a group of its own, which is signalled as a whole: the Packer that
 * is started only watches over another one, and hands SIGINT on to nobody.
 */
export function startPacker(call: Call, terminal: boolean): RunningPacker {
  const running = start(call, terminal);
  const { child } = running;
  const stdout = child?.stdout ?? Readable.from([]);
  const stderr = child?.stderr ?? Readable.from([]);
  const pid = child?.pid;
  const send = (signal: NodeJS.Signals): void => {
    if (pid === undefined) return;
    try {
      process.kill(terminal ? pid : -pid, signal);
    } catch {
      // It has ended.
    }
  };
  let over = false;
  child?.once('exit', () => {
    // What is left of the group has nobody that it works for.
    if (!terminal) send('SIGKILL');
    const build = call.env[BUILD_VARIABLE];
    if (build !== undefined) endStrays(build);
    over = true;
    setTimeout(() => {
      stdout.destroy();
      stderr.destroy();
    }, LAST_OUTPUT_MS).unref();
  });
  return {
    stdout,
    stderr,
    ended: running.then(({ exitCode, signal, cause }) => ({
      code: exitCode,
      signal,
      error: pid === undefined ? messageOf(cause) : undefined,
    })),
    signalTarget:
      pid === undefined ? undefined : terminal ? { signal: 'TERM', id: pid } : { signal: 'INT', id: -pid },
    interrupt: () => {
      if (!over) send(terminal ? 'SIGTERM' : 'SIGINT');
    },
    kill: () => {
      if (over) return;
      if (terminal && pid !== undefined) void $.kill(pid, 'SIGKILL').catch(() => undefined);
      else send('SIGKILL');
    },
  };
}

/** Output of a program that only tells something; undefined where it does not within the time. */
export async function askProgram(call: Call, timeoutMs = 30_000): Promise<string | undefined> {
  const packer = startPacker(call, false);
  const pieces: string[] = [];
  packer.stdout.setEncoding('utf8').on('data', (text: string) => pieces.push(text));
  const timer = setTimeout(packer.kill, timeoutMs);
  const { code } = await packer.ended;
  clearTimeout(timer);
  return code === 0 ? pieces.join('') : undefined;
}

/** Where a program is, by its name and a PATH; undefined where it is not. A name with slashes is a path. */
export function findProgram(name: string, path: string): string | undefined {
  return which.sync(name, { path, nothrow: true }) ?? undefined;
}

/**
 * zx hands the command to what it is told to spawn with: here to no shell, and not the text that it would
 * quote for one, but the program and its arguments. What is printed is not kept: builds print for hours.
 */
function start({ program, args, cwd, env }: Call, terminal: boolean) {
  const nothing = { push: () => 0, join: () => '', length: 0 } as unknown as string[];
  return $({
    cwd,
    env: { ...env },
    quiet: true,
    verbose: false,
    nothrow: true,
    detached: !terminal,
    shell: 'sh',
    prefix: '',
    postfix: '',
    quote: (text: string) => text,
    stdio: [terminal ? 'inherit' : 'ignore', 'pipe', 'pipe'],
    store: { stdout: nothing, stderr: nothing, stdall: nothing },
    spawn: ((_command: string, _none: unknown, options: object) =>
      spawn(program, [...args], { ...options, shell: false })) as typeof spawn,
  })`${program}`;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'it cannot be started';
}
