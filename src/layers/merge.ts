import { problem, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type {
  Document,
  Layer,
  ListEntry,
  ListSection,
  MappingSection,
  SectionEntry,
  Specific,
} from '../documents/document.ts';
import type { Loaded } from '../documents/load.ts';
import type { SpecificWord } from '../documents/schema.ts';
import { placeOf, type Origin } from '../model/origin.ts';
import { isEmpty, isList, isMapping, toText, type Value } from '../model/value.ts';

/** A value with the place that gave it, and what stood there before: the history of one key. */
export interface Layered {
  readonly value: Value;
  /** Absent for what osimager itself starts with. */
  readonly origin?: Origin;
  readonly before?: Layered;
}

export interface LayeredItem {
  readonly value: Value;
  readonly origin?: Origin;
}

/** The sections of a target while its documents are folded, and after. */
export interface Sections {
  readonly mappings: Readonly<Record<MappingSection, Map<string, Layered>>>;
  readonly lists: Record<ListSection, readonly LayeredItem[]>;
  venv: ListEntry | undefined;
  requiredFiles: readonly ListEntry[];
  /** The definition of firmware that \`firmware_specific\` objects were matched against, where there are any. */
  matchedFirmware: string | undefined;
}

/** What `*_specific` objects are matched against; `firmware` is the definition of that moment. */
export type SpecificValues = Readonly<Record<Exclude<SpecificWord, 'firmware'>, string>>;

/** The sections before the first document: what osimager itself starts with (DESIGN.md, "Data files"). */
export function startSections(
  start: Partial<Record<MappingSection, Readonly<Record<string, Value>>>> & {
    readonly provisioners?: readonly Value[];
  },
): Sections {
  const mapping = (section: MappingSection): Map<string, Layered> =>
    new Map(Object.entries(start[section] ?? {}).map(([key, value]) => [key, { value }]));
  return {
    mappings: {
      evars: mapping('evars'),
      defs: mapping('defs'),
      variables: mapping('variables'),
      config: mapping('config'),
    },
    lists: {
      files: [],
      pre_provisioners: [],
      provisioners: (start.provisioners ?? []).map((value) => ({ value })),
      post_provisioners: [],
    },
    venv: undefined,
    requiredFiles: [],
    matchedFirmware: undefined,
  };
}

/**
 * Folds a document into the sections: what it includes first, depth first and each once; then its own
 * sections; then its matching `*_specific` objects, by word and then in the order of the file
 * (DESIGN.md, "Data files"). Values are never changed; each key remembers what it replaced.
 */
export function foldDocument(
  sections: Sections,
  loaded: Loaded,
  values: SpecificValues,
): readonly Diagnostic[] {
  const trouble: Diagnostic[] = [];
  const seen = new Set<Document>([loaded.document]);
  const fold = (layer: Layer): void => {
    for (const { name } of layer.includes) {
      const included = loaded.included.get(name);
      if (!included || seen.has(included)) continue;
      seen.add(included);
      fold(included.layer);
    }
    foldOwn(sections, layer);
    for (const specific of layer.specifics) {
      const matched = specific.matches(specificValue(specific, sections, values));
      if (matched === 'yes') fold(specific.layer);
      else if (matched === 'runaway') trouble.push(runaway(specific));
    }
  };
  fold(loaded.document.layer);
  return trouble;
}

function specificValue(specific: Specific, sections: Sections, values: SpecificValues): string {
  if (specific.word !== 'firmware') return values[specific.word];
  const firmware = toText(sections.mappings.defs.get('firmware')?.value ?? '');
  sections.matchedFirmware = firmware;
  return firmware;
}

function runaway(specific: Specific): Diagnostic {
  return problem(
    'pattern',
    'this regular expression needs too many steps to match',
    placeOf(specific.origin),
    'repetitions inside repetitions, such as (a+)+, take endless time: write it with one repetition',
  );
}

function foldOwn(sections: Sections, layer: Layer): void {
  for (const { section, entries } of layer.mappings) {
    const target = sections.mappings[section];
    for (const entry of entries) foldEntry(target, entry);
  }
  for (const { section, replace, entries } of layer.lists) {
    sections.lists[section] = replace ? entries : [...sections.lists[section], ...entries];
  }
  if (layer.venv) sections.venv = layer.venv;
  if (layer.requiredFiles.length > 0) {
    sections.requiredFiles = [...sections.requiredFiles, ...layer.requiredFiles];
  }
}

function foldEntry(target: Map<string, Layered>, entry: SectionEntry): void {
  const before = target.get(entry.key);
  if (entry.merge && isEmpty(entry.value)) return;
  const value = entry.merge && before ? combine(before.value, entry.value) : entry.value;
  target.set(entry.key, { value, origin: entry.origin, ...(before ? { before } : {}) });
}

/** Mapping with mapping by key, list appended to list, anything else replaced. */
function combine(old: Value, added: Value): Value {
  if (isMapping(old) && isMapping(added)) return { ...old, ...added };
  if (isList(old) && isList(added)) return [...old, ...added];
  return added;
}
