import { resolve } from 'node:path';
import { warning, type Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Artifact } from '../../run/artifact.ts';
import { checkPacker, findPacker, missingHere, type ToolPlaces } from '../../run/tools.ts';
import { withHome } from '../settings.ts';
import type { Workspace } from '../workspace.ts';
import type { Freshness } from './freshness.ts';
import { readRunSecrets, type ChangeTemplate, type RunSecrets } from './secrets.ts';

/** An artifact that is to be run, and what becomes of its template before. */
export interface Chosen {
  readonly artifact: Artifact;
  readonly change: ChangeTemplate;
}

/** What is wrong before anything starts. */
export interface Trouble {
  /** With every artifact: no Packer, no Vault. */
  readonly common: readonly Diagnostic[];
  readonly own: ReadonlyMap<Artifact, readonly Diagnostic[]>;
  /** What is said and keeps nothing from running. */
  readonly warnings: readonly Diagnostic[];
}

/** All that a run needs beside the artifacts, where nothing is wrong. */
export interface Ready {
  readonly packer: string;
  readonly version: string;
  readonly secrets: RunSecrets;
}

/** Where tools are looked for, from the settings of a workspace. */
export function toolPlaces(workspace: Workspace, environment: NodeJS.ProcessEnv): ToolPlaces {
  const home = (path: string): string => withHome(path, environment);
  const { packer_cmd: command, venv_dir: venvDir } = workspace.settings;
  const given = Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return {
    packerCommand: command.includes('/') ? resolve(workspace.baseDir, home(command)) : command,
    venvDir: resolve(workspace.baseDir, home(venvDir)),
    dataDir: workspace.dataDir,
    withHome: home,
    environment: Object.fromEntries(given),
  };
}

/** What can be found wrong without starting anything, and without reading a secret. */
export function checkFiles(
  chosen: readonly Chosen[],
  places: ToolPlaces,
  options: { readonly fresh: Freshness | undefined; readonly stale: boolean; readonly refit: boolean },
): Trouble {
  const own = new Map<Artifact, readonly Diagnostic[]>();
  const warnings: Diagnostic[] = [];
  for (const { artifact, change } of chosen) {
    const stale = options.fresh?.(artifact);
    if (stale && options.stale) warnings.push({ ...stale, severity: 'warning', notes: [] });
    warnings.push(...artifact.edited.map((name) => editedWarning(`${artifact.shown}/${name}`)));
    const changed = change?.(artifact.template);
    const found = [
      ...(stale && !options.stale ? [stale] : []),
      ...(changed && !changed.ok ? changed.diagnostics : []),
      ...missingHere(artifact, places, options.refit),
    ];
    if (found.length > 0) own.set(artifact, found);
  }
  const packer = findPacker(places);
  return { common: typeof packer === 'string' ? [] : [packer], own, warnings };
}

function editedWarning(shown: string): Diagnostic {
  return warning('edited', `${shown} was edited since it was generated, and is run as it is`);
}

/** All checks: all that is wrong comes back at once. `ready` is there where nothing is. */
export async function preflight(
  workspace: Workspace,
  chosen: readonly Chosen[],
  places: ToolPlaces,
  options: Parameters<typeof checkFiles>[2],
): Promise<{ readonly trouble: Trouble; readonly ready: Ready | undefined }> {
  // First, as what is rendered inline for the comparison holds them.
  const runnable = chosen.filter(({ artifact, change }) => change?.(artifact.template).ok ?? true);
  const secrets = await readRunSecrets(workspace, runnable);
  const files = checkFiles(chosen, places, options);
  const program = findPacker(places);
  const artifacts = chosen.map(({ artifact }) => artifact);
  // A refit needs the null builder alone, which every Packer has.
  const needing = options.refit ? artifacts.map((artifact) => ({ ...artifact, plugins: [] })) : artifacts;
  const packer = typeof program === 'string' ? await checkPacker(program, needing, places) : undefined;
  const found = packer?.problems ?? [];
  const own = new Map(files.own);
  for (const [artifact, problems] of secrets.ok ? secrets.value.problems : []) {
    own.set(artifact, [...(own.get(artifact) ?? []), ...problems]);
  }
  const isError = ({ severity }: Diagnostic): boolean => severity === 'error';
  const trouble: Trouble = {
    common: [...files.common, ...found.filter(isError), ...(secrets.ok ? [] : secrets.diagnostics)],
    own,
    warnings: [...files.warnings, ...found.filter((one) => !isError(one))],
  };
  const fine = trouble.common.length === 0 && own.size === 0 && packer && secrets.ok;
  return {
    trouble,
    ready: fine ? { packer: packer.program, version: packer.version, secrets: secrets.value } : undefined,
  };
}
