import { listOf, type MediumSource } from '../model/outside.ts';
import { isList, isMapping, toText, type Value } from '../model/value.ts';

/**
 * The file name of a medium: the last path segment of its URL or path, without query and fragment, decoded,
 * blanks to dashes. Empty where there is none.
 */
export function isoName(isoUrl: string): string {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(isoUrl);
  const path = isUrl ? isoUrl.replace(/[?#].*$/, '') : isoUrl;
  return decode(path.slice(path.lastIndexOf('/') + 1)).replace(/ /g, '-');
}

/** Percent escapes as UTF-8, as Python's `urllib.parse.unquote`; what is no escape stays. */
function decode(segment: string): string {
  return segment.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    const bytes = Uint8Array.from(escapes.slice(1).split('%'), (pair) => parseInt(pair, 16));
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  });
}

/**
 * The sources that `urls` (a list of `{url, checksum}`) gives, in order; what is none of that form is passed
 * over. Which of them answers is a fact from outside, and not known here.
 */
export function mediumSources(urls: Value | undefined): readonly MediumSource[] {
  if (!isList(urls)) return [];
  return urls.flatMap((entry): readonly MediumSource[] => {
    if (!isMapping(entry)) return [];
    const { url, checksum } = entry;
    if (url === undefined || url === null || url === '') return [];
    return [{ url: toText(url), checksum: checksum === undefined ? '' : toText(checksum) }];
  });
}

/** The checksum of a source as Packer takes it, where nothing better is known: a list is named with `file:`. */
export function writtenChecksum({ checksum }: MediumSource): string {
  const list = listOf(checksum);
  return list === undefined ? checksum : `file:${list}`;
}

/**
 * Where the file of a source lies on this machine (`local_only`): in `iso_path`, else in `packer_cache_dir`,
 * under `iso_name` or the name that its URL gives. A source that is a path lies where it says.
 */
export function localMedium({ url }: MediumSource, given: (name: string) => string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return url;
  const folder = withoutTrailingSlashes(given('iso_path') || given('packer_cache_dir'));
  return `${folder === '/' ? '' : folder}/${given('iso_name') || isoName(url)}`;
}

/** A path without trailing slashes; the root stays. */
export function withoutTrailingSlashes(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}
