import type { Mapping } from './value.ts';

/** What one build is: which data files it is made from, and what its row or command line says of it. */
export interface Target {
  readonly platform: string;
  readonly location: string;
  /** A name of the spec index: `<dist>-<version>-<arch>`. */
  readonly spec: string;
  /** As given; it may hold markers. Absent: the spec name. */
  readonly name?: string;
  readonly ip?: string;
  readonly fqdn?: string;
  readonly define?: Mapping;
  readonly tags?: readonly string[];
}

/** `platform/location/spec` in its parts, or undefined where the text has not that form. */
export function parseTargetPath(
  text: string,
): { readonly platform: string; readonly location: string; readonly spec: string } | undefined {
  const [platform, location, spec, ...rest] = text.split('/');
  if (!platform || !location || !spec || rest.length > 0) return undefined;
  return { platform, location, spec };
}

/** `platform/location/spec` of a target. */
export function formatTarget(target: Target): string {
  return `${target.platform}/${target.location}/${target.spec}`;
}

/** How messages call a target: its path, and its own name where one was given. */
export function describeTarget(target: Target): string {
  const path = formatTarget(target);
  return target.name === undefined ? path : `${path} (${target.name})`;
}

/**
 * Why a text cannot be a folder or file name of an artifact on every system, or undefined when it can.
 * The rules are the union of POSIX and of Microsoft's "Naming Files, Paths, and Namespaces".
 */
export function segmentFault(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name === '.' || name === '..') return 'it names a folder above or itself';
  if (name.startsWith('.osimager')) return 'names that begin with .osimager are kept for osimager';
  const odd = /[/\\:*?"<>|\p{Cc}\p{Cs}]/u.exec(name);
  if (odd) return `it holds ${JSON.stringify(odd[0])}`;
  if (/[. ]$/.test(name)) return 'it ends in a dot or a blank';
  if (/^ /.test(name)) return 'it begins with a blank';
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)) return 'it is the name of a device on Windows';
  // A UTF-16 unit is three bytes at most: short names need not be counted.
  if (name.length * 3 > 200 && new TextEncoder().encode(name).length > 200)
    return 'it is longer than 200 bytes';
  return undefined;
}

/** One form for names that file systems without case, or with composed letters, take for one. */
export function foldCase(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Natural order: runs of digits by their number, other text by lower case, then by code unit. */
export function compareNaturally(left: string, right: string): number {
  return compareKeys(naturalKey(left), naturalKey(right));
}

/** Items in the natural order of their names; each name is taken apart once. */
export function sortNaturally<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: naturalKey(nameOf(item)) }));
  return keyed.sort((a, b) => compareKeys(a.key, b.key)).map(({ item }) => item);
}

/** A name in its runs: text in lower case, digits without zeros before them and marked by their number. */
interface NaturalKey {
  readonly name: string;
  readonly runs: readonly { readonly text: string; readonly isNumber: boolean }[];
}

function naturalKey(name: string): NaturalKey {
  const runs = (name.match(/\d+|\D+/g) ?? []).map((run) => {
    const isNumber = run >= '0' && run < ':';
    return { text: isNumber ? run.replace(/^0+/, '') : run.toLowerCase(), isNumber };
  });
  return { name, runs };
}

function compareKeys(left: NaturalKey, right: NaturalKey): number {
  const shared = Math.min(left.runs.length, right.runs.length);
  for (let at = 0; at < shared; at++) {
    const a = left.runs[at];
    const b = right.runs[at];
    if (a === undefined || b === undefined || a.text === b.text) continue;
    if (a.isNumber && b.isNumber && a.text.length !== b.text.length) return a.text.length - b.text.length;
    return compareText(a.text, b.text);
  }
  return left.runs.length - right.runs.length || compareText(left.name, right.name);
}

/** By code unit, the same on every machine whatever its locale. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
