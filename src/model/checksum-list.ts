/** Kinds of checksums that Packer knows, strongest first, with their number of hexadecimal digits. */
const KINDS: readonly (readonly [kind: string, digits: number])[] = [
  ['sha512', 128],
  ['sha384', 96],
  ['sha256', 64],
  ['sha224', 56],
  ['sha1', 40],
  ['md5', 32],
];

/** One line of a checksum list; `name` is undefined where a hash stands alone. */
interface Entry {
  readonly kind: string;
  readonly hash: string;
  readonly name: string | undefined;
}

/** What a checksum list says of a file. */
export type ListedChecksum =
  /** `sha256:...`, of the strongest kind that the list has for the file. */
  | { readonly kind: 'found'; readonly checksum: string }
  /** The list has no hash for the file. */
  | { readonly kind: 'unlisted' }
  /** The list has two different hashes of one kind for the file. */
  | { readonly kind: 'ambiguous' }
  /** It is no checksum list. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * Looks a file up in a checksum list, in all forms that vendors publish: `hash  name`, `hash *name` (coreutils),
 * `SHA256 (name) = hash` (BSD, OpenSSL), comments, PGP-signed text (RFC 9580, section 7: only what is signed
 * counts), a lone hash. Paths before names do not count, nor does the end of lines. `own` says that the list is
 * made for this file alone (`name.sha256`): its only hash counts whatever name stands beside it.
 */
export function findChecksum(list: string, names: readonly string[], own: boolean): ListedChecksum {
  const text = signedText(list);
  if (text === undefined) return { kind: 'unreadable', reason: 'its PGP-signed text is not well formed' };
  const entries = text.split(/\r\n|\r|\n/).flatMap((line) => readLine(line) ?? []);
  if (entries.length === 0) return { kind: 'unreadable', reason: 'there is no checksum in it' };
  const named = entries.filter(({ name }) => name !== undefined && names.includes(lastSegment(name)));
  const lone = entries.filter(({ name }) => name === undefined);
  const others = own ? entries : lone;
  const counting = named.length > 0 ? named : isOne(others, entries) ? others : [];
  for (const [kind] of KINDS) {
    const hashes = new Set(counting.filter((entry) => entry.kind === kind).map(({ hash }) => hash));
    if (hashes.size > 1) return { kind: 'ambiguous' };
    for (const hash of hashes) return { kind: 'found', checksum: `${kind}:${hash}` };
  }
  return { kind: 'unlisted' };
}

/** Whether some entries are all there is, and speak of one file: each kind once, one name at most. */
function isOne(some: readonly Entry[], all: readonly Entry[]): boolean {
  const kinds = new Set(some.map(({ kind }) => kind));
  const names = new Set(some.map(({ name }) => name));
  return some.length === all.length && kinds.size === some.length && names.size === 1;
}

function readLine(line: string): Entry | undefined {
  const text = line.replace(/^\ufeff/, '').trim();
  if (text === '' || text.startsWith('#') || text.startsWith(';')) return undefined;
  // OpenSSL 3 calls it SHA2-256; some lists have SHA512/256 and the like, which Packer does not know.
  const bsd = /^([A-Za-z]{2,4}[0-9]?-?[0-9]*) ?\((.+)\) ?= ?([0-9A-Fa-f]+)$/.exec(text);
  if (bsd) return entry(bsd[1]?.toLowerCase().replace(/^sha(?:2-|-)?/, 'sha'), bsd[3], bsd[2]);
  const plain = /^(\\?)([0-9A-Fa-f]{32,128})(?:[ \t]+[*?]?(.+))?$/.exec(text);
  if (!plain) return undefined;
  // A backslash before the hash says that those in the name are doubled (coreutils).
  const name = plain[1] === '' ? plain[3] : plain[3]?.replaceAll('\\\\', '\\');
  return entry(KINDS.find(([, digits]) => digits === plain[2]?.length)?.[0], plain[2], name);
}

function entry(kind: string | undefined, hash = '', name: string | undefined): Entry | undefined {
  const digits = KINDS.find(([known]) => known === kind)?.[1];
  return kind !== undefined && hash.length === digits
    ? { kind, hash: hash.toLowerCase(), name: name?.trim() }
    : undefined;
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const BEGIN = '-----BEGIN PGP SIGNED MESSAGE-----';
const SIGNATURE = '-----BEGIN PGP SIGNATURE-----';

/** Whether a list is a text with a signature around it. */
export function isClearSigned(list: string): boolean {
  return list.includes(BEGIN);
}

/**
 * The signed part of a clear-signed text, its dashes unescaped; text that is not signed as it is. Undefined
 * where more or less than one part is signed, or where something else than hash names stands before it: what
 * a verifier takes for signed and what is read here must be one.
 */
function signedText(list: string): string | undefined {
  if (!isClearSigned(list)) return list.includes(SIGNATURE) ? undefined : list;
  const lines = list.split(/\r\n|\r|\n/).map((line) => line.trimEnd());
  const begin = lines.indexOf(BEGIN);
  const end = lines.indexOf(SIGNATURE);
  if (
    begin < 0 ||
    end < begin ||
    lines.lastIndexOf(BEGIN) !== begin ||
    lines.lastIndexOf(SIGNATURE) !== end
  ) {
    return undefined;
  }
  const blank = lines.indexOf('', begin);
  const headers = lines.slice(begin + 1, blank);
  if (blank < 0 || blank > end || !headers.every((line) => /^Hash: [A-Za-z0-9, -]+$/.test(line))) {
    return undefined;
  }
  const signed = lines.slice(blank + 1, end);
  return signed.map((line) => (line.startsWith('- ') ? line.slice(2) : line)).join('\n');
}
