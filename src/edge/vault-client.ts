import { Agent, type ClientRequestArgs } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type NodeVault from 'node-vault';
import type { VaultAccess } from './vault-access.ts';

/** What one question to Vault came to: any HTTP answer, or the code of the error that kept it from coming. */
export type VaultReply =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'failed'; readonly code: string };

/** A connection to one Vault server. It asks once and never throws; who asks again is decided elsewhere. */
export interface VaultClient {
  read(path: string): Promise<VaultReply>;
  /** Trades an AppRole for a token; the token is used when it is given to `useToken`. */
  login(roleId: string, secretId: string): Promise<VaultReply>;
  useToken(token: string): void;
  /** Whether the server is initialised and unsealed; asked without token and namespace. */
  health(): Promise<VaultReply>;
  /** Ends everything that is still open. */
  close(): void;
}

/** The code of an answer that did not come in time. */
export const TIMEOUT = 'ETIMEDOUT';
/** The code of a redirection from TLS to an address without it, which is not followed. */
export const DOWNGRADE = 'EDOWNGRADE';

/** Connects to Vault by node-vault, which is loaded only now: most runs need none. */
export async function connectVault(access: VaultAccess, timeoutMs: number): Promise<VaultClient> {
  const createClient = await loadNodeVault();
  const agents = createAgents(access);
  const client = (namespace: string | undefined): NodeVault.client => {
    const requestOptions = { ...agents, timeout: timeoutMs };
    const made = createClient({ endpoint: access.address, debug: () => undefined, requestOptions });
    // What node-vault finds in the process's environment does not count: the access is settled.
    return Object.assign(made, { token: '', namespace, pathPrefix: '' });
  };
  const asking = client(access.namespace);
  const asked = (question: Promise<unknown>): Promise<VaultReply> => reply(question, timeoutMs);
  return {
    read: (path) => asked(asking.read(path.split('/').map(encodeURIComponent).join('/'))),
    login: (roleId, secretId) =>
      asked(asking.write('auth/approle/login', { role_id: roleId, secret_id: secretId })),
    useToken(token) {
      asking.token = token;
    },
    health: () => asked(client(undefined).health()),
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

/**
 * Packages below node-vault print headers, and with them the token, where DEBUG names them. What DEBUG says is
 * read once, when they are loaded: it says nothing then.
 */
async function loadNodeVault(): Promise<typeof NodeVault> {
  const { DEBUG } = process.env;
  delete process.env.DEBUG;
  try {
    return (await import('node-vault')).default;
  } finally {
    if (DEBUG !== undefined) process.env.DEBUG = DEBUG;
  }
}

/** Certificates are verified whatever VAULT_SKIP_VERIFY and NODE_TLS_REJECT_UNAUTHORIZED say. */
function createAgents({ address, ca }: VaultAccess): {
  readonly httpAgent: Agent;
  readonly httpsAgent: TlsAgent;
} {
  return {
    httpAgent: address.startsWith('https:') ? new NoPlainAgent() : new Agent({ keepAlive: true }),
    httpsAgent: new TlsAgent({
      keepAlive: true,
      rejectUnauthorized: true,
      ...(ca === undefined ? {} : { ca }),
    }),
  };
}

/** Refuses to connect: a server that is asked over TLS must not send the token on to where there is none. */
class NoPlainAgent extends Agent {
  override createConnection(_options: ClientRequestArgs, callback: (error: Error | null) => void): undefined {
    callback(Object.assign(new Error('no TLS'), { code: DOWNGRADE }));
  }
}

/** The time-out covers the whole answer: that of a socket begins anew with each byte. */
async function reply(question: Promise<unknown>, timeoutMs: number): Promise<VaultReply> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<VaultReply>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, { kind: 'failed', code: TIMEOUT });
  });
  try {
    return await Promise.race([
      question.then((body) => ({ kind: 'answer', status: 200, body }) as const),
      late,
    ]);
  } catch (error) {
    return replyOfError(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The error itself is dropped: it holds the question, and with it the token. */
function replyOfError(error: unknown): VaultReply {
  if (typeof error !== 'object' || error === null) return { kind: 'failed', code: 'unknown' };
  const { response, code } = error as { readonly response?: unknown; readonly code?: unknown };
  if (typeof response === 'object' && response !== null && 'statusCode' in response) {
    const { statusCode, body } = response as { readonly statusCode: unknown; readonly body?: unknown };
    return { kind: 'answer', status: Number(statusCode), body };
  }
  return { kind: 'failed', code: typeof code === 'string' ? code : 'unknown' };
}
