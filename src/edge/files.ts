import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';

/** What reading a file came to. Only UTF-8 text of a bearable size is read. */
export type ReadAnswer =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'refused';
      readonly code: 'encoding' | 'too-large' | 'unreadable';
      readonly reason: string;
    };

/** The largest file that is read: 16 MB. */
const LARGEST = 16 * 1024 * 1024;

/** A byte order mark is kept: installer files may need theirs. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text without the byte order mark that editors put before it. */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

export function readText(path: string): ReadAnswer {
  try {
    const { size } = statSync(path);
    if (size > LARGEST) {
      return { kind: 'refused', code: 'too-large', reason: `it is larger than 16 MB (${size} bytes)` };
    }
    return { kind: 'text', text: UTF8.decode(readFileSync(path)) };
  } catch (error) {
    if (codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      return { kind: 'refused', code: 'encoding', reason: 'it is not UTF-8 text' };
    }
    if (isAbsence(error)) return { kind: 'absent' };
    return { kind: 'refused', code: 'unreadable', reason: reasonOf(error) };
  }
}

/** The bytes of a file of a bearable size that is known to be there. */
export function readBytes(path: string): Uint8Array {
  return statSync(path).size > LARGEST ? new Uint8Array() : readFileSync(path);
}

function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Whether an error comes from the system, and not from a mistake of ours. */
export function isSystemError(error: unknown): boolean {
  return codeOf(error) !== '' && error instanceof Error && 'syscall' in error;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'no space left on the disk',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a file is where a folder should be',
  EEXIST: 'a file is where a folder should be',
  EISDIR: 'a folder is where a file should be',
  ENOTEMPTY: 'a folder is where a file should be',
  ELOOP: 'links go round in a circle',
  ENAMETOOLONG: 'the name is too long',
};

/** Why an operation on a file failed, in words. */
export function reasonOf(error: unknown): string {
  return REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

/**
 * Whether a path, links followed, lies in one of some folders, links followed too. What is not there yet lies
 * where the nearest folder above it does. False where that cannot be found out.
 */
export function isInside(path: string, folders: readonly string[]): boolean {
  const real = realPath(path);
  if (real === undefined) return false;
  return folders.some((folder) => {
    const inside = relative(realPath(folder) ?? folder, real);
    return inside === '' || (!inside.startsWith(`..${sep}`) && inside !== '..' && !isAbsolute(inside));
  });
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    // A link that leads nowhere is there, and where it leads to is not known.
    if (!isAbsence(error) || isThere(path) || dirname(path) === path) return undefined;
    const above = realPath(dirname(path));
    return above === undefined ? undefined : join(above, basename(path));
  }
}

/** Whether something is at a path, be it a link that leads nowhere. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

export function exists(path: string): boolean {
  return existsSync(path);
}

/** Whether others than the owner may read a file; false where the system has no such modes. */
export function isReadableByOthers(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
}

/** The names in a folder, sorted by code unit; an absent folder has none. */
export function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

/** The folders in a folder, sorted by code unit; links are no folders. */
export function listFolders(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

/** All files below a folder, or the file itself, sorted by code unit. */
export function listFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return listNames(path).flatMap((name) => listFiles(join(path, name)));
}

/** What osimager's own unfinished files and folders begin with: what a killed run left is known by it. */
export const UNFINISHED = '.osimager-';

export function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** Writes beside, then renames: a reader sees the old bytes or the new ones. Folders on the way are made. */
export function replaceFile(path: string, text: string, mode: number): void {
  const folder = dirname(path);
  const beside = join(folder, `${UNFINISHED}${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    rmSync(beside, { force: true });
    writeNew(beside, text, mode);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Makes a folder with its files at once: all are there, or none. The folder must not exist. */
export function createFolder(folder: string, files: ReadonlyMap<string, string>, mode: number): void {
  const beside = join(dirname(folder), `${UNFINISHED}${process.pid}`);
  try {
    makeFolder(beside);
    for (const [name, text] of files) {
      const path = join(beside, name);
      if (name.includes('/')) mkdirSync(dirname(path), { recursive: true });
      writeNew(path, text, mode);
    }
    renameSync(beside, folder);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    throw error;
  }
}

/** The folder above is there for all targets but the first. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
}

/** The file must not be there: what is has a mode of its own, and may be a link. */
function writeNew(path: string, content: string | Uint8Array, mode: number): void {
  writeFileSync(path, content, { encoding: 'utf8', mode, flag: 'wx' });
}

/** Takes from others what they must not read; a file that is as it should be is left alone. */
export function restrictMode(path: string, mode: number): void {
  if ((statSync(path).mode & 0o777) !== mode) chmodSync(path, mode);
}

/**
 * Makes a folder that nobody else can look into, with its files: 0700 and 0600 from the start. Nothing may be
 * at the place yet, so that what somebody else has put there is never used.
 */
export function createPrivateFolder(folder: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  mkdirSync(folder, { mode: 0o700 });
  restrictMode(folder, 0o700); // A umask may have taken from the owner too.
  for (const [name, text] of files) {
    const path = join(folder, name);
    if (name.includes('/')) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeNew(path, text, 0o600);
    restrictMode(path, 0o600);
  }
}

/** The folders in a folder that belong to whoever runs this; all of them where the system has no owners. */
export function listOwnFolders(folder: string): readonly string[] {
  const owner = process.getuid?.();
  return listFolders(folder).filter((name) => {
    const entry = lstatSync(join(folder, name), { throwIfNoEntry: false });
    return entry !== undefined && (owner === undefined || entry.uid === owner);
  });
}

/** Where a link leads to, as it is written; undefined where there is no such link. */
export function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

export function removeFile(path: string): void {
  rmSync(path, { force: true });
}

export function removeTree(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** Removes a folder, and those above it up to a root, as far as nothing is in them. */
export function removeEmptyFolders(folder: string, root: string): void {
  for (let at = folder; at !== root && at.startsWith(root); at = dirname(at)) {
    try {
      rmdirSync(at);
    } catch {
      return; // Something is in it, or it is gone: both end the way up.
    }
  }
}
