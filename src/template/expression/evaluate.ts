import type { Value } from '../../model/value.ts';
import { callBuiltin } from './builtins.ts';
import type { Call } from './arguments.ts';
import { arithmetic, unary } from './arithmetic.ts';
import {
  targetNames,
  type Arguments,
  type Expression,
  type JoinedPart,
  type Loop,
  type Target,
} from './ast.ts';
import { Budget, ExpressionError, fail } from './budget.ts';
import { compare, toDict, toMembers } from './compare.ts';
import { format } from './format.ts';
import { callMethod } from './methods.ts';
import {
  each,
  isTrue,
  itemsOf,
  PyBuiltin,
  PyIterator,
  PyList,
  PySet,
  PyTuple,
  type PyObject,
} from './object.ts';
import { convert } from './string-format.ts';
import { itemAt, slice } from './subscript.ts';
import { literalOf } from './shape.ts';
import { str } from './text.ts';
import { toValue } from './result.ts';

export type Evaluated =
  | { readonly ok: true; readonly value: Value; readonly text: string }
  | { readonly ok: false; readonly message: string };

/** The names of one comprehension, and of those around it. A generator keeps its scope and sees later values, as in Python. */
class Scope {
  readonly #values = new Map<string, PyObject>();
  constructor(
    readonly names: ReadonlySet<string>,
    readonly outer: Scope | undefined,
  ) {}

  read(name: string): PyObject {
    if (!this.names.has(name)) return this.outer?.read(name) ?? null;
    const value = this.#values.get(name);
    return value === undefined ? fail(`variable '${name}' is used before it has a value`) : value;
  }

  write(name: string, value: PyObject): void {
    this.#values.set(name, value);
  }
}

type Comprehension = Extract<Expression, { kind: 'comprehension' }>;

/** Walks one expression; the budget is shared by everything that it calls. */
class Interpreter {
  constructor(
    readonly budget: Budget,
    readonly literals: readonly string[],
  ) {}

  run(expression: Expression, scope: Scope | undefined): PyObject {
    const { budget } = this;
    budget.spend();
    switch (expression.kind) {
      case 'constant': {
        const { value } = expression;
        return typeof value === 'string' ? literalOf(value, this.literals) : value;
      }
      case 'joined':
        return this.joined(expression.parts, scope);
      case 'list':
        return new PyList(this.all(expression.items, scope));
      case 'tuple':
        return new PyTuple(this.all(expression.items, scope));
      case 'set':
        return new PySet(toMembers(this.all(expression.items, scope), budget));
      case 'dict':
        return toDict(
          expression.entries.map(([key, value]) => [this.run(key, scope), this.run(value, scope)]),
          budget,
        );
      case 'name':
        return scope?.read(expression.name) ?? null;
      case 'builtin':
        return new PyBuiltin((argument) =>
          callBuiltin(expression.name, { positional: [argument], keywords: new Map() }, budget),
        );
      case 'choice':
        return this.run(
          isTrue(this.run(expression.test, scope)) ? expression.then : expression.otherwise,
          scope,
        );
      case 'and':
      case 'or':
        return this.logic(expression.kind === 'or', expression.operands, scope);
      case 'not':
        return !isTrue(this.run(expression.operand, scope));
      case 'comparison':
        return this.comparison(expression, scope);
      case 'arithmetic':
        return expression.rest.reduce(
          (left, [operator, right]) => arithmetic(operator, left, this.run(right, scope), budget),
          this.run(expression.first, scope),
        );
      case 'unary':
        return unary(expression.operator, this.run(expression.operand, scope));
      case 'index':
        return itemAt(this.run(expression.object, scope), this.run(expression.index, scope), budget);
      case 'slice':
        return this.slice(expression, scope);
      case 'comprehension':
        return this.comprehension(expression, scope);
      case 'call':
        return callBuiltin(expression.name, this.call(expression, scope), budget);
      case 'method': {
        const self = this.run(expression.object, scope);
        return callMethod(self, expression.name, this.call(expression, scope), budget);
      }
    }
  }

  slice({ object, bounds }: Extract<Expression, { kind: 'slice' }>, scope: Scope | undefined): PyObject {
    const sequence = this.run(object, scope);
    const places = bounds.map((bound) => (bound ? this.run(bound, scope) : null));
    return slice(sequence, places, this.budget);
  }

  all(expressions: readonly Expression[], scope: Scope | undefined): PyObject[] {
    return expressions.map((expression) => this.run(expression, scope));
  }

  call({ positional, keywords }: Arguments, scope: Scope | undefined): Call {
    return {
      positional: this.all(positional, scope),
      keywords: new Map(keywords.map(([name, value]) => [name, this.run(value, scope)])),
    };
  }

