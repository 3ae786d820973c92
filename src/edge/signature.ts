import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problem, warning, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { listNames, readBytes } from './files.ts';
import { createPrivateFolder, removeTree } from './write-files.ts';

/** What a signature comes to. */
export type Vouched =
  /** Good, by the key with this fingerprint. */
  | { readonly kind: 'good'; readonly key: string }
  /** It is by a key that is not in the workspace: nobody knows. */
  | { readonly kind: 'unknown key' }
  /** The text is not what was signed, or the signature or its key does not hold any more. */
  | { readonly kind: 'bad'; readonly reason: string };

/** Verifies signatures with the keys of vendors that a workspace has. */
export interface Verifier {
  /** `signature` stands beside the text; without one the text is signed in itself. */
  readonly verify: (text: Uint8Array, signature: Uint8Array | undefined) => Promise<Vouched>;
}

/** How long gpgv may take, in milliseconds. */
const TIMEOUT_MS = 20_000;

/**
 * A verifier with the keys of a folder (`.gpg` or `.pgp` in binary form, `.asc` with armor), or undefined where
 * there are none, or no gpgv: then it is said. gpgv trusts each key that it is given.
 */
export async function createVerifier(
  folder: string,
  warn: (diagnostic: Diagnostic) => void,
  command = 'gpgv',
): Promise<Verifier | undefined> {
  const names = listNames(folder).filter((name) => /\.(?:gpg|pgp|asc)$/.test(name));
  const rings = new Map<string, Uint8Array>();
  for (const name of names) {
    const bytes = readBytes(join(folder, name)) ?? new Uint8Array();
    const ring = name.endsWith('.asc') ? dearmored(Buffer.from(bytes).toString('latin1')) : bytes;
    if (ring) rings.set(`${rings.size}.ring`, ring);
    else warn(warning('checksum', `${join(folder, name)} holds no PGP key with armor`));
  }
  if (rings.size === 0) return undefined;
  if (!(await answers(command))) {
    const message = `signatures of checksum lists are not verified: there are keys in ${folder}, and no gpgv`;
    warn(warning('checksum', message, undefined, 'Debian has it in the package gpgv'));
    return undefined;
  }
  return { verify: (text, signature) => runGpgv(command, rings, text, signature) };
}

async function answers(command: string): Promise<boolean> {
  const { code } = await run(command, ['--version']);
  return code === 0;
}

async function runGpgv(
  command: string,
  rings: ReadonlyMap<string, Uint8Array>,
  text: Uint8Array,
  signature: Uint8Array | undefined,
): Promise<Vouched> {
  const folder = join(tmpdir(), `osimager-keys-${randomUUID()}`);
  try {
    createPrivateFolder(
      folder,
      new Map([...rings, ['text', text], ...(signature ? [['signature', signature] as const] : [])]),
    );
    const keyrings = [...rings.keys()].flatMap((name) => ['--keyring', join(folder, name)]);
    const signed = signature ? [join(folder, 'signature'), join(folder, 'text')] : [join(folder, 'text')];
    const { stdout } = await run(command, [
      ...['--homedir', folder, '--status-fd', '1'],
      ...keyrings,
      ...signed,
    ]);
    return readStatus(stdout);
  } finally {
    removeTree(folder);
  }
}

/**
 * Lines of GnuPG's doc/DETAILS, "Format of the --status-fd output". One good signature is enough, and none may
 * be bad. That its key has expired since does not undo a signature: old releases have such.
 */
function readStatus(status: string): Vouched {
  const says = (keyword: string): boolean => new RegExp(`^\\[GNUPG:\\] ${keyword}(?: |$)`, 'm').test(status);
  if (says('BADSIG')) return { kind: 'bad', reason: 'its signature is not for this text' };
  if (says('REVKEYSIG')) return { kind: 'bad', reason: 'the key of its signature is revoked' };
  if (says('EXPSIG')) return { kind: 'bad', reason: 'its signature has expired' };
  // The last field is the primary key, where a subkey signed.
  const keys = [...status.matchAll(/^\[GNUPG:\] VALIDSIG .*?([0-9A-F]{40,64})$/gm)].map(
    ([, key = '']) => key,
  );
  const [key] = keys.sort();
  if (key !== undefined && (says('GOODSIG') || says('EXPKEYSIG'))) return { kind: 'good', key };
  if (says('NO_PUBKEY') || says('ERRSIG')) return { kind: 'unknown key' };
  return { kind: 'bad', reason: 'its signature cannot be read' };
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
}

function run(command: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const options = {
      timeout: TIMEOUT_MS,
      maxBuffer: 1024 * 1024,
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    };
    const child = execFile(command, args, options, (error, stdout) => {
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : -1) : 0, stdout });
    });
    child.stdin?.end();
  });
}

/** The bytes inside ASCII armor (RFC 9580, section 6.2); its check sum is of no use against anybody. */
export function dearmored(text: string): Uint8Array | undefined {
  const armor =
    /^-----BEGIN PGP ([A-Z ]+)-----\r?\n(?:[^\r\n]+\r?\n)*?\r?\n([A-Za-z0-9+/=\s]+?)(?:^=[A-Za-z0-9+/]{4}\s*)?^-----END PGP \1-----/m;
  const body = armor.exec(text)?.[2];
  return body === undefined ? undefined : Buffer.from(body.replace(/\s/g, ''), 'base64');
}

/** The complaint about a checksum list whose signature does not hold. */
export function badSignature(list: string, reason: string): Diagnostic {
  const message = `${list} is not used: ${reason}`;
  return problem(
    'checksum',
    message,
    undefined,
    'somebody may have changed it: ask the vendor before you go on',
  );
}
