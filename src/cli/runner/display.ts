import { performance } from 'node:perf_hooks';
import type { BuildState, RunEvent, RunRecord } from '../../model/run.ts';
import {
  buildTime,
  formatDuration,
  formatRunCounts,
  formatState,
  countBuilds,
  liveView,
  runTable,
  type LiveBuild,
} from '../../report/run-text.ts';
import { jsonDiagnostic } from '../../report/text.ts';
import type { Output } from '../output.ts';
import { terminal } from '../terminal.ts';
import { openLiveView } from './live-view.ts';

/** Shows a run while it goes on, and what it came to. */
export interface RunDisplay {
  event(event: RunEvent): void;
  /** A line that Packer printed for one artifact. */
  line(artifact: string, line: string): void;
  /** What Packer prints at a terminal that it has for itself. */
  readonly raw: (text: string, from: 'stdout' | 'stderr') => void;
  /** The end; `logs` is the folder that log paths are seen from. */
  end(run: RunRecord, logs: string): void;
}

/** How a run is shown: events as JSON; Packer at the terminal; a live view; lines in a pipe. */
export type DisplayKind = 'json' | 'terminal' | 'live' | 'lines';

/** How a run of so many builds is shown, by what standard output is. */
export function displayKind(builds: number, json: boolean): DisplayKind {
  if (json) return 'json';
  const keyboard = process.stdout.isTTY && process.stdin.isTTY;
  if (builds === 1) return keyboard ? 'terminal' : 'lines';
  return process.stdout.isTTY ? 'live' : 'lines';
}

export function createDisplay(kind: DisplayKind, artifacts: readonly string[], output: Output): RunDisplay {
  if (kind === 'json') return jsonDisplay(output);
  if (kind === 'live') return liveDisplay(artifacts, output);
  return lineDisplay(artifacts.length > 1, output);
}

function jsonDisplay(output: Output): RunDisplay {
  const event = (shown: RunEvent): void => {
    output.data(
      JSON.stringify(
        shown.type === 'diagnostic' ? { type: shown.type, ...jsonDiagnostic(shown.diagnostic) } : shown,
      ),
    );
  };
  return { event, line: () => undefined, raw: () => undefined, end: () => undefined };
}

/** Lines as they come; each begins with its artifact where there are several. */
function lineDisplay(several: boolean, output: Output): RunDisplay {
  return {
    event(event) {
      if (event.type === 'diagnostic') output.diagnostic(event.diagnostic);
      if (!several || output.quiet) return;
      if (event.type === 'build-started') output.data(`${event.artifact}: started`);
      if (event.type !== 'build-ended') return;
      const time = buildTime(event.build);
      const took = time === undefined ? '' : ` (${formatDuration(time)})`;
      output.data(`${event.build.artifact}: ${formatState(event.build)}${took}`);
    },
    line(artifact, line) {
      if (!output.quiet) output.data(several ? `${artifact} | ${line}` : line);
    },
    raw(text, from) {
      if (from === 'stdout') terminal.out(text);
      else terminal.err(text);
    },
    end: (run, logs) => {
      showEnd(run, logs, output);
    },
  };
}

const DRAW_EVERY_MS = 250;

function liveDisplay(artifacts: readonly string[], output: Output): RunDisplay {
  const builds = new Map<string, { state: BuildState; step: string; began?: number; took?: number }>(
    artifacts.map((artifact) => [artifact, { state: 'waiting', step: '' }]),
  );
  const view = output.quiet ? undefined : openLiveView(process.stdout);
  const draw = (): void => {
    const now = performance.now();
    const rows = [...builds].map(([artifact, { state, step, began, took }]): LiveBuild => {
      return { artifact, state, step, time: took ?? (began === undefined ? undefined : now - began) };
    });
    const { rows: height, columns } = process.stdout;
    view?.draw(liveView(rows, { rows: height || 24, columns: columns || 80 }, output.paint));
  };
  draw();
  const timer = setInterval(draw, DRAW_EVERY_MS);
  return {
    event(event) {
      if (event.type === 'diagnostic') output.diagnostic(event.diagnostic);
      if (event.type === 'build-started') {
        Object.assign(builds.get(event.artifact) ?? {}, { state: 'running', began: performance.now() });
      }
      if (event.type === 'step') Object.assign(builds.get(event.artifact) ?? {}, { step: event.step });
      if (event.type !== 'build-ended') return;
      const { artifact, state, reason } = event.build;
      const step = reason?.split('\n')[0] ?? '';
      Object.assign(builds.get(artifact) ?? {}, { state, step, took: buildTime(event.build) });
    },
    line: () => undefined,
    raw: () => undefined,
    end(run, logs) {
      clearInterval(timer);
      draw();
      view?.done();
      showEnd(run, logs, output);
    },
  };
}

function showEnd({ builds }: RunRecord, logs: string, output: Output): void {
  const counts = countBuilds(builds);
  if (output.quiet && counts.good === builds.length) return;
  terminal.err(`${runTable(builds, logs, output.paint)}\n${formatRunCounts(counts)}\n`);
}
