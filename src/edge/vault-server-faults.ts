import { problem, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { VaultAccess } from './vault-access.ts';
import { errorsOf, healthOf, isVaultAnswer } from './vault-body.ts';
import { DOWNGRADE, TIMEOUT, type VaultClient, type VaultReply } from './vault-client.ts';

/** The last reply to a question, and how often it was asked. */
export interface Attempt {
  readonly reply: VaultReply;
  readonly tries: number;
  readonly timeoutMs: number;
}

const TIMEOUTS: ReadonlySet<string> = new Set([TIMEOUT, 'ECONNABORTED']);
const DROPS: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ERR_BAD_RESPONSE',
  'ERR_STREAM_PREMATURE_CLOSE',
]);
/** What no try mends: a name, a port or a network that is not there. */
const UNREACHABLE: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ENOTFOUND', 'its name is not known'],
  ['EAI_AGAIN', 'no name server answers'],
  ['EHOSTUNREACH', 'no network leads there'],
  ['ENETUNREACH', 'no network leads there'],
]);

/** Whether asking again may help: a time-out, a dropped connection, a server in trouble that is not sealed. */
export function isPassing(reply: VaultReply): boolean {
  if (reply.kind === 'failed') {
    return TIMEOUTS.has(reply.code) || DROPS.has(reply.code) || reply.code === 'EAI_AGAIN';
  }
  return [412, 429].includes(reply.status) || (reply.status >= 500 && !saysSealed(reply));
}

/** What is wrong with the server, for whatever is asked; undefined where nothing is. */
export async function serverFault(
  attempt: Attempt,
  access: VaultAccess,
  client: VaultClient,
): Promise<Diagnostic | undefined> {
  const { reply } = attempt;
  if (reply.kind === 'failed') return connectionFault(reply.code, attempt, access);
  if (reply.status >= 500) return (await healthFault(reply, access, client)) ?? troubled(attempt, access);
  if (isPassing(reply)) return troubled(attempt, access);
  if (reply.status === 400 && String(reply.body).includes('to an HTTPS server')) {
    return fault(access, 'speaks TLS only', `its address is ${access.address.replace(/^http:/, 'https:')}`);
  }
  return undefined;
}

/** The complaint about a token that the server does not know; undefined where that is not what a read says. */
export async function tokenFault(
  { reply }: Attempt,
  access: VaultAccess,
  client: VaultClient,
): Promise<Diagnostic | undefined> {
  return (await isTokenUnknown(reply, client)) ? badToken(access) : undefined;
}

/**
 * Vault says so. OpenBao answers as if the read were not permitted: but it tells each token that it knows which
 * mounts there are for it, and no other.
 */
async function isTokenUnknown(reply: VaultReply, client: VaultClient): Promise<boolean> {
  if (reply.kind !== 'answer' || reply.status !== 403 || !isVaultAnswer(reply)) return false;
  if (/invalid token|bad token/.test(errorsOf(reply))) return true;
  const mounts = await client.read('sys/internal/ui/mounts');
  return mounts.kind === 'answer' && mounts.status === 403 && errorsOf(mounts).includes('permission denied');
}

function connectionFault(code: string, { tries, timeoutMs }: Attempt, access: VaultAccess): Diagnostic {
  const times = tries === 1 ? '' : ` (${tries} tries)`;
  const unreachable = (reason: string): Diagnostic =>
    fault(access, `cannot be reached: ${reason}${times}`, REACH_HINT);
  if (TIMEOUTS.has(code)) return unreachable(`no answer within ${timeoutMs / 1000} s`);
  if (DROPS.has(code)) return unreachable('the connection was dropped');
  const reason = UNREACHABLE.get(code);
  if (reason !== undefined) return unreachable(reason);
  return tlsFault(code, access) ?? unreachable(code);
}

const REACH_HINT = 'is it running, and is this its address (vault_addr, VAULT_ADDR)?';

function tlsFault(code: string, access: VaultAccess): Diagnostic | undefined {
  const skips = 'certificates are verified always, whatever VAULT_SKIP_VERIFY says';
  if (code === DOWNGRADE) {
    const hint = 'the api_addr of each Vault server must begin with https://';
    return fault(access, 'sends on to an address without TLS, which is not followed', hint);
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const when = code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet';
    return fault(access, `is not trusted: its certificate ${when}`, `renew it; ${skips}`);
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const hint = `use a name that is in the certificate; ${skips}`;
    return fault(access, 'is not trusted: its certificate is for another name', hint);
  }
  if (code === 'EPROTO' || /^ERR_SSL_/.test(code)) {
    return fault(access, 'does not speak TLS as it should', 'does its address begin with http://?');
  }
  if (/^HPE_/.test(code)) return fault(access, 'does not speak HTTP', REACH_HINT);
  if (!/CERT|^(UNABLE|SELF|DEPTH)_|^INVALID_CA$/.test(code)) return undefined;
  const known = access.ca === undefined ? 'a known CA' : 'the CA in the file that VAULT_CACERT names';
  const hint = `let VAULT_CACERT name the PEM file of its CA; ${skips}`;
  return fault(access, `is not trusted: its certificate is not from ${known}`, hint);
}

/** A server that answers with trouble is asked how it is: what is sealed or not initialised says so. */
async function healthFault(
  reply: VaultReply,
  access: VaultAccess,
  client: VaultClient,
): Promise<Diagnostic | undefined> {
  const health = healthOf(await client.health());
  if (health?.initialized === false) {
    return fault(access, 'is not initialised', 'initialise it (vault operator init), then unseal it');
  }
  if (health?.sealed === true || saysSealed(reply)) {
    return fault(access, 'is sealed', 'unseal it: vault operator unseal');
  }
  return undefined;
}

function saysSealed(reply: VaultReply): boolean {
  return reply.kind === 'answer' && reply.status === 503 && errorsOf(reply).includes('sealed');
}

function troubled({ reply, tries }: Attempt, access: VaultAccess): Diagnostic {
  const status = reply.kind === 'answer' ? reply.status : 0;
  const times = tries === 1 ? '1 try' : `${tries} tries`;
  if (status === 429) {
    return fault(access, `is asked too often: status 429 (${times})`, 'try again later, or raise its quota');
  }
  return fault(access, `is in trouble: status ${status} (${times})`, 'what is wrong is in its log');
}

function badToken(access: VaultAccess): Diagnostic {
  const from = access.credential.kind === 'token' ? access.credential.from : 'the AppRole';
  const hint = "it has expired, was revoked, or is another server's: run vault login, or set VAULT_TOKEN";
  return fault(access, `does not know the token of ${from}`, hint);
}

function fault({ address }: VaultAccess, what: string, hint: string): Diagnostic {
  return problem('secret', `Vault at ${address} ${what}`, undefined, hint);
}
