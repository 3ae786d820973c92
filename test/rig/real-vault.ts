import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { temporaryFolder, writeFiles } from './folder.ts';
import { freePort, listening } from './port.ts';
import { findTool } from './tool.ts';

/** A server of OpenBao or Vault that a test has started: nothing is in it, and it is not even initialised. */
export interface RealVault {
  readonly address: string;
  /** Makes it a server that can be used; the token may do everything. */
  open(): Promise<{ readonly token: string }>;
  seal(): Promise<unknown>;
  unseal(): Promise<void>;
  /** One call of its API, with the token; the answer's body. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** The command of a real server; undefined where there is none. */
export function findVault(): string | undefined {
  return findTool('bao') ?? findTool('vault');
}

interface Listener {
  /** Where given, the server speaks TLS; else plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Starts a server on loopback that keeps what it holds in memory; it ends with this process at the latest. */
export async function startRealVault(command: string, { tls }: Listener = {}): Promise<RealVault> {
  const folder = temporaryFolder();
  const port = await freePort();
  const at = `127.0.0.1:${port}`;
  if (tls) writeFiles(folder, { 'key.pem': tls.key, 'cert.pem': tls.cert });
  const listener = {
    address: at,
    ...(tls
      ? { tls_cert_file: join(folder, 'cert.pem'), tls_key_file: join(folder, 'key.pem') }
      : { tls_disable: true }),
  };
  const config = { storage: { inmem: {} }, listener: { tcp: listener }, disable_mlock: true };
  writeFiles(folder, { 'config.json': config });
  const child = spawn(command, ['server', '-config', join(folder, 'config.json'), '-log-level=error'], {
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: 'ignore',
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const close = async (): Promise<void> => {
    process.off('exit', kill);
    kill();
    await ended;
  };
  await listening(port, () => child.exitCode === null);
  return createHandle(`${tls ? 'https' : 'http'}://${at}`, close);
}

function createHandle(address: string, close: () => Promise<void>): RealVault {
  let [token, key] = ['', ''];
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${address}/v1/${path}`, {
      method,
      headers: { 'X-Vault-Token': token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const unseal = async (): Promise<void> => {
    await call('PUT', 'sys/unseal', { key });
    await active(address);
  };
  return {
    address,
    async open() {
      const shares = { secret_shares: 1, secret_threshold: 1 };
      const made = (await call('PUT', 'sys/init', shares)) as {
        readonly keys_base64: readonly string[];
        readonly root_token: string;
      };
      token = made.root_token;
      key = made.keys_base64[0] ?? '';
      await unseal();
      return { token };
    },
    seal: () => call('PUT', 'sys/seal'),
    unseal,
    call,
    close,
  };
}

/** Waits until an unsealed server has taken up its work, 10 seconds at most. */
async function active(address: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const { status } = await fetch(`${address}/v1/sys/health`);
    if (status === 200) return;
    await sleep(50);
  }
  throw new Error('the server does not become active');
}
