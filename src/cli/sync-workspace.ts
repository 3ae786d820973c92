import { join, resolve } from 'node:path';
import { shownPath } from '../edge/facts.ts';
import type { Counts, Event } from '../model/event.ts';
import { PRIVATE } from '../tree/artifact-folder.ts';
import type { Freshness } from '../tree/freshness.ts';
import { readManifest } from '../tree/manifest.ts';
import type { Plan, PlannedTarget } from '../tree/plan.ts';
import type { Memory, Rendering, SyncOptions } from '../tree/pass.ts';
import { syncTree } from '../tree/sync.ts';
import type { PassOptions } from './pass.ts';
import type { Workspace } from './workspace.ts';

/** Renders what is stale of a plan, with what each target asks for noted, and brings the tree to it. */
export function syncWorkspace(
  workspace: Workspace,
  plan: Plan,
  freshness: Freshness,
  memory: Memory,
  options: PassOptions & Pick<SyncOptions, 'prune' | 'journal'>,
  emit: (event: Event) => void,
): Promise<Counts> {
  const { out, settings, tracker } = workspace;
  const render = ({ target, folder }: PlannedTarget): Rendering => {
    // A target of the matrix that is rendered alone is the matrix's still.
    const known = options.target ? readManifest(join(out, folder))?.requestedBy : 'matrix';
    const requestedBy = known ?? 'command line';
    const { value: result, trace } = tracker.trace(() => workspace.render(target, requestedBy));
    return { result, requestedBy, asked: () => freshness.asked(trace) };
  };
  const shownOut = shownPath(out, resolve('.'));
  const mode = settings.secrets === 'inline' ? PRIVATE : 0o644;
  return syncTree(plan, render, memory, { ...options, out, shownOut, mode }, emit);
}
