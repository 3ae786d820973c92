import { problem } from '../diagnostics/diagnostic.ts';
import { deriveDefinitions, type Identity } from '../definitions/derive.ts';
import { placeOf, type Origin } from '../model/origin.ts';
import type { Stack } from '../layers/stack.ts';
import type { Facts } from '../model/facts.ts';
import type { Target } from '../model/target.ts';
import { toText, type Mapping, type Value } from '../model/value.ts';
import { expandValue, type Templates } from '../template/expand.ts';
import { createScope, type RawDefinition, type Scope } from '../template/scope.ts';
import { complain, surroundings, type Findings } from './target-context.ts';

/** What rendering needs besides the target and its layers. */
export interface RenderContext {
  readonly facts: Facts;
  readonly templates: Templates;
  /** From the data folder to the root of the workspace. */
  readonly basePath: string;
  /** Is told of each setting that a rendering uses as a definition. */
  readonly setting?: (name: string) => void;
}

/** The definitions of a target, from its layers, what is derived, and its own (`-D`, matrix). */
export function targetScope(target: Target, stack: Stack, context: RenderContext, findings: Findings): Scope {
  const given: Layered = stack.sections.mappings.defs as Layered;
  const own = new Map(
    Object.entries(target.define ?? {}).map(([name, value]) => [name, { value, origin: undefined }]),
  );
  const build = (identity: Identity, layered: Layered): Scope =>
    createScope<Origin>(
      {
        layered,
        own,
        derived: deriveDefinitions(identity, (name) => layered.has(name), {
          host: (name) => context.facts.host(name),
          report: (definition, message, note) => {
            const origin = layered.get(definition)?.origin;
            complain(findings, 'network', message, origin && placeOf(origin), ...(note ? [note] : []));
          },
        }),
        around: (scope, origin) => surroundings(scope, context.facts, findings, origin),
        ...(context.setting ? { setting: context.setting } : {}),
        circle: (names, origin) => {
          reportCircle(findings, names, origin);
        },
      },
      context.templates,
    );
  const plain = identityOf(target, stack, context, {});
  const markedNames = [...given.keys()].some((name) => name.includes('>'));
  if (!markedNames && !needsExpansion(target, stack, context)) return build(plain, given);
  // Name, address and builder type may hold markers themselves: they see all definitions but one another.
  const before = build({ ...plain, name: undefined, ip: undefined, fqdn: undefined }, given);
  const expand = (value: Value | undefined): string | undefined =>
    value === undefined
      ? undefined
      : toText(
          expandValue(value, context.templates, surroundings(before, context.facts, findings, undefined)),
        );
  const name = expand(target.name);
  const layered = markedNames ? expandNames(given, before, context, findings) : given;
  return build(
    identityOf(target, stack, context, {
      ...(name === undefined ? {} : { name }),
      ip: expand(target.ip),
      fqdn: expand(target.fqdn),
      platformType: expand(builderType(stack)) ?? '',
    }),
    layered,
  );
}

type Layered = ReadonlyMap<string, RawDefinition<Origin>>;

/** Definitions whose names hold markers, under the names that come of them. */
function expandNames(given: Layered, scope: Scope, context: RenderContext, findings: Findings): Layered {
  return new Map(
    [...given].map(([name, definition]) => {
      const around = surroundings(scope, context.facts, findings, definition.origin);
      return [toText(expandValue(name, context.templates, around)), definition];
    }),
  );
}

function identityOf(
  target: Target,
  { entry, sections }: Stack,
  context: RenderContext,
  expanded: Partial<Identity>,
): Identity {
  return {
    platform: target.platform,
    location: target.location,
    spec: entry.name,
    dist: entry.dist,
    version: entry.version,
    arch: entry.arch,
    specFolder: entry.spec,
    name: target.name,
    ip: target.ip,
    fqdn: target.fqdn,
    platformType: toText(sections.mappings.config.get('type')?.value ?? ''),
    basePath: context.basePath,
    ...expanded,
  };
}

function builderType(stack: Stack): Value {
  return stack.sections.mappings.config.get('type')?.value ?? '';
}

function needsExpansion(target: Target, stack: Stack, { templates }: RenderContext): boolean {
  const texts = [target.name, target.ip, target.fqdn, builderType(stack)];
  return texts.some((text) => text !== undefined && !templates.isPlain(text));
}

function reportCircle(findings: Findings, names: readonly string[], origin: Origin | undefined): void {
  const message = `definitions refer to each other in a circle: ${names.join(' → ')}`;
  const hint = 'one of them must have a value of its own';
  findings.diagnostics.push(problem('cycle', message, origin && placeOf(origin), hint));
}

/** All definitions with their values, sorted by name. */
export function allDefinitions(scope: Scope): Mapping {
  const values: Record<string, Value> = {};
  for (const name of [...scope.names()].sort()) {
    const value = scope.value(name);
    if (value !== undefined) values[name] = value;
  }
  return values;
}
