import { problem, warning, type Diagnostic } from '../diagnostics/diagnostic.ts';

/** A secret whose value must not be printed. */
export interface KnownSecret {
  readonly path: string;
  readonly key: string;
  readonly value: string;
}

/** Whether a value can be kept out of what is printed: three characters or less are part of half of all words. */
export function isMaskable(value: string): boolean {
  return Array.from(value).length > 3;
}

const SHORT_HINT = 'choose a longer one, or write it into the data as it is';

/** The complaint about a secret that cannot be masked, where it is refused (the run). */
export function tooShort({ path, key }: Omit<KnownSecret, 'value'>): Diagnostic {
  const message = `the secret ${path}:${key} has three characters or less`;
  return problem('secret', message, undefined, `so short a value cannot be kept out of logs: ${SHORT_HINT}`);
}

/** The same where it is put into a tree that holds secrets anyway. */
export function notMasked({ path, key }: Omit<KnownSecret, 'value'>): Diagnostic {
  const message = `the secret ${path}:${key} has three characters or less: it is not masked in what is printed`;
  return warning('secret', message, undefined, SHORT_HINT);
}
