import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Diagnostic, Result } from '../diagnostics/diagnostic.ts';
import { shownPath } from '../edge/facts.ts';
import type { Counts, Event } from '../model/event.ts';
import type { Target } from '../model/target.ts';
import type { Mapping } from '../model/value.ts';
import { checksumWarnings } from '../report/checksum-change.ts';
import type { RequestedTarget } from '../tree/plan.ts';
import { PRIVATE, readManifest } from '../tree/artifact-folder.ts';
import { outFault, syncTree } from '../tree/sync.ts';
import { answeredPlan, reportUnlocked } from './answered-plan.ts';
import { secretNeeds } from './secret-needs.ts';
import type { WorkspaceOptions } from './settings.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export interface GenerateOptions extends WorkspaceOptions {
  /** Render this one target; else the matrix. */
  readonly target?: Target | undefined;
  /** Definitions above all others, for every target. */
  readonly define?: Mapping | undefined;
  /** Write nothing; announce what would be written. */
  readonly dryRun?: boolean | undefined;
  readonly force?: boolean | undefined;
  /** Is told everything as it happens. */
  readonly onEvent?: ((event: Event) => void) | undefined;
}

export interface GenerateResult {
  /** Nothing failed; with `dryRun`, the tree is as it should be too. */
  readonly ok: boolean;
  readonly counts: Counts;
  readonly diagnostics: readonly Diagnostic[];
  /** The absolute folder of the tree. */
  readonly out: string;
  /** How long it took. */
  readonly milliseconds: number;
}

const NO_COUNTS: Counts = {
  targets: 0,
  new: 0,
  changed: 0,
  unchanged: 0,
  failed: 0,
  removed: 0,
  skipped: 0,
  files: 0,
};

/**
 * Renders a workspace's matrix, or one target, into the artifact tree. It does not throw for what is wrong
 * with the user's files: `diagnostics` says so, and the targets that are right are written.
 */
export async function generate(options: GenerateOptions = {}): Promise<GenerateResult> {
  const started = performance.now();
  const diagnostics: Diagnostic[] = [];
  let isLockStale = false;
  const emit = (event: Event): void => {
    if (event.type === 'diagnostic') diagnostics.push(event.diagnostic);
    if (event.type === 'failed') diagnostics.push(...event.diagnostics);
    if (event.type === 'lock') isLockStale = !event.written;
    options.onEvent?.(event);
    if (event.type === 'difference' && event.file.endsWith('.json')) {
      report(checksumWarnings(event.file, event.before, event.after));
    }
  };
  const finish = (counts: Counts, out: string): GenerateResult => {
    const failed = diagnostics.some(({ severity }) => severity === 'error');
    const stale =
      options.dryRun === true && (isLockStale || counts.new + counts.changed + counts.removed > 0);
    return { ok: !failed && !stale, counts, diagnostics, out, milliseconds: performance.now() - started };
  };
  const report = (found: readonly Diagnostic[]): void => {
    for (const diagnostic of found) emit({ type: 'diagnostic', diagnostic });
  };

  const opened = await openWorkspace(options);
  if (!opened.ok) {
    report(opened.diagnostics);
    return finish(NO_COUNTS, resolve(options.out ?? 'out'));
  }
  const workspace = opened.value;
  const fault = outFault(workspace.out, workspace.dataDir);
  const asked = requestedTargets(workspace, options);
  if (fault || !asked.ok) {
    report(fault ? [fault] : []);
    report(asked.ok ? [] : [...asked.diagnostics, ...workspace.catalog.diagnostics]);
    return finish(NO_COUNTS, workspace.out);
  }
  // A broken spec that the one target is not made of is not its trouble.
  const needsCatalog = !options.target || !workspace.catalog.byName.has(options.target.spec);
  const broken = [...(needsCatalog ? workspace.catalog.diagnostics : []), ...asked.value.diagnostics];
  report(broken);
  // What a broken row or spec stands for is not known: nothing is taken for gone then.
  const whole = broken.every(({ severity }) => severity === 'warning');
  const counts = await syncWorkspace(
    workspace,
    asked.value,
    { ...options, prune: whole && !options.target },
    emit,
  );
  report(workspace.complaints());
  reportUnlocked(workspace, options, emit);
  emit({
    type: 'done',
    out: shownPath(workspace.out, resolve('.')),
    counts,
    holdsSecrets: workspace.settings.secrets === 'inline',
    unpruned: !whole && !options.target,
  });
  return finish(counts, workspace.out);
}

interface Asked {
  readonly targets: readonly RequestedTarget[];
  readonly diagnostics: readonly Diagnostic[];
}

function requestedTargets(workspace: Workspace, options: GenerateOptions): Result<Asked> {
  const { target, define } = options;
  const asked = target
    ? { ok: true as const, value: { targets: [{ target, fromGlob: false }], diagnostics: [] } }
    : workspace.requested();
  if (!asked.ok || define === undefined) return asked;
  const targets = asked.value.targets.map((request) => ({
    ...request,
    target: { ...request.target, define: { ...request.target.define, ...define } },
  }));
  return { ok: true, value: { ...asked.value, targets } };
}

async function syncWorkspace(
  workspace: Workspace,
  asked: Asked,
  options: GenerateOptions & { readonly prune: boolean },
  emit: (event: Event) => void,
): Promise<Counts> {
  const plan = await answeredPlan(workspace, asked.targets, options, emit);
  const { secrets, credential_source: source } = workspace.settings;
  if (secrets === 'inline' && source === 'vault') {
    const { needs } = secretNeeds(workspace, plan.planned);
    await workspace.fetchSecrets(needs.flatMap(({ own, path }) => (own ? [path] : [])));
  }
  for (const diagnostic of plan.warnings) emit({ type: 'diagnostic', diagnostic });
  return syncTree(
    plan,
    (target, folder) => {
      // A target of the matrix that is rendered alone is the matrix's still.
      const known = options.target ? readManifest(join(workspace.out, folder))?.requestedBy : 'matrix';
      const rendered = workspace.render(target, known ?? 'command line');
      if (!rendered.ok) return rendered;
      for (const diagnostic of rendered.value.warnings) emit({ type: 'diagnostic', diagnostic });
      return { ok: true, value: rendered.value.files };
    },
    {
      out: workspace.out,
      shownOut: shownPath(workspace.out, resolve('.')),
      dryRun: options.dryRun ?? false,
      force: options.force ?? false,
      mode: workspace.settings.secrets === 'inline' ? PRIVATE : 0o644,
      prune: options.prune,
    },
    emit,
  );
}
