import { join, posix, relative, sep } from 'node:path';
import { problem, warning, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Facts, FileReference, SecretAnswer, TextAnswer } from '../model/facts.ts';
import { isIPv4 } from '../model/address.ts';
import { isMaskable, notMasked } from '../model/secret.ts';
import { remembered } from '../model/remembered.ts';
import {
  isInside,
  isOpenToOthers,
  listNames,
  readText,
  signFile,
  withoutMark,
  type ReadAnswer,
  type Signature,
} from './files.ts';
import { knownSecrets } from './known-secrets.ts';
import { vaultSecret, type VaultAnswers } from './vault.ts';
import { missingSecret, parseSecrets, openToOthers, type Secrets } from './secrets.ts';

/** Where the facts of a workspace come from. Folders are absolute. */
export interface FactsOptions {
  readonly baseDir: string;
  readonly dataDir: string;
  readonly userDir: string;
  readonly credentialSource: 'vault' | 'config';
  /** What was fetched from Vault, where the secrets are there: facts are asked for at once. */
  readonly vaultAnswers: () => VaultAnswers;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly warn: (diagnostic: Diagnostic) => void;
}

/** Facts that say of files what tells without reading whether they are as they were. */
export interface FileFacts extends Facts {
  /** The signature that a file has now; undefined where there is none. */
  sign(file: FileReference): Signature | undefined;
  /** The signature that a file had before it was read; undefined where it was not, or was not to be used. */
  signed(file: FileReference): Signature | undefined;
  /** A file that is not among the data files, under its absolute path. */
  file(path: string): ReadAnswer;
}

/** Answers from the file system and the environment, each question asked of them once. */
export function createFacts(options: FactsOptions): FileFacts {
  const texts = new Map<string, TextAnswer>();
  const signatures = new Map<string, Signature>();
  const files = new Map<string, ReadAnswer>();
  const listings = new Map<string, readonly string[]>();
  const secrets = secretsOf(options);
  const hosts = hostsOf(options);
  const rootOf = (file: FileReference): string => (file.root === 'data' ? options.dataDir : options.userDir);
  return {
    text(file) {
      const name = `${file.root} ${file.path}`;
      return remembered(texts, name, () =>
        answerText(file, rootOf(file), options, (signature) => signatures.set(name, signature)),
      );
    },
    sign: (file) => signFile(join(rootOf(file), file.path)),
    signed: (file) => signatures.get(`${file.root} ${file.path}`),
    file: (path) => remembered(files, path, () => readText(path)),
    names(folder) {
      const path = join(rootOf(folder), folder.path);
      return remembered(listings, path, () => listNames(path).filter((name) => !name.startsWith('.')));
    },
    environment: (name) => options.environment[name],
    secret: (path, key) => secrets(path, key),
    host: (name) => hosts().get(name.toLowerCase()),
  };
}

function answerText(
  file: FileReference,
  root: string,
  options: FactsOptions,
  sign: (signature: Signature) => void,
): TextAnswer {
  const path = join(root, file.path);
  const shown = shownPath(path, options.baseDir);
  const refused = (
    code: 'outside' | 'encoding' | 'too-large' | 'unreadable',
    message: string,
    hint?: string,
  ) => ({ kind: 'refused', diagnostic: problem(code, message, undefined, ...(hint ? [hint] : [])) }) as const;
  if (posix.isAbsolute(file.path) || /[\\\0]/.test(file.path) || leaves(file.path)) {
    return refused(
      'outside',
      `"${file.path}" leads out of ${shownPath(root, options.baseDir)}`,
      OUTSIDE_HINT,
    );
  }
  const answer = readText(path);
  if (answer.kind === 'absent') return { kind: 'absent', path: shown };
  if (answer.kind === 'refused' && answer.code === 'unreadable') {
    return refused(answer.code, `${shown} is not read: ${answer.reason}`);
  }
  if (!isInside(path, file.root === 'data' ? [root, options.baseDir] : [root])) {
    return refused('outside', `${shown} is a link that leads out of the workspace`, OUTSIDE_HINT);
  }
  if (answer.kind === 'refused') return refused(answer.code, `${shown} is not read: ${answer.reason}`);
  sign(answer.signature);
  return { kind: 'text', source: { path: shown, text: answer.text } };
}

const OUTSIDE_HINT = 'files are named by paths inside the folder: copy or move the file there';

