import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/osimager.js', import.meta.url));

/** An osimager that runs, to be sent signals. */
export interface Running {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** The status as a shell shows it. */
  readonly status: Promise<number>;
}

/** Starts the bundled command line and does not wait for its end. */
export function startOsimager(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Running {
  const env = { PATH: process.env.PATH, HOME: cwd, ...environment };
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => (text += more));
  }
  const status = once(child, 'exit').then(([code, signal]: unknown[]) =>
    typeof code === 'number' ? code : 128 + constants.signals[signal as NodeJS.Signals],
  );
  return { process: child, output: () => text, status };
}

/** Waits until something holds; an error of the test where it does not within the seconds. */
export async function until(what: string, holds: () => boolean, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`after ${seconds} seconds still not so: ${what}`);
    await sleep(20);
  }
}

/** The command lines of processes that have a text in their environment: all that a run has started. */
export function processesWith(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text)) return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        // A process that has ended and was not waited for yet has no command line.
        return command === '' ? [] : [command];
      } catch {
        return [];
      }
    });
}
