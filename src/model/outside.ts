import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/**
 * What is asked of the world outside, and what answers come (DESIGN.md, "Derived definitions": `ip`, `urls`).
 * Questions and answers are plain data: they can be written as JSON and compared.
 */

/** Where a name is looked up: a location's name servers and search list. No servers: the system's. */
export interface NameServers {
  /** IPv4 or IPv6 addresses; with a port as `192.168.1.2:5353`, `[fd00::1]:5353`. */
  readonly servers: readonly string[];
  /** Domains that are tried for a name without dots, in order. */
  readonly search: readonly string[];
}

/** The system's name servers, and no search list. */
export const SYSTEM_SERVERS: NameServers = { servers: [], search: [] };

export type HostAnswer =
  | { readonly kind: 'address'; readonly address: string }
  /** There is no such name, or it has no IPv4 address. */
  | { readonly kind: 'none' }
  /** Nobody was asked, or no answer came. */
  | { readonly kind: 'unknown' }
  /** It must be known, and is not. */
  | { readonly kind: 'refused'; readonly diagnostic: Diagnostic };

/** One place where a medium is to be had. */
export interface MediumSource {
  readonly url: string;
  /** As Packer takes it: `sha256:...`, `none`, or `file:` and the URL of a checksum list. Empty: not given. */
  readonly checksum: string;
}

export interface MediumQuestion {
  /** In the order in which they are tried. */
  readonly sources: readonly MediumSource[];
  /** The medium lies on this machine (`local_only`): what is not known of the first source is not asked. */
  readonly local: boolean;
}

export type MediumAnswer =
  | {
      readonly kind: 'medium';
      /** The first source that answers, as its position. */
      readonly at: number;
      /** `sha256:...`, from the checksum list of that source; empty where none is known. */
      readonly checksum: string;
    }
  /** None of the sources answers. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly diagnostic: Diagnostic };

/** One thing to ask. `key` names it in the lock file; equal keys are one question. */
export type OpenQuestion =
  | {
      readonly kind: 'host';
      readonly key: string;
      /** Whole names, tried one after the other. */
      readonly names: readonly string[];
      readonly servers: readonly string[];
    }
  | {
      readonly kind: 'medium';
      readonly key: string;
      readonly url: string;
      /** The URL of the checksum list, if there is one to be asked. */
      readonly list: string | undefined;
    };

/** One name for each question, as the lock file writes it. */
export function questionId({ kind, key }: OpenQuestion): string {
  return `${kind} ${key}`;
}

/**
 * The question for a host name, or undefined where the text cannot be one. Case and a final dot do not count.
 * A name with dots is whole; one without is tried in each domain of the search list, then as it is.
 */
export function hostQuestion(
  name: string,
  by: NameServers,
): Extract<OpenQuestion, { kind: 'host' }> | undefined {
  const host = name.toLowerCase().replace(/\.$/, '');
  if (!isHostName(host)) return undefined;
  const search = host.includes('.') ? [] : by.search.map((domain) => domain.toLowerCase());
  const names = [...search.map((domain) => `${host}.${domain.replace(/^\.+|\.+$/g, '')}`), host];
  const inside = search.length > 0 ? ` in ${search.join(', ')}` : '';
  const servers = by.servers.length > 0 ? ` by ${by.servers.join(', ')}` : '';
  return { kind: 'host', key: `${host}${inside}${servers}`, names, servers: by.servers };
}

/** Labels of letters, digits, `-` and `_`, 63 signs each and 253 in all (RFC 1035, 2.3.4; `_` as hosts have it). */
function isHostName(name: string): boolean {
  return name.length <= 253 && /^[\p{L}\p{N}_-]{1,63}(?:\.[\p{L}\p{N}_-]{1,63})*$/u.test(name);
}

/** The question for one source of a medium, or undefined where it is nothing that HTTP can ask for. */
export function mediumQuestion(source: MediumSource): Extract<OpenQuestion, { kind: 'medium' }> | undefined {
  if (!isHttp(source.url)) return undefined;
  const list = listOf(source.checksum);
  const key = list === undefined ? source.url : `${source.url} file:${list}`;
  return { kind: 'medium', key, url: source.url, list };
}

/** The URL of the checksum list that a checksum names, as `file:https://...` or as the URL alone. */
export function listOf(checksum: string): string | undefined {
  const list = checksum.replace(/^file:(?=https?:)/i, '');
  return isHttp(list) ? list : undefined;
}

/** A URL whose secrets are still to come, or that Packer completes, cannot be asked for. */
function isHttp(url: string): boolean {
  return /^https?:\/\/[^/]/i.test(url) && !/\|>|\{\{|\p{Cc}/u.test(url) && URL.canParse(url);
}
