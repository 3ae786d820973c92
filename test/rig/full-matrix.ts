import { openWorkspace, type Workspace } from '../../src/cli/workspace.ts';
import type { IndexEntry } from '../../src/documents/catalog.ts';
import type { Target } from '../../src/model/target.ts';
import type { Mapping } from '../../src/model/value.ts';
import type { Rendered } from '../../src/render/render.ts';
import { planTargets } from '../../src/tree/plan.ts';
import { complaints, valueOf } from './complaints.ts';
import { temporaryFolder } from './folder.ts';

/** A target of the full matrix, rendered. */
export interface FullTarget {
  readonly target: Target;
  /** Its release, as the catalogue of the specs has it. */
  readonly release: IndexEntry;
  /** `platform/location/name`. */
  readonly folder: string;
  readonly rendered: Rendered;
}

/** The repository's own workspace, with the full matrix and an environment that holds nothing. */
export async function openFullWorkspace(workspace = '.'): Promise<Workspace> {
  return valueOf(
    await openWorkspace({
      workspace,
      userDir: temporaryFolder(),
      matrix: `${workspace}/data/matrix.full.toml`,
      environment: {},
    }),
  );
}

let whole: Promise<readonly FullTarget[]> | undefined;

/** Every target of `data/matrix.full.toml`; rendered once for all tests of a run. What is wrong with one is an error. */
export function fullMatrix(): Promise<readonly FullTarget[]> {
  whole ??= renderFullMatrix();
  return whole;
}

async function renderFullMatrix(): Promise<readonly FullTarget[]> {
  const workspace = await openFullWorkspace();
  const plan = planTargets(valueOf(workspace.requested()).targets, workspace.names);
  const failed = plan.failed.flatMap(({ diagnostics }) => complaints(diagnostics));
  if (failed.length > 0) throw new Error(failed.join('\n'));
  return plan.planned.map(({ target, folder }) => {
    const release = workspace.catalog.byName.get(target.spec);
    if (!release) throw new Error(`${folder}: ${target.spec} is no release`);
    return { target, release, folder, rendered: valueOf(workspace.render(target, 'matrix')) };
  });
}

/** One release of each distribution, major version and architecture on each platform, rendered with each of some definitions. */
export async function fullVariants(wishes: readonly Mapping[]): Promise<readonly FullTarget[]> {
  const workspace = await openFullWorkspace();
  const firsts = new Map<string, FullTarget>();
  for (const each of await fullMatrix()) {
    const { target, release } = each;
    const kind = [target.platform, release.dist, release.version.split('.')[0], release.arch].join(' ');
    if (!firsts.has(kind)) firsts.set(kind, each);
  }
  return [...firsts.values()].flatMap(({ target, release, folder }) =>
    wishes.map((wish) => {
      const { ip, name, ...defs } = wish;
      const asked = {
        ...target,
        ...(typeof ip === 'string' && { ip }),
        ...(typeof name === 'string' && { name }),
        define: { ...target.define, ...defs },
      };
      const rendered = valueOf(workspace.render(asked, 'matrix'));
      return { target: asked, release, folder: `${folder} with ${JSON.stringify(wish)}`, rendered };
    }),
  );
}
