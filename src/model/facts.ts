import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import type { HostAnswer, MediumAnswer, MediumQuestion, NameServers } from './outside.ts';

/** A file of the workspace's data folder, or of the user's own folder; `path` has slashes and is relative. */
export interface FileReference {
  readonly root: 'data' | 'user';
  readonly path: string;
}

/** A file as artifacts name it, the same on every machine: `data/platforms/all.json`. */
export function formatReference({ root, path }: FileReference): string {
  return `${root}/${path}`;
}

export type TextAnswer =
  | { readonly kind: 'text'; readonly source: Source }
  /** `path` is how the user would name the file that is not there. */
  | { readonly kind: 'absent'; readonly path: string }
  /** There, and not to be used: not UTF-8, too large, outside the workspace, not readable. */
  | { readonly kind: 'refused'; readonly diagnostic: Diagnostic };

export type SecretAnswer =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'missing'; readonly diagnostic: Diagnostic };

/**
 * All that the core may ask of the outside. It is synchronous: what is slow is fetched before.
 * An implementation answers the same question the same way for a whole run and can record what was asked.
 */
export interface Facts {
  text(file: FileReference): TextAnswer;
  /** Names in a folder, sorted by code unit; an absent folder has none. */
  names(folder: FileReference): readonly string[];
  environment(name: string): string | undefined;
  secret(path: string, key: string): SecretAnswer;
  /** The IPv4 address of a host, as these name servers answer. */
  host(name: string, by: NameServers): HostAnswer;
  /** Which of its sources a medium comes from, and its checksum. */
  medium(question: MediumQuestion): MediumAnswer;
}
