import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { isSystemError, reasonOf } from './files.ts';

/** A file that grows while something runs; what was written is there whatever happens next. */
export interface LogFile {
  /** Never throws: a build is not ended because its log cannot be written. */
  write(text: string): void;
  /** Why not all of it was written, in words; undefined where it was. */
  close(): string | undefined;
}

/** Makes a new file for the owner alone, and the folders above it; throws what the system says. */
export function openLog(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w', 0o600);
  let open = true;
  let fault: string | undefined;
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      fault ??= reasonOf(error);
    }
  };
  return {
    write(text) {
      if (!open || fault !== undefined) return;
      attempt(() => {
        writeSync(file, text);
      });
    },
    close() {
      if (open) {
        attempt(() => {
          closeSync(file);
        });
      }
      open = false;
      return fault;
    },
  };
}

const CHUNK = 64 * 1024;

/**
 * Copies a text file of any size through something that changes texts as they come, and ends them. A file that is
 * not there is copied as an empty one. Throws, or says, why it cannot be written.
 */
export function copyThrough(
  from: string,
  to: string,
  through: { write(text: string): string; end(): string },
): string | undefined {
  const log = openLog(to);
  for (const text of readPieces(from)) log.write(through.write(text));
  log.write(through.end());
  return log.close();
}

function* readPieces(path: string): Generator<string> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (isSystemError(error)) return;
    throw error;
  }
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.alloc(CHUNK);
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      yield decoder.write(buffer.subarray(0, read));
    }
    yield decoder.end();
  } finally {
    closeSync(file);
  }
}
