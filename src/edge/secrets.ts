import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';

/** Secrets by path, then key. */
export type Secrets = ReadonlyMap<string, ReadonlyMap<string, string>>;

const PAIR = /\s*([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']\S*|))(?=\s|$)/y;

/**
 * Reads the text of a secrets file: `path key=value key="value with blanks"` a line, `#` comments. In double
 * quotes, a backslash keeps the sign after it. Messages give the line and never what is in it.
 */
export function parseSecrets(text: string, path: string): Result<Secrets> {
  const secrets = new Map<string, Map<string, string>>();
  const trouble: Diagnostic[] = [];
  text.split(/\r?\n/).forEach((line, at) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return;
    const parsed = parseLine(trimmed);
    if (!parsed) {
      const message = `${path}:${at + 1}: this line of the secrets file cannot be read`;
      trouble.push(
        problem('syntax', message, undefined, 'a line is: path key=value key="value with blanks"'),
      );
      return;
    }
    const known = secrets.get(parsed.path) ?? new Map<string, string>();
    for (const [key, value] of parsed.pairs) known.set(key, value);
    secrets.set(parsed.path, known);
  });
  return trouble.length > 0 ? bad(...trouble) : good(secrets);
}

function parseLine(
  line: string,
): { readonly path: string; readonly pairs: readonly (readonly [string, string])[] } | undefined {
  const path = /^\S+/.exec(line)?.[0] ?? '';
  if (path.includes('=')) return undefined;
  const pairs: [string, string][] = [];
  PAIR.lastIndex = path.length;
  while (PAIR.lastIndex < line.length) {
    const from = PAIR.lastIndex;
    if (/^\s+#/.test(line.slice(from))) break;
    const match = PAIR.exec(line);
    if (!match) return undefined;
    const quoted = match[2]?.replace(/\\(.)/g, '$1');
    pairs.push([match[1] ?? '', quoted ?? match[3] ?? match[4] ?? '']);
  }
  return pairs.length > 0 ? { path, pairs } : undefined;
}

/** The complaint about a secret that is not in the file, by path and key. */
export function missingSecret(secrets: Secrets, path: string, key: string, file: string): Diagnostic {
  const keys = secrets.get(path);
  const message = `there is no secret ${path}:${key}`;
  if (!keys) return problem('secret', message, undefined, `${file} has no line for the path ${path}`);
  const known = [...keys.keys()].sort().join(', ');
  return problem('secret', message, undefined, `${file} has the path ${path} with the keys: ${known}`);
}

/** The complaint about a secrets file that is not its owner's alone. */
export function openToOthers(file: string): Diagnostic {
  const message = `${file} is refused, as others than its owner may read or write it`;
  return problem('unreadable', message, undefined, `chmod 600 ${file}`);
}
