import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { bad, good, problem, type Result } from '../diagnostics/diagnostic.ts';
import { readText } from './files.ts';

/** What says where Vault is and who asks; settings are stronger than the environment. */
export interface AccessOptions {
  /** The setting `vault_addr`; empty where it is not set. */
  readonly address: string;
  /** The setting `vault_token`. */
  readonly token?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder in which `vault login` leaves `.vault-token`. */
  readonly home: string;
}

/** How Vault is reached, settled before it is asked. */
export interface VaultAccess {
  /** Without a slash at the end. */
  readonly address: string;
  readonly credential: VaultCredential;
  readonly namespace: string | undefined;
  /** Certificates in PEM form that are trusted instead of those that Node brings. */
  readonly ca: string | undefined;
}

/** A token and where it is from, or the AppRole that gives one. */
export type VaultCredential =
  | { readonly kind: 'token'; readonly token: string; readonly from: string }
  | { readonly kind: 'approle'; readonly roleId: string; readonly secretId: string };

/** Settles address, token, namespace and CA file, from the settings, the environment and the home folder. */
export function settleAccess(options: AccessOptions): Result<VaultAccess> {
  const address = findAddress(options);
  if (!address.ok) return address;
  const credential = findCredential(options, address.value);
  if (!credential.ok) return credential;
  const ca = readCa(options.environment.VAULT_CACERT);
  if (!ca.ok) return ca;
  return good({
    address: address.value,
    credential: credential.value,
    namespace: given(options.environment.VAULT_NAMESPACE),
    ca: ca.value,
  });
}

const ADDRESS_HINT = 'it looks like https://vault.example:8200';

function findAddress({ address, environment }: AccessOptions): Result<string> {
  const from = given(address) === undefined ? 'VAULT_ADDR' : 'vault_addr';
  const text = given(address) ?? given(environment.VAULT_ADDR);
  if (text === undefined) {
    const hint = `set vault_addr or VAULT_ADDR: ${ADDRESS_HINT}`;
    return bad(problem('secret', 'the address of Vault is not known', undefined, hint));
  }
  if (isAddress(text)) return good(text.replace(/\/+$/, ''));
  // The text may hold a password: it is not shown.
  return bad(problem('secret', `${from} is not the address of a Vault server`, undefined, ADDRESS_HINT));
}

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
}

/** The token of the settings, that of the environment, the AppRole, and last what `vault login` has left. */
function findCredential(options: AccessOptions, address: string): Result<VaultCredential> {
  const { environment, home } = options;
  const roleId = given(environment.VAULT_ROLE_ID);
  const secretId = given(environment.VAULT_SECRET_ID);
  if (given(options.token) !== undefined) return checkToken(options.token, 'vault_token');
  if (given(environment.VAULT_TOKEN) !== undefined) return checkToken(environment.VAULT_TOKEN, 'VAULT_TOKEN');
  if (roleId !== undefined && secretId !== undefined) return good({ kind: 'approle', roleId, secretId });
  const file = join(home, '.vault-token');
  const answer = readText(file);
  if (answer.kind === 'refused') {
    return bad(problem('secret', `the token of Vault is not read: ${file}: ${answer.reason}`));
  }
  if (answer.kind === 'text' && given(answer.text) !== undefined) return checkToken(answer.text, file);
  const notes = ['set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID, or run: vault login'];
  if (roleId !== undefined) notes.push('VAULT_ROLE_ID is set, and VAULT_SECRET_ID is not');
  if (secretId !== undefined) notes.push('VAULT_SECRET_ID is set, and VAULT_ROLE_ID is not');
  return bad(problem('secret', `there is no token for Vault at ${address}`, undefined, ...notes));
}

/** A token goes into a header, which takes no other signs. */
function checkToken(text: string | undefined, from: string): Result<VaultCredential> {
  const token = given(text) ?? '';
  if (/^[\x21-\x7e]+$/.test(token)) return good({ kind: 'token', token, from });
  const hint = 'a token is one word of letters, digits and signs, on a line of its own';
  return bad(problem('secret', `the token of Vault in ${from} is no token`, undefined, hint));
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

function readCa(path: string | undefined): Result<string | undefined> {
  const file = given(path);
  if (file === undefined) return good(undefined);
  const failed = (reason: string): Result<undefined> => {
    const hint = 'VAULT_CACERT names a file of certificates that begin with -----BEGIN CERTIFICATE-----';
    return bad(problem('secret', `the CA file ${file} cannot be used: ${reason}`, undefined, hint));
  };
  const answer = readText(file);
  if (answer.kind === 'absent') return failed('there is no such file');
  if (answer.kind === 'refused') return failed(answer.reason);
  const certificates = answer.text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) return failed('it holds no certificate');
  return certificates.every(isCertificate) ? good(answer.text) : failed('a certificate in it is damaged');
}

function isCertificate(text: string): boolean {
  try {
    new X509Certificate(text);
    return true;
  } catch {
    return false;
  }
}

/** A text without blanks around it; what is empty is not given. */
function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
}
