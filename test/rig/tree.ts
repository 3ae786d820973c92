import { statSync } from 'node:fs';
import { formatJson } from '../../src/model/value.ts';
import { digest } from '../../src/template/crypt.ts';
import { readFiles, temporaryFolder } from './folder.ts';
import { indexFolders, writeFolder, type WriteOptions } from '../../src/tree/artifact-folder.ts';
import type { RequestedBy } from '../../src/render/artifact.ts';

/** The files of an artifact, its `artifact.json` with them. */
export function artifact(
  files: Readonly<Record<string, string>>,
  by: RequestedBy = 'matrix',
  spec = 'demo',
): ReadonlyMap<string, string> {
  const digests = Object.fromEntries(Object.keys(files).map((name) => [name, '']));
  const target = { platform: 'hyp', location: 'lab', spec };
  const manifest = formatJson({ format: 1, target, requested_by: by, files: digests });
  return new Map([...Object.entries(files), ['artifact.json', manifest]]);
}

/** The digests of rendered files, as rendering gives them. */
export function digestsOf(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...files].map(([name, text]) => [name, digest(text)]));
}

export interface Tree {
  readonly out: string;
  readonly folder: string;
  write(files: ReadonlyMap<string, string>, options?: Partial<WriteOptions>): ReturnType<typeof writeFolder>;
  /** All files of the tree by path below `out`, manifests left out. */
  files(): Record<string, string>;
}

/** An out folder with room for one artifact. */
export function createTree(path = 'hyp/lab/h'): Tree {
  const out = temporaryFolder();
  const folder = `${out}/${path}`;
  return {
    out,
    folder,
    write(files, options) {
      const index = indexFolders(options?.out ?? out);
      return writeFolder(folder, files, { out, index, mode: 0o644, force: false, ...options });
    },
    files() {
      const entries = Object.entries(readFiles(out)).filter(([name]) => !name.endsWith('artifact.json'));
      return Object.fromEntries(entries);
    },
  };
}

/** The permissions of a file, and what tells one written file from another. */
export function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

export function inodeOf(path: string): number {
  return statSync(path).ino;
}
