import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { derivedNames } from '../../definitions/derive.ts';
import { buildablePlatforms } from '../../documents/catalog.ts';
import { exists } from '../../edge/files.ts';
import { formatReference } from '../../model/facts.ts';
import { formatTarget, type Target } from '../../model/target.ts';
import { formatJson, toText, type Mapping } from '../../model/value.ts';
import { sha1 } from '../../template/crypt.ts';
import { planTargets } from '../../tree/plan.ts';
import { EXIT, UsageError, type ExitStatus, type Output } from '../output.ts';
import type { WorkspaceOptions } from '../settings.ts';
import { openWorkspace, settingDefinitions, type Workspace } from '../workspace.ts';

export interface ListFlags extends WorkspaceOptions {
  readonly avail?: boolean;
  readonly json?: boolean;
}

/** One line of a list: what is printed for people, and the object for programs. */
interface Row {
  readonly text: string;
  readonly json: object;
}

interface Listed {
  readonly rows: readonly Row[];
  readonly ok: boolean;
}

/** `osimager list specs|platforms|locations|targets|defs`. */
export async function listCommand(what: string, flags: ListFlags, output: Output): Promise<ExitStatus> {
  if (flags.avail === true && what !== 'specs') throw new UsageError('--avail goes with: list specs');
  const opened = await openWorkspace({ ...flags, secrets: 'deferred' });
  if (!opened.ok) {
    for (const diagnostic of opened.diagnostics) output.diagnostic(diagnostic);
    return EXIT.failed;
  }
  const workspace = opened.value;
  const { rows, ok } = list(what, workspace, flags, output);
  for (const diagnostic of [...workspace.catalog.diagnostics, ...workspace.complaints()]) {
    output.diagnostic(diagnostic);
  }
  if (flags.json === true) output.data(formatJson(rows.map(({ json }) => json)));
  else for (const { text } of rows) output.data(text);
  const broken = workspace.catalog.diagnostics.some(({ severity }) => severity === 'error');
  return ok && !broken ? EXIT.good : EXIT.failed;
}

function list(what: string, workspace: Workspace, flags: ListFlags, output: Output): Listed {
  if (what === 'specs') return { rows: specRows(workspace, flags.avail === true), ok: true };
  if (what === 'platforms') return documentRows(workspace, 'platform', output);
  if (what === 'locations') return documentRows(workspace, 'location', output);
  return what === 'targets' ? targetRows(workspace, output) : { rows: definitionRows(workspace), ok: true };
}

function specRows(workspace: Workspace, available: boolean): readonly Row[] {
  const entries = workspace.catalog.entries;
  return entries.flatMap(({ name, dist, version, arch }) => {
    const medium = available ? localMedium(workspace, name) : undefined;
    if (available && medium === undefined) return [];
    return [{ text: name, json: { name, dist, version, arch, ...(available ? { medium } : {}) } }];
  });
}

/** Where the medium of a spec lies on this machine, as some platform and location of the workspace see it. */
function localMedium(workspace: Workspace, spec: string): string | undefined {
  for (const location of workspace.library.names('location')) {
    for (const platform of buildablePlatforms(workspace.library)) {
      const rendered = workspace.render({ platform, location, spec }, 'command line');
      if (!rendered.ok) continue;
      const found = mediumPaths(rendered.value.definitions(), workspace).find(exists);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function mediumPaths(definitions: Mapping, workspace: Workspace): readonly string[] {
  const text = (name: string): string => toText(definitions[name] ?? '');
  const url = text('iso_url');
  const name = text('iso_name');
  const checksum = text('iso_checksum');
  const cache = workspace.settings.packer_cache_dir;
  if (name === '') return [];
  return [
    localPath(url),
    text('iso_path') === '' ? '' : join(text('iso_path'), name),
    join(cache, name),
    // Packer calls what it keeps after the checksum, where it is told one (its SDK, StepDownload).
    /^[a-z0-9]+:[0-9a-f]+$/.test(checksum) ? join(cache, `${sha1(checksum)}.iso`) : '',
  ].filter((path) => path !== '');
}

/** The path that a URL or a path means on this machine; empty where it means another. */
function localPath(url: string): string {
  if (!url.includes('://')) return url;
  try {
    return fileURLToPath(url);
  } catch {
    return ''; // of another scheme, or of another host
  }
}

function documentRows(workspace: Workspace, kind: 'platform' | 'location', output: Output): Listed {
  let ok = true;
  const names = kind === 'platform' ? buildablePlatforms(workspace.library) : workspace.library.names(kind);
  const rows = names.flatMap((name): Row[] => {
    const loaded = workspace.library.load(kind, name);
    if (!loaded.ok) {
      ok = false;
      for (const diagnostic of loaded.diagnostics) output.diagnostic(diagnostic);
      return [];
    }
    const { document, files } = loaded.value;
    const limits = document.platforms ? { platforms: document.platforms } : {};
    return [{ text: name, json: { name, files, ...limits } }];
  });
  return { rows, ok };
}

function targetRows(workspace: Workspace, output: Output): Listed {
  const requested = workspace.requested();
  if (!requested.ok) {
    for (const diagnostic of requested.diagnostics) output.diagnostic(diagnostic);
    return { rows: [], ok: false };
  }
  const plan = planTargets(requested.value.targets, workspace.names);
  const trouble = [
    ...requested.value.diagnostics,
    ...plan.warnings,
    ...plan.failed.flatMap(({ diagnostics }) => diagnostics),
  ];
  for (const diagnostic of trouble) output.diagnostic(diagnostic);
  const rows = plan.planned.map(({ target, folder }) => ({
    text: `${folder}${nameOf(target, folder)}`,
    json: { folder, ...target },
  }));
  return { rows, ok: trouble.every(({ severity }) => severity === 'warning') };
}

/** A folder that is not called after its spec says what it is made from. */
function nameOf(target: Target, folder: string): string {
  return folder.endsWith(`/${target.spec}`) ? '' : `  ${formatTarget(target)}`;
}

/** Every definition that a setting, osimager or a data file gives, and the files that give it. */
function definitionRows(workspace: Workspace): readonly Row[] {
  const givers = new Map<string, Set<string>>();
  const give = (name: string, giver: string): void => {
    givers.set(name, (givers.get(name) ?? new Set()).add(giver));
  };
  for (const name of Object.keys(settingDefinitions(workspace.settings, '..'))) give(name, 'setting');
  for (const name of derivedNames()) give(name, 'derived');
  for (const kind of ['platform', 'location', 'spec'] as const) {
    for (const name of workspace.library.names(kind)) {
      const found = workspace.library.read(kind, name);
      if (!found.ok) continue;
      for (const definition of found.value.definitions) give(definition, formatReference(found.value.file));
    }
  }
  return [...givers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, from]) => ({
      text: `${name}  ${[...from].join(', ')}`,
      json: { name, from: [...from] },
    }));
}
