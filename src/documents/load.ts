import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source.ts';
import { formatReference, type Facts, type FileReference } from '../model/facts.ts';
import { createTracker, type Kept, type Tracker } from '../model/tracker.ts';
import { suggest } from '../model/nearest.ts';
import { compareText } from '../model/target.ts';
import { placeOf } from '../model/origin.ts';
import { compileDocument, type Document, type Include, type Kind, type Layer } from './document.ts';
import { parseText } from './parse.ts';

/** A document with everything it includes, directly or not. */
export interface Loaded {
  readonly document: Document;
  /** By name; what `*_specific` objects include is among them. */
  readonly included: ReadonlyMap<string, Document>;
  /** What is included whatever the target, in the order of loading. */
  readonly bases: readonly Document[];
  /** The files that this document is made of, itself first, as `formatReference` writes them. */
  readonly files: readonly string[];
}

/**
 * What a document says at its top level, or else what the last loaded of the documents says that it always
 * includes: the including file overrides the included (DESIGN.md, "Data files"). With the document that says it.
 */
export function topLevel<T>(
  { document, bases }: Loaded,
  pick: (document: Document) => T | undefined,
): { readonly value: T; readonly document: Document } | undefined {
  for (const candidate of [document, ...[...bases].reverse()]) {
    const value = pick(candidate);
    if (value !== undefined) return { value, document: candidate };
  }
  return undefined;
}

/** The data files of a workspace, each read and compiled once. */
export interface Library {
  /** One document, its includes not looked at. Absent or broken: an error. */
  read(kind: Kind, name: string): Result<Document>;
  /** A document with its include chain. Absent, broken, or including in a circle: an error. */
  load(kind: Kind, name: string): Result<Loaded>;
  /** The names that exist of a kind, sorted by code unit. */
  names(kind: Kind): readonly string[];
  /** Complaints about files that were read so far, and that change nothing. */
  warnings(): readonly Diagnostic[];
}

const ENDINGS = ['json', 'toml'] as const;

/**
 * A library over the data files that the facts answer for; each is read when it is first asked for, and once
 * more when the tracker knows that it may have changed.
 */
export function createLibrary(facts: Facts, tracker: Tracker = createTracker()): Library {
  const documents = new Map<string, Kept<Result<Document>>>();
  const loaded = new Map<string, Kept<Result<Loaded>>>();
  const names = new Map<string, Kept<readonly string[]>>();
  const library: Library = {
    read: (kind, name) =>
      tracker.keep(documents, `${kind} ${name}`, () => readDocument(facts, kind, name, library)),
    load: (kind, name) => tracker.keep(loaded, `${kind} ${name}`, () => loadChain(kind, name, library)),
    names: (kind) => tracker.keep(names, kind, () => listNames(facts, kind)),
    warnings: () => [...documents.values()].flatMap(({ value }) => (value.ok ? value.value.warnings : [])),
  };
  return library;
}

// --- where documents lie ---

function candidates(kind: Kind, name: string): readonly FileReference[] {
  if (kind === 'platform') return ENDINGS.map((end) => ({ root: 'data', path: `platforms/${name}.${end}` }));
  if (kind === 'spec') return ENDINGS.map((end) => ({ root: 'data', path: `specs/${name}/spec.${end}` }));
  const roots = ['data', 'user'] as const;
  return roots.flatMap((root) => ENDINGS.map((end) => ({ root, path: `locations/${name}.${end}` })));
}

/** A name of a data file is one path segment: it is put into paths. */
const NAME = /^[^/\\\p{Cc}]+$/u;

function readDocument(facts: Facts, kind: Kind, name: string, library: Library): Result<Document> {
  if (!NAME.test(name) || name === '.' || name === '..') {
    return bad(problem('not-found', `"${name}" is no name of a ${kind}`));
  }
  const absent: string[] = [];
  for (const file of candidates(kind, name)) {
    const answer = facts.text(file);
    if (answer.kind === 'refused') return bad(answer.diagnostic);
    if (answer.kind === 'absent') {
      absent.push(answer.path);
      continue;
    }
    const parsed = parseText(answer.source);
    return parsed.ok ? compileDocument(kind, name, file, parsed.value) : parsed;
  }
  const near = suggest(name, library.names(kind), `${kind}s here`);
  const looked = `looked for ${absent.join(', ')}`;
  return bad(
    problem('not-found', `there is no ${kind} "${name}"`, undefined, ...(near ? [near] : []), looked),
  );
}

