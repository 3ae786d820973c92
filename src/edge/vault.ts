import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import type { SecretAnswer } from '../model/facts.ts';
import { vaultDataPath, vaultPlace, type VaultPlace } from '../model/vault-policy.ts';
import { knownSecrets } from './known-secrets.ts';
import { settleAccess, type AccessOptions, type VaultAccess } from './vault-access.ts';
import { clientToken, secretKeys } from './vault-body.ts';
import { connectVault, type VaultClient, type VaultReply } from './vault-client.ts';
import { isPassing, serverFault, tokenFault, type Attempt } from './vault-server-faults.ts';
import { loginFault, noSuchKey, noSuchPlace, secretFault } from './vault-secret-faults.ts';

export interface VaultOptions extends AccessOptions {
  /** How long one answer may take; 10 seconds. */
  readonly timeoutMs?: number;
  /** How often a question is asked again where that may help; 3 times. */
  readonly retries?: number;
  /** Waits between two tries; tests need not. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** The keys of a path with their values, or why they could not be had. */
export type VaultAnswer =
  | { readonly kind: 'keys'; readonly keys: ReadonlyMap<string, string> }
  | { readonly kind: 'failed'; readonly diagnostic: Diagnostic };

/** Answers by path, as the paths were asked for. What is wrong with the server is one diagnostic for all paths. */
export type VaultAnswers = ReadonlyMap<string, VaultAnswer>;

/** So many paths are read at a time. */
const PARALLEL = 8;
const TIMEOUT_MS = 10_000;
const RETRIES = 3;

/**
 * Reads secrets from the key/value engine, version 2, of a Vault server: each path once, however often it is named.
 * It never throws for what a user or a server did. No diagnostic holds a token or a value.
 */
export async function readVaultSecrets(
  paths: Iterable<string>,
  options: VaultOptions,
): Promise<VaultAnswers> {
  const asked = [...new Set(paths)];
  const places = new Map<string, VaultPlace>();
  for (const place of asked.map(vaultPlace)) if (place) places.set(vaultDataPath(place), place);
  const read = places.size === 0 ? () => undefined : await readPlaces(places, options);
  return new Map(
    asked.map((path) => {
      const place = vaultPlace(path);
      return [path, (place && read(vaultDataPath(place))) ?? failed(noSuchPlace(path))];
    }),
  );
}

/** The value of one secret among the answers, or the complaint that names its path and key. */
export function vaultSecret(answers: VaultAnswers, path: string, key: string): SecretAnswer {
  const answer = answers.get(path);
  if (answer === undefined) throw new Error(`the secret ${path} was not read`);
  if (answer.kind === 'failed') return { kind: 'missing', diagnostic: answer.diagnostic };
  const value = answer.keys.get(key);
  if (value !== undefined) return { kind: 'value', value };
  return { kind: 'missing', diagnostic: noSuchKey(path, key, answer.keys.keys()) };
}

/** Where Vault is, and a token for it that Packer can use: an AppRole is traded for one. */
export async function readVaultToken(
  options: VaultOptions,
): Promise<Result<{ readonly address: string; readonly token: string }>> {
  const access = settleAccess(options);
  if (!access.ok) return access;
  const { address, credential } = access.value;
  if (credential.kind === 'token') return good({ address, token: credential.token });
  const client = await connectVault(access.value, options.timeoutMs ?? TIMEOUT_MS);
  try {
    const token = await new Session(access.value, client, options).login();
    return token.ok ? good({ address, token: token.value }) : token;
  } finally {
    client.close();
  }
}

type PlaceAnswers = (dataPath: string) => VaultAnswer | undefined;

async function readPlaces(
  places: ReadonlyMap<string, VaultPlace>,
  options: VaultOptions,
): Promise<PlaceAnswers> {
  const access = settleAccess(options);
  if (!access.ok) {
    const answer = failed(access.diagnostics[0] ?? problem('secret', 'Vault is not known'));
    return () => answer;
  }
  const client = await connectVault(access.value, options.timeoutMs ?? TIMEOUT_MS);
  try {
    const session = new Session(access.value, client, options);
    const answers = new Map<string, VaultAnswer>();
    await session.login();
    await inParallel([...places], async ([dataPath, place]) => {
      answers.set(dataPath, await session.read(place));
    });
    return (dataPath) => answers.get(dataPath);
  } finally {
    client.close();
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, worker));
}

/** What one call learns of its server: once it is found broken, it is not asked again. */
class Session {
  #broken: Diagnostic | undefined;
  readonly #access: VaultAccess;
  readonly #client: VaultClient;
  readonly #options: VaultOptions;

  constructor(access: VaultAccess, client: VaultClient, options: VaultOptions) {
    this.#access = access;
    this.#client = client;
    this.#options = options;
  }

  /** Takes the token, or gets one by the AppRole. */
  async login(): Promise<Result<string>> {
    const { credential } = this.#access;
    if (credential.kind === 'token') {
      this.#use(credential.token);
      return good(credential.token);
    }
    knownSecrets.add({ path: 'Vault', key: 'secret_id', value: credential.secretId });
    const attempt = await this.#persist(() => this.#client.login(credential.roleId, credential.secretId));
    const token = clientToken(attempt.reply);
    if (token === undefined) {
      this.#broken = (await this.#serverFault(attempt)) ?? loginFault(attempt.reply, this.#access);
      return bad(this.#broken);
    }
    this.#use(token);
    return good(token);
  }

  #use(token: string): void {
    knownSecrets.add({ path: 'Vault', key: 'token', value: token });
    this.#client.useToken(token);
  }

  async read(place: VaultPlace): Promise<VaultAnswer> {
    if (this.#broken) return failed(this.#broken);
    const attempt = await this.#persist(() => this.#client.read(vaultDataPath(place)));
    const keys = secretKeys(attempt.reply);
    if (keys) return { kind: 'keys', keys };
    const fault =
      (await this.#serverFault(attempt)) ?? (await tokenFault(attempt, this.#access, this.#client));
    if (fault) return failed((this.#broken ??= fault));
    return failed(await secretFault(attempt.reply, place, this.#access, this.#client));
  }

  #serverFault(attempt: Attempt): Promise<Diagnostic | undefined> {
    return serverFault(attempt, this.#access, this.#client);
  }

  /** Asks again, later and later, while that may help and the tries last. */
  async #persist(ask: () => Promise<VaultReply>): Promise<Attempt> {
    const { retries = RETRIES, timeoutMs = TIMEOUT_MS, sleep = wait } = this.#options;
    for (let tries = 1; ; tries++) {
      const reply = await ask();
      if (!isPassing(reply) || tries > retries || this.#broken) return { reply, tries, timeoutMs };
      await sleep(Math.min(200 * 2 ** (tries - 1), 5000));
    }
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function failed(diagnostic: Diagnostic): VaultAnswer {
  return { kind: 'failed', diagnostic };
}
