import { NAME } from './scan.ts';

/**
 * The kinds of markers in the order in which they apply (DESIGN.md, "Markers"). `%>` and `>>` are cut out
 * beforehand by scan.ts; secrets and hashes stay until the text reaches the place it goes to (secrets.ts).
 * What is between the signs and is no name or sum is text, and stays.
 */
export type MarkerKind =
  | 'definition'
  | 'path-segment'
  | 'address'
  | 'secret'
  | 'arithmetic'
  | 'environment'
  | 'hash'
  | 'expression'
  | 'splice';

export interface TextMarker {
  readonly kind: MarkerKind;
  readonly opens: string;
  readonly pattern: RegExp;
}

/** The kinds that are replaced in a text by a simple pattern, in their order; the group is what is between. */
export const TEXT_MARKERS = [
  { kind: 'path-segment', opens: '+>', pattern: new RegExp(String.raw`\+>(${NAME})<\+`, 'gu') },
  { kind: 'address', opens: '*>', pattern: new RegExp(String.raw`\*>(${NAME})<\*`, 'gu') },
  { kind: 'arithmetic', opens: '#>', pattern: /#>([\w \t()+\-*/%.]+)<#/g },
  { kind: 'environment', opens: '$>', pattern: new RegExp(String.raw`\$>(${NAME})<\$`, 'gu') },
] as const satisfies readonly TextMarker[];

const WHOLE_SUM = /^\s*#>([\w \t()+\-*/%.]+)<#\s*$/;

/** The sum in `#>a*b<#` where that is the whole text: it gives a number then, not text. */
export function wholeSum(text: string): string | undefined {
  return text.includes('#>') ? WHOLE_SUM.exec(text)?.[1] : undefined;
}

/** The parts of a sum: names to look up, and everything between them. */
export function splitSum(sum: string): readonly { readonly name?: string; readonly text: string }[] {
  return [...sum.matchAll(/([A-Za-z_]\w*)|[^A-Za-z_]+?(?=[A-Za-z_]|$)|[^A-Za-z_]+/g)].map((match) =>
    match[1] === undefined ? { text: match[0] } : { name: match[1], text: match[0] },
  );
}

/** The last segment of a path, as Python's `posixpath.basename` gives it. */
export function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
