import { compareText } from './target.ts';
import { mediumQuestion, type MediumSource } from './outside.ts';

/** What the lock file knows of a host: its IPv4 address, or null where there is no such name. */
export interface HostFact {
  readonly address: string | null;
}

/** What the lock file knows of one source of a medium. */
export interface MediumFact {
  /**
   * It is not to be had: the HTTP status, `web page` where a page came in its place, or `no answer` where a
   * later source of the same medium stands in for it.
   */
  readonly gone?: number | 'web page' | 'no answer';
  /** In bytes. */
  readonly size?: number;
  /** `sha256:...`, of the strongest kind that the checksum list has. */
  readonly checksum?: string;
  /** The fingerprint of the key that signed the checksum list. */
  readonly key?: string;
}

/** The facts by the keys of their questions (`model/outside.ts`). */
export interface Lock {
  readonly hosts: ReadonlyMap<string, HostFact>;
  readonly media: ReadonlyMap<string, MediumFact>;
}

/** A lock without facts. */
export const EMPTY_LOCK: Lock = { hosts: new Map(), media: new Map() };

/** The name of the lock file in the workspace. */
export const LOCK_FILE = 'osimager.lock';

/** Which source of a medium counts. */
export type Choice =
  /** The source at a position; `fact` is undefined where it is nothing to ask for, such as a path. */
  | { readonly kind: 'chosen'; readonly at: number; readonly fact: MediumFact | undefined }
  /** The source at a position must be asked first. */
  | { readonly kind: 'open'; readonly at: number }
  /** All are gone. */
  | { readonly kind: 'none' };

/**
 * The first source that answers, as far as the facts tell. One that gave no answer is passed over only where a
 * later one answers: else it is asked again.
 */
export function chooseSource(
  sources: readonly MediumSource[],
  fact: (key: string) => MediumFact | undefined,
): Choice {
  let silent: number | undefined;
  for (const [at, source] of sources.entries()) {
    const question = mediumQuestion(source);
    const known = question && fact(question.key);
    if (question && !known) return { kind: 'open', at };
    if (known?.gone === undefined) return { kind: 'chosen', at, fact: known };
    if (known.gone === 'no answer') silent ??= at;
  }
  return silent === undefined ? { kind: 'none' } : { kind: 'open', at: silent };
}

/**
 * The text of a lock file: JSON, one line a fact, sorted by code unit, the line of the format last. So no line
 * but a fact's own changes with it, and two that are added in different places do not conflict.
 */
export function formatLock(lock: Lock): string {
  const lines = [
    ...[...lock.hosts].map(([key, { address }]) => line(`host ${key}`, { address })),
    ...[...lock.media].map(([key, { gone, size, checksum, key: signer }]) =>
      line(`medium ${key}`, { gone, size, checksum, key: signer }),
    ),
  ].sort(compareText);
  return ['{', ...lines.map((text) => `${text},`), `  "format": 1`, '}', ''].join('\n');
}

function line(key: string, fact: object): string {
  return `  ${JSON.stringify(key)}: ${JSON.stringify(fact)}`;
}