/** Whether `..` leads above the start of a path, at the end or on the way. */
function leaves(path: string): boolean {
  let depth = 0;
  for (const step of path.split('/')) {
    if (step === '..') depth--;
    else if (step !== '' && step !== '.') depth++;
    if (depth < 0) return true;
  }
  // The first folder says what kind of file it is: files/../specs is not among the installer sources.
  return posix.normalize(path).split('/')[0] !== path.split('/')[0];
}

/** How messages name a file: from the workspace where it is inside, with slashes. */
export function shownPath(path: string, baseDir: string): string {
  const inside = relative(baseDir, path);
  return inside === '' || inside.startsWith('..') ? path : inside.split(sep).join('/');
}

// --- secrets and hosts: read when the first is asked for ---

/** Whoever gets a value has it known, so that it is not printed; of one that cannot be masked is warned. */
function secretsOf(options: FactsOptions): (path: string, key: string) => SecretAnswer {
  const answer = sourceOf(options);
  const warned = new Set<string>();
  return (path, key) => {
    const given = answer(path, key);
    if (given.kind === 'missing') return given;
    const { value } = given;
    const name = `${path}:${key}`;
    if (isMaskable(value)) knownSecrets.add({ path, key, value });
    else if (!warned.has(name)) options.warn(notMasked({ path, key }));
    warned.add(name);
    return given;
  };
}

function sourceOf(options: FactsOptions): (path: string, key: string) => SecretAnswer {
  const file = join(options.userDir, 'secrets');
  let read: { readonly secrets: Secrets } | { readonly diagnostic: Diagnostic } | undefined;
  return (path, key) => {
    if (options.credentialSource === 'vault') return vaultSecret(options.vaultAnswers(), path, key);
    read ??= readSecrets(file);
    if ('diagnostic' in read)
      return { kind: 'missing', diagnostic: unreadSecret(path, key, read.diagnostic) };
    const value = read.secrets.get(path)?.get(key);
    if (value !== undefined) return { kind: 'value', value };
    return { kind: 'missing', diagnostic: missingSecret(read.secrets, path, key, file) };
  };
}

/** The file is at fault, not the place that asks: the complaint names the secret and has no place. */
function unreadSecret(path: string, key: string, { message, notes }: Diagnostic): Diagnostic {
  return problem(
    'unreadable',
    `the secret ${path}:${key} is not known: ${message}`,
    undefined,
    ...(notes ?? []),
  );
}

/** A file that others may read, or write, is not read at all (DESIGN.md, "Secrets"). */
function readSecrets(file: string): { readonly secrets: Secrets } | { readonly diagnostic: Diagnostic } {
  const answer = readText(file);
  if (answer.kind === 'absent') {
    const hint = 'write one with lines like: images/linux username=root password=...';
    return { diagnostic: problem('unreadable', `there is no secrets file ${file}`, undefined, hint) };
  }
  if (answer.kind === 'refused') return { diagnostic: problem('unreadable', `${file}: ${answer.reason}`) };
  if (isOpenToOthers(file)) return { diagnostic: openToOthers(file) };
  const parsed = parseSecrets(withoutMark(answer.text), file);
  if (parsed.ok) return { secrets: parsed.value };
  return { diagnostic: parsed.diagnostics[0] ?? problem('unreadable', `${file} cannot be read`) };
}

function hostsOf(options: FactsOptions): () => ReadonlyMap<string, string> {
  let hosts: ReadonlyMap<string, string> | undefined;
  return () => (hosts ??= readHosts(join(options.userDir, 'hosts.json'), options.warn));
}

/** `hosts.json` of the user folder answers like a name server does: `{"fqdn": "ipv4"}`. */
function readHosts(file: string, warn: (diagnostic: Diagnostic) => void): ReadonlyMap<string, string> {
  const answer = readText(file);
  if (answer.kind === 'absent') return new Map();
  const parsed = parseHosts(answer.kind === 'text' ? withoutMark(answer.text) : '');
  if (parsed === undefined) {
    warn(warning('syntax', `${file} cannot be read`, undefined, HOSTS_HINT));
    return new Map();
  }
  const hosts = new Map<string, string>();
  for (const [name, ip] of Object.entries(parsed)) {
    if (typeof ip === 'string' && isIPv4(ip)) hosts.set(name.toLowerCase(), ip);
    else
      warn(warning('syntax', `${file}: the address of "${name}" is no IPv4 address`, undefined, HOSTS_HINT));
  }
  return hosts;
}

const HOSTS_HINT = 'it holds {"host.example": "192.168.1.2"}';

function parseHosts(text: string): object | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null && !Array.isArray(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
