import { basename, dirname, join } from 'node:path';
import { bad, good, problem, type Result } from '../diagnostics/diagnostic.ts';
import {
  createFolder,
  exists,
  isInside,
  isLink,
  listNames,
  readText,
  reasonOf,
  removeEmptyFolders,
  removeFile,
  removeTree,
  replaceFile,
  restrictMode,
  UNFINISHED,
} from '../edge/files.ts';
import type { ArtifactState } from '../model/event.ts';
import type { Target } from '../model/target.ts';
import { ARTIFACT_FILE, type RequestedBy } from '../render/artifact.ts';

/** What `artifact.json` in a folder says: who asked for it, and which files are osimager's. */
export interface Manifest {
  readonly requestedBy: RequestedBy;
  readonly target: Pick<Target, 'platform' | 'location' | 'spec'>;
  readonly files: readonly string[];
}

export interface FileChange {
  readonly name: string;
  /** Undefined where the file is not there, or is to go. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface FolderChange {
  readonly state: ArtifactState;
  readonly changes: readonly FileChange[];
}

/** Reads what a folder says of itself; undefined where it is no artifact, or a damaged one. */
export function readManifest(folder: string): Manifest | undefined {
  const answer = readText(join(folder, ARTIFACT_FILE));
  if (answer.kind !== 'text') return undefined;
  try {
    const { requested_by, target, files } = JSON.parse(answer.text) as Record<string, unknown>;
    if (typeof files !== 'object' || files === null || typeof target !== 'object' || target === null) {
      return undefined;
    }
    const { platform, location, spec } = target as Record<string, unknown>;
    return {
      requestedBy: requested_by === 'command line' ? 'command line' : 'matrix',
      target: { platform: String(platform), location: String(location), spec: String(spec) },
      files: Object.keys(files).filter(isInnerPath),
    };
  } catch {
    return undefined;
  }
}

/** A manifest is a file that anybody can write: it must not lead out of its folder. */
function isInnerPath(name: string): boolean {
  return (
    name.split('/').every((step) => step !== '' && step !== '.' && step !== '..') && !name.includes('\\')
  );
}

/** What must change in a folder for it to hold these files. Nothing is written. */
export function compareFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
  index: FolderIndex,
): FolderChange {
  if (!index.has(folder)) {
    const changes = [...files].map(([name, after]) => ({ name, before: undefined, after }));
    return { state: 'new', changes };
  }
  const manifest = readManifest(folder);
  const changes: FileChange[] = [];
  for (const [name, after] of files) {
    const answer = readText(join(folder, name));
    const before = answer.kind === 'text' ? answer.text : answer.kind === 'absent' ? undefined : '';
    if (before !== after) changes.push({ name, before, after });
  }
  for (const name of manifest?.files ?? []) {
    if (files.has(name)) continue;
    const answer = readText(join(folder, name));
    if (answer.kind === 'text') changes.push({ name, before: answer.text, after: undefined });
  }
  return { state: changes.length === 0 ? 'unchanged' : manifest ? 'changed' : 'new', changes };
}

/** Which artifact folders there are, and whether they may be written to: each folder above is looked at once. */
export interface FolderIndex {
  has(folder: string): boolean;
  /** Why an artifact must not be written there. */
  fault(folder: string): string | undefined;
}

export function indexFolders(out: string): FolderIndex {
  const listings = new Map<
    string,
    { readonly names: ReadonlySet<string>; readonly fault: string | undefined }
  >();
  const above = (folder: string) => {
    const parent = dirname(folder);
    const known = listings.get(parent);
    if (known) return known;
    const leads = exists(parent) && exists(out) && !isInside(parent, [out]);
    const made = {
      names: new Set(listNames(parent)),
      fault: leads ? `${parent} leads out of ${out}` : undefined,
    };
    listings.set(parent, made);
    return made;
  };
  const has = (folder: string): boolean => above(folder).names.has(basename(folder));
  return {
    has,
    fault(folder) {
      const { fault } = above(folder);
      if (fault !== undefined) return fault;
      if (!has(folder) || !isLink(folder)) return undefined;
      return `${folder} is a link: osimager writes into folders of its own`;
    },
  };
}

