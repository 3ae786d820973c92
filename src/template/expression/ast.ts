/** What a literal holds: Python's int is a bigint, its float a number. */
export type Constant = null | boolean | bigint | number | string;

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '&' | '|' | '^' | '<<' | '>>';
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | 'is' | 'is not';
export type UnaryOperator = '+' | '-' | '~';
export type Conversion = 's' | 'r' | 'a';

/** A piece of an f-string: text as it is, or a value with its conversion and its format, which may hold values too. */
export type JoinedPart =
  | string
  | {
      readonly value: Expression;
      readonly conversion: Conversion | null;
      readonly format: readonly JoinedPart[];
    };

/** What a comprehension binds: one name, or a pattern of names that is taken apart. */
export type Target = string | readonly Target[];

/** The names that a pattern binds. */
export function targetNames(target: Target): string[] {
  return typeof target === 'string' ? [target] : target.flatMap(targetNames);
}

export interface Loop {
  readonly target: Target;
  readonly source: Expression;
  readonly conditions: readonly Expression[];
}

export interface Arguments {
  readonly positional: readonly Expression[];
  readonly keywords: readonly (readonly [string, Expression])[];
}

interface Operation<Operator> {
  readonly first: Expression;
  readonly rest: readonly (readonly [Operator, Expression])[];
}

/**
 * The allowed part of Python's expressions, names resolved: a `name` is bound by a comprehension around it, a `call` is of an
 * allowed builtin, a `builtin` stands only where `key=` takes one. Chains of operators are flat, so that long sums stay shallow.
 */
export type Expression =
  | { readonly kind: 'constant'; readonly value: Constant }
  | { readonly kind: 'joined'; readonly parts: readonly JoinedPart[] }
  | { readonly kind: 'list' | 'tuple' | 'set'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'name' | 'builtin'; readonly name: string }
  | {
      readonly kind: 'choice';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | ({ readonly kind: 'comparison' } & Operation<ComparisonOperator>)
  | ({ readonly kind: 'arithmetic' } & Operation<ArithmeticOperator>)
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | { readonly kind: 'index'; readonly object: Expression; readonly index: Expression }
  | { readonly kind: 'slice'; readonly object: Expression; readonly bounds: readonly (Expression | null)[] }
  | {
      readonly kind: 'comprehension';
      readonly result: 'list' | 'set' | 'dict' | 'generator';
      /** One element; key and value where the result is a dict. */
      readonly element: readonly Expression[];
      readonly loops: readonly Loop[];
    }
  | ({ readonly kind: 'call'; readonly name: string } & Arguments)
  | ({ readonly kind: 'method'; readonly object: Expression; readonly name: string } & Arguments);
