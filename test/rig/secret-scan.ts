/** A secret that a scan looks for. */
export interface ScannedSecret {
  readonly path: string;
  readonly key: string;
  readonly value: string;
}

/**
 * Where secrets occur in texts, in any encoding: `a/b.json: images/linux:password as xml`. It shares no code with
 * the redactor: escaped forms are searched for, and all that looks like base64 is decoded.
 */
export function scanForSecrets(
  texts: Readonly<Record<string, string>>,
  secrets: Iterable<ScannedSecret>,
): string[] {
  const sought = [...secrets].map((secret) => ({ ...secret, encodings: encodingsOf(secret.value) }));
  return Object.entries(texts).flatMap(([name, text]) => {
    const decoded = decodeBase64(text);
    return sought.flatMap(({ path, key, value, encodings }) => {
      const found = Object.entries(encodings).filter(([, encoded]) => text.includes(encoded));
      const kinds = found.map(([kind]) => kind);
      const bytes = Buffer.from(value).toString('latin1');
      const wide = Buffer.from(value, 'utf16le').toString('latin1');
      if (decoded.some((content) => content.includes(bytes))) kinds.push('base64');
      if (decoded.some((content) => content.includes(wide))) kinds.push('base64 of UTF-16');
      return kinds.map((kind) => `${name}: ${path}:${key} as ${kind}`);
    });
  });
}

/** The value in each encoding but base64. */
export function encodingsOf(value: string): Readonly<Record<string, string>> {
  const json = JSON.stringify(value).slice(1, -1);
  const hex = (text: string): string => text.replace(/%../g, (sign) => sign.toLowerCase());
  const xml = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const query = percentEncode(value).replaceAll('%20', '+');
  return {
    'plain text': value,
    JSON: json,
    "Go's JSON": json
      .replaceAll('<', '\\u003c')
      .replaceAll('>', '\\u003e')
      .replaceAll('&', '\\u0026')
      .replaceAll('\u2028', '\\u2028'),
    'XML text': xml,
    'XML with names': xml.replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
    'XML with numbers': xml.replaceAll('"', '&#34;').replaceAll("'", '&#39;'),
    "Go's XML": xml
      .replaceAll('"', '&#34;')
      .replaceAll("'", '&#39;')
      .replaceAll('\t', '&#x9;')
      .replaceAll('\n', '&#xA;')
      .replaceAll('\r', '&#xD;'),
    'shell text in quotes': value.split("'").join("'\\''"),
    'shell text with backslashes': value.replace(/[^\w@%+=:,./\u0080-\uffff-]/g, '\\$&'),
    'percent-encoded text': percentEncode(value),
    'percent-encoded text in small letters': hex(percentEncode(value)),
    'a query': query,
    'a query in small letters': hex(query),
    'a Go string': goString(value),
  };
}

function percentEncode(value: string): string {
  return Array.from(Buffer.from(value), (byte) => {
    const sign = String.fromCharCode(byte);
    return /[\w.~-]/.test(sign) ? sign : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  }).join('');
}

const GO = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function goString(value: string): string {
  return Array.from(value, (sign) => {
    const code = (sign.codePointAt(0) ?? 0).toString(16);
    if (sign < ' ') return GO.get(sign) ?? `\\x${code.padStart(2, '0')}`;
    return GO.get(sign) ?? (sign === '\u2028' ? '\\u2028' : sign);
  }).join('');
}

/** All runs of base64 signs, decoded from each of the four places where a group may start. */
function decodeBase64(text: string): readonly string[] {
  const runs = text.match(/[A-Za-z0-9+/_-]{5,}/g) ?? [];
  return runs.flatMap((run) =>
    [0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), 'base64').toString('latin1')),
  );
}
