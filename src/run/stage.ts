import { join } from 'node:path';
import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { isInside, isSystemError, readText, reasonOf } from '../edge/files.ts';
import { createPrivateFolder, removeTree } from '../edge/write-files.ts';
import type { SecretAnswer } from '../model/facts.ts';
import { isMaskable, tooShort } from '../model/secret.ts';
import type { Hashes } from '../template/inline.ts';
import { artifactFiles, readManifest } from '../tree/manifest.ts';
import { atEnd } from './ending.ts';
import { privateName, removeAbandoned } from './private-folders.ts';
import { readDeferred, resolveFiles, secretsOf, secretFault, type DeferredFile } from './resolve.ts';

export interface StageOptions {
  /** The folder in which the private copy is made: `os.tmpdir()`. */
  readonly base: string;
  /** Whether `` {{vault}} `` references of the template are resolved too: only where the secrets are not in Vault. */
  readonly vaultReferences: boolean;
  /** Those of the artifacts before: each distinct hash is computed once a run. */
  readonly hashes?: Hashes;
  /**
   * Asked once for each secret, one after the other. For those that Packer resolves itself, too: one that is missing
   * must be told before anything starts, and what Packer prints must not show them.
   */
  readonly secret: (path: string, key: string) => SecretAnswer | Promise<SecretAnswer>;
}

/** A private copy of an artifact, with its secrets. It goes away with the process, however that ends. */
export interface Staged {
  readonly folder: string;
  /** What must not be printed: what is in it, and what Packer puts in. */
  readonly secrets: readonly { readonly path: string; readonly key: string; readonly value: string }[];
  /** Once is enough; throws what the system says where it cannot be done. */
  remove(): void;
}

/**
 * Makes a private copy of an artifact, secrets in the place of their markers: for the owner alone, in a folder
 * whose name nobody can guess. All that is wrong comes back at once, before anything is written. First it
 * removes the copies that killed processes have left.
 */
export async function stageArtifact(folder: string, options: StageOptions): Promise<Result<Staged>> {
  removeAbandoned(options.base);
  const read = readArtifact(folder);
  if (!read.ok) return read;
  const { files, deferred } = read.value;
  if (!deferred) return writeCopy(options.base, textsOf(files), []);
  const trouble: Diagnostic[] = [];
  const known = await askSecrets(files, options, trouble);
  if (trouble.length > 0) return bad(...trouble);
  const secret = (path: string, key: string): SecretAnswer =>
    known.get(secretId(path, key)) ?? { kind: 'missing', diagnostic: problem('secret', `${path}:${key}`) };
  const texts = resolveFiles(files, secret, options, (found) => trouble.push(found));
  if (trouble.length > 0) return bad(...trouble);
  return writeCopy(options.base, texts, [...known.values()]);
}

/** Calls `use` with a private copy that is there until its promise settles. */
export async function withStaged<T>(
  folder: string,
  options: StageOptions,
  use: (staged: Staged) => Promise<T>,
): Promise<Result<T>> {
  const staged = await stageArtifact(folder, options);
  if (!staged.ok) return staged;
  let value: T;
  try {
    value = await use(staged.value);
  } catch (error) {
    removeCopy(staged.value);
    throw error;
  }
  const left = removeCopy(staged.value);
  return left ? bad(left) : good(value);
}

function removeCopy(staged: Staged): Diagnostic | undefined {
  try {
    staged.remove();
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const message = `the private copy ${staged.folder} cannot be removed: ${reasonOf(error)}`;
    return problem('write', message, undefined, 'it holds secrets: remove it');
  }
}

interface Artifact {
  readonly files: readonly DeferredFile[];
  readonly deferred: boolean;
}

function readArtifact(folder: string): Result<Artifact> {
  const manifest = readManifest(folder);
  if (!manifest) {
    return bad(problem('not-found', `${folder} is no artifact: it has no artifact.json that can be read`));
  }
  const trouble: Diagnostic[] = [];
  const texts = new Map<string, string>();
  for (const name of artifactFiles(manifest)) {
    const path = join(folder, name);
    const answer = readText(path);
    if (answer.kind === 'text' && isInside(path, [folder])) texts.set(name, answer.text);
    else if (answer.kind === 'text') trouble.push(problem('outside', `${path} is a link out of its folder`));
    else if (answer.kind === 'absent') trouble.push(problem('not-found', `${path} is not there`));
    else trouble.push(problem(answer.code, `${path} is not read: ${answer.reason}`));
  }
  if (trouble.length > 0) return bad(...trouble);
  const { target, secrets_mode } = JSON.parse(texts.get('artifact.json') ?? '{}') as Record<string, unknown>;
  const template = `${String((target as Record<string, unknown>).name)}.json`;
  try {
    const files = [...texts].map(([name, text]) => readDeferred(name, text, template));
    return good({ files, deferred: secrets_mode !== 'inline' });
  } catch {
    return bad(problem('syntax', `${join(folder, template)} is no JSON`));
  }
}

type Answered = Staged['secrets'][number] & { readonly kind: 'value' };

function secretId(path: string, key: string): string {
  return JSON.stringify([path, key]);
}

/** Each secret is asked for once, and complained about once; a value that a file cannot hold, once a file. */
async function askSecrets(
  files: readonly DeferredFile[],
  { secret, vaultReferences }: StageOptions,
  trouble: Diagnostic[],
): Promise<ReadonlyMap<string, Answered>> {
  const known = new Map<string, Answered>();
  const asked = new Set<string>();
  for (const file of files) {
    const faults = new Set<string>();
    for (const reference of secretsOf(file)) {
      const { path, key, vault } = reference;
      const id = secretId(path, key);
      const answer = asked.has(id) ? undefined : await secret(path, key);
      asked.add(id);
      if (answer?.kind === 'missing') trouble.push(answer.diagnostic);
      if (answer?.kind === 'value') {
        known.set(id, { kind: 'value', path, key, value: answer.value });
        // What cannot be masked in logs is refused (DESIGN.md, "Secrets": nothing prints a value, ever).
        if (!isMaskable(answer.value)) trouble.push(tooShort({ path, key }));
      }
      const resolved = vaultReferences || !vault || file.kind !== 'template';
      const fault = resolved ? secretFault(file, reference, known.get(id)?.value ?? '') : undefined;
      if (fault) faults.add(`the secret ${path}:${key} cannot be put into ${file.name}: it has ${fault}`);
    }
    for (const message of faults) trouble.push(problem('secret', message));
  }
  return known;
}

function textsOf(files: readonly DeferredFile[]): ReadonlyMap<string, string> {
  return new Map(files.map(({ name, text }) => [name, text]));
}

function writeCopy(
  base: string,
  files: ReadonlyMap<string, string>,
  answered: readonly Answered[],
): Result<Staged> {
  const folder = join(base, privateName());
  // Before there is anything to remove, so that no moment is without.
  const forget = atEnd(() => {
    try {
      removeTree(folder);
    } catch {
      // The process ends, and nobody is there to be told; the next call tries again.
    }
  });
  const remove = (): void => {
    removeTree(folder);
    forget();
  };
  try {
    createPrivateFolder(folder, files);
  } catch (error) {
    remove();
    if (!isSystemError(error)) throw error;
    return bad(problem('write', `${folder} cannot be written: ${reasonOf(error)}`));
  }
  const secrets = answered.map(({ path, key, value }) => ({ path, key, value }));
  return good({ folder, secrets, remove });
}
