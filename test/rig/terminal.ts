import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder, writeFiles } from './folder.ts';

const BIN = fileURLToPath(new URL('../../bin/osimager.js', import.meta.url));

/** An osimager at a terminal of its own. */
export interface Terminal {
  /** What stands on the screen, with its escape sequences. */
  readonly screen: () => string;
  readonly type: (text: string) => void;
  readonly status: Promise<number>;
  readonly kill: () => void;
}

/** Starts the bundled command line at a pseudo terminal, which util-linux's `script` gives. */
export function openTerminal(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Terminal {
  const folder = temporaryFolder();
  const quoted = [process.execPath, BIN, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const command = join(folder, 'command');
  writeFiles(folder, { command: `#!/bin/sh\nstty rows 20 cols 90\nexec ${quoted.join(' ')}\n` });
  chmodSync(command, 0o755);
  const env = { PATH: process.env.PATH, HOME: cwd, TERM: 'xterm', SHELL: '/bin/sh', ...environment };
  const child = spawn('script', ['-q', '-e', '-f', '-c', command, '/dev/null'], { cwd, env });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
  const status = once(child, 'exit').then(([code]: unknown[]) => Number(code));
  return {
    screen: () => screen,
    type: (text) => {
      child.stdin.write(text);
    },
    status,
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}
