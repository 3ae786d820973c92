import { buildCatalog } from '../../src/documents/catalog.ts';
import { createLibrary } from '../../src/documents/load.ts';
import { problem, type Result } from '../../src/diagnostics/diagnostic.ts';
import { createStacker, type Stack } from '../../src/layers/stack.ts';
import type { Facts } from '../../src/model/facts.ts';
import type { Target } from '../../src/model/target.ts';
import type { Mapping, Value } from '../../src/model/value.ts';
import type { RequestedBy } from '../../src/render/artifact.ts';
import { createInstallerSources } from '../../src/render/installer.ts';
import { renderTarget, type Rendered, type Renderer } from '../../src/render/render.ts';
import { createTemplates, expandValue, type Surroundings } from '../../src/template/expand.ts';
import { createInliner } from '../../src/template/inline.ts';
import { valueOf } from './complaints.ts';
import { memoryFacts } from './memory-facts.ts';

/** What the outside of a test holds: nothing but this is there. */
export interface Outside {
  /** Text by `data/...` or `user/...`; what is not text is written as JSON. */
  readonly files?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Values by `path:key`. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly hosts?: Readonly<Record<string, string>>;
}

/** Facts of a world that is in memory alone; what is not in it is missing. */
export function renderFacts({ files = {}, environment = {}, secrets = {}, hosts = {} }: Outside): Facts {
  return {
    ...memoryFacts({ files }),
    environment: (name) => environment[name],
    secret(path, key) {
      const value = secrets[`${path}:${key}`];
      if (value !== undefined) return { kind: 'value', value };
      return { kind: 'missing', diagnostic: problem('secret', `there is no secret ${path}:${key}`) };
    },
    host: (name) => hosts[name],
  };
}

/** A value expanded, with everything that was said on the way. */
export interface Expanded {
  readonly value: Value;
  /** `code at path: message`. */
  readonly complaints: readonly string[];
  readonly unknown: readonly string[];
  /** Texts that are expressions by their signs alone. */
  readonly unread: readonly string[];
}

/** Expands a value where these definitions (final values) and this outside are all there is. */
export function expandWith(value: Value, definitions: Mapping, outside: Outside = {}): Expanded {
  const facts = renderFacts(outside);
  const complaints: string[] = [];
  const unknown: string[] = [];
  const unread: string[] = [];
  const path: (string | number)[] = [];
  const around: Surroundings = {
    path,
    definition: (name) => (Object.hasOwn(definitions, name) ? definitions[name] : undefined),
    environment: (name) => facts.environment(name),
    host: (name) => facts.host(name),
    report: (code, message) => {
      complaints.push(`${code} at ${path.join('.')}: ${message}`);
    },
    unread: (text) => {
      unread.push(text);
    },
    unknown: (name) => {
      unknown.push(name);
    },
  };
  return { value: expandValue(value, createTemplates(), around), complaints, unknown, unread };
}

/** What a rendering of the rig's only target is made from. */
export interface RenderCase extends Outside {
  /** The spec's sections. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly target?: Partial<Target>;
  readonly inline?: boolean;
  readonly settings?: Mapping;
  readonly requestedBy?: RequestedBy;
}

export interface Workbench {
  readonly target: Target;
  readonly stack: Stack;
  readonly renderer: Renderer;
}

/** The layers and the renderer of `hyp/lab/demo-1.2-x86_64`, the rig's only target. */
export function workbench(given: RenderCase): Workbench {
  const provides = { dist: 'demo', versions: ['1.2'], arches: ['x86_64'] };
  const files = {
    'data/platforms/hyp.json': { config: { type: 'hyp-iso' } },
    'data/locations/lab.json': { defs: { domain: 'lab.test' } },
    'data/specs/demo/spec.json': { provides, ...given.spec },
    ...given.files,
  };
  const facts = renderFacts({ ...given, files });
  const library = createLibrary(facts);
  const target: Target = { platform: 'hyp', location: 'lab', spec: 'demo-1.2-x86_64', ...given.target };
  const catalog = buildCatalog(library);
  const stacker = createStacker(library, () => catalog, given.settings ?? {});
  const templates = createTemplates();
  return {
    target,
    stack: valueOf(stacker.stack(target)),
    renderer: {
      facts,
      templates,
      basePath: '..',
      installers: createInstallerSources(facts),
      inliner: given.inline ? createInliner(facts, templates, { vaultReferences: true }) : undefined,
    },
  };
}

export function renderCase(given: RenderCase): Result<Rendered> {
  const { target, stack, renderer } = workbench(given);
  return renderTarget(target, stack, renderer, given.requestedBy ?? 'matrix');
}
