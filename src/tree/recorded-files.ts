import { join } from 'node:path';
import { digestFile, signFile, type Signature } from '../edge/files.ts';
import { ARTIFACT_FILE } from '../render/artifact.ts';
import { readManifest } from './manifest.ts';
import type { RecordedFiles } from './state.ts';

/**
 * How long after a change, in milliseconds, the time of a file may stay the same when it is changed again:
 * the longest tick of the systems that Node runs on is 16 ms.
 */
const TICK = 20;

/** What the files of an artifact are like, held against what was written last. */
export type FilesState =
  /** `learnt` where signatures were put into the record. */
  | { readonly kind: 'same'; readonly learnt: boolean }
  /** Files are missing, or all are those of another run, such as of another branch. */
  | { readonly kind: 'stale' }
  /** Somebody changed these files, and nothing else is the matter. */
  | { readonly kind: 'edited'; readonly files: readonly string[] };

/** Whether a run that was killed may have written a file with this digest. */
export type IsOwn = (name: string, digest: string) => boolean;

/** Files as a record holds them. Digests are 64 hexadecimal digits. */
export function recordFiles(
  digests: ReadonlyMap<string, string>,
  signatures: ReadonlyMap<string, Signature>,
): RecordedFiles {
  const names = [...digests.keys()];
  const recorded = {
    names,
    signatures: new Float64Array(names.length * 4),
    digests: Buffer.from([...digests.values()].join(''), 'hex'),
  };
  names.forEach((name, at) => {
    putSignature(recorded, at, signatures.get(name));
  });
  return recorded;
}

function putSignature({ signatures }: RecordedFiles, at: number, signature: Signature | undefined): void {
  const { size = 0, modified = 0, changed = 0, inode = 0 } = signature ?? {};
  signatures.set([size, modified, changed, inode], at * 4);
}

/**
 * Looks at the files of an artifact, mostly without reading them: a file with the signature that it had is as
 * it was, unless it was changed about the time when the record was made (`saved`, milliseconds since 1970).
 * Signatures of files that were read and are as they were are put into the record.
 */
export function checkFiles(
  folder: string,
  files: RecordedFiles,
  saved: number,
  mend = false,
  isOwn: IsOwn = () => false,
): FilesState {
  let isStale = false;
  let differs = false;
  let learnt = false;
  for (const [at, name] of files.names.entries()) {
    const path = `${folder}/${name}`;
    const signature = signFile(path);
    if (!signature) isStale = true;
    else if (!isSame(files, at, signature, saved)) {
      learnt = true;
      if (digestFile(path) === digestAt(files, at)) putSignature(files, at, signature);
      else differs = true;
    }
  }
  if (!differs) return isStale ? { kind: 'stale' } : { kind: 'same', learnt };
  const edited = editedFiles(folder, files, mend, isOwn);
  return isStale || edited.length === 0 ? { kind: 'stale' } : { kind: 'edited', files: edited };
}

function isSame({ signatures }: RecordedFiles, at: number, now: Signature, saved: number): boolean {
  const from = at * 4;
  return (
    signatures[from + 1] === now.modified &&
    signatures[from] === now.size &&
    signatures[from + 2] === now.changed &&
    signatures[from + 3] === now.inode &&
    now.modified < saved - TICK &&
    now.changed < saved - TICK
  );
}

function digestAt({ digests }: RecordedFiles, at: number): string {
  return Buffer.from(digests.buffer, digests.byteOffset + at * 32, 32).toString('hex');
}

/**
 * The files of an artifact that somebody else changed: their bytes are neither those that the record knows nor
 * those that the folder's own `artifact.json` lists. That file itself is another run's where it agrees with the
 * others and is written as osimager writes it; after a run that was killed (`mend`) it may be ahead of them.
 */
export function editedFiles(
  folder: string,
  record: RecordedFiles | undefined,
  mend: boolean,
  isOwn: IsOwn = () => false,
): readonly string[] {
  const manifest = readManifest(folder);
  const known = new Map(record?.names.map((name, at) => [name, digestAt(record, at)]));
  const edited: string[] = [];
  let agrees = manifest?.isPlain === true;
  for (const name of new Set([...known.keys(), ...(manifest?.files ?? [])])) {
    if (name === ARTIFACT_FILE) continue;
    const found = digestFile(join(folder, name));
    const listed = manifest?.digests.get(name);
    if (found !== listed) agrees = false;
    if (found === undefined || found === known.get(name) || found === listed) continue;
    if (isOwn(name, found)) continue;
    if (known.has(name) || listed !== undefined) edited.push(name);
  }
  const own = digestFile(join(folder, ARTIFACT_FILE));
  const isForeign = known.has(ARTIFACT_FILE) && own !== undefined && own !== known.get(ARTIFACT_FILE);
  if (isForeign && !agrees && !mend && !isOwn(ARTIFACT_FILE, own)) edited.push(ARTIFACT_FILE);
  return edited.sort();
}
