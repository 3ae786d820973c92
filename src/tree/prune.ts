import { join } from 'node:path';
import { listFolders, UNFINISHED } from '../edge/files.ts';
import { removeTree } from '../edge/write-files.ts';
import { formatTarget } from '../model/target.ts';
import { removeArtifact } from './artifact-folder.ts';
import { artifactFiles, readManifest } from './manifest.ts';
import type { Plan, PlannedTarget } from './plan.ts';
import type { Pass, SyncOptions } from './pass.ts';

/** Removes artifacts that rows of the matrix asked for once. Those of failed targets stay. */
export function prune(plan: Plan, { options, memory, emit, counts }: Pass): void {
  const wanted = new Set(plan.planned.map(({ folder }: PlannedTarget) => folder));
  const failed = new Set(plan.failed.map(({ target }) => formatTarget(target)));
  for (const folder of artifactFolders(options)) {
    if (wanted.has(folder)) continue;
    const path = join(options.out, folder);
    const manifest = readManifest(path);
    if (manifest?.requestedBy !== 'matrix' || failed.has(formatTarget(manifest.target))) continue;
    const gone = options.dryRun
      ? { ok: true as const, value: artifactFiles(manifest) }
      : removeArtifact(path, manifest, options.out, memory.record(folder)?.files);
    if (!gone.ok) {
      for (const diagnostic of gone.diagnostics) emit({ type: 'diagnostic', diagnostic });
      continue;
    }
    if (!options.dryRun) memory.forget(folder);
    counts.removed++;
    emit({ type: 'removed', folder: `${options.shownOut}/${folder}`, files: gone.value });
  }
  if (!options.dryRun) memory.forgetOthers(wanted, failed);
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
