import { compileNodes } from './compile.ts';
import { runProgram, type Verdict } from './match.ts';
import { parsePattern } from './parse.ts';
import { PatternFault } from './tokens.ts';

/** A pattern ready to be matched, or why it cannot be read: `at` is an offset in UTF-16 code units. */
export type CompiledPattern =
  | { readonly ok: true; readonly matches: (value: string) => Verdict }
  | { readonly ok: false; readonly message: string; readonly at: number };

/**
 * Compiles a Python regular expression; `matches` is `re.fullmatch(text, value, re.IGNORECASE)`.
 *
 * In: the pattern as Python's `re` reads it (3.11, str patterns). Out: a matcher that answers `yes`, `no`, or `runaway`
 * where the match needs more steps than any sensible pattern does. A pattern that Python refuses is refused with Python's
 * message and place. Nothing is cached, nothing is thrown.
 *
 * Rules: DESIGN.md "Data files" (`*_specific`); docs.python.org/3.11/library/re.html.
 */
export function compilePattern(text: string): CompiledPattern {
  try {
    const program = compileNodes(parsePattern(text));
    return { ok: true, matches: (value) => runProgram(program, value) };
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    return { ok: false, message: error.message, at: offsetOfCharacter(text, error.at) };
  }
}

/** Python counts characters where JavaScript counts UTF-16 code units. */
function offsetOfCharacter(text: string, index: number): number {
  return Array.from(text).slice(0, Math.max(0, index)).join('').length;
}
