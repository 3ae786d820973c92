/** An expression with its plain texts taken out: what is left is parsed once for many values of definitions. */
export interface Shape {
  /** The expression with a sign of its own in the place of each text. */
  readonly text: string;
  readonly literals: readonly string[];
}

/** The first character of a sign: of the private use area, and in no expression that is shaped. */
const SIGN = '\uE000';

/** A text in single quotes; without escapes and other quotes around, quotes simply open and close in turn. */
const LITERAL = /'([^']*)'/g;

/**
 * Takes out the texts that say nothing to the parser: those without format fields and prefix, and with no other
 * text beside them (texts side by side are one text in Python). An expression with other quotes or with escapes
 * keeps all of its own.
 */
export function shapeOf(expression: string): Shape {
  if (!expression.includes("'") || /["\\\n\uE000]/.test(expression))
    return { text: expression, literals: [] };
  const literals: string[] = [];
  const text = expression.replace(LITERAL, (literal: string, inside: string, at: number) => {
    if (/[{}%]/.test(inside) || hasNeighbour(expression, at, at + literal.length)) return literal;
    literals.push(inside);
    return `'${SIGN}${literals.length - 1}'`;
  });
  return { text, literals };
}

function hasNeighbour(expression: string, start: number, end: number): boolean {
  const before = expression.slice(0, start);
  return (
    /\w$/.test(before) || before.trimEnd().endsWith("'") || expression.slice(end).trimStart().startsWith("'")
  );
}

/** The text that a constant stands for, where it is a sign. */
export function literalOf(constant: string, literals: readonly string[]): string {
  return constant.startsWith(SIGN) && literals.length > 0
    ? (literals[Number(constant.slice(SIGN.length))] ?? constant)
    : constant;
}
