import { relative, sep } from 'node:path';
import type { Settings } from '../config/schema.ts';
import { good, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { buildCatalog, type Catalog } from '../documents/catalog.ts';
import { createLibrary, type Library } from '../documents/load.ts';
import type { FileFacts } from '../edge/facts.ts';
import type { Outside } from '../edge/outside.ts';
import { readVaultToken } from '../edge/vault.ts';
import { createStacker, type Stacker } from '../layers/stack.ts';
import type { Facts } from '../model/facts.ts';
import type { Lock } from '../model/lock.ts';
import { formatQuestion, trackFacts } from '../model/question.ts';
import type { Target } from '../model/target.ts';
import { createTracker, type Kept, type Tracker } from '../model/tracker.ts';
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
import { createMatrixReader, isSameCatalog, type Requested } from './matrix-reader.ts';
import { createTemplates } from '../template/expand.ts';
import { createInliner } from '../template/inline.ts';
import type { TargetNames } from '../tree/plan.ts';
import { readLock } from './lock-file.ts';
import { createSource, vaultOptions } from './workspace-source.ts';
import { resolveSettings, type ResolvedSettings, type WorkspaceOptions } from './settings.ts';

/** An opened workspace: everything that commands do to it goes through here. */
export interface Workspace extends ResolvedSettings {
  /** The outside, as it answers now; what asks here is not noted. */
  readonly facts: FileFacts;
  /**
   * Answers about hosts and media: from the lock file, and from what is learned in this run. Questions are
   * settled before rendering (`cli/settle.ts`): from then on answers stay the same.
   */
  readonly outside: Outside;
  /** What the lock file said when it was looked at last. */
  readonly lock: Lock;
  /** Knows what was asked for everything that the workspace made. */
  readonly tracker: Tracker;
  readonly library: Library;
  readonly catalog: Catalog;
  readonly names: TargetNames;
  render(target: Target, requestedBy: RequestedBy): Result<Rendered>;
  /** The same with secrets left as markers, whatever the settings say. */
  renderDeferred(target: Target): Result<Rendered>;
  /** Reads secrets from Vault, each path once a run, where they are there: facts answer with them from then on. */
  readonly fetchSecrets: (paths: Iterable<string>) => Promise<void>;
  /** Where Vault is and a token for it, for Packer to ask with. */
  readonly vaultToken: () => Promise<Result<{ readonly address: string; readonly token: string }>>;
  /** The targets of the matrix; what is wrong with its rows comes beside them. */
  requested(): Result<Requested>;
  /** A setting as text, as renderings that use it have it. */
  setting(name: string): string;
  /** Complaints that change nothing, of settings and of all that was asked of the outside so far. */
  outsideWarnings(): readonly Diagnostic[];
  /** The same, and those of data files. */
  complaints(): readonly Diagnostic[];
  /** Asks the outside anew from now on. What was made stays, until the tracker is told what changed. */
  lookAgain(): void;
}

export async function openWorkspace(options: WorkspaceOptions): Promise<Result<Workspace>> {
  const resolved = await resolveSettings(options);
  return resolved.ok ? createWorkspace(resolved.value, options) : resolved;
}

/** A workspace whose settings are settled. But for the lock file, nothing is read before it is asked for. */
export function createWorkspace(
  resolved: ResolvedSettings,
  { environment = process.env, frozen = false }: WorkspaceOptions,
): Result<Workspace> {
  const { baseDir, dataDir, settings } = resolved;
  const lock = readLock(baseDir);
  if (!lock.ok) return lock;
  const source = createSource(resolved, environment, lock.value, frozen);
  const tracker = createTracker();
  const facts = trackFacts(source.facts, tracker);
  const library = createLibrary(facts, tracker);
  const catalog = createCatalog(library, tracker);
  const basePath = relative(dataDir, baseDir).split(sep).join('/') || '.';
  const definitions = settingDefinitions(settings, basePath);
  const stacker = createStacker(library, catalog, definitions, tracker);
  const rendererOf = (inline: boolean): Renderer =>
    createRenderer(facts, tracker, settings, basePath, inline);
  const renderer = rendererOf(settings.secrets === 'inline');
  const deferred = rendererOf(false);
  const render = (target: Target, requestedBy: RequestedBy, by: Renderer): Result<Rendered> => {
    const shaped = by.inliner ? ['base_dir', 'secrets', 'credential_source'] : ['base_dir', 'secrets'];
    for (const name of shaped) tracker.ask(formatQuestion({ kind: 'setting', name }));
    const stack = stacker.stack(target);
    return stack.ok ? renderTarget(target, stack.value, by, requestedBy) : stack;
  };
  const requested = createMatrixReader(resolved, source.facts, library, tracker, catalog);
  return good({
    ...resolved,
    facts: source.facts,
    get outside() {
      return source.look().outside;
    },
    get lock() {
      return source.look().lock;
    },
    tracker,
    library,
    get catalog() {
      return catalog();
    },
    names: targetNames(stacker, renderer, tracker),
    render: (target, requestedBy) => render(target, requestedBy, renderer),
    renderDeferred: (target) => render(target, 'command line', deferred),
    fetchSecrets: source.fetchSecrets,
    vaultToken: () => readVaultToken(vaultOptions(settings, environment)),
    requested,
    setting: (name) => JSON.stringify({ ...definitions, secrets: settings.secrets }[name] ?? null),
    outsideWarnings: () => [...resolved.warnings, ...source.warnings()],
    complaints: () => [...resolved.warnings, ...source.warnings(), ...library.warnings()],
    lookAgain() {
      source.lookAgain();
      for (const { templates } of [renderer, deferred]) templates.forget();
    },
  });
}

/** The index, made again where a data file changed; one that says the same is the same. */
function createCatalog(library: Library, tracker: Tracker): () => Catalog {
  const kept = new Map<string, Kept<Catalog>>();
  return () =>
    tracker.keep(kept, 'index', () => {
      const made = buildCatalog(library);
      const before = kept.get('index')?.value;
      return before && isSameCatalog(before, made) ? before : made;
    });
}

function createRenderer(
  facts: Facts,
  tracker: Tracker,
  settings: Settings,
  basePath: string,
  inline: boolean,
): Renderer {
  const templates = createTemplates();
  const vaultReferences = settings.credential_source === 'config';
  return {
    facts,
    templates,
    basePath,
    installers: createInstallerSources(facts, tracker),
    setting: (name) => {
      tracker.ask(formatQuestion({ kind: 'setting', name }));
    },
    inliner: inline ? createInliner(facts, templates, { vaultReferences }) : undefined,
  };
}

function targetNames(stacker: Stacker, renderer: Renderer, tracker: Tracker): TargetNames {
  const kept = new Map<string, Kept<Result<string>>>();
  return {
    name: (target) => {
      if (hasPlainName(target)) {
        const entry = stacker.entry(target);
        return entry.ok ? safeName(target.name ?? entry.value.name, target) : entry;
      }
      return tracker.keep(kept, JSON.stringify(target), () => {
        const stack = stacker.stack(target);
        return stack.ok ? targetName(target, stack.value, renderer) : stack;
      });
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
