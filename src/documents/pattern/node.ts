import type { Place } from './escape.ts';
import type { CharacterTest, Comparison } from './set.ts';

/** How many characters something can match: at least, at most. */
export type Width = readonly [number, number];

/** A part of a parsed pattern; flags are worked in already. */
export type Node =
  | { readonly kind: 'one'; readonly test: CharacterTest }
  | { readonly kind: 'at'; readonly place: Place; readonly ascii: boolean }
  | { readonly kind: 'group'; readonly index: number | undefined; readonly body: readonly Node[] }
  | { readonly kind: 'branch'; readonly options: readonly (readonly Node[])[] }
  | { readonly kind: 'atomic'; readonly body: readonly Node[] }
  | {
      readonly kind: 'backreference';
      readonly group: number;
      readonly how: Comparison;
      readonly width: Width;
    }
  | ConditionalNode
  | LookNode
  | RepeatNode;

/** `(?(1)yes|no)` */
export interface ConditionalNode {
  readonly kind: 'conditional';
  readonly group: number;
  readonly yes: readonly Node[];
  readonly no: readonly Node[];
}

/** Looking ahead or behind; `at` is where it begins in the pattern. */
export interface LookNode {
  readonly kind: 'look';
  readonly behind: boolean;
  readonly negated: boolean;
  readonly body: readonly Node[];
  readonly at: number;
}

export interface RepeatNode {
  readonly kind: 'repeat';
  readonly min: number;
  readonly max: number;
  readonly mode: 'greedy' | 'lazy' | 'possessive';
  readonly body: readonly Node[];
}

export interface Pattern {
  readonly nodes: readonly Node[];
  readonly groups: number;
}

/** Python's bound, finite so that nothing times nothing stays nothing. */
const WIDEST = 2 ** 64;

/** The width of a sequence, as `getwidth` of CPython's Lib/re/_parser.py counts it. */
export function widthOf(nodes: readonly Node[]): Width {
  let low = 0;
  let high = 0;
  for (const node of nodes) {
    const [nodeLow, nodeHigh] = nodeWidth(node);
    low += nodeLow;
    high += nodeHigh;
  }
  return [Math.min(low, WIDEST), Math.min(high, WIDEST)];
}

function nodeWidth(node: Node): Width {
  switch (node.kind) {
    case 'one':
      return [1, 1];
    case 'at':
    case 'look':
      return [0, 0];
    case 'group':
    case 'atomic':
      return widthOf(node.body);
    case 'backreference':
      return node.width;
    case 'branch':
      return eitherWidth(node.options.map(widthOf));
    case 'conditional':
      return eitherWidth([widthOf(node.yes), widthOf(node.no)]);
    case 'repeat': {
      const [low, high] = widthOf(node.body);
      if (node.max === Infinity) return [low * node.min, high === 0 ? 0 : WIDEST];
      return [low * node.min, high * node.max];
    }
  }
}

function eitherWidth(widths: readonly Width[]): Width {
  return [Math.min(...widths.map(([low]) => low)), Math.max(...widths.map(([, high]) => high))];
}
