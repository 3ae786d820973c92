import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { NO_COUNTS, type Counts, type Event } from '../model/event.ts';
import { describeTarget, type Target } from '../model/target.ts';
import {
  compareFolder,
  indexFolders,
  removeUnfinished,
  writeFolder,
  type FolderChange,
  type OwnBytes,
  type WrittenFolder,
} from './artifact-folder.ts';
import type { Emit, Memory, Pass, Render, RenderedFiles, SyncOptions } from './pass.ts';
import type { Plan, PlannedTarget } from './plan.ts';
import { prune } from './prune.ts';
import { checkFiles, recordFiles } from './recorded-files.ts';
import { NO_FILES, type TargetRecord } from './state.ts';

/**
 * Brings the tree to what is planned, one target after the other: what is stale is rendered, what is fresh is
 * looked at. A target that fails leaves its last good artifact alone and does not stop the others
 * (DESIGN.md, "The tree").
 */
export async function syncTree(
  plan: Plan,
  render: Render,
  memory: Memory,
  options: SyncOptions,
  emit: Emit,
): Promise<Counts> {
  const counts = { ...NO_COUNTS, targets: plan.planned.length + plan.failed.length, skipped: plan.skipped };
  const pass: Pass = { render, memory, options, emit, counts, index: indexFolders(options.out) };
  for (const { target, diagnostics } of plan.failed) fail(pass, target, diagnostics);
  const breathe = createBreath();
  for (const [at, planned] of plan.planned.entries()) {
    syncTarget(planned, pass);
    options.onProgress?.(at + 1, plan.planned.length);
    if (breathe.isDue(at)) await breathe.take();
    if (options.signal?.aborted === true) return counts;
  }
  if (options.prune) prune(plan, pass);
  return counts;
}

/** So long a pass holds the process, in milliseconds, before signals and other events have their turn. */
const BREATH = 20;

function createBreath() {
  let last = performance.now();
  return {
    isDue: (at: number): boolean => at % 16 === 0 && performance.now() - last > BREATH,
    async take(): Promise<void> {
      await setImmediate();
      last = performance.now();
    },
  };
}

function fail(
  { counts, emit }: Pass,
  target: Target,
  diagnostics: readonly Diagnostic[],
  reasons?: readonly string[],
): void {
  counts.failed++;
  emit({ type: 'failed', target: describeTarget(target), diagnostics, ...(reasons ? { reasons } : {}) });
}

function syncTarget(planned: PlannedTarget, pass: Pass): void {
  const { memory, options, counts } = pass;
  const record = memory.record(planned.folder);
  if (!record || options.force || !memory.isFresh(record, planned)) {
    renderInto(planned, record, options.force ? ['--force'] : memory.reasons(record, planned), pass);
    return;
  }
  if (options.staleOnly === true) {
    counts[record.failed ? 'failed' : 'unchanged']++;
    return;
  }
  if (record.failed) {
    fail(pass, planned.target, record.failed);
    return;
  }
  if (options.mend === true && !options.dryRun) {
    removeUnfinished(join(options.out, planned.folder), record.files.names);
  }
  const own = ownBytes(planned.folder, options);
  const path = join(options.out, planned.folder);
  const found = checkFiles(path, record.files, memory.saved, options.mend, own?.isOwn);
  if (found.kind === 'stale') {
    renderInto(planned, record, ['its files are not those that were written'], pass);
    return;
  }
  warn(pass, record.warnings);
  if (found.kind === 'same') {
    if (found.learnt) memory.remember(record);
    counts.unchanged++;
    announce(planned, { state: 'unchanged', files: [] }, pass);
  } else showEdited(planned, found.files, pass);
}

function warn({ emit }: Pass, warnings: readonly Diagnostic[]): void {
  for (const diagnostic of warnings) emit({ type: 'diagnostic', diagnostic });
}

function showEdited(planned: PlannedTarget, files: readonly string[], pass: Pass): void {
  pass.counts.edited++;
  announce(planned, { state: 'edited', files }, pass);
  if (pass.options.showEdited !== true) return;
  const { result } = pass.render(planned);
  if (!result.ok) return;
  const change = compareFolder(join(pass.options.out, planned.folder), result.value.files, pass.index);
  showDifferences(planned, change, pass);
}

