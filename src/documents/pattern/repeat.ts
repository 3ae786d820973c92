import { PatternFault, type Tokens } from './tokens.ts';

/** How often; `start` is where the text behind its first character begins. */
export interface Quantifier {
  readonly min: number;
  readonly max: number;
  readonly start: number;
}

const DIGIT = /^[0-9]$/;
const MOST_REPEATS = 4_294_967_295;

/**
 * Reads a quantifier that begins with this token, the token being taken already. Nothing where the token begins none:
 * a `{` that is not followed by numbers and `}` is a literal, and the tokens behind it are untouched. Throws
 * PatternFault for `{3,2}` and for numbers beyond Python's.
 *
 * Source of the rule: `_parse` of CPython's Lib/re/_parser.py.
 */
export function readQuantifier(tokens: Tokens, token: string): Quantifier | undefined {
  const start = tokens.at;
  if (token === '?') return { min: 0, max: 1, start };
  if (token === '*') return { min: 0, max: Infinity, start };
  if (token === '+') return { min: 1, max: Infinity, start };
  if (token !== '{' || tokens.next === '}') return undefined;
  const low = tokens.getWhile(Infinity, DIGIT);
  const high = tokens.take(',') ? tokens.getWhile(Infinity, DIGIT) : low;
  if (!tokens.take('}')) {
    tokens.seek(start);
    return undefined;
  }
  const min = Number(low);
  const max = high === '' ? Infinity : Number(high);
  if (min >= MOST_REPEATS || (high !== '' && max >= MOST_REPEATS)) {
    throw new PatternFault('the repetition number is too large', start);
  }
  if (max < min) throw new PatternFault('min repeat greater than max repeat', start);
  return { min, max, start };
}
