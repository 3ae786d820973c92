/** Work and sizes that one expression may use; far above what image definitions need, far below what hurts. */
export const LIMITS = {
  steps: 200_000,
  text: 1 << 20,
  items: 100_000,
  bits: 4096,
  depth: 100,
  source: 20_000,
  covers: 20,
};

export const TOO_MUCH_WORK = 'the expression takes too many steps';
export const TOO_LARGE = 'the expression makes a value that is too large';

/** What the interpreter throws inside itself, and what `evaluateExpression` turns into `ok: false`. */
export class ExpressionError extends Error {}

/** Ends the evaluation with Python's own words for the failure. */
export function fail(message: string): never {
  throw new ExpressionError(message);
}

function within(size: number, limit: number): void {
  // Written so that NaN is too large as well.
  if (!(size <= limit)) fail(TOO_LARGE);
}

/** Counts down the work of one evaluation. Every check comes before the work that it is for. */
export class Budget {
  #steps = LIMITS.steps;

  spend(steps = 1): void {
    this.#steps -= steps;
    if (!(this.#steps >= 0)) fail(TOO_MUCH_WORK);
  }

  /** A text has grown to so many units; `text` counts it once it is whole. */
  fits(length: number): void {
    within(length, LIMITS.text);
  }

  /** A text of so many UTF-16 units is about to be made or read through. */
  text(length: number): void {
    within(length, LIMITS.text);
    this.spend(1 + (length >> 4));
  }

  /** A list, set or mapping of so many items is about to be made. */
  items(count: number): void {
    within(count, LIMITS.items);
    this.spend(1 + (count >> 3));
  }

  /** A collection has grown to so many items, each of them counted as it came. */
  room(count: number): void {
    within(count, LIMITS.items);
  }

  /** An integer of so many bits is about to be made. */
  bits(count: number): void {
    within(count, LIMITS.bits);
    this.spend(1 + (count >> 6));
  }

  /** A text is about to be searched: a search takes up to the product of both lengths. */
  search(length: number, wanted: number): void {
    this.spend(1 + Math.floor(length / 16 + (length * wanted) / 256));
  }
}
