import type { SyntaxNode } from '@lezer/common';
import type { Arguments, ArithmeticOperator, Expression, Loop, Target, UnaryOperator } from './ast.ts';
import { targetNames } from './ast.ts';
import { fail, LIMITS } from './budget.ts';
import { BUILTIN_NAMES } from './builtins.ts';
import { readNumber } from './literals.ts';
import { childrenOf, convertLogic, isLogic } from './logic.ts';
import { METHOD_NAMES } from './methods.ts';
import { convertStrings } from './strings.ts';

type Names = ReadonlySet<string>;

const ARITHMETIC: ReadonlyMap<string, ArithmeticOperator> = new Map(
  (['+', '-', '*', '/', '//', '%', '**', '&', '|', '^', '<<', '>>'] as const).map((operator) => [
    operator,
    operator,
  ]),
);
const UNARY: ReadonlyMap<string, UnaryOperator> = new Map([
  ['+', '+'],
  ['-', '-'],
  ['~', '~'],
]);
const DISPLAYS = { TupleExpression: 'tuple', ArrayExpression: 'list', SetExpression: 'set' } as const;
const COMPREHENSIONS = {
  ComprehensionExpression: 'generator',
  ArrayComprehensionExpression: 'list',
  SetComprehensionExpression: 'set',
  DictionaryComprehensionExpression: 'dict',
} as const;
const TAKE_KEY: Names = new Set(['sorted', 'min', 'max']);

function isKeyOf<T extends object>(table: T, name: PropertyKey): name is keyof T {
  return Object.hasOwn(table, name);
}

function inner(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node).slice(1, -1);
}

/** The nodes between separators; a trailing separator makes no empty group. */
function splitAt(nodes: readonly SyntaxNode[], separator: string): SyntaxNode[][] {
  const groups: SyntaxNode[][] = [[]];
  for (const node of nodes) {
    if (node.name === separator) groups.push([]);
    else groups.at(-1)?.push(node);
  }
  return groups;
}

/** Turns the tree of the Python grammar into the allowed expressions; whatever has no case here is refused. */
export class Converter {
  #depth = 0;
  constructor(readonly source: string) {}

  text(node: SyntaxNode): string {
    return this.source.slice(node.from, node.to);
  }

  /** The expression of a statement; `1, 2` without brackets is a tuple. */
  statement(node: SyntaxNode): Expression {
    return this.items(childrenOf(node), new Set());
  }

  items(nodes: readonly SyntaxNode[], names: Names): Expression {
    const [first] = nodes;
    if (first && nodes.length === 1) return this.convert(first, names);
    return { kind: 'tuple', items: this.all(nodes, names) };
  }

  all(nodes: readonly SyntaxNode[], names: Names): Expression[] {
    return nodes.filter(({ name }) => name !== ',' && name !== ':').map((node) => this.convert(node, names));
  }

