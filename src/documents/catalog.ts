import { problem, warning, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { unfoldBrackets } from '../model/brackets.ts';
import { sortNaturally } from '../model/target.ts';
import { toText } from '../model/value.ts';
import { placeOf } from '../model/origin.ts';
import type { Document, Layer, ListEntry } from './document.ts';
import { topLevel, type Library, type Loaded } from './load.ts';

/** One row of the spec index. */
export interface IndexEntry {
  /** `<dist>-<version>-<arch>`. */
  readonly name: string;
  readonly dist: string;
  readonly version: string;
  readonly arch: string;
  /** The folder of the spec file: `specs/<spec>`. */
  readonly spec: string;
}

export interface Catalog {
  /** In natural order of the names. */
  readonly entries: readonly IndexEntry[];
  readonly byName: ReadonlyMap<string, IndexEntry>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Every `<dist>-<version>-<arch>` that the specs provide, limited to arches that some platform or location
 * lists (DESIGN.md, "Data files", `provides`). Where none lists any, nothing is limited.
 */
export function buildCatalog(library: Library): Catalog {
  const possible = listedArches(library);
  const byName = new Map<string, IndexEntry>();
  const owners = new Map<string, Document>();
  const diagnostics: Diagnostic[] = [];
  for (const spec of library.names('spec')) {
    const found = library.read('spec', spec);
    if (!found.ok) {
      diagnostics.push(...found.diagnostics);
      continue;
    }
    const document = found.value;
    const provided = providedBy(document);
    diagnostics.push(...provided.diagnostics);
    for (const entry of provided.entries) {
      if (possible && !possible.has(entry.arch)) continue;
      const other = owners.get(entry.name);
      if (other && other !== document) {
        diagnostics.push(providedTwice(entry.name, document, other));
        continue;
      }
      owners.set(entry.name, document);
      byName.set(entry.name, entry);
    }
  }
  const entries = sortNaturally([...byName.values()], ({ name }) => name);
  return { entries, byName, diagnostics };
}

function providedTwice(name: string, document: Document, other: Document): Diagnostic {
  return warning(
    'duplicate-spec',
    `${name} is provided by two specs; the one of "${other.name}" counts`,
    document.parsed.locate(['provides'], 'key'),
    { message: 'provided here too', span: other.parsed.locate(['provides'], 'key') },
  );
}

function listedArches(library: Library): ReadonlySet<string> | undefined {
  const listed = (['platform', 'location'] as const).flatMap((kind) =>
    library.names(kind).flatMap((name) => {
      const loaded = library.load(kind, name);
      return loaded.ok ? [...(supportedArches(loaded.value) ?? [])] : [];
    }),
  );
  return listed.length > 0 ? new Set(listed) : undefined;
}

/**
 * The platforms that can be built: those that give a builder its type, themselves or by what they include.
 * Others, such as `all`, are there to be included.
 */
export function buildablePlatforms(library: Library): readonly string[] {
  return library.names('platform').filter((name) => {
    const loaded = library.load('platform', name);
    if (!loaded.ok) return true; // What is wrong with it is said where it is asked for.
    return [loaded.value.document, ...loaded.value.included.values()].some(({ layer }) => givesType(layer));
  });
}

function givesType({ mappings, specifics }: Layer): boolean {
  const own = mappings.some(
    ({ section, entries }) => section === 'config' && entries.some(({ key }) => key === 'type'),
  );
  return own || specifics.some(({ layer }) => givesType(layer));
}

/** The arches that a platform or location lists, in `*_specific` objects too; undefined where it lists none. */
export function supportedArches(loaded: Loaded): ReadonlySet<string> | undefined {
  const documents = [loaded.document, ...loaded.included.values()];
  const arches = [
    ...(topLevel(loaded, ({ layer }) => layer.arches)?.value ?? []),
    ...documents.flatMap(({ layer }) => specificArches(layer)),
  ];
  if (arches.length === 0) return undefined;
  return new Set(arches.includes('x86_64') ? [...arches, 'amd64'] : arches); // x86_64 implies amd64
}

function specificArches({ specifics }: Layer): readonly string[] {
  return specifics.flatMap(({ layer }) => [...(layer.arches ?? []), ...specificArches(layer)]);
}

interface Provided {
  readonly entries: readonly IndexEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What a document provides does not change: an index that is made anew unfolds only what is new. */
const provisions = new WeakMap<Document, Provided>();

function providedBy(document: Document): Provided {
  const known = provisions.get(document);
  if (known) return known;
  const diagnostics: Diagnostic[] = [];
  const made = { entries: entriesOf(document, diagnostics), diagnostics };
  provisions.set(document, made);
  return made;
}

function entriesOf(document: Document, diagnostics: Diagnostic[]): readonly IndexEntry[] {
  const { provides } = document;
  if (!provides) return [];
  return provides.versions.flatMap((entry) =>
    unfold(entry, diagnostics).flatMap((version) =>
      (archesOf(document.layer, version) ?? provides.arches).map((arch) => ({
        name: `${provides.dist}-${version}-${arch}`,
        dist: provides.dist,
        version,
        arch,
        spec: document.name,
      })),
    ),
  );
}

/** What the last matching `version_specific` object with `arches` says. */
function archesOf(layer: Layer, version: string): readonly string[] | undefined {
  return layer.specifics.findLast(
    ({ word, matches, layer: inner }) =>
      word === 'version' && inner.arches !== undefined && matches(version) === 'yes',
  )?.layer.arches;
}

function unfold(entry: ListEntry, diagnostics: Diagnostic[]): readonly string[] {
  const text = toText(entry.value);
  const unfolded = unfoldBrackets(text);
  if (typeof unfolded !== 'string') return unfolded;
  const hint = 'write 8.[3-10] for a range, 5.[1,9,10] for a list, 12.[01-05] for numbers of two digits';
  diagnostics.push(
    problem('version-range', `"${text}" cannot be unfolded: ${unfolded}`, placeOf(entry.origin), hint),
  );
  return [];
}
