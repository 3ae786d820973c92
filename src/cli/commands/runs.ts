import { resolve } from 'node:path';
import { problem } from '../../diagnostics/diagnostic.ts';
import { suggest } from '../../model/nearest.ts';
import { formatJson } from '../../model/value.ts';
import { countBuilds, formatRunCounts, runList, runTable } from '../../report/run-text.ts';
import { readRuns } from '../../run/ledger.ts';
import { shownFrom } from '../../run/selection.ts';
import { EXIT, type ExitStatus, type Output } from '../output.ts';
import { runsFolder } from '../runner/choose.ts';
import { resolveSettings, type WorkspaceOptions } from '../settings.ts';

export interface RunsFlags extends WorkspaceOptions {
  readonly json?: boolean;
}

/** `osimager runs`: every run of the workspace, a line each, the newest last. */
export async function runsListCommand(flags: RunsFlags, output: Output): Promise<ExitStatus> {
  const folder = await openRuns(flags, output);
  if (folder === undefined) return EXIT.failed;
  const runs = readRuns(folder);
  if (flags.json === true) output.data(formatJson(runs));
  else if (runs.length > 0) output.data(runList(runs));
  else output.message('there was no run yet');
  return EXIT.good;
}

/** `osimager runs show`: what became of each build of a run; of the last one where none is named. */
export async function runsShowCommand(
  id: string | undefined,
  flags: RunsFlags,
  output: Output,
): Promise<ExitStatus> {
  const folder = await openRuns(flags, output);
  if (folder === undefined) return EXIT.failed;
  const runs = readRuns(folder);
  const run = id === undefined ? runs.at(-1) : runs.find((one) => one.id === id);
  if (!run) {
    const ids = runs.map((one) => one.id);
    const hint = id === undefined ? undefined : suggest(id, ids.slice(-10), 'the last runs');
    const message = id === undefined ? 'there was no run yet' : `there is no run "${id}" in the ledger`;
    output.diagnostic(problem('ledger', message, undefined, ...(hint ? [hint] : [])));
    return EXIT.failed;
  }
  if (flags.json === true) {
    output.data(formatJson(run));
    return EXIT.good;
  }
  const packer = run.packer === undefined ? '' : `, Packer ${run.packer}`;
  const ended = run.ended === undefined ? 'not ended' : `to ${run.ended}`;
  output.data(`${run.command} ${run.id}${packer}\nfrom ${run.started} ${ended}`);
  output.data(runTable(run.builds, shownFrom(resolve('.'), folder), output.paint));
  output.data(formatRunCounts(countBuilds(run.builds)));
  return EXIT.good;
}

async function openRuns(flags: RunsFlags, output: Output): Promise<string | undefined> {
  const settings = await resolveSettings(flags);
  if (settings.ok) return runsFolder(settings.value);
  for (const diagnostic of settings.diagnostics) output.diagnostic(diagnostic);
  return undefined;
}
