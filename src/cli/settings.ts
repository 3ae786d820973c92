import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { DEFAULTS, type Config, type Settings } from '../config/schema.ts';
import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { environmentConfig, loadConfigFile, loadUserConfig } from '../edge/config-file.ts';
import { shownPath } from '../edge/facts.ts';
import { isFolder } from '../edge/files.ts';

/** What the command line, or a program that calls `generate`, says of the workspace. */
export interface WorkspaceOptions {
  readonly workspace?: string | undefined;
  readonly userDir?: string | undefined;
  readonly matrix?: string | undefined;
  readonly out?: string | undefined;
  readonly secrets?: 'deferred' | 'inline' | undefined;
  readonly localOnly?: boolean | undefined;
  /** Nothing outside this machine is asked: what the lock file does not have is left as it is written. */
  readonly offline?: boolean | undefined;
  /** The same, and what the lock file does not have is an error. */
  readonly frozen?: boolean | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** The settings of a workspace with its folders, which are absolute. */
export interface ResolvedSettings {
  readonly baseDir: string;
  readonly dataDir: string;
  readonly userDir: string;
  readonly out: string;
  readonly matrix: string;
  readonly settings: Settings;
  /** The files that the settings come from, there or not: absolute. */
  readonly configFiles: readonly string[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Settles the settings, from weakest to strongest: defaults, `osimager.conf`, the workspace's configuration,
 * `OSIMAGER_*`, options (DESIGN.md, "Settings").
 */
export async function resolveSettings(options: WorkspaceOptions): Promise<Result<ResolvedSettings>> {
  const environment = options.environment ?? process.env;
  const named = options.workspace ?? environment.OSIMAGER_BASE_DIR ?? userBaseDir(options, environment);
  const baseDir = resolve(withHome(named ?? '.', environment));
  if (!isFolder(baseDir)) {
    const hint = 'osimager init makes a new workspace';
    return bad(problem('setting', `there is no workspace folder ${baseDir}`, undefined, hint));
  }
  const fromEnvironment = environmentConfig(environment);
  if (!fromEnvironment.ok) return fromEnvironment;
  const path = join(baseDir, 'osimager.config.ts');
  const fromWorkspace = await loadConfigFile(path, shownPath(path, baseDir));
  if (!fromWorkspace.ok) return fromWorkspace;
  const configured = { ...given(fromWorkspace.value.config), ...given(fromEnvironment.value.config) };
  const userDir = options.userDir ?? configured.user_dir ?? defaultUserDir(environment);
  const userFolder = resolve(options.userDir === undefined ? baseDir : '.', withHome(userDir, environment));
  const fromUser = loadUserConfig(join(userFolder, 'osimager.conf'));
  if (!fromUser.ok) return fromUser;
  const settings: Settings = {
    ...DEFAULTS,
    ...given(fromUser.value.config),
    ...given(configured),
    ...given({
      matrix: options.matrix,
      out_dir: options.out,
      secrets: options.secrets,
      local_only: options.localOnly,
      offline: options.offline,
    }),
    user_dir: options.userDir === undefined ? userDir : userFolder,
  };
  return good({
    baseDir,
    dataDir: resolve(baseDir, withHome(settings.data_dir, environment)),
    userDir: userFolder,
    out: resolve(options.out === undefined ? baseDir : '.', withHome(settings.out_dir, environment)),
    matrix: resolve(options.matrix === undefined ? baseDir : '.', withHome(settings.matrix, environment)),
    settings,
    configFiles: [...new Set([path, join(userFolder, 'osimager.conf'), ...fromWorkspace.value.files])],
    warnings: [...fromUser.value.warnings, ...fromEnvironment.value.warnings],
  });
}

/** `base_dir` of `osimager.conf`, which is read here before the workspace is known. */
function userBaseDir(options: WorkspaceOptions, environment: Environment): string | undefined {
  const userDir = options.userDir ?? environment.OSIMAGER_USER_DIR ?? defaultUserDir(environment);
  const loaded = loadUserConfig(join(resolve(withHome(userDir, environment)), 'osimager.conf'));
  return loaded.ok ? loaded.value.baseDir : undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings that have a value: one that is undefined must not hide a weaker one. */
function given(config: Config): Partial<Settings> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

/** As it is written into artifacts that ask for it: the same text on every machine with the same habits. */
function defaultUserDir(environment: Environment): string {
  const config = environment.XDG_CONFIG_HOME;
  return config === undefined || config === '' ? '~/.config/osimager' : join(config, 'osimager');
}

/** A path with `~` at its start as the home folder. */
export function withHome(path: string, environment: Environment): string {
  if (path !== '~' && !path.startsWith('~/')) return path;
  return join(environment.HOME ?? homedir(), path.slice(1));
}
