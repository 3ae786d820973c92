/** Names in markers: letters, digits and `_/,:` (DESIGN.md, "Markers"). */
export const NAME = String.raw`[\p{L}\p{N}_/,:]+`;

/** A definition that a text names. */
export interface Reference {
  readonly name: string;
  /** The marker as it was written. */
  readonly text: string;
}

/** A text cut at its definition markers, so that it is scanned once and filled in often. */
export interface ScannedText {
  readonly text: string;
  readonly parts: readonly (string | Reference)[];
  /** Set where one marker is the whole text, blanks around it aside. */
  readonly whole: Reference | undefined;
}

// `%>x<%` takes the name in quotes too. The quantifier stops at the first character that no name has, and a
// name has no `<` or `>`: the sign nearest to the name counts, and scanning is linear.
const REFERENCE = new RegExp(`%>(?:"(${NAME})"|'(${NAME})'|(${NAME}))<%|>>(${NAME})<<`, 'gu');

/** Cuts a text at `%>x<%` and `>>x<<`. A text without markers has itself as its only part. */
export function scanText(text: string): ScannedText {
  const parts: (string | Reference)[] = [];
  let from = 0;
  for (const match of text.matchAll(REFERENCE)) {
    if (match.index > from) parts.push(text.slice(from, match.index));
    const name = match[1] ?? match[2] ?? match[3] ?? match[4] ?? '';
    parts.push({ name, text: match[0] });
    from = match.index + match[0].length;
  }
  if (from < text.length || parts.length === 0) parts.push(text.slice(from));
  const references = parts.filter((part) => typeof part !== 'string');
  const alone = parts.every((part) => typeof part !== 'string' || part.trim() === '');
  return { text, parts, whole: alone && references.length === 1 ? references[0] : undefined };
}

const SPLICE = new RegExp(String.raw`^\s*\[>(${NAME})<\]\s*$`, 'u');

/** The name in `[>x<]` where that is the whole text. */
export function spliceName(text: string): string | undefined {
  return text.includes('[>') ? SPLICE.exec(text)?.[1] : undefined;
}
