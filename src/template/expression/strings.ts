import type { SyntaxNode } from '@lezer/common';
import type { Conversion, Expression, JoinedPart } from './ast.ts';
import { fail } from './budget.ts';
import { decodeEscapes, readString } from './literals.ts';
import { childrenOf } from './logic.ts';

const CONVERSIONS: ReadonlyMap<string, Conversion> = new Map([
  ['!s', 's'],
  ['!r', 'r'],
  ['!a', 'a'],
]);

/** What an f-string needs from outside: the whole source, and how the values in its fields are read. */
interface Context {
  readonly source: string;
  readonly convert: (nodes: readonly SyntaxNode[]) => Expression;
}

/** Strings that stand side by side, as one: a constant, or a joined text as soon as one of them is an f-string. */
export function convertStrings(
  nodes: readonly SyntaxNode[],
  source: string,
  convert: Context['convert'],
): Expression {
  const parts = nodes.flatMap((node) => {
    const { prefix, start, body } = readString(source.slice(node.from, node.to));
    if (!['', 'u', 'f'].includes(prefix)) fail(`strings with the prefix ${prefix} are not allowed`);
    if (prefix !== 'f') return [decodeEscapes(body)];
    const from = node.from + start;
    return joined(node, from, from + body.length, { source, convert }, 1);
  });
  const texts = parts.filter((part) => typeof part === 'string');
  const plain = nodes.every(({ name }) => name !== 'FormatString');
  return plain ? { kind: 'constant', value: texts.join('') } : { kind: 'joined', parts };
}

function readLiteral(text: string): string {
  if (/[{}]/.test(text.replace(/\{\{|\}\}/g, ''))) fail('a brace stands alone in an f-string');
  return decodeEscapes(text.replace(/\{\{/g, '{').replace(/\}\}/g, '}'));
}

/** The pieces of an f-string, or of the format in one of its fields, between two places of the source. */
function joined(node: SyntaxNode, from: number, to: number, context: Context, nesting: number): JoinedPart[] {
  const parts: JoinedPart[] = [];
  let place = from;
  for (const field of childrenOf(node).filter(({ name }) => name === 'FormatReplacement')) {
    parts.push(readLiteral(context.source.slice(place, field.from)), ...replacement(field, context, nesting));
    place = field.to;
  }
  parts.push(readLiteral(context.source.slice(place, to)));
  return parts.filter((part) => part !== '');
}

/** One `{value=!r:format}`; `=` also gives the source of the value, and its repr where no format is asked for. */
function replacement(field: SyntaxNode, context: Context, nesting: number): JoinedPart[] {
  const nodes = childrenOf(field).slice(1, -1);
  const tail = nodes.findIndex(({ name }) => /^Format(?:SelfDoc|Conversion|Spec)$/.test(name));
  const values = tail < 0 ? nodes : nodes.slice(0, tail);
  const [selfDoc, mark, spec] = ['FormatSelfDoc', 'FormatConversion', 'FormatSpec'].map((wanted) =>
    nodes.slice(values.length).find(({ name }) => name === wanted),
  );
  const end = (mark ?? spec ?? childrenOf(field).at(-1))?.from ?? field.to;
  const source = context.source.slice(field.from + 1, end);
  if (/[\\#]/.test(source)) fail('a value in an f-string holds a backslash or a #');
  if (nesting < 0) fail('f-string: expressions nested too deeply');
  const sign = mark && context.source.slice(mark.from, mark.to);
  const given = sign === undefined ? null : (CONVERSIONS.get(sign) ?? fail('unknown conversion'));
  const part = {
    value: context.convert(values),
    conversion: given ?? (selfDoc && !spec ? 'r' : null),
    format: spec ? joined(spec, spec.from + 1, spec.to, context, nesting - 1) : [],
  } as const;
  return selfDoc ? [source, part] : [part];
}
