import type { Place } from './escape.ts';
import type { Instruction, LoopInstruction, Program } from './compile.ts';
import { isWord, sameCharacter, type CharacterTest, type Comparison } from './set.ts';

/** Does the value match? `runaway`: the answer would take too many steps. */
export type Verdict = 'yes' | 'no' | 'runaway';

/** Some milliseconds; a pattern that means no harm needs a few steps for each character. */
const STEP_BUDGET = 250_000;

/** Where to go on when a way fails: `position` down to `lowest`, with the slots as they were. */
interface Choice {
  readonly pc: number;
  position: number;
  readonly lowest: number;
  readonly trail: number;
}

/**
 * Does the program match the whole value? Alternatives wait on an explicit stack, never on JavaScript's, so that
 * neither long values nor deep patterns can overflow it; memory is bounded by the step budget.
 */
export function runProgram(program: Program, value: string): Verdict {
  const machine = new Machine(program, value);
  return machine.run();
}

class Machine {
  readonly #code: readonly Instruction[];
  readonly #text: readonly number[];
  readonly #slots: number[];
  readonly #choices: Choice[] = [];
  /** Slot and former value, by turns: what to undo when a way fails. */
  readonly #trail: number[] = [];
  #pc = 0;
  #position = 0;
  #steps = 0;

  constructor(program: Program, value: string) {
    this.#code = program.code;
    this.#text = Array.from(value, (character) => character.codePointAt(0) ?? 0);
    this.#slots = new Array<number>(program.slots).fill(-1);
  }

  run(): Verdict {
    while (this.#steps++ < STEP_BUDGET) {
      const instruction = this.#code[this.#pc];
      if (instruction === undefined) return 'no';
      if (instruction.op === 'end' && this.#position === this.#text.length) return 'yes';
      if (this.#step(instruction)) this.#pc++;
      else if (!this.#retry()) return 'no';
    }
    return 'runaway';
  }

  /** Carries out one instruction; false when this way fails. Jumps leave the counter just before their aim. */
  #step(instruction: Instruction): boolean {
    switch (instruction.op) {
      case 'one':
        return this.#one(instruction.test);
      case 'run':
        return this.#run(instruction.test, instruction.min, instruction.max);
      case 'at':
        return this.#isAt(instruction.place, instruction.ascii);
      case 'same':
        return this.#same(instruction.group, instruction.how);
      case 'mark':
        return this.#set(instruction.slot, this.#position);
      case 'back':
        this.#position -= instruction.width;
        return this.#position >= 0;
      case 'split':
        return this.#offer(instruction.other);
      case 'jump':
        return this.#jump(instruction.to);
      case 'unless-group':
        return this.#groupAt(instruction.group) !== undefined || this.#jump(instruction.to);
      case 'loop-start':
        this.#set(instruction.count, 0);
        return this.#set(instruction.last, -1);
      case 'loop':
        return this.#loop(instruction);
      case 'loop-enter': {
        const count = this.#slot(instruction.count);
        // Python guards against empty rounds only once the least number of rounds is done.
        if (count >= instruction.min) this.#set(instruction.last, this.#position);
        return this.#set(instruction.count, count + 1);
      }
      case 'hold':
        return this.#set(instruction.slot, this.#choices.length);
      case 'cut':
        this.#choices.length = this.#slot(instruction.slot);
        return true;
      case 'go':
        this.#position = this.#slot(instruction.slot);
        return true;
      case 'end':
      case 'fail':
        return false;
    }
  }

  #one(test: CharacterTest): boolean {
    const code = this.#text[this.#position];
    if (code === undefined || !test(code)) return false;
    this.#position++;
    return true;
  }

  #run(test: CharacterTest, min: number, max: number): boolean {
    const start = this.#position;
    const furthest = Math.min(this.#text.length, start + max);
    while (this.#position < furthest && this.#one(test)) this.#steps++;
    const lowest = start + min;
    if (this.#position < lowest) return false;
    if (this.#position > lowest) {
      const position = this.#position - 1;
      this.#choices.push({ pc: this.#pc + 1, position, lowest, trail: this.#trail.length });
    }
    return true;
  }

  #loop({ count, last, min, max, lazy, exit }: LoopInstruction): boolean {
    const rounds = this.#slot(count);
    if (rounds < min) return true;
    if (rounds >= max || this.#slot(last) === this.#position) return this.#jump(exit);
    if (!lazy) return this.#offer(exit);
    this.#offer(this.#pc + 1);
    return this.#jump(exit);
  }

  #same(group: number, how: Comparison): boolean {
    const span = this.#groupAt(group);
    if (span === undefined) return false;
    const [start, end] = span;
    for (let at = start; at < end; at++) {
      const left = this.#text[at];
      const right = this.#text[this.#position];
      this.#steps++;
      if (left === undefined || right === undefined || !sameCharacter(left, right, how)) return false;
      this.#position++;
    }
    return true;
  }

  #groupAt(group: number): [number, number] | undefined {
    const start = this.#slot(2 * group);
    const end = this.#slot(2 * group + 1);
    return start < 0 || end < start ? undefined : [start, end];
  }

  #isAt(place: Place, ascii: boolean): boolean {
    const at = this.#position;
    const length = this.#text.length;
    switch (place) {
      case 'text-start':
        return at === 0;
      case 'text-end':
        return at === length;
      case 'line-start':
        return at === 0 || this.#text[at - 1] === 0x0a;
      case 'line-end':
        return at === length || this.#text[at] === 0x0a;
      case 'last-line-end':
        return at === length || (at === length - 1 && this.#text[at] === 0x0a);
      case 'word-edge':
        return length > 0 && this.#isWordAt(at - 1, ascii) !== this.#isWordAt(at, ascii);
      case 'no-word-edge':
        // Python, before 3.14: `\B` does not match in an empty text.
        return length > 0 && this.#isWordAt(at - 1, ascii) === this.#isWordAt(at, ascii);
    }
  }

  #isWordAt(at: number, ascii: boolean): boolean {
    const code = this.#text[at];
    return code !== undefined && isWord(code, ascii);
  }

  #offer(pc: number): true {
    const position = this.#position;
    this.#choices.push({ pc, position, lowest: position, trail: this.#trail.length });
    return true;
  }

  #jump(to: number): true {
    this.#pc = to - 1;
    return true;
  }

  #slot(slot: number): number {
    return this.#slots[slot] ?? -1;
  }

  #set(slot: number, value: number): true {
    this.#trail.push(slot, this.#slot(slot));
    this.#slots[slot] = value;
    return true;
  }

  /** Goes on with the latest choice; false when there is none. */
  #retry(): boolean {
    const choice = this.#choices.at(-1);
    if (choice === undefined) return false;
    while (this.#trail.length > choice.trail) {
      const value = this.#trail.pop() ?? -1;
      this.#slots[this.#trail.pop() ?? 0] = value;
    }
    this.#pc = choice.pc;
    this.#position = choice.position;
    if (choice.position > choice.lowest) choice.position--;
    else this.#choices.pop();
    return true;
  }
}
