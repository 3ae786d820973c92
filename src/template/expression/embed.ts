/** What came of a text between `E>` and `<E`: a value, or undefined where it is no expression. */
export type Evaluate<T> = (body: string) => T | undefined;

const LONGEST = 20_000;
/** How many characters are tried for one end sign, over all start signs before it. */
const MOST_TRIED = 200_000;

/**
 * Finds `E>...<E` in a text and calls `evaluate` with what is between. The nearest sign that makes
 * an expression counts; a tag end that looks like a sign (`<HideOOBE>`) is passed over. Pieces that are no
 * expression come back as they were.
 */
export function findExpressions<T>(
  text: string,
  evaluate: Evaluate<T>,
): readonly (string | { readonly value: T })[] {
  const pieces: (string | { readonly value: T })[] = [];
  let done = 0;
  let from = 0;
  for (;;) {
    const open = text.indexOf('E>', from);
    const close = open < 0 ? -1 : text.indexOf('<E', open + 2);
    if (close < 0) break;
    const found = firstExpression(text, open, close, evaluate);
    if (!found) {
      from = close + 1;
      continue;
    }
    if (found.start > done) pieces.push(text.slice(done, found.start));
    pieces.push({ value: found.value });
    done = from = close + 2;
  }
  if (done < text.length) pieces.push(text.slice(done));
  return pieces;
}

function firstExpression<T>(
  text: string,
  open: number,
  close: number,
  evaluate: Evaluate<T>,
): { readonly start: number; readonly value: T } | undefined {
  let tried = 0;
  for (
    let start = text.lastIndexOf('E>', close - 2);
    start >= open;
    start = text.lastIndexOf('E>', start - 1)
  ) {
    const length = close - start;
    tried += length;
    if (length > LONGEST || tried > MOST_TRIED) return undefined;
    const value = evaluate(text.slice(start + 2, close));
    if (value !== undefined) return { start, value };
    if (start === 0) return undefined; // lastIndexOf takes a negative start for 0
  }
  return undefined;
}
