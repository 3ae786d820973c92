import type { VaultReply } from './vault-client.ts';

/** The keys and values of a secret; undefined where the reply is anything but a secret of version 2. */
export function secretKeys(reply: VaultReply): ReadonlyMap<string, string> | undefined {
  const data = field(field(answered(reply, 200), 'data'), 'data');
  if (!isObject(data)) return undefined;
  return new Map(Object.entries(data).map(([key, value]) => [key, valueText(value)]));
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The token that a login gives. */
export function clientToken(reply: VaultReply): string | undefined {
  const token = field(field(answered(reply, 200), 'auth'), 'client_token');
  return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}

/** The newest version of a secret where it was deleted: its number, and whether its values are gone for good. */
export function deletedVersion(
  reply: VaultReply,
): { readonly version: number; readonly destroyed: boolean } | undefined {
  const data = field(answered(reply, 200) ?? answered(reply, 404), 'data');
  const metadata = field(data, 'metadata');
  const version = field(metadata, 'version');
  if (field(data, 'data') !== null || typeof version !== 'number') return undefined;
  return { version, destroyed: field(metadata, 'destroyed') === true };
}

/** Whether a secret came as version 1 of the engine gives it: the values where version 2 has data and metadata. */
export function isVersion1Secret(reply: VaultReply): boolean {
  const data = field(answered(reply, 200), 'data');
  return isObject(data) && !('data' in data) && !('metadata' in data);
}

/** The version of the engine that Vault names for a mount; a mount that names none has the first. */
export function mountVersion(reply: VaultReply): string | undefined {
  const mount = field(answered(reply, 200), 'data');
  const type = field(mount, 'type');
  if (type !== 'kv' && type !== 'generic') return undefined;
  const version = field(field(mount, 'options'), 'version');
  return typeof version === 'string' ? version : '1';
}

export interface Health {
  readonly initialized: boolean;
  readonly sealed: boolean;
}

/** What a server says of itself; undefined where it says nothing of the kind. */
export function healthOf(reply: VaultReply): Health | undefined {
  const body = answered(reply, 200);
  const [initialized, sealed] = [field(body, 'initialized'), field(body, 'sealed')];
  return typeof initialized === 'boolean' && typeof sealed === 'boolean'
    ? { initialized, sealed }
    : undefined;
}

/** Vault's words for what is wrong: to be recognised, never to be shown, for they may quote what was sent. */
export function errorsOf(reply: VaultReply): string {
  const errors = reply.kind === 'answer' ? field(reply.body, 'errors') : undefined;
  return Array.isArray(errors) ? errors.filter((error) => typeof error === 'string').join('\n') : '';
}

/** Whether an answer is written as Vault writes: one JSON object. */
export function isVaultAnswer(reply: VaultReply): boolean {
  return reply.kind === 'answer' && isObject(reply.body);
}

function answered(reply: VaultReply, status: number): unknown {
  return reply.kind === 'answer' && reply.status === status ? reply.body : undefined;
}

function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** What comes over the network is anything at all. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
