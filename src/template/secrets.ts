import { NAME } from './scan.ts';

export type HashKind = 'md5' | 'sha256' | 'sha512';

/** A secret that a text asks for, as it stands in the text. */
export interface SecretReference {
  readonly path: string;
  readonly key: string;
  /** Set where the marker asks for a hash of the secret. */
  readonly hash?: HashKind;
  /** Set for Packer's own `` {{vault `path` `key`}} ``. */
  readonly vault: boolean;
}

const HASHES: Readonly<Record<string, HashKind>> = { '1': 'md5', '5': 'sha256', '6': 'sha512' };
/** The last colon parts path and key. */
const KEY = NAME.replace(':', '');
/** In the text of a JSON file, quotes are escaped. */
const STRING = '`([^`\\n]+)`|"([^"\\n]+)"|\\\\"([^"\\\\\\n]+)\\\\"';
const SECRET = new RegExp(
  String.raw`([|156])>(${NAME}):(${KEY})<\1|\{\{-?\s*vault\s+(?:${STRING})\s+(?:${STRING})\s*-?\}\}`,
  'gu',
);
const MARKER = new RegExp(String.raw`([|156])>${NAME}:${KEY}<\1`, 'u');

/** Whether a text holds a secret or hash marker of osimager's own. */
export function holdsSecretMarker(text: string): boolean {
  return text.includes('>') && MARKER.test(text);
}

/** The secrets that a text asks for, in the order of the text, repeated where they repeat. */
export function findSecrets(text: string): readonly SecretReference[] {
  if (!mayHoldSecret(text)) return [];
  return [...text.matchAll(SECRET)].map(readReference);
}

/** The text with every secret marker and vault reference replaced, each looked at once. */
export function replaceSecrets(
  text: string,
  replace: (reference: SecretReference, text: string) => string,
): string {
  if (!mayHoldSecret(text)) return text;
  return text.replace(SECRET, (...match: string[]) => replace(readReference(match), match[0] ?? ''));
}

function mayHoldSecret(text: string): boolean {
  return text.includes('{{') || /[|156]>/.test(text);
}

function readReference(match: ArrayLike<string | undefined>): SecretReference {
  const sign = match[1];
  if (sign === undefined) {
    const [path = '', key = ''] = Array.from(match)
      .slice(4)
      .filter((part) => part !== undefined);
    return { path, key, vault: true };
  }
  const hash = HASHES[sign];
  return { path: match[2] ?? '', key: match[3] ?? '', ...(hash ? { hash } : {}), vault: false };
}