  /** `and` and `or` give the operand that decides, not a truth value. */
  logic(wanted: boolean, operands: readonly Expression[], scope: Scope | undefined): PyObject {
    let value: PyObject = null;
    for (const operand of operands) {
      value = this.run(operand, scope);
      if (isTrue(value) === wanted) return value;
    }
    return value;
  }

  comparison(
    { first, rest }: Extract<Expression, { kind: 'comparison' }>,
    scope: Scope | undefined,
  ): boolean {
    let left = this.run(first, scope);
    return rest.every(([operator, expression]) => {
      const right = this.run(expression, scope);
      const holds = compare(operator, left, right, this.budget);
      left = right;
      return holds;
    });
  }

  joined(parts: readonly JoinedPart[], scope: Scope | undefined): string {
    let text = '';
    for (const part of parts) {
      text += typeof part === 'string' ? part : this.replacement(part, scope);
      this.budget.fits(text.length);
    }
    this.budget.text(text.length);
    return text;
  }

  replacement(part: Exclude<JoinedPart, string>, scope: Scope | undefined): string {
    const object = this.run(part.value, scope);
    const value = part.conversion === null ? object : convert(object, part.conversion, this.budget);
    return format(value, this.joined(part.format, scope), this.budget);
  }

  comprehension(expression: Comprehension, outer: Scope | undefined): PyObject {
    const { loops, result } = expression;
    const [first] = loops;
    if (!first) return fail('a comprehension needs a loop');
    const scope = new Scope(new Set(loops.flatMap((loop) => targetNames(loop.target))), outer);
    // The first source is read outside of the scope and at once, even by a generator.
    const source = each(this.run(first.source, outer), this.budget);
    const rows = this.rows(expression, 0, source, scope);
    if (result === 'generator') return new PyIterator('generator', rows);
    const items = itemsOf(new PyIterator('rows', rows), this.budget);
    if (result === 'list') return new PyList(items);
    if (result === 'set') return new PySet(toMembers(items, this.budget));
    return toDict(
      items.map((item) => {
        const [key = null, value = null] = item instanceof PyTuple ? item.items : [];
        return [key, value] as const;
      }),
      this.budget,
    );
  }

  *rows(
    expression: Comprehension,
    depth: number,
    source: Iterable<PyObject>,
    scope: Scope,
  ): Generator<PyObject> {
    const { loops, element } = expression;
    const loop = loops[depth];
    const inner = loops[depth + 1];
    for (const item of source) {
      if (!loop || !this.admits(loop, item, scope)) continue;
      if (inner)
        yield* this.rows(expression, depth + 1, each(this.run(inner.source, scope), this.budget), scope);
      else {
        const [first = null, ...rest] = this.all(element, scope);
        yield rest.length === 0 ? first : new PyTuple([first, ...rest]);
      }
    }
  }

  admits(loop: Loop, item: PyObject, scope: Scope): boolean {
    this.bind(loop.target, item, scope);
    return loop.conditions.every((condition) => isTrue(this.run(condition, scope)));
  }

  bind(target: Target, value: PyObject, scope: Scope): void {
    if (typeof target === 'string') {
      scope.write(target, value);
      return;
    }
    const parts: PyObject[] = [];
    for (const part of each(value, this.budget)) {
      parts.push(part);
      if (parts.length > target.length) fail(`too many values to unpack (expected ${target.length})`);
    }
    target.forEach((inner, index) => {
      const part = parts[index];
      if (part === undefined)
        fail(`not enough values to unpack (expected ${target.length}, got ${parts.length})`);
      else this.bind(inner, part, scope);
    });
  }
}

/** What the caller sees: an iterator as the list of its items, None as no text. */
function finish(result: PyObject, budget: Budget): Evaluated {
  const object = result instanceof PyIterator ? new PyList(itemsOf(result, budget)) : result;
  return { ok: true, text: object === null ? '' : str(object, budget), value: toValue(object, budget) };
}

/**
 * The result of an expression, as a value and as the text that Python's `str` writes (None: nothing). Tuples, sets, ranges and
 * generators are lists as values; the keys of mappings are texts as `json.dumps` makes them. Never throws: what Python
 * refuses, what exceeds the budget (`LIMITS`), and what no data file can hold is a message. `literals` are the texts that
 * `shapeOf` took out of the expression.
 */
export function evaluateExpression(expression: Expression, literals: readonly string[] = []): Evaluated {
  const budget = new Budget();
  try {
    return finish(new Interpreter(budget, literals).run(expression, undefined), budget);
  } catch (error) {
    if (error instanceof ExpressionError) return { ok: false, message: error.message };
    // A bug of ours: one marker fails, not the whole run.
    return { ok: false, message: `internal error: ${String(error)}` };
  }
}