  convert(node: SyntaxNode | undefined, names: Names): Expression {
    if (!node) return fail('a part is missing');
    if (this.#depth >= LIMITS.depth) fail('the expression is nested too deeply');
    this.#depth += 1;
    const expression = this.dispatch(node, names);
    this.#depth -= 1;
    return expression;
  }

  dispatch(node: SyntaxNode, names: Names): Expression {
    const { name } = node;
    if (isKeyOf(DISPLAYS, name)) return { kind: DISPLAYS[name], items: this.all(inner(node), names) };
    if (isKeyOf(COMPREHENSIONS, name)) return this.comprehension(COMPREHENSIONS[name], inner(node), names);
    switch (name) {
      case 'None':
        return { kind: 'constant', value: null };
      case 'Boolean':
        return { kind: 'constant', value: this.text(node) === 'True' };
      case 'Number':
        return { kind: 'constant', value: readNumber(this.text(node)) };
      case 'String':
      case 'FormatString':
        return convertStrings([node], this.source, (nodes) => this.items(nodes, names));
      case 'ContinuedString':
        return convertStrings(childrenOf(node), this.source, (nodes) => this.items(nodes, names));
      case 'ParenthesizedExpression':
        return this.items(inner(node), names);
      case 'DictionaryExpression':
        return this.dict(inner(node), names);
      case 'ConditionalExpression': {
        const [then, , test, , otherwise] = childrenOf(node).map((child, at) =>
          at % 2 ? undefined : this.convert(child, names),
        );
        return then && test && otherwise
          ? { kind: 'choice', test, then, otherwise }
          : fail('a part is missing');
      }
      case 'BinaryExpression':
      case 'UnaryExpression':
        return this.operation(node, names);
      case 'CallExpression':
        return this.call(node, names);
      case 'MemberExpression':
        return this.subscript(node, names);
      case 'VariableName':
        return names.has(this.text(node))
          ? { kind: 'name', name: this.text(node) }
          : fail(`the name ${this.text(node)} is not known`);
      default:
        return fail(`${name} is not allowed`);
    }
  }

  dict(nodes: readonly SyntaxNode[], names: Names): Expression {
    const parts = this.all(nodes, names);
    const entries = parts.flatMap((key, at) => {
      const value = parts[at + 1];
      return at % 2 === 0 && value ? [[key, value] as const] : [];
    });
    return { kind: 'dict', entries };
  }

  operation(node: SyntaxNode, names: Names): Expression {
    if (isLogic(node)) return convertLogic(node, this.source, (operand) => this.convert(operand, names));
    if (node.name === 'UnaryExpression') {
      const [sign, operand] = childrenOf(node);
      const operator = UNARY.get(sign ? this.text(sign) : '') ?? fail('unknown operator');
      return { kind: 'unary', operator, operand: this.convert(operand, names) };
    }
    const rest: [ArithmeticOperator, Expression][] = [];
    let first: SyntaxNode | undefined = node;
    // Down the left side without recursion: a sum of a thousand terms is no deeper than one of two.
    while (first?.name === 'BinaryExpression' && !isLogic(first)) {
      const [left, sign, right]: SyntaxNode[] = childrenOf(first);
      const operator = ARITHMETIC.get(sign ? this.text(sign) : '') ?? fail('unknown operator');
      rest.unshift([operator, this.convert(right, names)]);
      first = left;
    }
    return { kind: 'arithmetic', first: this.convert(first, names), rest };
  }

  subscript(node: SyntaxNode, names: Names): Expression {
    const [object, bracket, ...parts] = childrenOf(node);
    if (bracket?.name !== '[') return fail('attributes are not allowed');
    const chosen = parts.slice(0, -1);
    const base = this.convert(object, names);
    if (!chosen.some(({ name }) => name === ':'))
      return { kind: 'index', object: base, index: this.items(chosen, names) };
    const bounds = splitAt(chosen, ':').map((group) => {
      if (group.length > 1) fail('a slice has one range');
      return group[0] ? this.convert(group[0], names) : null;
    });
    return { kind: 'slice', object: base, bounds };
  }

  call(node: SyntaxNode, names: Names): Expression {
    const [callee, list] = childrenOf(node);
    if (!callee || list?.name !== 'ArgList') return fail('this cannot be called');
    if (callee.name === 'VariableName') {
      const name = this.text(callee);
      if (names.has(name) || !BUILTIN_NAMES.has(name)) fail(`${name} cannot be called`);
      return { kind: 'call', name, ...this.arguments(inner(list), names, TAKE_KEY.has(name)) };
    }
    const [object, , property] = childrenOf(callee);
    if (callee.name !== 'MemberExpression' || property?.name !== 'PropertyName')
      return fail('this cannot be called');
    const name = this.text(property);
    if (!METHOD_NAMES.has(name)) fail(`there is no method ${name}`);
    return {
      kind: 'method',
      object: this.convert(object, names),
      name,
      ...this.arguments(inner(list), names, false),
    };
  }

  arguments(nodes: readonly SyntaxNode[], names: Names, takesKey: boolean): Arguments {
    if (nodes.some(({ name }) => name === 'for'))
      return { positional: [this.comprehension('generator', nodes, names)], keywords: [] };
    const positional: Expression[] = [];
    const keywords = new Map<string, Expression>();
    for (const [first, sign, value, ...more] of splitAt(nodes, ',')) {
      if (!first) continue;
      if (!sign && keywords.size === 0) positional.push(this.convert(first, names));
      else {
        const name = this.text(first);
        if (!sign || !value || this.text(sign) !== '=' || more.length > 0 || keywords.has(name))
          fail('these arguments are not allowed');
        keywords.set(name, this.keyword(value, names, takesKey && name === 'key'));
      }
    }
    return { positional, keywords: [...keywords] };
  }

  /** The value of a named argument; `key=` takes an allowed function by its name. */
  keyword(value: SyntaxNode | undefined, names: Names, isKey: boolean): Expression {
    const name = value?.name === 'VariableName' ? this.text(value) : '';
    if (isKey && BUILTIN_NAMES.has(name) && !names.has(name)) return { kind: 'builtin', name };
    return this.convert(value, names);
  }

  comprehension(
    result: 'list' | 'set' | 'dict' | 'generator',
    nodes: readonly SyntaxNode[],
    outer: Names,
  ): Expression {
    const [element = [], ...clauses] = splitAt(nodes, 'for');
    const patterns = clauses.map((clause) => splitAt(clause, 'in')[0] ?? []);
    const targets = patterns.map((pattern) => this.pattern(pattern));
    const names = new Set([...outer, ...targets.flatMap(targetNames)]);
    const parts = element.filter(({ name }) => name !== ':');
    if (parts.length !== (result === 'dict' ? 2 : 1)) fail('the element of the comprehension is not allowed');
    const loops = clauses.map((clause, at): Loop => {
      const [[source, ...extra] = [], ...tests] = splitAt(
        clause.slice((patterns[at]?.length ?? 0) + 1),
        'if',
      );
      if (extra.length > 0 || tests.some((test) => test.length !== 1)) fail('the loop is not allowed');
      return {
        target: targets[at] ?? [],
        source: this.convert(source, at === 0 ? outer : names),
        conditions: tests.map(([test]) => this.convert(test, names)),
      };
    });
    return { kind: 'comprehension', result, element: this.all(parts, names), loops };
  }

  /** What stands between `for` and `in`: one name, or names with commas, in brackets or not. */
  pattern(nodes: readonly SyntaxNode[]): Target {
    const [only, ...more] = nodes;
    if (!only || more.length > 0)
      return nodes.filter(({ name }) => name !== ',').map((node) => this.pattern([node]));
    if (only.name === 'VariableName') return this.text(only);
    if (only.name === 'ParenthesizedExpression') return this.pattern(inner(only));
    if (only.name !== 'TupleExpression' && only.name !== 'ArrayExpression')
      return fail('a loop must bind names');
    return inner(only)
      .filter(({ name }) => name !== ',')
      .map((node) => this.pattern([node]));
  }
}
