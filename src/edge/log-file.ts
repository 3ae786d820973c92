import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { isSystemError } from './files.ts';

/** A file that grows while something runs; what was written is there whatever happens next. */
export interface LogFile {
  write(text: string): void;
  close(): void;
}

/** Makes a new file for the owner alone, and the folders above it; throws what the system says. */
export function openLog(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w', 0o600);
  let open = true;
  return {
    write(text) {
      if (open) writeSync(file, text);
    },
    close() {
      if (open) closeSync(file);
      open = false;
    },
  };
}

const CHUNK = 64 * 1024;

/**
 * Copies a text file of any size through something that changes texts as they come, and ends them. A file that is
 * not there is copied as an empty one.
 */
export function copyThrough(
  from: string,
  to: string,
  through: { write(text: string): string; end(): string },
): void {
  const log = openLog(to);
  try {
    for (const text of readPieces(from)) log.write(through.write(text));
    log.write(through.end());
  } finally {
    log.close();
  }
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
