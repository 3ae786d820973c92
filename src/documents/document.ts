import type { Diagnostic, Result } from '../diagnostics/diagnostic.ts';
import { bad, good, problem } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source.ts';
import type { FileReference } from '../model/facts.ts';
import { below, placeOf, type Origin } from '../model/origin.ts';
import { validate } from '../model/validate.ts';
import { describeKind, isList, isMapping, toText, type Mapping, type Value } from '../model/value.ts';
import type { ParsedText } from './parse.ts';
import { compilePattern, type CompiledPattern } from './pattern/pattern.ts';
import type { Verdict } from './pattern/match.ts';
import { locationSchema, platformSchema, SPECIFIC_WORDS, specSchema, type SpecificWord } from './schema.ts';

export type Kind = 'platform' | 'location' | 'spec';

export const MAPPING_SECTIONS = ['evars', 'defs', 'variables', 'config'] as const;
export const LIST_SECTIONS = ['files', 'pre_provisioners', 'provisioners', 'post_provisioners'] as const;
export type MappingSection = (typeof MAPPING_SECTIONS)[number];
export type ListSection = (typeof LIST_SECTIONS)[number];

/** One key of a mapping section, as a document gives it. */
export interface SectionEntry {
  readonly key: string;
  readonly value: Value;
  /** Named in the section's `merge` list: combined with what is there. */
  readonly merge: boolean;
  readonly origin: Origin;
}

export interface ListEntry {
  readonly value: Value;
  readonly origin: Origin;
}

/** The part of a document that is loaded as one: the file itself, or one `*_specific` object in it. */
export interface Layer {
  readonly origin: Origin;
  readonly includes: readonly Include[];
  readonly mappings: readonly {
    readonly section: MappingSection;
    readonly entries: readonly SectionEntry[];
  }[];
  readonly lists: readonly {
    readonly section: ListSection;
    readonly replace: boolean;
    readonly entries: readonly ListEntry[];
  }[];
  /** In the order in which they apply: by word, then as in the file. */
  readonly specifics: readonly Specific[];
  readonly arches: readonly string[] | undefined;
  readonly venv: ListEntry | undefined;
  readonly requiredFiles: readonly ListEntry[];
}

export interface Include {
  readonly name: string;
  readonly origin: Origin;
}

export interface Specific {
  readonly word: SpecificWord;
  readonly matches: (value: string) => Verdict;
  readonly layer: Layer;
  readonly origin: Origin;
}

export interface Provides {
  readonly dist: string;
  readonly versions: readonly ListEntry[];
  readonly arches: readonly string[];
}

/** A platform, location or spec file: checked, with the regular expressions compiled. */
export interface Document {
  readonly kind: Kind;
  readonly name: string;
  readonly file: FileReference;
  readonly parsed: ParsedText;
  readonly layer: Layer;
  readonly platforms: readonly string[] | undefined;
  readonly locations: readonly string[] | undefined;
  readonly provides: Provides | undefined;
  readonly plugins: readonly Value[] | undefined;
  /** The names that its \`defs\` give, in \`*_specific\` objects too. */
  readonly definitions: ReadonlySet<string>;
  readonly warnings: readonly Diagnostic[];
}

const SCHEMAS = { platform: platformSchema, location: locationSchema, spec: specSchema };

/**
 * Checks a parsed file and compiles it. Unknown keys are warnings (DESIGN.md, "Data files"); wrong types and
 * regular expressions that cannot be read are errors at their place.
 */
export function compileDocument(
  kind: Kind,
  name: string,
  file: FileReference,
  parsed: ParsedText,
): Result<Document> {
  const { value, faults } = parsed;
  if (faults.length > 0) return bad(...faults.map(({ diagnostic }) => diagnostic));
  if (!isMapping(value)) {
    const message = `a ${kind} file must hold a mapping, not ${describeKind(value)}`;
    return bad(problem('type', message, parsed.locate([])));
  }
  const found = validate(SCHEMAS[kind], value, parsed.locate, 'warning');
  const errors = found.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return bad(...errors);
  const broken: Diagnostic[] = [];
  const top: Origin = { locate: parsed.locate, path: [] };
  const layer = compileLayer(value, top, broken);
  if (broken.length > 0) return bad(...broken);
  return good({
    kind,
    name,
    file,
    parsed,
    layer,
    platforms: textsOf(value.platforms),
    locations: textsOf(value.locations),
    provides: compileProvides(value.provides, below(top, 'provides')),
    plugins: listOf(value.plugin),
    definitions: new Set(definitionNames(layer)),
    warnings: [...parsed.warnings, ...found],
  });
}