export interface WriteOptions {
  readonly out: string;
  readonly index: FolderIndex;
  /** 0o600 where the files hold secrets. */
  readonly mode: number;
  /** Write files that are as they should be, and over files that osimager did not write. */
  readonly force: boolean;
}

/**
 * Brings a folder to hold these files. A new folder appears with all of them at once; in one that is there
 * each file is replaced. What went away goes first, then `artifact.json` claims the new names, then they
 * come: whenever this is interrupted, the next run knows each file as its own.
 */
export function writeFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
  options: WriteOptions,
): Result<FolderChange> {
  try {
    const fault = options.index.fault(folder);
    if (fault !== undefined) return bad(problem('write', fault));
    const change = compareFolder(folder, files, options.index);
    if (!options.index.has(folder)) {
      createFolder(folder, files, options.mode);
      return good(change);
    }
    const foreign = options.force ? undefined : foreignFile(folder, change);
    if (foreign !== undefined) return bad(problem('write', ...foreign));
    removeUnfinished(folder);
    updateFiles(folder, files, change, options);
    return good(change);
  } catch (error) {
    return bad(problem('write', `${folder} cannot be written: ${reasonOf(error)}`, undefined, KEPT));
  }
}

/** The mode of files in a tree that holds secrets. */
export const PRIVATE = 0o600;

const KEPT = 'what was there before is as it was, or complete in the files that were reached';

/** A file that is in the way and that no manifest calls osimager's. */
function foreignFile(
  folder: string,
  change: FolderChange,
): [message: string, span: undefined, hint: string] | undefined {
  const owned = new Set([ARTIFACT_FILE, ...(readManifest(folder)?.files ?? [])]);
  const foreign = change.changes.find(({ name, before }) => before !== undefined && !owned.has(name));
  if (!foreign) return undefined;
  const message = `${join(folder, foreign.name)} is in the way: osimager did not write it`;
  return [message, undefined, 'move it away, or write over it with --force'];
}

function updateFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
  { changes }: FolderChange,
  { out, mode, force }: WriteOptions,
): void {
  for (const { name, after } of changes) {
    if (after === undefined) removeOwned(folder, name, out);
  }
  const changed = new Set(changes.map(({ name }) => name));
  const pending = [...files].filter(([name]) => force || changed.has(name));
  pending.sort(([a], [b]) => Number(b === ARTIFACT_FILE) - Number(a === ARTIFACT_FILE));
  for (const [name, text] of pending) replaceFile(join(folder, name), text, mode);
  // Files whose bytes stay may be from a time when they held no secrets.
  if (mode === PRIVATE) for (const name of files.keys()) restrictMode(join(folder, name), mode);
}

function removeOwned(folder: string, name: string, out: string): void {
  const path = join(folder, name);
  removeFile(path);
  if (dirname(path) !== folder) removeEmptyFolders(dirname(path), folder);
  else removeEmptyFolders(folder, out);
}

function removeUnfinished(folder: string): void {
  for (const name of listNames(folder)) {
    if (name.startsWith(UNFINISHED)) removeTree(join(folder, name));
  }
}

/** Removes the files of an artifact that nobody asks for any more; what osimager did not write stays. */
export function removeArtifact(folder: string, manifest: Manifest, out: string): Result<readonly string[]> {
  const files = [...manifest.files, ARTIFACT_FILE];
  try {
    // Last of all goes what says that the others are ours.
    for (const name of files) removeOwned(folder, name, out);
    return good(files);
  } catch (error) {
    return bad(problem('write', `${folder} cannot be removed: ${reasonOf(error)}`));
  }
}
