import { problem, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { vaultRule, type VaultPlace } from '../model/vault-policy.ts';
import type { VaultAccess } from './vault-access.ts';
import { deletedVersion, errorsOf, isVaultAnswer, isVersion1Secret, mountVersion } from './vault-body.ts';
import type { VaultClient, VaultReply } from './vault-client.ts';

/** Why a server that is well did not give a secret. */
export async function secretFault(
  reply: VaultReply,
  place: VaultPlace,
  access: VaultAccess,
  client: VaultClient,
): Promise<Diagnostic> {
  const status = reply.kind === 'answer' ? reply.status : 0;
  const deleted = deletedVersion(reply);
  if (deleted) return deletedSecret(place, deleted);
  if (isVersion1Secret(reply)) return version1(place);
  if (!isVaultAnswer(reply) || status === 200) return nonsense(reply, `the secret ${show(place)}`, access);
  if (status !== 403 && status !== 404) return unexpected(status, `the secret ${show(place)}`, access);
  if (errorsOf(reply).includes('no handler for route')) return noSuchMount(place, access);
  if (await isVersion1Mount(place, client)) return version1(place);
  return status === 403 ? denied(place, access) : noSuchSecret(place, access);
}

/**
 * A mount of version 1 answers to paths of version 2 as if nothing were there, or nothing permitted. Vault says what
 * it is to tokens that may use it at all; else the secret answers under its own path.
 */
async function isVersion1Mount({ mount, name }: VaultPlace, client: VaultClient): Promise<boolean> {
  const version = mountVersion(await client.read(`sys/internal/ui/mounts/${mount}/${name}`));
  if (version !== undefined) return version === '1';
  return isVersion1Secret(await client.read(`${mount}/${name}`));
}

/** The login by AppRole did not give a token; ids are not shown. */
export function loginFault(reply: VaultReply, access: VaultAccess): Diagnostic {
  const status = reply.kind === 'answer' ? reply.status : 0;
  if (!isVaultAnswer(reply) || status === 200) return nonsense(reply, 'the AppRole login', access);
  if (isLoginAbsent(status, errorsOf(reply))) {
    const message = `Vault at ${access.address} has no AppRole login at auth/approle${inNamespace(access)}`;
    return problem('secret', message, undefined, 'enable it: vault auth enable approle');
  }
  if (status !== 400 && status !== 401 && status !== 403)
    return unexpected(status, 'the AppRole login', access);
  const message = `Vault at ${access.address} refuses the AppRole login${inNamespace(access)}`;
  const hint = 'VAULT_ROLE_ID or VAULT_SECRET_ID is wrong, has expired, or was used as often as it may be';
  return problem('secret', message, undefined, hint);
}

/**
 * Only a login that is there can be asked without a token: else Vault says that it is not permitted, and no more.
 * Wrong ids, and addresses that may not log in, are told in other words.
 */
function isLoginAbsent(status: number, said: string): boolean {
  if (status === 403) return /^(?:1 error occurred:\s*\* )?permission denied\s*$/.test(said);
  return status === 404 || said.includes('no handler for route');
}

/** The complaint about a path that cannot be one of Vault's. */
export function noSuchPlace(path: string): Diagnostic {
  const message = `${path} is no path of a secret in Vault`;
  return problem('secret', message, undefined, 'it needs a mount and a path in it, like images/linux');
}

/** The complaint about a key that is missing, with the keys that are there. */
export function noSuchKey(path: string, key: string, keys: Iterable<string>): Diagnostic {
  const known = [...keys].sort().join(', ');
  const note = known === '' ? 'no keys' : `the keys: ${known}`;
  return problem(
    'secret',
    `there is no secret ${path}:${key}`,
    undefined,
    `Vault has the path ${path} with ${note}`,
  );
}

function denied(place: VaultPlace, access: VaultAccess): Diagnostic {
  const message = `Vault at ${access.address} does not permit to read the secret ${show(place)}${inNamespace(access)}`;
  const hint = `a policy of the token must hold: ${vaultRule(place)}`;
  return problem('secret', message, undefined, hint, 'or the token has expired: vault token lookup says so');
}

function noSuchSecret(place: VaultPlace, access: VaultAccess): Diagnostic {
  const message = `Vault at ${access.address} has no secret ${show(place)}${inNamespace(access)}`;
  return problem('secret', message, undefined, `write it: vault kv put ${flags(place)} KEY=VALUE`);
}

function noSuchMount({ mount }: VaultPlace, access: VaultAccess): Diagnostic {
  const message = `Vault at ${access.address} has no secrets engine ${mount}/${inNamespace(access)}`;
  const hint = `enable it: vault secrets enable -path=${mount} -version=2 kv`;
  return problem('secret', message, undefined, hint, 'or set VAULT_NAMESPACE to the namespace that has it');
}

function deletedSecret(
  place: VaultPlace,
  { version, destroyed }: { readonly version: number; readonly destroyed: boolean },
): Diagnostic {
  const what = destroyed ? 'destroyed' : 'deleted';
  const write = `write a new one: vault kv put ${flags(place)} KEY=VALUE`;
  const undelete = `bring it back: vault kv undelete -versions=${version} ${flags(place)}`;
  const message = `the newest version (${version}) of the secret ${show(place)} in Vault was ${what}`;
  return problem('secret', message, undefined, destroyed ? write : `${undelete}; or ${write}`);
}

function version1({ mount }: VaultPlace): Diagnostic {
  const message = `${mount}/ in Vault is a mount of version 1 of the key/value engine; osimager reads version 2`;
  const hint = `make it version 2, with what it holds: vault kv enable-versioning ${mount}`;
  return problem('secret', message, undefined, hint);
}

function nonsense(reply: VaultReply, what: string, access: VaultAccess): Diagnostic {
  const reason = isVaultAnswer(reply) ? 'it is JSON, but not as Vault writes it' : 'it is no JSON object';
  const message = `the answer of Vault at ${access.address} about ${what} makes no sense: ${reason}`;
  return problem('secret', message, undefined, 'is this a Vault server, and not a proxy or a login page?');
}

function unexpected(status: number, what: string, access: VaultAccess): Diagnostic {
  const message = `Vault at ${access.address} answers with status ${status} about ${what}`;
  return problem('secret', message, undefined, 'what is wrong is in its log');
}

function inNamespace({ namespace }: VaultAccess): string {
  return namespace === undefined ? '' : ` (namespace ${namespace})`;
}

function show({ mount, name }: VaultPlace): string {
  return `${mount}/${name}`;
}

function flags({ mount, name }: VaultPlace): string {
  return `-mount=${mount} ${name}`;
}
