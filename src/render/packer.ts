import type { Layered, LayeredItem, Sections } from '../layers/merge.ts';
import { toText, type Mapping, type Value } from '../model/value.ts';
import type { Scope } from '../template/scope.ts';

/** Makes what layers give ready for an artifact: markers replaced, secrets inlined where that is wanted. */
export interface Finish {
  value(layered: LayeredItem): Value;
  /** A key with its markers replaced; undefined where it came out as one that cannot be. */
  key(key: string, layered: LayeredItem): string | undefined;
}

/** The Packer template of a target (legacy JSON: one builder). */
export interface PackerTemplate {
  readonly variables: Mapping;
  readonly provisioners: readonly Value[];
  readonly builders: readonly Mapping[];
}

/** Builds the template from the folded sections. `finish` expands one value at its place. */
export function packerTemplate(
  sections: Sections,
  scope: Scope,
  spec: string,
  finish: Finish,
): PackerTemplate {
  const { pre_provisioners: first, provisioners, post_provisioners: last } = sections.lists;
  return {
    variables: { ...targetVariables(scope), ...finishMapping(sections.mappings.variables, finish) },
    provisioners: [...first, ...provisioners, ...last].map((item) => finish.value(item)),
    builders: [builder(finishMapping(sections.mappings.config, finish), scope, spec)],
  };
}

/** What playbooks are told of the target (conformance case `minimal`); a data file's own variable wins. */
function targetVariables(scope: Scope): Mapping {
  const text = (name: string): string => toText(scope.value(name) ?? '');
  return {
    'platform-name': text('platform_name'),
    'location-name': text('location_name'),
    'spec-name': text('spec_name'),
    'spec-config': 'tasks/spec.yml',
    name: text('name'),
    fqdn: text('fqdn'),
  };
}

/** A mapping section ready for an artifact, keys and values; a key that cannot be is left out, and complained of. */
export function finishMapping(section: ReadonlyMap<string, Layered>, finish: Finish): Mapping {
  const finished: Record<string, Value> = {};
  for (const [key, layered] of section) {
    const name = finish.key(key, layered);
    if (name !== undefined) finished[name] = finish.value(layered);
  }
  return finished;
}

/** Drops what is empty at the top level, and what `boot` and `shutcmd` forbid (DESIGN.md, "Derived definitions"). */
function builder(config: Mapping, scope: Scope, spec: string): Mapping {
  const noBoot = isOff(scope.value('boot'));
  const noShutdown = isOff(scope.value('shutcmd'));
  const kept: Record<string, Value> = {};
  for (const key of Object.keys(config)) {
    const value = config[key];
    if (value === undefined || value === '' || value === null) continue;
    if (noBoot && (key === 'boot_command' || key === 'boot_wait')) continue;
    if (noShutdown && key === 'shutdown_command') continue;
    kept[key] = value;
  }
  kept.name = spec;
  return kept;
}

/** A switch that is set and off; text from `-D` counts by what it says. */
function isOff(value: Value | undefined): boolean {
  if (typeof value === 'string') return value === '' || /^(?:false|no|off|0)$/i.test(value.trim());
  return value === false || value === 0 || value === null;
}
