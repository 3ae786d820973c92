import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

let top: string | undefined;

/** A folder of a test's own; all of them are removed when the process ends. */
export function temporaryFolder(): string {
  if (top === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'osimager-test-'));
    process.once('exit', () => {
      rmSync(made, { recursive: true, force: true });
    });
    top = made;
  }
  return mkdtempSync(join(top, 'case-'));
}

/** Writes files, given by path; a value that is not text is written as JSON. */
export function writeFiles(folder: string, files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const bytes =
      typeof content === 'string' || content instanceof Uint8Array
        ? content
        : JSON.stringify(content, null, 2);
    writeFileSync(join(folder, path), bytes);
  }
}

/** All files below a folder as text, by path with slashes, in order. */
export function readFiles(folder: string, below = ''): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) Object.assign(files, readFiles(folder, path));
    else files[path] = readFileSync(join(folder, path), 'utf8');
  }
  return files;
}
