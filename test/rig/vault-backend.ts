import { randomBytes } from 'node:crypto';
import { vaultPolicy } from '../../src/model/vault-policy.ts';
import { startRealVault } from './real-vault.ts';
import { startVault, TOKEN } from './vault-server.ts';

/** What the tests need of a Vault server, be it the rig's or a real one. All that it holds is made for the tests. */
export interface Backend {
  readonly title: string;
  readonly address: string;
  readonly namespace: string | undefined;
  /** A mount of version 2 that holds SECRETS, and under `gone` a deleted and under `lost` a destroyed version. */
  readonly mount: string;
  /** A mount of version 1 that holds SECRETS. */
  readonly mount1: string;
  readonly token: string;
  /** A token with the policy that `osimager secrets policy` prints for some paths. */
  readonly limited: (paths: readonly string[]) => Promise<string>;
  readonly approle: { readonly roleId: string; readonly secretId: string };
  readonly close: () => Promise<void>;
}

export const SECRETS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  linux: { username: 'root', password: 'hush "pass" ä' },
  'aws/keys': { id: 'hush-id', port: 8080, on: true },
};

/** The rig's server as a backend. */
export async function rigBackend(): Promise<Backend> {
  const approle = { roleId: 'rig-role', secretId: 'rig-secret', token: 'rig-approle-token' };
  const secrets = Object.entries(SECRETS).flatMap(([path, keys]) => [
    [`rig-2/${path}`, keys] as const,
    [`rig-1/${path}`, keys] as const,
  ]);
  const tokens: Record<string, readonly string[] | undefined> = {
    [TOKEN]: undefined,
    [approle.token]: undefined,
  };
  const server = await startVault({
    secrets: Object.fromEntries(secrets),
    gone: { 'rig-2/gone': { version: 1, destroyed: false }, 'rig-2/lost': { version: 1, destroyed: true } },
    mounts: { 'rig-1': 1, 'rig-2': 2 },
    tokens,
    approle,
  });
  return {
    title: 'the rig',
    address: server.address,
    namespace: undefined,
    mount: 'rig-2',
    mount1: 'rig-1',
    token: TOKEN,
    limited(paths) {
      const token = `limited-${Object.keys(tokens).length}`;
      tokens[token] = [...vaultPolicy(paths).matchAll(/^path "(.*)" \{$/gm)].map(([, path]) => path ?? '');
      return Promise.resolve(token);
    },
    approle,
    close: () => server.close(),
  };
}

/** A real server that is started for the tests, and ended with them. */
export async function startedBackend(command: string): Promise<Backend> {
  const server = await startRealVault(command);
  const { token } = await server.open();
  const backend = await realBackend(server.address, token);
  return { ...backend, close: () => server.close() };
}

/** A real server: mounts, policies and a role of the tests' own are made in it, and removed at the end. */
export async function realBackend(address: string, token: string): Promise<Backend> {
  const namespace = process.env.VAULT_TEST_NAMESPACE;
  const api = new Api(address.replace(/\/+$/, ''), token, namespace);
  const id = `osimager-test-${randomBytes(4).toString('hex')}`;
  const made: string[] = [];
  const make = async (path: string, body: unknown): Promise<void> => {
    await api.call('POST', path, body);
    made.push(path);
  };
  const [mount, mount1] = [`${id}-2`, `${id}-1`];
  await make(`sys/mounts/${mount}`, { type: 'kv', options: { version: '2' } });
  await make(`sys/mounts/${mount1}`, { type: 'kv', options: { version: '1' } });
  await fill(api, mount, mount1);
  const policy = async (name: string, paths: readonly string[]): Promise<void> => {
    await make(`sys/policies/acl/${name}`, { policy: vaultPolicy(paths) });
  };
  const approle = await makeRole(api, id, make, () => policy(id, [`${mount}/linux`]));
  return {
    title: 'a real server',
    address: api.address,
    namespace,
    mount,
    mount1,
    token,
    async limited(paths) {
      const name = `${id}-${made.length}`;
      await policy(name, paths);
      const request = { policies: [name], ttl: '5m' };
      const { auth } = (await api.call('POST', 'auth/token/create', request)) as {
        auth: { client_token: string };
      };
      return auth.client_token;
    },
    approle,
    async close() {
      for (const path of made.reverse()) await api.call('DELETE', path);
    },
  };
}

async function fill(api: Api, mount: string, mount1: string): Promise<void> {
  for (const [path, data] of Object.entries(SECRETS)) {
    // A new mount of version 2 is upgraded for a moment, in which it takes nothing.
    await api.patiently('POST', `${mount}/data/${path}`, { data });
    await api.call('POST', `${mount1}/${path}`, data);
  }
  for (const path of ['gone', 'lost'])
    await api.call('POST', `${mount}/data/${path}`, { data: { k: 'hush-gone' } });
  await api.call('DELETE', `${mount}/data/gone`);
  await api.call('PUT', `${mount}/destroy/lost`, { versions: [1] });
}

/** Enables the AppRole login where it is not, and leaves it then: others may have begun to use it. */
async function makeRole(
  api: Api,
  id: string,
  make: (path: string, body: unknown) => Promise<void>,
  makePolicy: () => Promise<void>,
): Promise<Backend['approle']> {
  const { data } = (await api.call('GET', 'sys/auth')) as { data: Record<string, unknown> };
  if (!('approle/' in data)) await api.call('POST', 'sys/auth/approle', { type: 'approle' });
  await makePolicy();
  await make(`auth/approle/role/${id}`, { token_policies: [id], token_ttl: '5m' });
  const role = (await api.call('GET', `auth/approle/role/${id}/role-id`)) as { data: { role_id: string } };
  const secret = (await api.call('POST', `auth/approle/role/${id}/secret-id`)) as {
    data: { secret_id: string };
  };
  return { roleId: role.data.role_id, secretId: secret.data.secret_id };
}

class Api {
  readonly address: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(address: string, token: string, namespace: string | undefined) {
    this.address = address;
    this.#headers = { 'X-Vault-Token': token, ...(namespace ? { 'X-Vault-Namespace': namespace } : {}) };
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const init = {
      method,
      headers: this.#headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const response = await fetch(`${this.address}/v1/${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async patiently(method: string, path: string, body: unknown): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.call(method, path, body);
        return;
      } catch (error) {
        if (tries === 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }
}
