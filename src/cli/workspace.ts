import { homedir } from 'node:os';
import { relative, sep } from 'node:path';
import { expandMatrix } from '../config/matrix.ts';
import type { Settings } from '../config/schema.ts';
import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { buildablePlatforms, buildCatalog, type Catalog } from '../documents/catalog.ts';
import { createLibrary, type Library } from '../documents/load.ts';
import { parseText } from '../documents/parse.ts';
import { createFacts, shownPath } from '../edge/facts.ts';
import { readText } from '../edge/files.ts';
import { readVaultSecrets, readVaultToken, type VaultAnswers, type VaultOptions } from '../edge/vault.ts';
import { createStacker, type Stacker } from '../layers/stack.ts';
import type { Facts } from '../model/facts.ts';
import type { Target } from '../model/target.ts';
import type { Mapping } from '../model/value.ts';
import { createInstallerSources } from '../render/installer.ts';
import {
  hasPlainName,
  renderTarget,
  safeName,
  targetName,
  type Rendered,
  type Renderer,
} from '../render/render.ts';
import type { RequestedBy } from '../render/artifact.ts';
import { createTemplates } from '../template/expand.ts';
import { createInliner } from '../template/inline.ts';
import type { RequestedTarget, TargetNames } from '../tree/plan.ts';
import { resolveSettings, type ResolvedSettings, type WorkspaceOptions } from './settings.ts';

/** An opened workspace: everything that commands do to it goes through here. */
export interface Workspace extends ResolvedSettings {
  readonly facts: Facts;
  readonly library: Library;
  readonly catalog: Catalog;
  readonly names: TargetNames;
  render(target: Target, requestedBy: RequestedBy): Result<Rendered>;
  /** The same with secrets left as markers, whatever the settings say. */
  renderDeferred(target: Target): Result<Rendered>;
  /** Reads secrets from Vault, each path once, where they are there: facts answer with them from then on. */
  fetchSecrets(paths: Iterable<string>): Promise<void>;
  /** Where Vault is and a token for it, for Packer to ask with. */
  vaultToken(): Promise<Result<{ readonly address: string; readonly token: string }>>;
  /** The targets of the matrix; what is wrong with its rows comes beside them. */
  requested(): Result<{ targets: readonly RequestedTarget[]; diagnostics: readonly Diagnostic[] }>;
  /** Complaints that change nothing, of all that was read so far. */
  complaints(): readonly Diagnostic[];
}

export async function openWorkspace(options: WorkspaceOptions): Promise<Result<Workspace>> {
  const resolved = await resolveSettings(options);
  if (!resolved.ok) return resolved;
  const { baseDir, dataDir, userDir, settings } = resolved.value;
  const environment = options.environment ?? process.env;
  const warnings: Diagnostic[] = [...resolved.value.warnings];
  let vaultAnswers: VaultAnswers = new Map();
  const facts = createFacts({
    baseDir,
    dataDir,
    userDir,
    credentialSource: settings.credential_source,
    vaultAnswers: () => vaultAnswers,
    environment,
    warn: (diagnostic) => warnings.push(diagnostic),
  });
  const library = createLibrary(facts);
  const catalog = buildCatalog(library);
  const basePath = relative(dataDir, baseDir).split(sep).join('/') || '.';
  const stacker = createStacker(library, catalog, settingDefinitions(settings, basePath));
  const renderer = createRenderer(facts, settings, basePath, settings.secrets === 'inline');
  const deferred = createRenderer(facts, settings, basePath, false);
  const vaultOptions = (): VaultOptions => {
    const { vault_addr: address, vault_token: token } = settings;
    return { address, token, environment, home: environment.HOME ?? homedir() };
  };
  const render = (target: Target, requestedBy: RequestedBy, by: Renderer): Result<Rendered> => {
    const stack = stacker.stack(target);
    return stack.ok ? renderTarget(target, stack.value, by, requestedBy) : stack;
  };
  return good({
    ...resolved.value,
    facts,
    library,
    catalog,
    names: targetNames(stacker, renderer),
    render: (target, requestedBy) => render(target, requestedBy, renderer),
    renderDeferred: (target) => render(target, 'command line', deferred),
    fetchSecrets: async (paths) => {
      if (settings.credential_source !== 'vault') return;
      vaultAnswers = await readVaultSecrets(paths, vaultOptions());
    },
    vaultToken: () => readVaultToken(vaultOptions()),
    requested: () => readMatrix(resolved.value, library, catalog),
    complaints: () => [...warnings, ...library.warnings()],
  });
}

function createRenderer(facts: Facts, settings: Settings, basePath: string, inline: boolean): Renderer {
  const templates = createTemplates();
  const vaultReferences = settings.credential_source === 'config';
  return {
    facts,
    templates,
    basePath,
    installers: createInstallerSources(facts),
    inliner: inline ? createInliner(facts, templates, { vaultReferences }) : undefined,
  };
}

function targetNames(stacker: Stacker, renderer: Renderer): TargetNames {
  return {
    name: (target) => {
      if (hasPlainName(target)) {
        const entry = stacker.entry(target);
        return entry.ok ? safeName(target.name ?? entry.value.name, target) : entry;
      }
      const stack = stacker.stack(target);
      return stack.ok ? targetName(target, stack.value, renderer) : stack;
    },
    archFault: (target) => stacker.archFault(target),
  };
}

/** Every setting is a definition too, the token excepted; folders as Packer sees them from the data folder. */
export function settingDefinitions(settings: Settings, basePath: string): Mapping {
  return {
    base_dir: basePath,
    user_dir: settings.user_dir,
    data_dir: '.',
    packer_cmd: settings.packer_cmd,
    venv_dir: settings.venv_dir,
    ansible_playbook: settings.ansible_playbook,
    packer_cache_dir: settings.packer_cache_dir,
    local_only: settings.local_only,
    credential_source: settings.credential_source,
    vault_addr: settings.vault_addr,
  };
}

function readMatrix(
  { matrix, baseDir }: ResolvedSettings,
  library: Library,
  catalog: Catalog,
): Result<{ targets: readonly RequestedTarget[]; diagnostics: readonly Diagnostic[] }> {
  const shown = shownPath(matrix, baseDir);
  const answer = readText(matrix);
  if (answer.kind === 'absent') {
    const hint =
      'write one with a [[target]] row, name another with --matrix, or make a workspace with osimager init';
    return bad(problem('matrix', `there is no matrix ${shown}`, undefined, hint));
  }
  if (answer.kind === 'refused') return bad(problem(answer.code, `${shown} is not read: ${answer.reason}`));
  const parsed = parseText({ path: shown, text: answer.text });
  if (!parsed.ok) return parsed;
  return expandMatrix(parsed.value, {
    platform: buildablePlatforms(library),
    location: library.names('location'),
    spec: catalog.entries.map(({ name }) => name),
  });
}
