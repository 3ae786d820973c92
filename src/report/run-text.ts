import type { BuildRecord, BuildState, RunCounts, RunRecord } from '../model/run.ts';
import { count, visible, type Paint } from './text.ts';

/** A time as people say it: `0.4 s`, `12 s`, `3 min 05 s`, `1 h 02 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (number: number): string => String(number).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** How long a build took, in milliseconds; undefined where it did not start or end. */
export function buildTime({
  started,
  ended,
}: {
  readonly started?: string;
  readonly ended?: string;
}): number | undefined {
  return started === undefined || ended === undefined ? undefined : Date.parse(ended) - Date.parse(started);
}

/** A result with the class of a failure: `failed (communicator)`. */
export function formatState({ state, failure }: Pick<BuildRecord, 'state' | 'failure'>): string {
  return failure === undefined ? state : `${state} (${failure})`;
}

/** How many builds came to what; what a killed run left unfinished counts as interrupted. */
export function countBuilds(builds: readonly Pick<BuildRecord, 'state'>[]): RunCounts {
  const of = (...states: readonly BuildState[]): number =>
    builds.filter(({ state }) => states.includes(state)).length;
  return {
    good: of('good'),
    failed: of('failed'),
    interrupted: of('interrupted', 'running'),
    'not started': of('not started', 'waiting'),
  };
}

/** `3 builds: 2 good, 1 failed`. */
export function formatRunCounts(counts: RunCounts): string {
  const entries = Object.entries(counts);
  const all = entries.reduce((sum, [, number]) => sum + number, 0);
  const parts = entries.filter(([state, number]) => number > 0 || state === 'good');
  return `${count(all, 'build')}: ${parts.map(([state, number]) => `${number} ${state}`).join(', ')}`;
}

/**
 * What a run came to, a line a build under a line of headings; `logs` is the folder that log paths are seen from.
 * Under a failed build stands why it failed.
 */
export function runTable(builds: readonly BuildRecord[], logs: string, paint: Paint): string {
  const rows = builds.map((build) => {
    const time = buildTime(build);
    return [
      build.artifact,
      formatState(build),
      time === undefined ? '' : formatDuration(time),
      build.image ?? '',
      build.log === undefined ? '' : `${logs}/${build.log}`,
    ].map(visible);
  });
  const lines = alignColumns([['build', 'result', 'time', 'image', 'log'], ...rows]);
  return lines
    .flatMap((line, at) => {
      const build = builds[at - 1];
      if (!build) return [line];
      const colour =
        build.state === 'good' ? paint.added : build.state === 'failed' ? paint.error : paint.warning;
      const reason =
        build.reason === undefined ? [] : [`    ${visible(build.reason).split('\n').join('\n    ')}`];
      return [colour(line), ...reason];
    })
    .join('\n');
}

/** The ledger, a line a run, the newest last. */
export function runList(runs: readonly RunRecord[]): string {
  const rows = runs.map(({ id, command, started, ended, packer, builds }) => [
    id,
    command,
    ended === undefined ? 'not ended' : formatDuration(Date.parse(ended) - Date.parse(started)),
    packer === undefined ? '' : `Packer ${packer}`,
    formatRunCounts(countBuilds(builds)),
  ]);
  return alignColumns(rows).join('\n');
}

/** Columns as wide as their widest text, two blanks apart. */
function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** A build as the live view shows it. */
export interface LiveBuild {
  readonly artifact: string;
  readonly state: BuildState;
  readonly step: string;
  /** How long it has run, in milliseconds. */
  readonly time: number | undefined;
}

/**
 * The live view: one line a build with state, step and time, and a line of counts. Where the terminal has not so
 * many lines, those that run come first. No line is wider than the terminal.
 */
export function liveView(
  builds: readonly LiveBuild[],
  size: { readonly rows: number; readonly columns: number },
  paint: Paint,
): string {
  const room = Math.max(1, size.rows - 2);
  const order: readonly BuildState[] = ['running', 'failed', 'interrupted', 'waiting', 'good', 'not started'];
  const shown =
    builds.length <= room
      ? builds
      : [...builds].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state)).slice(0, room);
  const lines = alignColumns(
    shown.map(({ artifact, state, step, time }) => [
      artifact,
      state,
      time === undefined ? '' : formatDuration(time),
      visible(step),
    ]),
  ).map((line, at) => {
    const cut = line.slice(0, Math.max(10, size.columns - 1));
    const state = shown[at]?.state;
    if (state === 'good') return paint.added(cut);
    if (state === 'failed') return paint.error(cut);
    return state === 'running' ? cut : paint.faint(cut);
  });
  const number = (state: BuildState): number => builds.filter((build) => build.state === state).length;
  const counts = order.filter((state) => number(state) > 0).map((state) => `${number(state)} ${state}`);
  return [...lines, counts.join(', ')].join('\n');
}
