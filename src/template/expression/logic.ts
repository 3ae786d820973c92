import type { SyntaxNode } from '@lezer/common';
import type { ComparisonOperator, Expression } from './ast.ts';
import { fail } from './budget.ts';

const COMPARISONS: ReadonlyMap<string, ComparisonOperator> = new Map(
  (['==', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'is', 'is not'] as const).map((operator) => [
    operator,
    operator,
  ]),
);

/** The direct children of a syntax node, in order. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== 'Comment') children.push(child);
  return children;
}

/** Whether a node is one of `and`, `or`, `not` or a comparison, and not arithmetic. */
export function isLogic(node: SyntaxNode): boolean {
  const [first, second] = childrenOf(node);
  if (node.name === 'UnaryExpression') return first?.name === 'not';
  return node.name === 'BinaryExpression' && second !== undefined && !/^(?:Arith|Bit)Op$/.test(second.name);
}

/** Operands and operators in the order of the text. */
function flatten(root: SyntaxNode): SyntaxNode[] {
  const [waiting, tokens] = [[root], [] as SyntaxNode[]];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (isLogic(node)) waiting.push(...childrenOf(node).reverse());
    else tokens.push(node);
  }
  return tokens;
}

/**
 * Reads a tree of `and`, `or`, `not` and comparisons again, by Python's precedence: the grammar of the package takes
 * `not a and b` for `not (a and b)`, so only the order of its leaves is used.
 */
export function convertLogic(
  root: SyntaxNode,
  source: string,
  convert: (node: SyntaxNode) => Expression,
): Expression {
  const tokens = flatten(root);
  let next = 0;
  const word = (at = next): string | undefined => {
    const node = tokens[at];
    if (!node) return undefined;
    return /^(?:and|or|not|in|is|CompareOp)$/.test(node.name) ? source.slice(node.from, node.to) : undefined;
  };
  const take = (wanted: string): boolean => {
    if (word() !== wanted) return false;
    next += 1;
    return true;
  };
  const chain = (kind: 'and' | 'or', part: () => Expression): Expression => {
    const operands = [part()];
    while (take(kind)) operands.push(part());
    const [only] = operands;
    return only && operands.length === 1 ? only : { kind, operands };
  };
  const operand = (): Expression => {
    const node = tokens[next];
    if (!node || word() !== undefined) return fail('an operand is missing');
    next += 1;
    return convert(node);
  };
  const operator = (): ComparisonOperator | undefined => {
    const first = word();
    if (first === undefined || first === 'and' || first === 'or') return undefined;
    const both = `${first} ${word(next + 1)}`;
    const found = COMPARISONS.get(both) ?? COMPARISONS.get(first) ?? fail(`unknown operator ${first}`);
    next += found.includes(' ') ? 2 : 1;
    return found;
  };
  const comparison = (): Expression => {
    const first = operand();
    const rest: [ComparisonOperator, Expression][] = [];
    for (let found = operator(); found !== undefined; found = operator()) rest.push([found, operand()]);
    return rest.length === 0 ? first : { kind: 'comparison', first, rest };
  };
  const negation = (): Expression => {
    let count = 0;
    while (take('not')) count += 1;
    let expression = comparison();
    // Two say as much as any even number, and keep a long row of them shallow.
    for (let left = count > 2 ? 2 - (count % 2) : count; left > 0; left -= 1)
      expression = { kind: 'not', operand: expression };
    return expression;
  };
  const result = chain('or', () => chain('and', negation));
  return next === tokens.length ? result : fail('an operator is missing');
}
