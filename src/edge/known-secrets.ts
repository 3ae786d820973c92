import { isMaskable, type KnownSecret } from '../model/secret.ts';

/**
 * The secrets that have become known, each value once, in the order in which they did. Those of a process are in
 * one place, beside all that may learn one, so that no command can forget to say which must not be printed.
 */
export class KnownSecrets {
  readonly #values = new Set<string>();
  readonly #secrets: KnownSecret[] = [];

  /** Values that are too short to be masked are not kept: whoever meets one complains of it. */
  add(secret: KnownSecret): void {
    if (this.#values.has(secret.value) || !isMaskable(secret.value)) return;
    this.#values.add(secret.value);
    this.#secrets.push(secret);
  }

  /** All but the first ones: those that came since somebody counted. */
  since(count: number): readonly KnownSecret[] {
    return count === this.#secrets.length ? NONE : this.#secrets.slice(count);
  }
}

const NONE: readonly KnownSecret[] = [];

/** What this process has learned; what it prints is held against it (`cli/terminal.ts`). */
export const knownSecrets = new KnownSecrets();
