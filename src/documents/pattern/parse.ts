import { literal, readClassEscape, readEscape, type Place } from './escape.ts';
import { changeFlags, isFlag, readFlags, type Flags } from './flags.ts';
import { Groups } from './group.ts';
import { widthOf, type Node, type Pattern } from './node.ts';
import { anyTest, literalTest, setTest, type SetItem } from './set.ts';
import { characterCount, PatternFault, Tokens } from './tokens.ts';
import { readQuantifier, type Quantifier } from './repeat.ts';

/** Python gives up at about this depth too, on its own recursion limit. */
const DEEPEST = 200;

const START_FLAGS: Flags = {
  ignoreCase: true,
  ascii: false,
  multiline: false,
  dotAll: false,
  verbose: false,
};

/**
 * Parses a Python regular expression that is to be matched ignoring case. Out: nodes with flags worked in. Throws
 * PatternFault with Python's own message and place.
 *
 * Source of the rules: docs.python.org/3.11/library/re.html and `_parse` of CPython's Lib/re/_parser.py.
 */
export function parsePattern(text: string): Pattern {
  return new Parser(text).parse();
}

/** What stands in the sequence: a repeat cannot be repeated, nor can a place. */
interface Part {
  node: Node;
  repeated: boolean;
}

class Parser {
  readonly #tokens: Tokens;
  readonly #groups: Groups;
  #flags = START_FLAGS;
  #globalTypes = '';
  #depth = 0;

  constructor(text: string) {
    this.#tokens = new Tokens(text);
    this.#groups = new Groups(this.#tokens);
  }

