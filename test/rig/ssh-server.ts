import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, writeFiles } from './folder.ts';
import { freePort, listening } from './port.ts';
import { until } from './processes.ts';
import { findTool } from './tool.ts';

/** A real sshd on loopback, and a real account on this machine that it lets in by its password. */
export interface SshServer {
  readonly port: number;
  readonly account: string;
  readonly password: string;
  /** The text of a file in the home folder of the account; undefined where there is none. */
  readonly read: (name: string) => string | undefined;
  /** Ends the server with all sessions, and removes the account. */
  readonly stop: () => Promise<void>;
}

/** Makes an account with a password and starts sshd for it on a free port. Only root can. */
export async function startSshServer(password: string): Promise<SshServer> {
  const account = `osi-test-${process.pid}`;
  const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], {
    input: `${password}\n`,
    encoding: 'utf8',
  });
  execFileSync('useradd', ['--create-home', '--shell', '/bin/sh', '--password', hash.trim(), account]);
  const folder = temporaryFolder();
  const key = join(folder, 'host-key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const port = await freePort();
  writeFiles(folder, {
    config: [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${key}`,
      'PidFile none',
      'UsePAM no',
      'PasswordAuthentication yes',
      'KbdInteractiveAuthentication no',
      'Subsystem sftp internal-sftp',
      `AllowUsers ${account}`,
      '',
    ].join('\n'),
  });
  mkdirSync('/run/sshd', { recursive: true });
  const child = spawn(
    findTool('sshd', ['/usr/sbin', '/sbin']) ?? 'sshd',
    ['-D', '-e', '-f', join(folder, 'config')],
    {
      stdio: 'ignore',
    },
  );
  const home = `/home/${account}`;
  const stop = async (): Promise<void> => {
    await end(child);
    spawnQuietly('pkill', ['-KILL', '-u', account]);
    await until('the account is gone', () => spawnQuietly('userdel', ['--remove', account]));
  };
  try {
    await listening(port, () => child.exitCode === null);
  } catch (error) {
    await stop();
    throw error;
  }
  const read = (name: string): string | undefined => {
    try {
      return readFileSync(join(home, name), 'utf8');
    } catch {
      return undefined;
    }
  };
  return { port, account, password, read, stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

function spawnQuietly(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
