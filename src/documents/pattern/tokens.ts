/** Why a pattern cannot be read, `at` counted in characters. Thrown inside the pattern parser, caught by `compilePattern`. */
export class PatternFault extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/**
 * A pattern as Python's tokenizer cuts it: characters, a backslash together with the one behind it. It reads one token
 * ahead, as Python does, so that of two faults the same one is reported.
 *
 * Source of the rule: `Tokenizer` of CPython's Lib/re/_parser.py.
 */
export class Tokens {
  next: string | undefined;
  readonly #characters: readonly string[];
  #index = 0;

  constructor(text: string) {
    this.#characters = Array.from(text);
    this.#advance();
  }

  /** Where the next token begins. */
  get at(): number {
    return this.#index - (this.next === undefined ? 0 : characterCount(this.next));
  }

  seek(at: number): void {
    this.#index = at;
    this.#advance();
  }

  get(): string | undefined {
    const token = this.next;
    this.#advance();
    return token;
  }

  /** Takes the next token if it is this one. */
  take(token: string): boolean {
    if (this.next !== token) return false;
    this.#advance();
    return true;
  }

  /** Up to `limit` characters that the set holds. */
  getWhile(limit: number, set: RegExp): string {
    let text = '';
    while (text.length < limit && this.next !== undefined && set.test(this.next)) text += this.get() ?? '';
    return text;
  }

  /** The text before the terminator, which is taken too; `name` is what the message calls it. */
  getUntil(terminator: string, name: string): string {
    let text = '';
    for (;;) {
      const token = this.get();
      if (token === terminator) break;
      if (token === undefined) {
        if (text === '') throw this.fault(`missing ${name}`);
        throw this.fault(`missing ${terminator}, unterminated name`, characterCount(text));
      }
      text += token;
    }
    if (text === '') throw this.fault(`missing ${name}`, 1);
    return text;
  }

  /** A fault this many characters before the next token. */
  fault(message: string, before = 0): PatternFault {
    return new PatternFault(message, this.at - before);
  }

  #advance(): void {
    const character = this.#characters[this.#index];
    if (character === undefined) {
      this.next = undefined;
      return;
    }
    this.#index++;
    this.next = character;
    if (character !== '\\') return;
    const escaped = this.#characters[this.#index];
    if (escaped === undefined) {
      throw new PatternFault('bad escape (end of pattern)', this.#characters.length - 1);
    }
    this.#index++;
    this.next += escaped;
  }
}

/** The length of a text in code points, as Python counts it. */
export function characterCount(text: string): number {
  return Array.from(text).length;
}