  parse(): Pattern {
    const nodes = this.#alternatives(true);
    if (this.#tokens.next !== undefined) throw this.#tokens.fault('unbalanced parenthesis');
    const broken = this.#groups.brokenPromise();
    if (broken) throw new PatternFault(`invalid group reference ${broken.group}`, broken.at);
    return { nodes, groups: this.#groups.count };
  }

  #alternatives(outermost = false): readonly Node[] {
    const options: (readonly Node[])[] = [];
    do options.push(this.#sequence(outermost && options.length === 0));
    while (this.#tokens.take('|'));
    return options.length === 1 ? (options[0] ?? []) : [{ kind: 'branch', options }];
  }

  /** Reads up to `|`, `)` or the end; `first`: flags for the whole pattern may stand here. */
  #sequence(first = false): readonly Node[] {
    const parts: Part[] = [];
    const put = (node: Node): void => {
      parts.push({ node, repeated: false });
    };
    for (;;) {
      const token = this.#tokens.next;
      if (token === undefined || token === '|' || token === ')') break;
      this.#tokens.get();
      if (this.#flags.verbose && this.#skipped(token)) continue;
      if (token === '(') {
        const node = this.#group(first && parts.length === 0);
        if (node !== undefined) put(node);
        continue;
      }
      const quantifier = readQuantifier(this.#tokens, token);
      if (quantifier === undefined) put(this.#single(token));
      else this.#repeatLast(parts, quantifier, token);
    }
    return parts.map(({ node }) => node);
  }

  /** Blanks and comments under the flag x. */
  #skipped(token: string): boolean {
    if (/^[ \t\n\r\v\f]$/.test(token)) return true;
    if (token !== '#') return false;
    for (let skipped = this.#tokens.get(); skipped !== undefined && skipped !== '\n';) {
      skipped = this.#tokens.get();
    }
    return true;
  }

  #single(token: string): Node {
    if (token === '.') return { kind: 'one', test: anyTest(this.#flags.dotAll) };
    if (token === '^') return this.#place(this.#flags.multiline ? 'line-start' : 'text-start');
    if (token === '$') return this.#place(this.#flags.multiline ? 'line-end' : 'last-line-end');
    if (token === '[') return this.#set();
    if (!token.startsWith('\\')) return this.#literal(token.codePointAt(0) ?? 0);
    const escape = readEscape(this.#tokens, token);
    switch (escape.kind) {
      case 'at':
        return this.#place(escape.place);
      case 'group':
        return this.#backreference(escape.group, this.#groups.refer(escape.group));
      case 'category':
        return { kind: 'one', test: setTest([escape], false, this.#flags) };
      case 'range':
        return this.#literal(escape.low);
    }
  }

  #literal(code: number): Node {
    return { kind: 'one', test: literalTest(code, this.#flags) };
  }

  #place(place: Place): Node {
    return { kind: 'at', place, ascii: this.#flags.ascii };
  }

  #backreference(group: number, width: readonly [number, number]): Node {
    return { kind: 'backreference', group, how: this.#flags, width };
  }

  #set(): Node {
    const start = this.#tokens.at - 1;
    const negated = this.#tokens.take('^');
    const items: SetItem[] = [];
    for (;;) {
      const token = this.#inSet(start);
      if (token === ']' && items.length > 0) break;
      const low = this.#setItem(token);
      if (!this.#tokens.take('-')) {
        items.push(low);
        continue;
      }
      const until = this.#inSet(start);
      if (until === ']') {
        items.push(low, literal(0x2d));
        break;
      }
      items.push(this.#range(token, low, until, this.#setItem(until)));
    }
    return { kind: 'one', test: setTest(items, negated, this.#flags) };
  }

  #inSet(start: number): string {
    const token = this.#tokens.get();
    if (token !== undefined) return token;
    throw new PatternFault('unterminated character set', start);
  }

  #setItem(token: string): SetItem {
    return token.startsWith('\\') ? readClassEscape(this.#tokens, token) : literal(token.codePointAt(0) ?? 0);
  }

  #range(from: string, low: SetItem, to: string, high: SetItem): SetItem {
    if (low.kind === 'range' && high.kind === 'range' && low.low <= high.low) {
      return { kind: 'range', low: low.low, high: high.low };
    }
    const length = characterCount(from) + 1 + characterCount(to);
    throw this.#tokens.fault(`bad character range ${from}-${to}`, length);
  }

  #repeatLast(parts: Part[], quantifier: Quantifier, token: string): void {
    const last = parts.at(-1);
    const at = quantifier.start - characterCount(token);
    if (last === undefined || last.node.kind === 'at') throw new PatternFault('nothing to repeat', at);
    if (last.repeated) throw new PatternFault('multiple repeat', at);
    const { min, max } = quantifier;
    const mode = this.#tokens.take('?') ? 'lazy' : this.#tokens.take('+') ? 'possessive' : 'greedy';
    const { node } = last;
    const body = node.kind === 'group' && node.index === undefined ? node.body : [node];
    last.node = { kind: 'repeat', min, max, mode, body };
    last.repeated = true;
  }

  /** What begins with a bracket, which is taken already. Nothing for comments and flags. */
  #group(flagsAllowed: boolean): Node | undefined {
    const start = this.#tokens.at - 1;
    if (!this.#tokens.take('?')) return this.#capture(start, undefined);
    const kind = this.#extension();
    switch (kind) {
      case 'P':
        return this.#named(start);
      case ':':
        return { kind: 'group', index: undefined, body: this.#body(start) };
      case '#':
        this.#comment(start);
        return undefined;
      case '=':
      case '!':
        return { kind: 'look', behind: false, negated: kind === '!', body: this.#body(start), at: start };
      case '<':
        return this.#lookBehind(start);
      case '(':
        return this.#conditional(start);
      case '>':
        return { kind: 'atomic', body: this.#body(start) };
      default:
        return this.#flagged(start, kind, flagsAllowed);
    }
  }

  #extension(): string {
    const token = this.#tokens.get();
    if (token !== undefined) return token;
    throw this.#tokens.fault('unexpected end of pattern');
  }

  /** The alternatives up to the closing bracket, which is taken; flags set inside end there. */
  #body(start: number): readonly Node[] {
    const nodes = this.#inside(start, () => this.#alternatives());
    this.#close(start);
    return nodes;
  }

  #inside<T>(start: number, read: () => T): T {
    if (++this.#depth > DEEPEST) throw new PatternFault('groups are nested too deeply', start);
    const flags = this.#flags;
    const result = read();
    this.#flags = flags;
    this.#depth--;
    return result;
  }

  #close(start: number): void {
    if (!this.#tokens.take(')')) throw new PatternFault('missing ), unterminated subpattern', start);
  }

  #capture(start: number, name: string | undefined): Node {
    const index = this.#groups.open(name);
    const body = this.#body(start);
    this.#groups.close(index, widthOf(body));
    return { kind: 'group', index, body };
  }

  #named(start: number): Node {
    if (this.#tokens.take('<')) return this.#capture(start, this.#groups.readName('>'));
    if (this.#tokens.take('=')) {
      const { group, width } = this.#groups.referByName(this.#groups.readName(')'));
      return this.#backreference(group, width);
    }
    throw this.#unknownExtension(`P${this.#extension()}`);
  }

  #comment(start: number): void {
    while (this.#tokens.next !== undefined) if (this.#tokens.get() === ')') return;
    throw new PatternFault('missing ), unterminated comment', start);
  }

  #lookBehind(start: number): Node {
    const kind = this.#extension();
    if (kind !== '=' && kind !== '!') throw this.#unknownExtension(`<${kind}`);
    const body = this.#groups.lookBehind(() => this.#body(start));
    return { kind: 'look', behind: true, negated: kind === '!', body, at: start };
  }

  #conditional(start: number): Node {
    const group = this.#groups.readCondition();
    const { yes, no } = this.#inside(start, () => {
      const first = this.#sequence();
      return { yes: first, no: this.#tokens.take('|') ? this.#sequence() : [] };
    });
    if (this.#tokens.next === '|') {
      throw this.#tokens.fault('conditional backref with more than two branches');
    }
    this.#close(start);
    return { kind: 'conditional', group, yes, no };
  }

  #flagged(start: number, kind: string, allowed: boolean): Node | undefined {
    if (!isFlag(kind) && kind !== '-') throw this.#unknownExtension(kind);
    const change = readFlags(this.#tokens, kind);
    if (change.scoped) {
      const outer = this.#flags;
      this.#flags = changeFlags(outer, change);
      const body = this.#body(start);
      this.#flags = outer;
      // Wrapped, as a repeat takes the bodies of plain groups apart.
      return { kind: 'group', index: undefined, body };
    }
    if (!allowed) throw new PatternFault('global flags not at the start of the expression', start);
    this.#globalTypes += change.on;
    if (this.#globalTypes.includes('a') && this.#globalTypes.includes('u')) {
      throw new PatternFault('ASCII and UNICODE flags are incompatible', start);
    }
    this.#flags = changeFlags(this.#flags, change);
    return undefined;
  }

  #unknownExtension(text: string): PatternFault {
    return this.#tokens.fault(`unknown extension ?${text}`, characterCount(text) + 1);
  }
}
