import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What a server does instead of answering as it should. */
export type Trouble =
  | { readonly status: number; readonly body: string }
  | { readonly redirect: string }
  /** The answer is right, and comes so many milliseconds later. */
  | { readonly delay: number }
  /** The connection ends before the answer, or within it; the answer never comes, or comes without an end. */
  | 'drop'
  | 'cut'
  | 'hang'
  | 'drip';

/** A secret of version 2 whose newest version is gone. */
export interface Gone {
  readonly version: number;
  readonly destroyed: boolean;
}

export interface VaultServerOptions {
  /** Key and values by mount and path: `images/linux`. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly gone?: Readonly<Record<string, Gone>>;
  /** Tokens, with the API paths that each may read; undefined permits all. */
  readonly tokens?: Readonly<Record<string, readonly string[] | undefined>>;
  readonly approle?: { readonly roleId: string; readonly secretId: string; readonly token: string };
  readonly namespace?: string;
  /** Mounts by version of the key/value engine; `images` of version 2 where not given. */
  readonly mounts?: Readonly<Record<string, 1 | 2>>;
  /** As OpenBao does, a token that is not known is told no more than that it may not. */
  readonly terse?: boolean;
  readonly initialized?: boolean;
  readonly sealed?: boolean;
  readonly trouble?: Trouble;
  /** How many questions get the trouble; all where not given. */
  readonly troubles?: number;
  /** Whether logins, and not reads, get the trouble. */
  readonly troubleAtLogin?: boolean;
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A running server; `asked` holds method and path of each question in order. */
export interface VaultServer {
  readonly address: string;
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export const TOKEN = 'hvs.rig-token-3f9a';

/** Starts a server on loopback that answers as Vault's key/value engine does. */
export async function startVault(options: VaultServerOptions = {}): Promise<VaultServer> {
  const asked: string[] = [];
  let troubles = options.troubles ?? Infinity;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const path = decodeURIComponent(request.url ?? '').replace(/^\/v1\//, '');
    asked.push(`${request.method ?? ''} ${path}`);
    const troubled =
      !path.startsWith('sys/') && path.startsWith('auth/') === (options.troubleAtLogin ?? false);
    const trouble = troubled && troubles-- > 0 ? options.trouble : undefined;
    if (typeof trouble === 'object' && 'delay' in trouble) {
      void answer(path, request, response, options, trouble.delay);
    } else if (trouble !== undefined) misbehave(trouble, request, response);
    else void answer(path, request, response, options);
  };
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const address = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  return { address, asked, close: () => closeServer(server) };
}

/** Runs a body with a server that is closed at its end. */
export async function withVault<T>(
  options: VaultServerOptions,
  body: (server: VaultServer) => Promise<T>,
): Promise<T> {
  const server = await startVault(options);
  try {
    return await body(server);
  } finally {
    await server.close();
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeAllConnections();
  await closed;
}

function misbehave(
  trouble: Exclude<Trouble, { readonly delay: number }>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (trouble === 'drop') request.socket.destroy();
  else if (trouble === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
    response.write('{"data":');
    setTimeout(() => request.socket.destroy(), 5);
  } else if (trouble === 'drip') {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 5);
    response.on('close', () => {
      clearInterval(timer);
    });
  } else if (trouble === 'hang') return;
  else if ('redirect' in trouble) {
    response.writeHead(307, { location: `${trouble.redirect}${request.url ?? ''}` }).end();
  } else response.writeHead(trouble.status, { 'content-type': 'application/json' }).end(trouble.body);
}

async function answer(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  options: VaultServerOptions,
  delay = 0,
): Promise<void> {
  const [status, body] = answerOf(path, request, await bodyOf(request), options);
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

type Answer = readonly [status: number, body: unknown];
const errors = (status: number, ...texts: readonly string[]): Answer => [status, { errors: texts }];
const DENIED = errors(403, '1 error occurred:\n\t* permission denied\n\n');

function answerOf(path: string, request: IncomingMessage, body: string, options: VaultServerOptions): Answer {
  const { initialized = true, sealed = false } = options;
  const namespace = String(request.headers['x-vault-namespace'] ?? '');
  if (path === 'sys/health') {
    // As in Vault, it is there in the root namespace only.
    if (namespace !== '') return errors(404, 'unsupported path');
    const status = !initialized ? 501 : sealed ? 503 : 200;
    return [status, { initialized, sealed: sealed || !initialized, standby: false }];
  }
  if (sealed || !initialized) return errors(503, 'Vault is sealed');
  if (namespace !== (options.namespace ?? '')) return errors(404, `no handler for route "${path}"`);
  if (path === 'auth/approle/login') return login(body, options);
  const token = String(request.headers['x-vault-token'] ?? '');
  const tokens = options.tokens ?? { [TOKEN]: undefined };
  if (!Object.hasOwn(tokens, token)) {
    if (options.terse === true) return errors(403, 'permission denied');
    return errors(403, '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n');
  }
  return read(path, tokens[token], options);
}

function login(body: string, { approle }: VaultServerOptions): Answer {
  if (approle === undefined) return DENIED;
  const { role_id, secret_id } = JSON.parse(body) as Record<string, unknown>;
  if (role_id !== approle.roleId || secret_id !== approle.secretId) {
    return errors(400, 'invalid role or secret ID');
  }
  return [200, { auth: { client_token: approle.token, lease_duration: 1200 } }];
}

function read(path: string, permitted: readonly string[] | undefined, options: VaultServerOptions): Answer {
  const { mounts = { images: 2 }, secrets = {}, gone = {} } = options;
  if (path === 'sys/internal/ui/mounts') return [200, { data: { secret: {}, auth: {} } }];
  const preflight = /^sys\/internal\/ui\/mounts\/([^/]+)/.exec(path)?.[1];
  const mount = preflight ?? path.split('/')[0] ?? '';
  const version = mounts[mount];
  if (preflight !== undefined) {
    const may = permitted === undefined || permitted.some((known) => known.startsWith(`${mount}/`));
    if (!may || version === undefined) return errors(403, 'preflight capability check returned 403');
    return [
      200,
      { data: { path: `${mount}/`, type: 'kv', options: version === 1 ? null : { version: '2' } } },
    ];
  }
  if (permitted !== undefined && !permitted.includes(path)) return DENIED;
  if (version === undefined) return errors(404, `no handler for route "${path}". route entry not found.`);
  if (version === 1) return secrets[path] ? [200, { data: secrets[path] }] : errors(404);
  const at = path.replace('/data/', '/');
  const missing = gone[at];
  if (missing) {
    const metadata = { version: missing.version, destroyed: missing.destroyed, deletion_time: '2026-01-01' };
    return [404, { data: { data: null, metadata } }];
  }
  if (at === path || !secrets[at]) return errors(404);
  return [200, { data: { data: secrets[at], metadata: { version: 1, destroyed: false } } }];
}
