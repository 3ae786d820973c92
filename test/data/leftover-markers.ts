/** A marker: the sign, a name or an expression, the sign; as in DESIGN.md, section "Markers". */
const NAMED =
  /(?:%>[\w/,:]+<%|>>[\w/,:]+<<|\+>[\w/,:]+<\+|\*>[\w/,:.-]+<\*|\$>\w+<\$|\[>[\w/,:]+<\]|#>[\w/+*() -]+<#)/g;
const EXPRESSION = /E>[^<>]*(?:[<>](?!E)[^<>]*)*<E(?![A-Za-z])/g;
/** What may stay: a secret, and the hash of one. The path and the key are all that is between the signs. */
const SECRET = /(?:\|>|[156]>)([^\s<>:|]+):([^\s<>:|]+)<(?:\||[156])/g;
/** Signs of a secret with something else between them. */
const SECRET_SIGNS = /\|>[^<>\n]*<\||([156])>[^<>\n]*<\1/g;

/** Markers of a text that are left and are no deferred secrets. */
export function leftoverMarkers(text: string): readonly string[] {
  const rest = text.replace(SECRET, '');
  return [NAMED, EXPRESSION, SECRET_SIGNS].flatMap((pattern) =>
    [...rest.matchAll(pattern)].map(([found]) => found),
  );
}

/** The secrets that a text asks for, `path:key`. */
export function deferredSecrets(text: string): readonly string[] {
  return [...text.matchAll(SECRET)].map(([, path = '', key = '']) => `${path}:${key}`);
}
