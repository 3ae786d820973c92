import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './folder.ts';

const BIN = fileURLToPath(new URL('../../bin/osimager.js', import.meta.url));

export interface WatchedEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

export interface Watched {
  /** All events up to the next batch that `until` takes, that batch last. */
  batch(until?: (batch: WatchedEvent) => boolean): Promise<readonly WatchedEvent[]>;
  /** Ends it by a signal; what it printed since the last batch, and how it ended. */
  end(
    signal?: NodeJS.Signals,
  ): Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts `osimager generate --watch --json` in a workspace, without a home of the user's. */
export function watched(
  workspace: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Watched {
  const child = spawn(process.execPath, [BIN, 'generate', '--watch', '--json', ...args], {
    cwd: workspace,
    env: { PATH: process.env.PATH, HOME: join(temporaryFolder(), 'home'), ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = new Promise<{ status: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (status, signal) => {
      resolve({ status, signal });
    });
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async batch(until = () => true) {
      const events: WatchedEvent[] = [];
      for (;;) {
        const { value, done } = (await lines.next()) as { value: string; done?: boolean };
        if (done === true) throw new Error(`the watch ended: ${JSON.stringify(events)}`);
        const event = JSON.parse(value) as WatchedEvent;
        events.push(event);
        if (event.type === 'batch' && until(event)) return events;
      }
    },
    end(signal = 'SIGINT') {
      child.kill(signal);
      return exit;
    },
  };
}
