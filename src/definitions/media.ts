import { isList, isMapping, toText, type Value } from '../model/value.ts';

/** An install medium: where it is, and how it is checked (as Packer's `iso_checksum` takes it). */
export interface Medium {
  readonly url: string;
  readonly checksum: string | undefined;
}

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
 * The medium that `urls` (a list of `{url, checksum}`) stands for: the first, which is also the local file
 * when `local_only` is set. Which of them answers is a fact from outside, and not known here.
 */
export function firstMedium(urls: Value | undefined): Medium | undefined {
  const first = isList(urls) ? urls[0] : undefined;
  if (!isMapping(first)) return undefined;
  const { url, checksum } = first;
  if (url === undefined) return undefined;
  return { url: toText(url), checksum: checksum === undefined ? undefined : toText(checksum) };
}

/** A path without trailing slashes; the root stays. */
export function withoutTrailingSlashes(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}
