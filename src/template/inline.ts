import type { Facts } from '../model/facts.ts';
import { isList, isMapping, toText, type Value } from '../model/value.ts';
import { deriveSalt, hashPassword } from './crypt.ts';
import { joinPieces, piecesText, type Piece, type Templates } from './expand.ts';
import { findExpressions } from './expression/embed.ts';
import { holdsSecretMarker, replaceSecrets, type SecretReference } from './secrets.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** How a value must be written in the file that it goes to. */
export type Escape = (text: string, secret?: string) => string;

export const asItIs: Escape = (text) => text;

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text as XML 1.0 character data and attribute values need it. */
export const forXml: Escape = (text) => text.replace(/[&<>"']/g, (sign) => XML_ENTITIES[sign] ?? sign);

/** Text inside a string of JSON. */
export const forJson: Escape = (text) => JSON.stringify(text).slice(1, -1);

/** What a file is to the values that it holds, by the ending of its name. */
export type FileKind = 'xml' | 'json' | 'lines';

/** The kind of a file by its name: `.xml`, `.json`, or lines. */
export function fileKind(name: string): FileKind {
  if (name.endsWith('.xml')) return 'xml';
  return name.endsWith('.json') ? 'json' : 'lines';
}

const ESCAPES: Readonly<Record<FileKind, Escape>> = { xml: forXml, json: forJson, lines: asItIs };

/** Puts secrets in the place of their markers, when the tree is to hold them (DESIGN.md, "Secrets"). */
export interface Inliner {
  /** The text of a file with its secrets, escaped as the file needs it. */
  file(text: string, kind: FileKind, report: ReportSecret): string;
  /**
   * A value with the secrets in all its strings, mapping keys included; an expression gives any type. Whether it is one
   * of the template, in which Packer may resolve references itself, or one of a file.
   */
  value(value: Value, report: ReportSecret, of?: 'template' | 'file'): Value;
}

export type ReportSecret = (diagnostic: Diagnostic | string) => void;

export interface InlinerOptions {
  /**
   * Whether Packer's own vault references are resolved in the template: only where the secrets are not in Vault. In
   * other files they are resolved always, as Packer does not look into them.
   */
  readonly vaultReferences: boolean;
  /** The hashes that were computed before in this run; new ones are added. */
  readonly hashes?: Hashes;
}

/** Hashes by kind, path, key and value of their secret. */
export type Hashes = Map<string, string>;

/** Each distinct hash is computed once. A secret that is missing is reported, by path and key alone. */
export function createInliner(
  facts: Pick<Facts, 'secret'>,
  templates: Templates,
  options: InlinerOptions,
): Inliner {
  const hashes: Hashes = options.hashes ?? new Map<string, string>();

  const resolve = (reference: SecretReference, report: ReportSecret): string => {
    const answer = facts.secret(reference.path, reference.key);
    if (answer.kind === 'missing') {
      report(answer.diagnostic);
      return '';
    }
    return reference.hash ? hashed(hashes, reference, reference.hash, answer.value) : answer.value;
  };

  const inlinePieces = (
    text: string,
    escape: Escape,
    report: ReportSecret,
    vaultReferences: boolean,
  ): readonly Piece[] => {
    const replace = (part: string): string =>
      replaceSecrets(part, (reference, marker) => {
        if (reference.vault && !vaultReferences) return marker;
        return escape(resolve(reference, report), `${reference.path}:${reference.key}`);
      });
    if (!text.includes('E>') || !holdsSecretMarker(text)) return [replace(text)];
    const pieces = findExpressions(text, (body) => {
      if (!holdsSecretMarker(body) || templates.evaluate(body) === undefined) return undefined;
      const filled = replaceSecrets(body, (reference, marker) =>
        reference.vault && !vaultReferences ? marker : resolve(reference, report),
      );
      const result = templates.evaluate(filled);
      if (result?.ok) return { value: result.value, text: escape(result.text) };
      report('an expression fails with the secrets that it holds');
      return { value: '', text: '' };
    });
    return pieces.map((piece) => (typeof piece === 'string' ? replace(piece) : piece));
  };
  return {
    value(value, report, of = 'template') {
      const all = of === 'file' || options.vaultReferences;
      return mapTexts(value, (text) => joinPieces(inlinePieces(text, asItIs, report, all)));
    },
    // Line by line, as markers stand in files.
    file: (text, kind, report) =>
      text
        .split('\n')
        .map((line) => piecesText(inlinePieces(line, fitting(kind, report), report, true)))
        .join('\n'),
  };
}

/** A value with all its texts, mapping keys included, become what they are mapped to. */
function mapTexts(value: Value, map: (text: string) => Value): Value {
  if (typeof value === 'string') return map(value);
  if (isList(value)) return value.map((item) => mapTexts(item, map));
  if (!isMapping(value)) return value;
  // Defines each key as the mapping's own, whatever its name.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [toText(map(key)), mapTexts(item, map)]),
  );
}

/** The escape for a file, which complains of values that the file cannot hold. */
function fitting(kind: FileKind, report: ReportSecret): Escape {
  return (value, secret = 'in an expression') => {
    const fault = valueFault(kind, value);
    if (fault !== undefined) report(`the secret ${secret} holds ${fault}`);
    return ESCAPES[kind](value);
  };
}

/** Why a file cannot hold a value; undefined where it can. */
export function valueFault(kind: FileKind, value: string): string | undefined {
  if (kind === 'xml' && /[\0-\x08\x0b\x0c\x0e-\x1f]/.test(value)) return 'a character that XML forbids';
  if (kind === 'lines' && /[\n\r]/.test(value)) return 'a line break, which would break its line';
  return kind === 'lines' && value.includes('\0') ? 'a NUL character' : undefined;
}

function hashed(
  hashes: Hashes,
  { path, key }: SecretReference,
  kind: NonNullable<SecretReference['hash']>,
  secret: string,
): string {
  const name = JSON.stringify([kind, path, key, secret]);
  const known = hashes.get(name);
  if (known !== undefined) return known;
  const made = hashPassword(kind, secret, deriveSalt(kind, path, key, secret));
  hashes.set(name, made);
  return made;
}
