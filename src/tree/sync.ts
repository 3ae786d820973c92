import { dirname, join } from 'node:path';
import { problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { listFolders, removeTree, UNFINISHED } from '../edge/files.ts';
import type { Counts, Event } from '../model/event.ts';
import { describeTarget, formatTarget, type Target } from '../model/target.ts';
import {
  artifactFiles,
  compareFolder,
  indexFolders,
  type FolderIndex,
  readManifest,
  removeArtifact,
  writeFolder,
  type FolderChange,
} from './artifact-folder.ts';
import type { Plan, PlannedTarget } from './plan.ts';

export interface SyncOptions {
  /** The absolute folder of the tree. */
  readonly out: string;
  /** How messages name it. */
  readonly shownOut: string;
  /** Nothing is written; what would be is announced. */
  readonly dryRun: boolean;
  readonly force: boolean;
  /** 0o600 where the files hold secrets. */
  readonly mode: number;
  /** Whether artifacts that nobody asks for are removed: only when all that is asked for is known. */
  readonly prune: boolean;
}

/** The files of a target's folder, by name. */
export type Render = (target: Target, folder: string) => Result<ReadonlyMap<string, string>>;

type Emit = (event: Event) => void;

/**
 * Renders what is planned, one target after the other, and brings the tree to it. A target that fails leaves
 * its last good artifact alone and does not stop the others (DESIGN.md, "The tree").
 */
export function syncTree(plan: Plan, render: Render, options: SyncOptions, emit: Emit): Counts {
  const counts = { ...NOTHING, targets: plan.planned.length + plan.failed.length, skipped: plan.skipped };
  const fail = (target: Target, diagnostics: readonly Diagnostic[]): void => {
    counts.failed++;
    emit({ type: 'failed', target: describeTarget(target), diagnostics });
  };
  for (const { target, diagnostics } of plan.failed) fail(target, diagnostics);
  const index = indexFolders(options.out);
  for (const { target, folder } of plan.planned) {
    const rendered = render(target, folder);
    if (!rendered.ok) {
      fail(target, rendered.diagnostics);
      continue;
    }
    const change = applyChange(join(options.out, folder), rendered.value, options, index);
    if (!change.ok) {
      fail(target, change.diagnostics);
      continue;
    }
    counts[change.value.state]++;
    counts.files += change.value.changes.length;
    announce(target, folder, change.value, options, emit);
  }
  if (options.prune) counts.removed = prune(plan, options, emit);
  return counts;
}

const NOTHING: Counts = {
  targets: 0,
  new: 0,
  changed: 0,
  unchanged: 0,
  failed: 0,
  removed: 0,
  skipped: 0,
  files: 0,
};

function applyChange(
  folder: string,
  files: ReadonlyMap<string, string>,
  options: SyncOptions,
  index: FolderIndex,
): Result<FolderChange> {
  if (options.dryRun) return { ok: true, value: compareFolder(folder, files, index) };
  return writeFolder(folder, files, { ...options, index });
}

function announce(
  target: Target,
  folder: string,
  { state, changes, heldSecrets }: FolderChange,
  { shownOut }: SyncOptions,
  emit: Emit,
): void {
  const shown = `${shownOut}/${folder}`;
  const files = changes.map(({ name }) => name);
  emit({ type: 'artifact', target: describeTarget(target), folder: shown, state, files });
  for (const { name, before, after } of changes) {
    if (before === after) continue;
    const shownBefore = heldSecrets === true && before !== undefined ? hideGone(before, after ?? '') : before;
    emit({ type: 'difference', file: `${shown}/${name}`, before: shownBefore, after });
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

/** Removes artifacts that rows of the matrix asked for once. Those of failed targets stay. */
function prune(plan: Plan, options: SyncOptions, emit: Emit): number {
  const wanted = new Set(plan.planned.map(({ folder }: PlannedTarget) => folder));
  const failed = new Set(plan.failed.map(({ target }) => formatTarget(target)));
  let removed = 0;
  for (const folder of artifactFolders(options)) {
    if (wanted.has(folder)) continue;
    const path = join(options.out, folder);
    const manifest = readManifest(path);
    if (manifest?.requestedBy !== 'matrix' || failed.has(formatTarget(manifest.target))) continue;
    const gone = options.dryRun
      ? { ok: true as const, value: artifactFiles(manifest) }
      : removeArtifact(path, manifest, options.out);
    if (!gone.ok) {
      for (const diagnostic of gone.diagnostics) emit({ type: 'diagnostic', diagnostic });
      continue;
    }
    removed++;
    emit({ type: 'removed', folder: `${options.shownOut}/${folder}`, files: gone.value });
  }
  return removed;
}

/** All folders `platform/location/name` of the tree; what a killed run left unfinished is cleared away. */
function artifactFolders({ out, dryRun }: SyncOptions): readonly string[] {
  const clear = (folder: string, names: readonly string[]): readonly string[] =>
    names.filter((name) => {
      const unfinished = name.startsWith(UNFINISHED);
      if (unfinished && !dryRun) removeTree(join(out, folder, name));
      return !unfinished;
    });
  const below = (folder: string): readonly string[] =>
    clear(folder, listFolders(join(out, folder))).map((name) => (folder === '' ? name : `${folder}/${name}`));
  return below('').flatMap(below).flatMap(below);
}

/** Why the out folder cannot be used: the tree must not lie over what it is made from. */
export function outFault(out: string, dataDir: string): Diagnostic | undefined {
  const over = out === dataDir || dataDir.startsWith(`${out}/`) || out.startsWith(`${dataDir}/`);
  if (!over && out !== dirname(out)) return undefined;
  const message = `the tree cannot be written to ${out}: it must not hold the data folder or lie in it`;
  return problem('setting', message, undefined, 'choose another folder with --out or "out_dir"');
}
