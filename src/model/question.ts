import { formatReference, type Facts, type FileReference } from './facts.ts';
import type { Tracker } from './tracker.ts';

/**
 * What is asked of the outside. As a line of text, its kind, a blank, and what is asked for, it is what the
 * state of a tree keeps, with the answer. A `file` lies outside the data folder (the matrix), under its
 * absolute path; an `entry` is the row of a spec name in the index, which the data files give.
 */
export type Question =
  | { readonly kind: 'text'; readonly file: FileReference }
  | { readonly kind: 'names'; readonly file: FileReference }
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'host'; readonly name: string }
  | { readonly kind: 'setting'; readonly name: string }
  | { readonly kind: 'entry'; readonly name: string }
  | { readonly kind: 'secret'; readonly path: string; readonly key: string };

const FILE_KINDS = ['text', 'names'] as const;
const NAME_KINDS = ['file', 'environment', 'host', 'setting', 'entry'] as const;

/** `text data/platforms/all.json`, `environment LAB`, `secret images/linux:password`. */
export function formatQuestion(question: Question): string {
  switch (question.kind) {
    case 'text':
    case 'names':
      return `${question.kind} ${formatReference(question.file)}`;
    case 'secret':
      return `secret ${question.path}:${question.key}`;
    default:
      return `${question.kind} ${question.name}`;
  }
}

/** The question that a text stands for; undefined where it is none that this version asks. */
export function parseQuestion(text: string): Question | undefined {
  const blank = text.indexOf(' ');
  const kind = text.slice(0, blank);
  const rest = text.slice(blank + 1);
  const fileKind = FILE_KINDS.find((known) => known === kind);
  if (fileKind) {
    const slash = rest.indexOf('/');
    const root = rest.slice(0, slash);
    if (root !== 'data' && root !== 'user') return undefined;
    return { kind: fileKind, file: { root, path: rest.slice(slash + 1) } };
  }
  const nameKind = NAME_KINDS.find((known) => known === kind);
  if (nameKind) return { kind: nameKind, name: rest };
  if (kind !== 'secret') return undefined;
  const colon = rest.lastIndexOf(':');
  return { kind, path: rest.slice(0, colon), key: rest.slice(colon + 1) };
}

/** Facts that note each question before they answer it. */
export function trackFacts(facts: Facts, tracker: Tracker): Facts {
  return {
    text(file) {
      tracker.ask(`text ${formatReference(file)}`);
      return facts.text(file);
    },
    names(folder) {
      tracker.ask(`names ${formatReference(folder)}`);
      return facts.names(folder);
    },
    environment(name) {
      tracker.ask(`environment ${name}`);
      return facts.environment(name);
    },
    secret(path, key) {
      tracker.ask(`secret ${path}:${key}`);
      return facts.secret(path, key);
    },
    host(name) {
      tracker.ask(`host ${name}`);
      return facts.host(name);
    },
  };
}
