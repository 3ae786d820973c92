import { bad, good, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { isMaskable, tooShort, type KnownSecret } from '../model/secret.ts';
import { secretForms } from './secret-forms.ts';

/** Takes secrets out of what is printed and logged (DESIGN.md, "Secrets"). */
export interface Redactor {
  /** The text with each secret, in each form that it may have, as `***`; secrets that overlap are one. */
  text(text: string): string;
  /**
   * The same for a text that comes in pieces, however it is cut. What may be the start of a secret is held
   * back until the next piece, and nothing else: a prompt comes out when it is written.
   */
  stream(): RedactedStream;
  /** Masks one more value from now on, in streams that have begun as well. One that is too short is left out. */
  learn(value: string): void;
}

export interface RedactedStream {
  write(chunk: string): string;
  end(): string;
}

const MASK = '***';

/** Values of three characters or less are refused, by path and key, all at once. */
export function createRedactor(secrets: Iterable<KnownSecret>): Result<Redactor> {
  const refused = new Map<string, Diagnostic>();
  const redactor = emptyRedactor();
  for (const secret of secrets) {
    if (isMaskable(secret.value)) redactor.learn(secret.value);
    else refused.set(JSON.stringify([secret.path, secret.key]), tooShort(secret));
  }
  return refused.size > 0 ? bad(...refused.values()) : good(redactor);
}

/** A redactor that knows nothing yet. */
export function emptyRedactor(): Redactor {
  const needles = new Needles();
  const learned = new Set<string>();
  return {
    text: (text) => createStream(needles).finish(text),
    stream: () => createStream(needles),
    learn(value) {
      if (learned.has(value) || !isMaskable(value)) return;
      learned.add(value);
      for (const form of secretForms(value)) needles.add(form);
    },
  };
}

/** All needles are at least this long: the characters that tell where one may start. */
const HEAD = 4;

/** Of the last four characters: older ones have left the sixteen bits. */
function hashNext(hash: number, code: number): number {
  return ((hash << 4) ^ code ^ (code >> 8)) & 0xffff;
}

/** All forms of all secrets, so laid out that a text is searched for them in one go. */
class Needles {
  /** Whether a needle starts with four characters of this hash. */
  readonly heads = new Uint8Array(0x10000);
  /** By the first four characters, longest first. */
  readonly byHead = new Map<string, string[]>();
  /** The first one, two and three characters of all needles. */
  readonly starts = new Set<string>();

  add(needle: string): void {
    const head = needle.slice(0, HEAD);
    const others = this.byHead.get(head);
    if (others === undefined) this.byHead.set(head, [needle]);
    else if (!others.includes(needle)) {
      const shorter = others.findIndex(({ length }) => length < needle.length);
      others.splice(shorter === -1 ? others.length : shorter, 0, needle);
    }
    let hash = 0;
    for (let at = 0; at < HEAD; at++) hash = hashNext(hash, head.charCodeAt(at));
    this.heads[hash] = 1;
    for (let length = 1; length < HEAD; length++) this.starts.add(needle.slice(0, length));
  }
}

/** The longest needle at a place, or none; 'open' where the text ends within a needle that it may become. */
function lookAt(text: string, at: number, needles: Needles, final: boolean): number | 'open' {
  const left = text.length - at;
  if (left < HEAD) return !final && needles.starts.has(text.slice(at)) ? 'open' : 0;
  for (const needle of needles.byHead.get(text.slice(at, at + HEAD)) ?? []) {
    if (needle.length <= left) {
      if (text.startsWith(needle, at)) return needle.length;
    } else if (!final && needle.startsWith(text.slice(at))) return 'open';
  }
  return 0;
}

/** Where the next needle may start, by the hash; in the last characters, everywhere. */
function nextPlace(text: string, from: number, { heads }: Needles): number {
  const length = text.length;
  if (length - from < HEAD) return from;
  let hash = 0;
  let at = from;
  for (; at < from + HEAD - 1; at++) hash = hashNext(hash, text.charCodeAt(at));
  for (; at < length; at++) {
    hash = hashNext(hash, text.charCodeAt(at));
    if (heads[hash] === 1) return at - (HEAD - 1);
  }
  return length - (HEAD - 1);
}

function createStream(needles: Needles): RedactedStream & { finish(chunk: string): string } {
  let held = '';
  /** How much of what is held belongs to a secret that is masked already. */
  let masked = 0;

  const take = (chunk: string, final: boolean): string => {
    const text = held + chunk;
    if (needles.byHead.size === 0) return text;
    const pieces: string[] = [];
    let shown = masked;
    let at = 0;
    for (; at < text.length; at++) {
      at = nextPlace(text, at, needles);
      const found = lookAt(text, at, needles, final);
      if (found === 'open') break;
      if (found === 0) continue;
      // Where the last secret reaches over the start of this one, they are one.
      if (at >= shown) pieces.push(text.slice(shown, at), MASK);
      shown = Math.max(shown, at + found);
    }
    if (at > shown) pieces.push(text.slice(shown, at));
    held = text.slice(at);
    masked = Math.max(0, shown - at);
    return pieces.join('');
  };
  return {
    write: (chunk) => take(chunk, false),
    end: () => take('', true),
    finish: (text) => take(text, true),
  };
}
