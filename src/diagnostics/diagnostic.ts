import type { Span } from './source.ts';

export type Severity = 'error' | 'warning';

/** A second place, or a sentence, that helps to understand a diagnostic. */
export interface Note {
  readonly message: string;
  readonly span?: Span;
}

/** One complaint to the user. `message` says what is wrong, a note what would be right. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly span?: Span;
  readonly notes?: readonly Note[];
}

/** Expected trouble is a value: what could be made, or why nothing could. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Every kind of complaint; a code never changes its meaning. */
export type Code =
  | 'syntax'
  | 'type'
  | 'unknown-key'
  | 'duplicate-key'
  | 'forbidden-key'
  | 'encoding'
  | 'too-large'
  | 'outside'
  | 'unreadable'
  | 'not-found'
  | 'cycle'
  | 'pattern'
  | 'version-range'
  | 'duplicate-spec'
  | 'unsupported'
  | 'unusual'
  | 'target'
  | 'collision'
  | 'marker'
  | 'expression'
  | 'template'
  | 'network'
  | 'secret'
  | 'installer'
  | 'setting'
  | 'matrix'
  | 'lock'
  | 'checksum'
  | 'write'
  | 'edited'
  | 'stale'
  | 'refit'
  | 'tool'
  | 'required-file'
  | 'ledger'
  | 'usage';

/** A result that holds what could be made. */
export function good<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** A failed result from one or more diagnostics. */
export function bad<T = never>(...diagnostics: readonly Diagnostic[]): Result<T> {
  return { ok: false, diagnostics };
}

/** An error diagnostic; notes may be given as plain sentences. */
export function problem(
  code: Code,
  message: string,
  span?: Span,
  ...notes: readonly (string | Note)[]
): Diagnostic {
  return build('error', code, message, span, notes);
}

/** A warning: reported, and nothing changes. */
export function warning(
  code: Code,
  message: string,
  span?: Span,
  ...notes: readonly (string | Note)[]
): Diagnostic {
  return build('warning', code, message, span, notes);
}

function build(
  severity: Severity,
  code: Code,
  message: string,
  span: Span | undefined,
  notes: readonly (string | Note)[],
): Diagnostic {
  return {
    code,
    severity,
    message,
    ...(span ? { span } : {}),
    ...(notes.length > 0
      ? { notes: notes.map((note) => (typeof note === 'string' ? { message: note } : note)) }
      : {}),
  };
}
