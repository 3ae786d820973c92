import { join, resolve } from 'node:path';
import { problem, warning, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { exists, isFolder } from '../edge/files.ts';
import { mappingsOf, type Artifact, type NeededPlugin } from './artifact.ts';
import { askProgram, findProgram } from './packer.ts';
import {
  BRINGS_NO_PLUGINS,
  installCommand,
  isAtLeast,
  isInstalled,
  LISTS_PLUGINS,
  OLDEST_PACKER,
  readInstalledPlugins,
  readPackerVersion,
} from './packer-version.ts';
import type { Environment } from './environment.ts';

/** Where the tools of a run are looked for. */
export interface ToolPlaces {
  /** The setting `packer_cmd`, home folder unfolded. */
  readonly packerCommand: string;
  readonly venvDir: string;
  /** The data folder, which Packer runs in. */
  readonly dataDir: string;
  /** Unfolds `~` at the start of a path. */
  readonly withHome: (path: string) => string;
  readonly environment: Environment;
}

/** The absolute folder of the virtual environment that an artifact names. */
export function venvFolder({ venv }: Artifact, { venvDir }: ToolPlaces): string | undefined {
  return venv === undefined ? undefined : resolve(venvDir, venv);
}

/** The search path of a build: programs of the virtual environment come first. */
export function searchPath(artifact: Artifact, places: ToolPlaces): string {
  const venv = venvFolder(artifact, places);
  const path = places.environment.PATH ?? '';
  return venv === undefined ? path : `${join(venv, 'bin')}:${path}`;
}

/** What an artifact needs on this machine and is not here: files, virtual environment, Ansible. Starts nothing. */
export function missingHere(artifact: Artifact, places: ToolPlaces, refit: boolean): readonly Diagnostic[] {
  return [
    ...(refit ? [] : missingFiles(artifact, places)),
    ...missingVenv(artifact, places),
    ...missingAnsible(artifact, places),
  ];
}

function missingFiles({ requiredFiles }: Artifact, places: ToolPlaces): readonly Diagnostic[] {
  return requiredFiles.flatMap(({ file, description, url, location }) => {
    if (exists(resolve(places.dataDir, places.withHome(file)))) return [];
    const what = description === '' ? file : `${file} (${description})`;
    const notes = [
      ...(url === '' ? [] : [`download it from ${url}`]),
      `put it ${location === '' ? `at ${resolve(places.dataDir, places.withHome(file))}` : `into ${location}`}`,
    ];
    return [
      problem('required-file', `a file that the build needs is not here: ${what}`, undefined, ...notes),
    ];
  });
}

function missingVenv(artifact: Artifact, places: ToolPlaces): readonly Diagnostic[] {
  const folder = venvFolder(artifact, places);
  if (folder === undefined || isFolder(join(folder, 'bin'))) return [];
  const message = `there is no virtual environment ${artifact.venv} in ${places.venvDir}`;
  return [problem('tool', message, undefined, `make it: python3 -m venv ${folder}`)];
}

function missingAnsible(artifact: Artifact, places: ToolPlaces): readonly Diagnostic[] {
  const commands = mappingsOf(artifact.template.provisioners)
    .filter(({ type }) => type === 'ansible')
    .map(({ command }) => (typeof command === 'string' && command !== '' ? command : 'ansible-playbook'));
  const path = searchPath(artifact, places);
  return [...new Set(commands)]
    .filter((command) => !command.includes('{{') && findProgram(command, path) === undefined)
    .map((command) => {
      const hint = artifact.venv
        ? `install it there: ${join(places.venvDir, artifact.venv, 'bin', 'pip')} install ansible`
        : 'install Ansible: apt-get install ansible, or pip install ansible';
      const where = artifact.venv
        ? `neither in the virtual environment ${artifact.venv} nor on the PATH`
        : 'not on the PATH';
      const message = `a provisioner needs ${command}, which is ${where}`;
      return problem('tool', message, undefined, hint);
    });
}

/** Packer where it can be used, and what is wrong with it or its plugins. */
export interface PackerFound {
  readonly program: string;
  readonly version: string;
  readonly problems: readonly Diagnostic[];
}

/** Finds Packer; starts nothing. */
export function findPacker({ packerCommand, environment }: ToolPlaces): string | Diagnostic {
  const found = findProgram(packerCommand, environment.PATH ?? '');
  if (found !== undefined) return found;
  const where = packerCommand.includes('/') ? 'there' : 'on the PATH';
  const message = `Packer is not found: no program "${packerCommand}" is ${where}`;
  return problem('tool', message, undefined, 'install Packer, or name it with the setting packer_cmd');
}

/** Asks Packer for its version and its plugins, and holds them against what artifacts need. */
export async function checkPacker(
  program: string,
  artifacts: readonly Artifact[],
  { dataDir, environment }: ToolPlaces,
): Promise<PackerFound> {
  const ask = (...args: string[]): Promise<string | undefined> =>
    askProgram({ program, args, cwd: dataDir, env: { ...environment, CHECKPOINT_DISABLE: '1' } });
  const answer = await ask('version');
  const version = answer === undefined ? undefined : readPackerVersion(answer);
  if (version === undefined) {
    const message = `${program} is not Packer: it does not tell a version of Packer`;
    const hint =
      'other programs have this name too (cracklib): name the right one with the setting packer_cmd';
    return { program, version: '', problems: [problem('tool', message, undefined, hint)] };
  }
  if (!isAtLeast(version, OLDEST_PACKER)) {
    const message = `Packer ${version} is too old: osimager needs ${OLDEST_PACKER} or newer`;
    return { program, version, problems: [problem('tool', message)] };
  }
  const needed = neededPlugins(artifacts, version);
  if (needed.length === 0) return { program, version, problems: [] };
  const list = isAtLeast(version, LISTS_PLUGINS) ? await ask('plugins', 'installed') : undefined;
  if (list === undefined) return { program, version, problems: [cannotList(version, needed)] };
  const installed = readInstalledPlugins(list);
  const problems = needed
    .filter((plugin) => !isInstalled(plugin, installed))
    .map((plugin) => {
      const there = installed.filter(({ source }) => source === plugin.source).map((one) => one.version);
      const has = there.length === 0 ? 'is not installed' : `is installed as ${there.join(', ')} only`;
      const message = `the Packer plugin ${plugin.name} ${plugin.version} ${has}`;
      return problem('tool', message, undefined, installCommand(plugin));
    });
  return { program, version, problems };
}

/** Old versions brought the plugins along and cannot say so: the list is for the user to look at. */
function cannotList(version: string, needed: readonly NeededPlugin[]): Diagnostic {
  const message = `Packer ${version} cannot tell whether it has the plugins that the artifacts need`;
  const notes = needed.map((plugin) => `${plugin.name} ${plugin.version}: ${installCommand(plugin)}`);
  return warning('tool', message, undefined, ...notes);
}

const ANSIBLE: NeededPlugin = {
  name: 'ansible',
  source: 'github.com/hashicorp/ansible',
  version: '>= 1.0.0',
};

/** Each plugin once; the one of Ansible's provisioner too where Packer no longer brings it along. */
function neededPlugins(artifacts: readonly Artifact[], version: string): readonly NeededPlugin[] {
  const usesAnsible = (artifact: Artifact): boolean =>
    mappingsOf(artifact.template.provisioners).some(({ type }) => type === 'ansible');
  const needed = artifacts.flatMap((artifact) => [
    ...artifact.plugins,
    ...(isAtLeast(version, BRINGS_NO_PLUGINS) && usesAnsible(artifact) ? [ANSIBLE] : []),
  ]);
  return [...new Map(needed.map((plugin) => [`${plugin.source} ${plugin.version}`, plugin])).values()];
}
