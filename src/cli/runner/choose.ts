import { dirname, join, resolve } from 'node:path';
import { matcher } from '../../config/matrix.ts';
import { problem, type Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { RunRecord } from '../../model/run.ts';
import { formatTarget } from '../../model/target.ts';
import { readArtifact, type Artifact } from '../../run/artifact.ts';
import { readRuns, unfinished } from '../../run/ledger.ts';
import { refitTemplate } from '../../run/refit.ts';
import { selectArtifacts } from '../../run/selection.ts';
import type { Workspace } from '../workspace.ts';
import type { MatrixPlan } from './freshness.ts';
import type { Chosen } from './preflight.ts';

/** Where a workspace keeps its ledger of runs: beside the tree. */
export function runsFolder({ out }: { readonly out: string }): string {
  return join(dirname(out), '.osimager', 'runs');
}

/** What is asked for on the command line. */
export interface Choice {
  readonly words: readonly string[];
  /** Of these, or of all where none is named, only what did not come to a good end in the last run. */
  readonly onlyFailed: boolean;
  /** Artifacts whose files somebody edited are taken as they are. */
  readonly acceptModified: boolean;
  /** The last run is the last that did the same: whoever refits does not mean an installation. */
  readonly command: RunRecord['command'];
}

/** The artifacts that are asked for, read; what is wrong with words and folders comes beside them. */
export function chooseArtifacts(
  { words, onlyFailed, acceptModified, command }: Choice,
  workspace: Workspace,
  plan: MatrixPlan,
): { readonly artifacts: readonly Artifact[]; readonly diagnostics: readonly Diagnostic[] } {
  const failed = onlyFailed ? lastUnfinished(workspace, command) : undefined;
  if (failed && 'diagnostic' in failed) return { artifacts: [], diagnostics: [failed.diagnostic] };
  const planned = plan.planned.map(({ folder, target }) => ({ folder, target: formatTarget(target) }));
  const places = { out: workspace.out, cwd: resolve('.'), planned, matcher };
  const asked = words.length === 0 && failed ? failed.folders : words;
  const { selected, diagnostics } = selectArtifacts(asked, places);
  const again = new Set(failed?.folders);
  const artifacts: Artifact[] = [];
  const trouble = [...diagnostics];
  for (const { folder, shown } of selected) {
    if (failed && !again.has(folder)) continue;
    const read = readArtifact(folder, shown, acceptModified);
    if (read.ok) artifacts.push(read.value);
    else trouble.push(...read.diagnostics);
  }
  if (artifacts.length === 0 && trouble.length === 0) {
    trouble.push(problem('ledger', 'none of these artifacts failed in the last run'));
  }
  return { artifacts, diagnostics: trouble };
}

function lastUnfinished(
  workspace: Workspace,
  command: RunRecord['command'],
): { readonly folders: readonly string[] } | { readonly diagnostic: Diagnostic } {
  const last = readRuns(runsFolder(workspace)).findLast((run) => run.command === command);
  if (!last) return { diagnostic: problem('ledger', `the ledger has no last ${command}`) };
  const folders = unfinished(last);
  if (folders.length > 0) return { folders };
  return { diagnostic: problem('ledger', `nothing failed in the last run, ${last.id}`) };
}

/** An artifact with what a refit makes of its template; without one it is run as it is. */
export function choose(
  artifact: Artifact,
  { refit, ip }: { readonly refit: boolean; readonly ip: string | undefined },
): Chosen {
  if (!refit) return { artifact, change: undefined };
  const { target, shown } = artifact;
  return { artifact, change: (template) => refitTemplate(template, { target, shown, ip }) };
}
