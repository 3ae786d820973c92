import type { Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import type { Expression } from './ast.ts';
import { ExpressionError, fail, LIMITS } from './budget.ts';
import { Converter } from './convert.ts';
import { childrenOf } from './logic.ts';

export type ParsedExpression =
  { readonly ok: true; readonly expression: Expression } | { readonly ok: false; readonly message: string };

/** Places of a source that the grammar misreads, and what to cover them with; empty where it read everything. */
function misread(tree: Tree, source: string): Map<number, string> {
  const covers = new Map<number, string>();
  let error: number | undefined;
  tree.iterate({
    enter: ({ name, type, from, to }) => {
      if (type.isError) error ??= from;
      if (name === 'Number' && source[to] === '.' && /^[\d_]+$/.test(source.slice(from, to)))
        covers.set(to, '0');
    },
  });
  if (error === undefined || covers.size > 0) return covers;
  if (!source.startsWith(':=', error)) fail(`unexpected ${source[error] ?? 'end'} at ${error + 1}`);
  return covers.set(error + 1, '\x01');
}

/**
 * The tree of a source. The grammar takes the point of `1.` for that of an attribute, and `:=` in `f'{x:=5}'` for the operator:
 * there a digit covers the point, a control character the sign, and the source is read again. A cover that is not part
 * of a number or a format is an error of its own.
 */
function readTree(source: string): Tree {
  let covered = source;
  for (let tries = 0; tries < LIMITS.covers; tries += 1) {
    const tree = parser.parse(covered);
    const covers = misread(tree, covered);
    if (covers.size === 0) return tree;
    covered = Array.from({ length: covered.length }, (_, at) => covers.get(at) ?? covered.charAt(at)).join(
      '',
    );
  }
  return fail('the expression is too long');
}

function parse(text: string): Expression {
  if (text.length > LIMITS.source) fail('the expression is too long');
  const source = text.replace(/\r\n?/g, '\n').replace(/^[ \t\n\f]+|[ \t\n\f]+$/g, '');
  const tree = readTree(source);
  const [statement, ...more] = childrenOf(tree.topNode);
  if (statement?.name !== 'ExpressionStatement' || more.length > 0) return fail('this is no expression');
  return new Converter(source).statement(statement);
}

/**
 * Reads text as one of the Python expressions that are allowed in markers (docs: Markers). Everything else is no expression:
 * statements, assignments, `lambda`, `await`, unpacking with stars, raw and byte strings, names that no comprehension around
 * them binds, calls and attributes outside of the allowed ones. Never throws; the message says what was met.
 */
export function parseExpression(text: string): ParsedExpression {
  try {
    return { ok: true, expression: parse(text) };
  } catch (error) {
    return {
      ok: false,
      message: error instanceof ExpressionError ? error.message : `internal error: ${String(error)}`,
    };
  }
}
