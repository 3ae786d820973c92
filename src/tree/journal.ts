import { readText } from '../edge/files.ts';
import { appendPrivate, removeFile } from '../edge/write-files.ts';
import { besideTree } from './state-file.ts';

/**
 * What is about to be written into folders that are there. It outlives a run that is killed: the bytes that such
 * a run left, before anything else knew of them, are known for osimager's own by it.
 */
export interface Journal {
  /** Files that are osimager's, or are about to be: digests by name, as hexadecimal digits. */
  note(folder: string, digests: ReadonlyMap<string, string>): void;
  isOwn(folder: string, name: string, digest: string): boolean;
  /** What it holds is in the state now. */
  clear(): void;
}

/** The journal of a tree, with what runs that were killed have noted. */
export function openJournal(out: string): Journal {
  const path = besideTree(out, 'journal');
  const own = new Set<string>();
  let isThere = false;
  const answer = readText(path);
  if (answer.kind === 'text') {
    isThere = true;
    for (const line of answer.text.split('\n')) own.add(line);
  }
  return {
    note(folder, digests) {
      if (digests.size === 0) return;
      const lines = [...digests].map(([name, digest]) => `${digest} ${folder}/${name}`);
      appendPrivate(path, `${lines.join('\n')}\n`);
      isThere = true;
      for (const line of lines) own.add(line);
    },
    isOwn: (folder, name, digest) => own.has(`${digest} ${folder}/${name}`),
    clear() {
      own.clear();
      if (isThere) removeFile(path);
      isThere = false;
    },
  };
}
