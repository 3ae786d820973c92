import type { Tokens } from './tokens.ts';

/** The flags in force at some place of a pattern. */
export interface Flags {
  readonly ignoreCase: boolean;
  readonly ascii: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly verbose: boolean;
}

/** What `(?i)` (`scoped` false: for the whole pattern) or `(?i-s:` (for the group) asks for, by letters. */
export interface FlagChange {
  readonly scoped: boolean;
  readonly on: string;
  readonly off: string;
}

const FLAG = /^[aiLmsux]$/;
const TYPES = /[aLu]/;

/** Whether a character is a flag of Python's `(?...)` (Python, re, "Regular Expression Syntax"). */
export function isFlag(character: string): boolean {
  return FLAG.test(character);
}

/**
 * Reads inline flags from their first character (taken already) to the `)` or `:` that ends them. Throws PatternFault
 * as Python does.
 *
 * Source of the rule: `_parse_flags` of CPython's Lib/re/_parser.py.
 */
export function readFlags(tokens: Tokens, first: string): FlagChange {
  let on = '';
  let character = first;
  while (character !== '-') {
    if (character === 'L') throw tokens.fault("bad inline flags: cannot use 'L' flag with a str pattern");
    on += character;
    if (on.includes('a') && on.includes('u')) {
      throw tokens.fault("bad inline flags: flags 'a', 'u' and 'L' are incompatible");
    }
    character = nextFlag(tokens, ')-:', 'missing -, : or )');
    if (character === ')') return { scoped: false, on, off: '' };
    if (character === ':') return { scoped: true, on, off: '' };
  }
  const off = readFlagsToTurnOff(tokens);
  if (Array.from(on).some((flag) => off.includes(flag))) {
    throw tokens.fault('bad inline flags: flag turned on and off', 1);
  }
  return { scoped: true, on, off };
}

function readFlagsToTurnOff(tokens: Tokens): string {
  let off = '';
  let character = nextFlag(tokens, '', 'missing flag');
  while (character !== ':') {
    if (TYPES.test(character)) {
      throw tokens.fault("bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
    }
    off += character;
    character = nextFlag(tokens, ':', 'missing :');
  }
  return off;
}

function nextFlag(tokens: Tokens, ends: string, missing: string): string {
  const token = tokens.get();
  if (token === undefined) throw tokens.fault(missing);
  if (isFlag(token) || ends.includes(token)) return token;
  throw tokens.fault(/^\p{L}+$/u.test(token) ? 'unknown flag' : missing, Array.from(token).length);
}

/** The flags after a change; `a` and `u` push each other out, later letters win nothing over earlier ones. */
export function changeFlags(flags: Flags, change: FlagChange): Flags {
  const pick = (letter: string, now: boolean): boolean =>
    change.on.includes(letter) || (now && !change.off.includes(letter));
  return {
    ignoreCase: pick('i', flags.ignoreCase),
    ascii: change.on.includes('a') || (flags.ascii && !change.on.includes('u')),
    multiline: pick('m', flags.multiline),
    dotAll: pick('s', flags.dotAll),
    verbose: pick('x', flags.verbose),
  };
}
