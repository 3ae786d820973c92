import { hash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';

/** What reading a file came to. Only UTF-8 text of a bearable size is read. */
export type ReadAnswer =
  | { readonly kind: 'text'; readonly text: string; readonly signature: Signature }
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'refused';
      readonly code: 'encoding' | 'too-large' | 'unreadable';
      readonly reason: string;
    };

/**
 * What tells without reading that a file is as it was: its size in bytes, when its content and its entry
 * changed last, in milliseconds since 1970, and which file it is.
 */
export interface Signature {
  readonly size: number;
  readonly modified: number;
  readonly changed: number;
  readonly inode: number;
}

/** The signature that a file has by what the system says of it. */
export function signatureOf({ size, mtimeMs, ctimeMs, ino }: Stats): Signature {
  return { size, modified: mtimeMs, changed: ctimeMs, inode: ino };
}

/** The signature of what is at a path, links followed; undefined where nothing is that can be looked at. */
export function signFile(path: string): Signature | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() === true ? signatureOf(stats) : undefined;
  } catch {
    return undefined;
  }
}

/** The bytes of a file; undefined where there is none to be read. */
export function readBytes(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** SHA-256 of the bytes of a file, as hexadecimal digits; undefined where there is none to be read. */
export function digestFile(path: string): string | undefined {
  try {
    return hash('sha256', readFileSync(path), 'hex');
  } catch {
    return undefined;
  }
}

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
    const stats = statSync(path);
    const { size } = stats;
    if (size > LARGEST) {
      return { kind: 'refused', code: 'too-large', reason: `it is larger than 16 MB (${size} bytes)` };
    }
    return { kind: 'text', text: UTF8.decode(readFileSync(path)), signature: signatureOf(stats) };
  } catch (error) {
    if (codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      return { kind: 'refused', code: 'encoding', reason: 'it is not UTF-8 text' };
    }
    if (isAbsence(error)) return { kind: 'absent' };
    return { kind: 'refused', code: 'unreadable', reason: reasonOf(error) };
  }
}

/** Whether an error says that something is not there. */
export function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

/** The system's code of an error, such as ENOENT; empty where it is no system's. */
export function codeOf(error: unknown): string {
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

/** Whether others than the owner may read or write a file; false where the system has no such modes. */
export function isOpenToOthers(path: string): boolean {
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

export function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** What osimager's own unfinished files and folders begin with: what a killed run left is known by it. */
export const UNFINISHED = '.osimager-';
