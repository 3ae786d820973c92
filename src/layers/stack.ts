import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { supportedArches, type Catalog, type IndexEntry } from '../documents/catalog.ts';
import { topLevel, type Library, type Loaded } from '../documents/load.ts';
import { suggest } from '../model/nearest.ts';
import { formatQuestion } from '../model/question.ts';
import { createTracker, type Kept, type Tracker } from '../model/tracker.ts';
import { formatTarget, type Target } from '../model/target.ts';
import type { Mapping, Value } from '../model/value.ts';
import { foldDocument, startSections, type Sections, type SpecificValues } from './merge.ts';

/** The layers of a target folded into one, and what they were made from. */
export interface Stack {
  readonly entry: IndexEntry;
  readonly sections: Sections;
  readonly plugins: readonly Value[];
  /** The data files in the order of the layers, as `formatReference` writes them. */
  readonly files: readonly string[];
}

/** Platform, location and spec of a target, loaded and known to go together. */
interface Combination {
  readonly entry: IndexEntry;
  readonly platform: Loaded;
  readonly location: Loaded;
  readonly spec: Loaded;
}

/** What every target starts with, before its platform (DESIGN.md, "Data files"). */
export function startingEvars(): Mapping {
  return {
    ANSIBLE_RETRY_FILES_ENABLED: 'False',
    ANSIBLE_WARNINGS: 'False',
    ANSIBLE_NOCOWS: '1',
    ANSIBLE_DISPLAY_SKIPPED_HOSTS: 'False',
    ANSIBLE_STDOUT_CALLBACK: 'minimal',
  };
}

/** The provisioner that runs the workspace's playbook (conformance case `minimal`). */
export function startingProvisioner(): Mapping {
  const passed = [
    'platform={{user `platform-name`}}',
    'location_name={{user `location-name`}}',
    'spec_name={{user `spec-name`}}',
    'spec_config={{user `spec-config`}}',
    'install_dir=">>install_path<<"',
    '{{user `ansible-opts`}} ',
  ];
  return {
    type: 'ansible',
    playbook_file: '>>ansible_playbook<<',
    extra_arguments: ['--extra-vars', passed.join(' ')],
  };
}

/** Loads the three documents of a target and holds them against each other's limits. */
function combine(library: Library, catalog: Catalog, target: Target): Result<Combination> {
  const entry = catalog.byName.get(target.spec);
  const platform = library.load('platform', target.platform);
  const location = library.load('location', target.location);
  const spec: Result<Loaded> = entry
    ? library.load('spec', entry.spec)
    : bad(unknownSpec(catalog, target.spec));
  const trouble = [platform, location, spec].flatMap((found) => (found.ok ? [] : found.diagnostics));
  if (!entry || !platform.ok || !location.ok || !spec.ok) return bad(...trouble);
  const combination = { entry, platform: platform.value, location: location.value, spec: spec.value };
  const limits = combinationLimits(combination);
  return limits.length > 0 ? bad(...limits) : good(combination);
}

function unknownSpec(catalog: Catalog, name: string): Diagnostic {
  const known = catalog.entries.map((entry) => entry.name);
  const near = suggest(name, known, 'specs here');
  const look = 'osimager list specs shows them all';
  return problem('target', `there is no spec "${name}"`, undefined, ...(near ? [near] : []), look);
}

/** Why three documents must not be combined, by `platforms` of location and spec and `locations` of the spec. */
function combinationLimits({ entry, platform, location, spec }: Combination): readonly Diagnostic[] {
  const names = { platform: platform.document.name, location: location.document.name };
  return [
    limit(location, 'platforms', names.platform, `location ${names.location}`, 'platform'),
    limit(spec, 'platforms', names.platform, `spec ${entry.name}`, 'platform'),
    limit(spec, 'locations', names.location, `spec ${entry.name}`, 'location'),
  ].flatMap((found) => (found ? [found] : []));
}

function limit(
  loaded: Loaded,
  key: 'platforms' | 'locations',
  name: string,
  subject: string,
  kind: string,
): Diagnostic | undefined {
  const found = topLevel(loaded, (document) => document[key]);
  if (!found || found.value.length === 0 || found.value.includes(name)) return undefined;
  return problem(
    'unsupported',
    `${subject} does not support ${kind} ${name}`,
    found.document.parsed.locate([key], 'key'),
    `it supports ${found.value.join(', ')}`,
  );
}

/** Folds settings, platform, location and spec of a combination, in this order. */
function stackLayers(combination: Combination, settings: Mapping): Result<Stack> {
  const { entry, platform, location, spec } = combination;
  const values: SpecificValues = {
    platform: platform.document.name,
    location: location.document.name,
    dist: entry.dist,
    version: entry.version,
    arch: entry.arch,
  };
  const sections = startSections({
    evars: startingEvars(),
    defs: settings,
    provisioners: [startingProvisioner()],
  });
  const trouble = [platform, location, spec].flatMap((loaded) => foldDocument(sections, loaded, values));
  if (trouble.length > 0) return bad(...trouble);
  return good({
    entry,
    sections,
    plugins: topLevel(platform, (document) => document.plugins)?.value ?? [],
    files: [...new Set([...platform.files, ...location.files, ...spec.files])],
  });
}

/** Makes the layers of targets, from the data files of one workspace. */
export interface Stacker {
  /** The index entry of a target; an error where its files are wrong or must not be combined. */
  entry(target: Target): Result<IndexEntry>;
  /** The folded layers of a target, with the same errors. */
  stack(target: Target): Result<Stack>;
  /** Platform or location, where it lists arches and the target's is not among them. */
  archFault(target: Target): string | undefined;
}

/** Targets come sorted by what they are made of, so that few stacks are worth keeping. */
const MOST_KEPT = 64;

/**
 * A stacker over one workspace; `settings` are the definitions below all layers. A target asks for its own
 * row of the index alone: another spec that comes or goes is nothing to it.
 */
export function createStacker(
  library: Library,
  catalog: () => Catalog,
  settings: Mapping,
  tracker: Tracker = createTracker(),
): Stacker {
  const kept = new Map<string, Kept<Result<Stack>>>();
  const arches = new WeakMap<Loaded, { readonly listed: ReadonlySet<string> | undefined }>();
  const indexFor = ({ spec }: Target): Catalog => {
    tracker.ask(formatQuestion({ kind: 'entry', name: spec }));
    return tracker.aside(catalog);
  };
  const archesFor = (loaded: Loaded): ReadonlySet<string> | undefined => {
    const known = arches.get(loaded) ?? { listed: supportedArches(loaded) };
    arches.set(loaded, known);
    return known.listed;
  };
  return {
    entry(target) {
      const combination = combine(library, indexFor(target), target);
      return combination.ok ? good(combination.value.entry) : combination;
    },
    stack(target) {
      const key = formatTarget(target);
      if (kept.size >= MOST_KEPT && !kept.has(key)) kept.delete(kept.keys().next().value ?? '');
      return tracker.keep(kept, key, () => {
        const combination = combine(library, indexFor(target), target);
        return combination.ok ? stackLayers(combination.value, settings) : combination;
      });
    },
    archFault(target) {
      const arch = indexFor(target).byName.get(target.spec)?.arch ?? '';
      for (const kind of ['platform', 'location'] as const) {
        const loaded = library.load(kind, target[kind]);
        const listed = loaded.ok ? archesFor(loaded.value) : undefined;
        if (listed && !listed.has(arch))
          return `${kind} ${target[kind]} does not list the architecture ${arch}`;
      }
      return undefined;
    },
  };
}
