import { join } from 'node:path';
import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { isInside, isSystemError, readText, reasonOf } from '../edge/files.ts';
import { createPrivateFolder, removeTree } from '../edge/write-files.ts';
import type { SecretAnswer } from '../model/facts.ts';
import { isMaskable, tooShort } from '../model/secret.ts';
import { formatJson, isMapping, type Mapping } from '../model/value.ts';
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
  /** Makes something else of the template; only it, the environment and `artifact.json` are copied then. */
  readonly changeTemplate?: ((template: Mapping) => Result<Mapping>) | undefined;
  /** The copy stays when all is done: whoever asked for it removes it. */
  readonly keep?: boolean | undefined;
  /** What killed processes have left was removed a moment ago. */
  readonly swept?: boolean | undefined;
  /** Is told the folder before it is made. */
  readonly onFolder?: ((folder: string) => void) | undefined;
}

/** A private copy of an artifact, with its secrets. It goes away with the process, however that ends. */
export interface Staged {
  readonly folder: string;
  /** What its files hold, by name. */
  readonly texts: ReadonlyMap<string, string>;
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
  if (options.swept !== true) removeAbandoned(options.base);
  const resolved = await resolveArtifact(folder, options);
  return resolved.ok ? writeCopy(options, resolved.value) : resolved;
}

/** The files of an artifact with its secrets, by name, before anything is written. */
interface Resolved {
  readonly texts: ReadonlyMap<string, string>;
  readonly secrets: Staged['secrets'];
}

/** Does all that `stageArtifact` does but write: what is wrong is known before anything starts. */
export async function resolveArtifact(
  folder: string,
  options: Omit<StageOptions, 'base'>,
): Promise<Result<Resolved>> {
  const read = readArtifact(folder);
  if (!read.ok) return read;
  const changed = changeFiles(read.value, options.changeTemplate);
  if (!changed.ok) return changed;
  const { files, deferred } = changed.value;
  if (!deferred) return good({ texts: textsOf(files), secrets: [] });
  const trouble: Diagnostic[] = [];
  const known = await askSecrets(files, options, trouble);
  if (trouble.length > 0) return bad(...trouble);
  const secret = (path: string, key: string): SecretAnswer =>
    known.get(secretId(path, key)) ?? { kind: 'missing', diagnostic: problem('secret', `${path}:${key}`) };
  const texts = resolveFiles(files, secret, options, (found) => trouble.push(found));
  if (trouble.length > 0) return bad(...trouble);
  const secrets = [...known.values()].map(({ path, key, value }) => ({ path, key, value }));
  return good({ texts, secrets });
}

function changeFiles(artifact: Files, change: StageOptions['changeTemplate']): Result<Files> {
  if (!change) return good(artifact);
  const files: DeferredFile[] = [];
  for (const file of artifact.files) {
    if (file.kind === 'template') {
      const changed = isMapping(file.content) ? change(file.content) : good({});
      if (!changed.ok) return changed;
      files.push({ ...file, text: formatJson(changed.value), content: changed.value });
    } else if (file.name === `${artifact.name}.env` || file.kind === 'plain') files.push(file);
  }
  return good({ ...artifact, files });
}

/** Calls `use` with a private copy that is there until its promise settles. */
export async function withStaged<T>(
  folder: string,
  options: StageOptions,
  use: (staged: Staged) => Promise<T>,
): Promise<Result<T>> {
  const staged = await stageArtifact(folder, options);
  if (!staged.ok) return staged;
  if (options.keep === true) return good(await use(staged.value));
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

interface Files {
  readonly name: string;
  readonly files: readonly DeferredFile[];
  readonly deferred: boolean;
}

function readArtifact(folder: string): Result<Files> {
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
  const name = String((target as Record<string, unknown>).name);
  const template = `${name}.json`;
  try {
    const files = [...texts].map(([name, text]) => readDeferred(name, text, template));
    return good({ name, files, deferred: secrets_mode !== 'inline' });
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
  { secret, vaultReferences }: Omit<StageOptions, 'base'>,
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
  { base, keep = false, onFolder }: StageOptions,
  { texts, secrets }: Resolved,
): Result<Staged> {
  const folder = join(base, privateName(keep));
  if (!keep) onFolder?.(folder);
  // Before there is anything to remove, so that no moment is without.
  const forget = keep
    ? () => undefined
    : atEnd(() => {
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
    createPrivateFolder(folder, texts);
  } catch (error) {
    remove();
    if (!isSystemError(error)) throw error;
    return bad(problem('write', `${folder} cannot be written: ${reasonOf(error)}`));
  }
  return good({ folder, texts, secrets, remove });
}
