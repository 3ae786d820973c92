import { basename, dirname, join, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import { problem, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { isSystemError, readBytes, readText, reasonOf, signFile } from '../edge/files.ts';
import { replaceFile } from '../edge/write-files.ts';
import { decodeState, encodeState } from './state-bytes.ts';
import type { TreeState } from './state.ts';

/** The state of a tree as it was read, and when it was saved (milliseconds since 1970). */
export interface LoadedState {
  readonly state: TreeState;
  readonly saved: number;
  /** Tells this state from what another process writes. */
  readonly signature: string;
}

/** What tells the state that is there now from any other. */
export function signState(out: string): string {
  return JSON.stringify(signFile(besideTree(out, 'state')) ?? 'none');
}

/** What belongs to a tree and is no part of it: `.osimager/<name of the tree>.<kind>` beside it. */
export function besideTree(out: string, kind: 'state' | 'lock' | 'journal'): string {
  return join(dirname(out), '.osimager', `${basename(out)}.${kind}`);
}

/** A state that knows nothing yet. */
export function newState(): TreeState {
  return { key: randomBytes(32).toString('base64'), records: new Map(), plan: undefined };
}

/**
 * Reads the state of a tree. One that is not there, is damaged, or comes from another version of osimager is
 * a new one. `baseDir` is what the paths in messages start from.
 */
export function loadState(out: string, version: string, baseDir: string): LoadedState {
  const path = besideTree(out, 'state');
  const signature = signFile(path);
  const bytes = signature && readBytes(path);
  const sources = new Map<string, Source | undefined>();
  const readSource = (shown: string): Source | undefined => {
    if (!sources.has(shown)) {
      const answer = readText(resolve(baseDir, shown));
      sources.set(shown, answer.kind === 'text' ? { path: shown, text: answer.text } : undefined);
    }
    return sources.get(shown);
  };
  const state = bytes && decodeState(bytes, version, readSource);
  const saved = state ? signature.modified : 0;
  return { state: state ?? newState(), saved, signature: JSON.stringify(signature ?? 'none') };
}

/** Writes the state of a tree; what is wrong where it cannot be written. The tree itself is as it should be. */
export function saveState(out: string, state: TreeState, version: string): Diagnostic | undefined {
  const path = besideTree(out, 'state');
  try {
    replaceFile(path, encodeState(state, version), 0o600);
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const hint = 'the tree is up to date; the next run renders all of it again';
    return problem('write', `${path} cannot be written: ${reasonOf(error)}`, undefined, hint);
  }
}