function compileLayer(value: Mapping, origin: Origin, broken: Diagnostic[]): Layer {
  return {
    origin,
    includes: listEntries(value.include, below(origin, 'include'))
      .map((entry) => ({ name: toText(entry.value), origin: entry.origin }))
      .filter(({ name }) => name !== ''),
    mappings: MAPPING_SECTIONS.flatMap((section) => {
      const content = value[section];
      return isMapping(content)
        ? [{ section, entries: sectionEntries(content, below(origin, section)) }]
        : [];
    }),
    lists: LIST_SECTIONS.flatMap((section) => {
      const content = value[section];
      if (!isList(content)) return [];
      const entries = listEntries(content, below(origin, section));
      return [{ section, replace: value.method === 'replace', entries }];
    }),
    specifics: SPECIFIC_WORDS.flatMap((word) => compileSpecifics(word, value, origin, broken)),
    arches: textsOf(value.arches),
    venv: value.venv === undefined ? undefined : { value: value.venv, origin: below(origin, 'venv') },
    requiredFiles: listEntries(value.required_files, below(origin, 'required_files')),
  };
}

function definitionNames(layer: Layer): readonly string[] {
  const own = layer.mappings.flatMap(({ section, entries }) => (section === 'defs' ? entries : []));
  return [
    ...own.map(({ key }) => key),
    ...layer.specifics.flatMap((specific) => definitionNames(specific.layer)),
  ];
}

function compileSpecifics(
  word: SpecificWord,
  value: Mapping,
  origin: Origin,
  broken: Diagnostic[],
): readonly Specific[] {
  return listEntries(value[`${word}_specific`], below(origin, `${word}_specific`)).flatMap((entry) => {
    if (!isMapping(entry.value)) return [];
    const patternOrigin = below(entry.origin, word);
    const text = toText(entry.value[word] ?? '');
    const pattern = compilePattern(text);
    if (!pattern.ok) {
      broken.push(badPattern(text, pattern, placeOf(patternOrigin)));
      return [];
    }
    const layer = compileLayer(entry.value, entry.origin, broken);
    return [{ word, matches: remembering(pattern.matches), layer, origin: patternOrigin }];
  });
}

/** The same few values are matched for thousands of targets. */
function remembering(matches: (value: string) => Verdict): (value: string) => Verdict {
  const verdicts = new Map<string, Verdict>();
  return (value) => {
    const known = verdicts.get(value);
    if (known !== undefined) return known;
    const verdict = matches(value);
    verdicts.set(value, verdict);
    return verdict;
  };
}

function badPattern(text: string, fault: Extract<CompiledPattern, { ok: false }>, span: Span): Diagnostic {
  const written = span.source.text.slice(span.start, span.end);
  // Only where the text stands in the file as it is can the sign at fault be pointed at.
  const exact = written.length === text.length + 2 && written.slice(1, -1) === text;
  const start = Math.min(span.start + 1 + fault.at, span.end - 1);
  const message = `the regular expression "${text}" cannot be read: ${fault.message}`;
  return problem(
    'pattern',
    message,
    exact ? { source: span.source, start, end: start + 1 } : span,
    'it is a regular expression of Python that must match the whole value; a plain dot or bracket is written \\\\.',
  );
}

function sectionEntries(content: Mapping, origin: Origin): readonly SectionEntry[] {
  const merged = new Set(textsOf(content.merge));
  return Object.entries(content)
    .filter(([key]) => key !== 'merge')
    .map(([key, value]) => ({ key, value, merge: merged.has(key), origin: below(origin, key) }));
}

function compileProvides(value: Value | undefined, origin: Origin): Provides | undefined {
  if (!isMapping(value)) return undefined;
  return {
    dist: toText(value.dist ?? ''),
    versions: listEntries(value.versions, below(origin, 'versions')),
    arches: textsOf(value.arches) ?? [],
  };
}

/** A list, or a value that stands for a list of one, as entries with their places. */
function listEntries(value: Value | undefined, origin: Origin): readonly ListEntry[] {
  if (value === undefined) return [];
  if (!isList(value)) return [{ value, origin }];
  return value.map((item, at) => ({ value: item, origin: below(origin, at) }));
}

function listOf(value: Value | undefined): readonly Value[] | undefined {
  if (value === undefined) return undefined;
  return isList(value) ? value : [value];
}

function textsOf(value: Value | undefined): readonly string[] | undefined {
  return listOf(value)?.map(toText);
}
