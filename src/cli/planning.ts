import { supportedArches } from '../documents/catalog.ts';
import type { Kind } from '../documents/document.ts';
import { topLevel } from '../documents/load.ts';
import { bad, good, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import type { Target } from '../model/target.ts';
import type { Kept, Trace } from '../model/tracker.ts';
import type { Mapping } from '../model/value.ts';
import { hasPlainName } from '../render/render.ts';
import { planTargets, type Plan, type RequestedTarget } from '../tree/plan.ts';
import { isSameList } from './matrix-reader.ts';
import type { Workspace } from './workspace.ts';

/** What is asked for: the matrix, or one target; with definitions above all others. */
export interface PlanOptions {
  readonly target?: Target | undefined;
  readonly define?: Mapping | undefined;
}

/** What is planned, what is wrong with what it is made from, and all that was asked for it. */
export interface Planned {
  readonly plan: Plan;
  readonly broken: readonly Diagnostic[];
  readonly trace: Trace;
}

/** Plans the targets of a workspace again and again: what a change leaves as it was is not planned anew. */
export interface Planner {
  plan(options: PlanOptions): Result<Planned>;
}

/** A planner over one workspace. */
export function createPlanner(workspace: Workspace): Planner {
  const limits = new Map<string, Kept<string | undefined>>();
  let last: { readonly inputs: Inputs; readonly plan: Plan } | undefined;
  return {
    plan(options) {
      const { value, trace } = workspace.tracker.trace((): Result<Omit<Planned, 'trace'>> => {
        const asked = requestedTargets(workspace, options);
        if (!asked.ok) return bad(...asked.diagnostics, ...workspace.catalog.diagnostics);
        const inputs = inputsOf(workspace, asked.value, options, limits);
        const plan =
          last && isSame(last.inputs, inputs) ? last.plan : planTargets(inputs.targets, workspace.names);
        last = { inputs, plan };
        // A broken spec that the one target is not made of is not its trouble.
        const needsCatalog = !options.target || !workspace.catalog.byName.has(options.target.spec);
        const broken = [...(needsCatalog ? workspace.catalog.diagnostics : []), ...asked.value.diagnostics];
        return good({ plan, broken });
      });
      return value.ok ? good({ ...value.value, trace }) : value;
    },
  };
}

interface Asked {
  readonly targets: readonly RequestedTarget[];
  readonly diagnostics: readonly Diagnostic[];
}

function requestedTargets(workspace: Workspace, { target }: PlanOptions): Result<Asked> {
  if (!target) return workspace.requested();
  return good({ targets: [{ target, fromGlob: false }], diagnostics: [] });
}

/** All that a plan comes from. */
interface Inputs {
  readonly asked: readonly RequestedTarget[];
  readonly define: string;
  readonly targets: readonly RequestedTarget[];
  /** What the documents of the targets say of which others they go with; undefined where one is broken. */
  readonly limits: readonly (string | undefined)[];
  /** Names that are known only with the definitions of their targets. */
  readonly names: readonly string[];
}

function isSame(left: Inputs, right: Inputs): boolean {
  return (
    left.asked === right.asked &&
    left.define === right.define &&
    !left.limits.includes(undefined) &&
    isSameList(left.limits, right.limits) &&
    isSameList(left.names, right.names)
  );
}

function inputsOf(
  workspace: Workspace,
  { targets: asked }: Asked,
  { define }: PlanOptions,
  kept: Map<string, Kept<string | undefined>>,
): Inputs {
  const targets = define ? asked.map((request) => withDefinitions(request, define)) : asked;
  const documents = new Map<string, readonly [Kind, string]>();
  for (const { target } of targets) {
    const spec = workspace.catalog.byName.get(target.spec)?.spec;
    documents.set(`platform ${target.platform}`, ['platform', target.platform]);
    documents.set(`location ${target.location}`, ['location', target.location]);
    if (spec !== undefined) documents.set(`spec ${spec}`, ['spec', spec]);
  }
  const limits = [...documents].map(([key, [kind, name]]) =>
    workspace.tracker.keep(kept, key, () => limitsOf(workspace, kind, name)),
  );
  const names = targets
    .filter(({ target }) => !hasPlainName(target))
    .map(({ target }) => {
      const name = workspace.names.name(target);
      return name.ok ? name.value : JSON.stringify(name.diagnostics.map(({ message }) => message));
    });
  return { asked, define: JSON.stringify(define ?? {}), targets, limits, names };
}

function withDefinitions(request: RequestedTarget, define: Mapping): RequestedTarget {
  return { ...request, target: { ...request.target, define: { ...request.target.define, ...define } } };
}

function limitsOf({ library }: Workspace, kind: Kind, name: string): string | undefined {
  const loaded = library.load(kind, name);
  if (!loaded.ok) return undefined;
  const list = (key: 'platforms' | 'locations') => topLevel(loaded.value, (document) => document[key])?.value;
  return JSON.stringify([
    kind,
    name,
    list('platforms') ?? [],
    list('locations') ?? [],
    [...(supportedArches(loaded.value) ?? ['any'])],
  ]);
}