function renderInto(
  planned: PlannedTarget,
  record: TargetRecord | undefined,
  reasons: readonly string[],
  pass: Pass,
): void {
  const { memory, options, counts } = pass;
  const { target, folder } = planned;
  const { result, requestedBy, asked } = pass.render(planned);
  counts.rendered++;
  const made = { folder, target, requestedBy, warnings: [], failed: undefined, files: NO_FILES };
  if (!result.ok) {
    if (!options.dryRun) {
      memory.remember({
        ...made,
        asked: asked(),
        files: record?.files ?? NO_FILES,
        failed: result.diagnostics,
      });
    }
    fail(pass, target, result.diagnostics, reasons);
    return;
  }
  const { digests, warnings } = result.value;
  warn(pass, warnings);
  const change = applyChange(folder, result.value, record, pass);
  if (!change.ok) {
    memory.forget(folder);
    fail(pass, target, change.diagnostics, reasons);
    return;
  }
  const { state, changes, signatures, aside } = change.value;
  if (!options.dryRun) {
    memory.remember({ ...made, asked: asked(), warnings, files: recordFiles(digests, signatures) });
  }
  counts[state]++;
  counts.files += changes.length;
  announce(planned, { state, files: changes.map(({ name }) => name), reasons, aside }, pass);
  showDifferences(planned, change.value, pass);
}

function applyChange(
  folder: string,
  { files, digests }: RenderedFiles,
  record: TargetRecord | undefined,
  { options, index }: Pass,
): Result<WrittenFolder> {
  const path = join(options.out, folder);
  if (options.dryRun) {
    return { ok: true, value: { ...compareFolder(path, files, index), signatures: new Map(), aside: [] } };
  }
  const own = ownBytes(folder, options);
  return writeFolder(path, files, { ...options, index, recorded: record?.files, own, digests });
}

/** The journal, as far as it is about one folder. */
function ownBytes(folder: string, { journal }: SyncOptions): OwnBytes | undefined {
  return (
    journal && {
      note: (digests) => {
        journal.note(folder, digests);
      },
      isOwn: (name, digest) => journal.isOwn(folder, name, digest),
    }
  );
}

type Announced = Omit<Extract<Event, { type: 'artifact' }>, 'type' | 'target' | 'folder'>;

function announce(
  { target, folder }: PlannedTarget,
  { aside = [], ...announced }: Announced,
  { options, emit }: Pass,
): void {
  const shown = `${options.shownOut}/${folder}`;
  const kept = aside.length > 0 ? { aside } : {};
  emit({ type: 'artifact', target: describeTarget(target), folder: shown, ...announced, ...kept });
}

function showDifferences(
  { folder }: PlannedTarget,
  { changes, manifest }: FolderChange,
  { options, emit }: Pass,
): void {
  for (const { name, before, after } of changes) {
    if (before === after) continue;
    const shownBefore =
      manifest?.holdsSecrets === true && before !== undefined ? hideGone(before, after ?? '') : before;
    emit({ type: 'difference', file: `${options.shownOut}/${folder}/${name}`, before: shownBefore, after });
  }
}

/**
 * A text whose lines that are gone are masked: secrets of before, which may be others by now, so that nothing else
 * would know them in what is printed.
 */
function hideGone(before: string, after: string): string {
  const kept = new Set(after.split('\n'));
  return before
    .split('\n')
    .map((line) => (kept.has(line) ? line : '***'))
    .join('\n');
}

/** Why the out folder cannot be used: the tree must not lie over what it is made from. */
export function outFault(out: string, dataDir: string): Diagnostic | undefined {
  const over = out === dataDir || dataDir.startsWith(`${out}/`) || out.startsWith(`${dataDir}/`);
  if (!over && out !== dirname(out)) return undefined;
  const message = `the tree cannot be written to ${out}: it must not hold the data folder or lie in it`;
  return problem('setting', message, undefined, 'choose another folder with --out or "out_dir"');
}
