import {
  appendFileSync,
  chmodSync,
  closeSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, isAbsence, isThere, signatureOf, UNFINISHED, type Signature } from './files.ts';

/** Writes beside, then renames: a reader sees the old bytes or the new ones. Folders on the way are made. */
export function replaceFile(path: string, text: string | Uint8Array, mode: number): Signature {
  const folder = dirname(path);
  const beside = join(folder, `${UNFINISHED}${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    rmSync(beside, { force: true });
    writeNew(beside, text, mode);
    renameSync(beside, path);
    return signatureOf(statSync(path));
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Puts text at the end of a file, which is made for its owner alone where it is not there. */
export function appendPrivate(path: string, text: string): void {
  try {
    appendFileSync(path, text, { mode: 0o600 });
  } catch (error) {
    if (!isAbsence(error)) throw error;
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, text, { mode: 0o600 });
  }
}

/**
 * Makes a file that is not there yet, with all its text at once; false where it is. Folders on the way are made.
 * Where a file system gives no second names, a process that is killed may leave a file without its text.
 */
export function createExclusive(path: string, text: string): boolean {
  const beside = join(dirname(path), `${UNFINISHED}${process.pid}.new`);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(beside, { force: true });
  try {
    writeNew(beside, text, 0o644);
    linkSync(beside, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error;
    return createInPlace(path, text);
  } finally {
    rmSync(beside, { force: true });
  }
}

function createInPlace(path: string, text: string): boolean {
  try {
    writeNew(path, text, 0o644);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a file; false where it is not there. */
export function moveFile(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

/** Makes a folder with its files at once: all are there, or none. The folder must not exist. */
export function createFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
  mode: number,
): ReadonlyMap<string, Signature> {
  const signatures = new Map<string, Signature>();
  const beside = join(dirname(folder), `${UNFINISHED}${process.pid}`);
  try {
    makeFolder(beside);
    for (const [name, text] of files) {
      const path = join(beside, name);
      if (name.includes('/')) mkdirSync(dirname(path), { recursive: true });
      signatures.set(name, writeNew(path, text, mode));
    }
    renameSync(beside, folder);
    return signatures;
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
function writeNew(path: string, content: string | Uint8Array, mode: number): Signature {
  const file = openSync(path, 'wx', mode);
  try {
    writeFileSync(file, content);
    return signatureOf(fstatSync(file));
  } finally {
    closeSync(file);
  }
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

/** Puts a file aside under a name that is free: `ks.cfg.orig`, `ks.cfg.orig.2` ... Returns the path. */
export function putAside(path: string): string {
  for (let number = 1; ; number++) {
    const aside = `${path}.orig${number === 1 ? '' : `.${number}`}`;
    if (isThere(aside)) continue;
    renameSync(path, aside);
    return aside;
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
