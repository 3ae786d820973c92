import { pythonString } from '../../model/value.ts';
import type { Width } from './node.ts';
import { characterCount, type PatternFault, type Tokens } from './tokens.ts';

/**
 * The groups of a pattern while it is read: names, widths, which of them may be referred to.
 *
 * Source of the rules: `State` and the checks of names in CPython's Lib/re/_parser.py.
 */
export class Groups {
  readonly #tokens: Tokens;
  readonly #names = new Map<string, number>();
  /** By number; undefined while the group is open. The whole pattern is group 0. */
  readonly #widths: (Width | undefined)[] = [undefined];
  readonly #promised = new Map<number, number>();
  #firstInLookBehind: number | undefined;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  get count(): number {
    return this.#widths.length - 1;
  }

  open(name: string | undefined): number {
    const group = this.#widths.length;
    this.#widths.push(undefined);
    if (name === undefined) return group;
    const other = this.#names.get(name);
    if (other !== undefined) {
      throw this.#nameFault(
        name,
        `redefinition of group name ${pythonString(name)} as group ${group}; was group ${other}`,
      );
    }
    this.#names.set(name, group);
    return group;
  }

  close(group: number, width: Width): void {
    this.#widths[group] = width;
  }

  /** Reads a name up to its end, the mark that ends it included. */
  readName(end: string): string {
    const name = this.#tokens.getUntil(end, 'group name');
    if (isIdentifier(name)) return name;
    throw this.#nameFault(name, `bad character in group name ${pythonString(name)}`);
  }

  /** `\1`: the group, and how wide it is. */
  refer(group: number): Width {
    const digits = String(group).length;
    if (group >= this.#widths.length) throw this.#tokens.fault(`invalid group reference ${group}`, digits);
    const width = this.#widths[group];
    if (width === undefined) throw this.#tokens.fault('cannot refer to an open group', digits + 1);
    this.#checkLookBehind(group);
    return width;
  }

  /** `(?P=name)`, the name just read. */
  referByName(name: string): { readonly group: number; readonly width: Width } {
    const group = this.#find(name);
    const width = this.#widths[group];
    if (width === undefined) throw this.#nameFault(name, 'cannot refer to an open group');
    this.#checkLookBehind(group);
    return { group, width };
  }

  /** `(?(1)` or `(?(name)`, up to the bracket; a number may be of a group that comes later. */
  readCondition(): number {
    const name = this.#tokens.getUntil(')', 'group name');
    const group = isIdentifier(name) ? this.#find(name) : this.#readNumber(name);
    this.#checkLookBehind(group);
    return group;
  }

  /** Looking behind, a reference to a group of the same look-behind is refused. */
  lookBehind<T>(read: () => T): T {
    const outer = this.#firstInLookBehind;
    this.#firstInLookBehind ??= this.#widths.length;
    const result = read();
    this.#firstInLookBehind = outer;
    return result;
  }

  /** The first condition on a group that never came. */
  brokenPromise(): { readonly group: number; readonly at: number } | undefined {
    for (const [group, at] of this.#promised) if (group > this.count) return { group, at };
    return undefined;
  }

  #readNumber(name: string): number {
    if (!/^[0-9]+$/.test(name)) {
      throw this.#nameFault(name, `bad character in group name ${pythonString(name)}`);
    }
    const group = Number(name);
    if (group === 0) throw this.#nameFault(name, 'bad group number');
    if (group >= MOST_GROUPS) throw this.#nameFault(name, `invalid group reference ${group}`);
    if (!this.#promised.has(group)) this.#promised.set(group, this.#tokens.at - characterCount(name) - 1);
    return group;
  }

  #find(name: string): number {
    const group = this.#names.get(name);
    if (group !== undefined) return group;
    throw this.#nameFault(name, `unknown group name ${pythonString(name)}`);
  }

  #checkLookBehind(group: number): void {
    if (this.#firstInLookBehind === undefined) return;
    if (this.#widths[group] === undefined) throw this.#tokens.fault('cannot refer to an open group');
    if (group >= this.#firstInLookBehind) {
      throw this.#tokens.fault('cannot refer to group defined in the same lookbehind subpattern');
    }
  }

  #nameFault(name: string, message: string): PatternFault {
    return this.#tokens.fault(message, characterCount(name) + 1);
  }
}

const MOST_GROUPS = 1_073_741_823;

function isIdentifier(name: string): boolean {
  return /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(name);
}
