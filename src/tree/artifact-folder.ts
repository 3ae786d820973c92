import { basename, dirname, join } from 'node:path';
import { bad, good, problem, type Result } from '../diagnostics/diagnostic.ts';
import {
  isInside,
  isLink,
  isSystemError,
  isThere,
  listNames,
  readText,
  reasonOf,
  signFile,
  UNFINISHED,
  type Signature,
} from '../edge/files.ts';
import {
  createFolder,
  putAside,
  removeEmptyFolders,
  removeFile,
  removeTree,
  replaceFile,
  restrictMode,
} from '../edge/write-files.ts';
import { ARTIFACT_FILE } from '../render/artifact.ts';
import { artifactFiles, readManifest, type Manifest } from './manifest.ts';
import { editedFiles, type IsOwn } from './recorded-files.ts';
import type { RecordedFiles } from './state.ts';

export interface FileChange {
  readonly name: string;
  /** Something is there that is no text, or a link that leads nowhere. */
  readonly unreadable: boolean;
  /** Undefined where the file is not there, or is to go. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface FolderChange {
  /** What the folder says of itself before; undefined where it says nothing. */
  readonly manifest: Manifest | undefined;
  readonly state: 'new' | 'changed' | 'unchanged';
  readonly changes: readonly FileChange[];
}

/** A folder that holds what it should. */
export interface WrittenFolder extends FolderChange {
  /** What tells that each of the files is as it is now. */
  readonly signatures: ReadonlyMap<string, Signature>;
  /** Where files went that somebody had changed. */
  readonly aside: readonly string[];
}

/** What must change in a folder for it to hold these files. Nothing is written. */
export function compareFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
  index: FolderIndex,
): FolderChange {
  if (!index.has(folder)) {
    const changes = [...files].map(([name, after]) => ({
      name,
      before: undefined,
      after,
      unreadable: false,
    }));
    return { manifest: undefined, state: 'new', changes };
  }
  const manifest = readManifest(folder);
  const wanted = [...files].map(([name, after]) => compareFile(folder, name, after));
  const gone = (manifest?.files ?? []).filter((name) => !files.has(name));
  const changes = [...wanted, ...gone.map((name) => compareFile(folder, name, undefined))].filter(
    ({ before, after, unreadable }) => before !== after || unreadable,
  );
  const state = changes.length === 0 ? 'unchanged' : manifest ? 'changed' : 'new';
  return { manifest, state, changes };
}

function compareFile(folder: string, name: string, after: string | undefined): FileChange {
  const path = join(folder, name);
  const answer = readText(path);
  const before = answer.kind === 'text' ? answer.text : undefined;
  const unreadable = answer.kind === 'refused' || (answer.kind === 'absent' && isThere(path));
  return { name, before, after, unreadable };
}

/** Which artifact folders there are, and whether they may be written to: each folder above is looked at once. */
export interface FolderIndex {
  has(folder: string): boolean;
  /** Why an artifact must not be written there. */
  fault(folder: string): string | undefined;
}