function listNames(facts: Facts, kind: Kind): readonly string[] {
  if (kind === 'spec') {
    return facts
      .names({ root: 'data', path: 'specs' })
      .filter((name) =>
        candidates('spec', name).some((file) => facts.names(folderOf(file)).includes(baseOf(file))),
      );
  }
  const roots = kind === 'location' ? (['data', 'user'] as const) : (['data'] as const);
  const found = roots.flatMap((root) => facts.names({ root, path: `${kind}s` }));
  const names = found.flatMap((file) => /^(.+)\.(?:json|toml)$/.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort(compareText);
}

function folderOf(file: FileReference): FileReference {
  return { root: file.root, path: file.path.slice(0, file.path.lastIndexOf('/')) };
}

function baseOf(file: FileReference): string {
  return file.path.slice(file.path.lastIndexOf('/') + 1);
}

// --- includes ---

function loadChain(kind: Kind, name: string, library: Library): Result<Loaded> {
  const top = library.read(kind, name);
  if (!top.ok) return top;
  const included = new Map<string, Document>();
  const trouble: Diagnostic[] = [];
  const visit = (document: Document, trail: readonly Document[]): void => {
    for (const include of includesOf(document.layer)) {
      const circle = trail.findIndex((above) => above.name === include.name);
      if (circle >= 0) {
        trouble.push(circleProblem([...trail.slice(circle), document], include));
        continue;
      }
      if (included.has(include.name)) continue;
      const found = library.read(kind, include.name);
      if (!found.ok) {
        trouble.push(...found.diagnostics.map((inner) => missingInclude(inner, include, kind, library)));
        continue;
      }
      included.set(include.name, found.value);
      visit(found.value, [...trail, found.value]);
    }
  };
  visit(top.value, [top.value]);
  if (trouble.length > 0) return bad(...trouble);
  const documents = [top.value, ...included.values()];
  return good({
    document: top.value,
    included,
    bases: basesOf(top.value, included),
    files: documents.map(({ file }) => formatReference(file)),
  });
}

/** Depth first, each once, deepest first. */
function basesOf(document: Document, included: ReadonlyMap<string, Document>): readonly Document[] {
  const bases = new Set<Document>();
  const seen = new Set<Document>([document]);
  const visit = ({ layer }: Document): void => {
    for (const { name } of layer.includes) {
      const base = included.get(name);
      if (!base || seen.has(base)) continue;
      seen.add(base);
      visit(base);
      bases.add(base);
    }
  };
  visit(document);
  return [...bases];
}

function includesOf(layer: Layer): readonly Include[] {
  return [...layer.includes, ...layer.specifics.flatMap((specific) => includesOf(specific.layer))];
}

function circleProblem(circle: readonly Document[], include: Include): Diagnostic {
  const names = [...new Set(circle.map(({ name }) => name)), include.name];
  const files = [...new Set(circle.map(({ parsed }) => parsed.source.path))];
  return problem(
    'cycle',
    `includes go round in a circle: ${names.join(' → ')}`,
    placeOf(include.origin),
    `the files in it: ${files.join(', ')}`,
  );
}

/** An absent include is reported where it is asked for; a broken one where it is broken. */
function missingInclude(inner: Diagnostic, include: Include, kind: Kind, library: Library): Diagnostic {
  const span: Span = placeOf(include.origin);
  if (inner.code !== 'not-found') {
    return { ...inner, notes: [...(inner.notes ?? []), { message: 'included here', span }] };
  }
  const near = suggest(include.name, library.names(kind), `${kind}s here`);
  const message = `there is no ${kind} "${include.name}" to include`;
  return problem('not-found', message, span, ...(near ? [near] : []));
}
