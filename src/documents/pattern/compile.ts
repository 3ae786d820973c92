import type { Place } from './escape.ts';
import type { CharacterTest, Comparison } from './set.ts';
import { PatternFault } from './tokens.ts';
import { widthOf, type Node, type RepeatNode, type LookNode, type Pattern } from './node.ts';

/** Instructions of the backtracking machine in match.ts; slots are its registers. */
export type Instruction =
  | { readonly op: 'one'; readonly test: CharacterTest }
  | { readonly op: 'run'; readonly test: CharacterTest; readonly min: number; readonly max: number }
  | { readonly op: 'at'; readonly place: Place; readonly ascii: boolean }
  | { readonly op: 'same'; readonly group: number; readonly how: Comparison }
  | { readonly op: 'mark'; readonly slot: number }
  | { readonly op: 'back'; readonly width: number }
  | { readonly op: 'split'; other: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'unless-group'; readonly group: number; to: number }
  | { readonly op: 'loop-start'; readonly count: number; readonly last: number }
  | LoopInstruction
  | { readonly op: 'loop-enter'; readonly count: number; readonly last: number; readonly min: number }
  | { readonly op: 'hold'; readonly slot: number }
  | { readonly op: 'cut'; readonly slot: number }
  | { readonly op: 'go'; readonly slot: number }
  | { readonly op: 'fail' }
  | { readonly op: 'end' };

/** Decides whether a loop goes round once more; `loop-enter` follows it directly. */
export interface LoopInstruction {
  readonly op: 'loop';
  readonly count: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly lazy: boolean;
  exit: number;
}

export interface Program {
  readonly code: readonly Instruction[];
  readonly slots: number;
}

/**
 * Compiles a parsed pattern for the machine. The size of the program grows with the text of the pattern only: repeats
 * count in slots. Throws PatternFault for a look-behind whose width varies, which Python finds as late too.
 */
export function compileNodes(pattern: Pattern): Program {
  const compiler = new Compiler(2 * (pattern.groups + 1));
  compiler.sequence(pattern.nodes);
  compiler.code.push({ op: 'end' });
  return { code: compiler.code, slots: compiler.slots };
}

class Compiler {
  readonly code: Instruction[] = [];
  slots: number;

  constructor(slots: number) {
    this.slots = slots;
  }

  sequence(nodes: readonly Node[]): void {
    for (const node of nodes) this.#node(node);
  }

  #node(node: Node): void {
    switch (node.kind) {
      case 'one':
        this.code.push({ op: 'one', test: node.test });
        return;
      case 'at':
        this.code.push({ op: 'at', place: node.place, ascii: node.ascii });
        return;
      case 'backreference':
        this.code.push({ op: 'same', group: node.group, how: node.how });
        return;
      case 'group':
        this.#group(node.index, node.body);
        return;
      case 'branch':
        this.#branch(node.options);
        return;
      case 'atomic':
        this.#atomic(() => {
          this.sequence(node.body);
        });
        return;
      case 'conditional':
        this.#conditional(node.group, node.yes, node.no);
        return;
      case 'look':
        this.#look(node);
        return;
      case 'repeat':
        this.#repeat(node);
        return;
    }
  }

  #group(index: number | undefined, body: readonly Node[]): void {
    if (index !== undefined) this.code.push({ op: 'mark', slot: 2 * index });
    this.sequence(body);
    if (index !== undefined) this.code.push({ op: 'mark', slot: 2 * index + 1 });
  }

  #branch(options: readonly (readonly Node[])[]): void {
    const jumps: { op: 'jump'; to: number }[] = [];
    options.forEach((option, index) => {
      if (index === options.length - 1) {
        this.sequence(option);
        return;
      }
      const split = { op: 'split' as const, other: 0 };
      const jump = { op: 'jump' as const, to: 0 };
      this.code.push(split);
      this.sequence(option);
      this.code.push(jump);
      jumps.push(jump);
      split.other = this.code.length;
    });
    for (const jump of jumps) jump.to = this.code.length;
  }

  #conditional(group: number, yes: readonly Node[], no: readonly Node[]): void {
    const test = { op: 'unless-group' as const, group, to: 0 };
    const jump = { op: 'jump' as const, to: 0 };
    this.code.push(test);
    this.sequence(yes);
    this.code.push(jump);
    test.to = this.code.length;
    this.sequence(no);
    jump.to = this.code.length;
  }

  /** What the body leaves to try again is forgotten behind it. */
  #atomic(body: () => void): void {
    const slot = this.#slot();
    this.code.push({ op: 'hold', slot });
    body();
    this.code.push({ op: 'cut', slot });
  }

  #look(node: LookNode): void {
    const slot = this.#slot();
    const position = this.#slot();
    const split = { op: 'split' as const, other: 0 };
    this.code.push({ op: 'hold', slot }, { op: 'mark', slot: position });
    if (node.negated) this.code.push(split);
    if (node.behind) this.code.push({ op: 'back', width: fixedWidth(node) });
    this.sequence(node.body);
    this.code.push({ op: 'cut', slot }, node.negated ? { op: 'fail' } : { op: 'go', slot: position });
    split.other = this.code.length;
  }

  #repeat(node: RepeatNode): void {
    const only = node.body.length === 1 ? node.body[0] : undefined;
    const possessive = node.mode === 'possessive';
    const body = (): void => {
      if (only?.kind === 'one' && node.mode !== 'lazy') {
        this.code.push({ op: 'run', test: only.test, min: node.min, max: node.max });
      } else this.#loop(node, possessive);
    };
    if (possessive) this.#atomic(body);
    else body();
  }

  /** Python tries each round of a possessive repeat on its own, so the rounds are atomic as well as the whole. */
  #loop(node: RepeatNode, atomicRounds: boolean): void {
    const { min, max } = node;
    const count = this.#slot();
    const last = this.#slot();
    this.code.push({ op: 'loop-start', count, last });
    const start = this.code.length;
    const loop: LoopInstruction = { op: 'loop', count, last, min, max, lazy: node.mode === 'lazy', exit: 0 };
    this.code.push(loop, { op: 'loop-enter', count, last, min });
    const round = (): void => {
      this.sequence(node.body);
    };
    if (atomicRounds) this.#atomic(round);
    else round();
    this.code.push({ op: 'jump', to: start });
    loop.exit = this.code.length;
  }

  #slot(): number {
    return this.slots++;
  }
}

function fixedWidth(node: LookNode): number {
  const [low, high] = widthOf(node.body);
  if (low !== high) throw new PatternFault('look-behind requires fixed-width pattern', node.at);
  return low;
}