/** An index of the tree below `out`, read as it is asked for. */
export function indexFolders(out: string): FolderIndex {
  const listings = new Map<
    string,
    { readonly names: ReadonlySet<string>; readonly fault: string | undefined }
  >();
  const above = (folder: string) => {
    const parent = dirname(folder);
    const known = listings.get(parent);
    if (known) return known;
    const leads = !isInside(parent, [out]);
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
  /** Write files that are as they should be, and over files that osimager did not write or that were changed. */
  readonly force: boolean;
  /** What was written there last, where that is known. */
  readonly recorded?: RecordedFiles | undefined;
  /** A run before this one was killed. */
  readonly mend?: boolean | undefined;
  /** Knows the bytes that are osimager's, also those of runs that were killed. */
  readonly own?: OwnBytes | undefined;
  /** The digests of the files. */
  readonly digests?: ReadonlyMap<string, string> | undefined;
}

/** What is osimager's in one folder, as the journal of the tree has it. */
export interface OwnBytes {
  readonly note: (digests: ReadonlyMap<string, string>) => void;
  readonly isOwn: IsOwn;
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
): Result<WrittenFolder> {
  try {
    const fault = options.index.fault(folder);
    if (fault !== undefined) return bad(problem('write', fault));
    const change = compareFolder(folder, files, options.index);
    if (!options.index.has(folder)) {
      const signatures = createFolder(folder, files, options.mode);
      return good({ ...change, signatures, aside: [] });
    }
    const foreign = options.force ? undefined : foreignFile(folder, change);
    if (foreign !== undefined) return bad(problem('write', ...foreign));
    const astray = [...files.keys(), ...change.changes.map(({ name }) => name)].find(
      (name) => name.includes('/') && !isInside(dirname(join(folder, name)), [folder]),
    );
    if (astray !== undefined) return bad(problem('write', `${join(folder, astray)} leads out of its folder`));
    removeUnfinished(folder, files.keys());
    if (change.changes.length > 0) noteOwn(change, options);
    const aside = change.state === 'unchanged' ? [] : putEditedAside(folder, change, options);
    const changes = updateFiles(folder, files, change, options);
    return good({ ...change, changes, aside, signatures: signFiles(folder, files.keys()) });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return bad(problem('write', `${folder} cannot be written: ${reasonOf(error)}`, undefined, KEPT));
  }
}

/** What is there, and what is about to be, before `artifact.json` tells of the one and no more of the other. */
function noteOwn({ manifest }: FolderChange, { own, digests }: WriteOptions): void {
  for (const known of [manifest?.digests, digests]) if (known) own?.note(known);
}

/** What somebody wrote into a file is not lost when the file is written again: it stays beside. */
function putEditedAside(
  folder: string,
  { changes }: FolderChange,
  { force, recorded, mend = false, own }: WriteOptions,
): readonly string[] {
  if (force) return [];
  const changing = new Set(changes.map(({ name }) => name));
  const edited = editedFiles(folder, recorded, mend, own?.isOwn).filter((name) => changing.has(name));
  return edited.map((name) => basename(putAside(join(folder, name))));
}

function signFiles(folder: string, names: Iterable<string>): ReadonlyMap<string, Signature> {
  const signatures = new Map<string, Signature>();
  for (const name of names) {
    const signature = signFile(join(folder, name));
    if (signature) signatures.set(name, signature);
  }
  return signatures;
}

/** The mode of files in a tree that holds secrets. */
export const PRIVATE = 0o600;

const KEPT = 'what was there before is as it was, or complete in the files that were reached';

/** A file that is in the way and that no manifest calls osimager's. */
function foreignFile(
  folder: string,
  change: FolderChange,
): [message: string, span: undefined, hint: string] | undefined {
  const owned = new Set([ARTIFACT_FILE, ...(change.manifest?.files ?? [])]);
  const foreign = change.changes.find(
    ({ name, before, unreadable }) => (before !== undefined || unreadable) && !owned.has(name),
  );
  if (!foreign) return undefined;
  const message = `${join(folder, foreign.name)} is in the way: osimager did not write it`;
  return [message, undefined, 'move it away, or write over it with --force'];
}

/** Returns what was done: with `force`, files that were as they should be are written too. */
function updateFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
  { changes }: FolderChange,
  { out, mode, force }: WriteOptions,
): readonly FileChange[] {
  for (const { name, after } of changes) {
    if (after === undefined) removeOwned(folder, name, out);
  }
  const changed = new Set(changes.map(({ name }) => name));
  const pending = [...files].filter(([name]) => force || changed.has(name));
  pending.sort(([a], [b]) => Number(b === ARTIFACT_FILE) - Number(a === ARTIFACT_FILE));
  for (const [name, text] of pending) replaceFile(join(folder, name), text, mode);
  // Files whose bytes stay may be from a time when they held no secrets.
  if (mode === PRIVATE) for (const name of files.keys()) restrictMode(join(folder, name), mode);
  const again = pending.filter(([name]) => !changed.has(name));
  return [
    ...changes,
    ...again.map(([name, text]) => ({ name, before: text, after: text, unreadable: false })),
  ];
}

function removeOwned(folder: string, name: string, out: string): void {
  const path = join(folder, name);
  removeFile(path);
  if (dirname(path) !== folder) removeEmptyFolders(dirname(path), folder);
  else removeEmptyFolders(folder, out);
}

/** Clears what a killed run left beside files that it was replacing. */
export function removeUnfinished(folder: string, files: Iterable<string>): void {
  const folders = new Set([folder, ...[...files].map((name) => dirname(join(folder, name)))]);
  for (const place of folders) {
    for (const name of listNames(place)) {
      if (name.startsWith(UNFINISHED)) removeTree(join(place, name));
    }
  }
}

/**
 * Removes the files of an artifact that nobody asks for any more. What osimager did not write stays, and so
 * does what somebody wrote into its files, beside.
 */
export function removeArtifact(
  folder: string,
  manifest: Manifest,
  out: string,
  recorded?: RecordedFiles,
): Result<readonly string[]> {
  const files = artifactFiles(manifest);
  const astray = files.find((name) => !isInside(dirname(join(folder, name)), [folder]));
  if (isLink(folder) || astray !== undefined) {
    return bad(problem('write', `${join(folder, astray ?? '')} leads out of the tree: it is left as it is`));
  }
  try {
    removeUnfinished(folder, files);
    for (const name of editedFiles(folder, recorded, true)) putAside(join(folder, name));
    for (const name of files) removeOwned(folder, name, out);
    return good(files);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return bad(problem('write', `${folder} cannot be removed: ${reasonOf(error)}`));
  }
}
