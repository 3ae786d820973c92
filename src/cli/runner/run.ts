import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isSystemError, reasonOf } from '../../edge/files.ts';
import { replaceFile } from '../../edge/write-files.ts';
import { problem } from '../../diagnostics/diagnostic.ts';
import type { RunRecord } from '../../model/run.ts';
import { junitReport } from '../../report/junit.ts';
import { countBuilds } from '../../report/run-text.ts';
import { groupDiagnostics, count } from '../../report/text.ts';
import { runBuild, type BuildContext } from '../../run/build.ts';
import { startGuard, type Guard } from '../../run/guard.ts';
import { listenForInterrupts, type Interrupts } from '../../run/interrupts.ts';
import { openLedger, type Ledger } from '../../run/ledger.ts';
import { runQueue } from '../../run/queue.ts';
import { removeAbandoned } from '../../run/private-folders.ts';
import { shownFrom } from '../../run/selection.ts';
import { EXIT, type ExitStatus, type Output } from '../output.ts';
import { withHome } from '../settings.ts';
import type { Workspace } from '../workspace.ts';
import { runsFolder } from './choose.ts';
import { createDisplay, displayKind, type RunDisplay } from './display.ts';
import { ledgerLog, queueLimits, queuedBuilds, waitingRecord, type QueuedBuild } from './orders.ts';
import type { Freshness } from './freshness.ts';
import type { RunFlags, RunSettings } from './options.ts';
import { preflight, toolPlaces, type Chosen, type Ready, type Trouble } from './preflight.ts';

/** What a run is made of, once it is known which artifacts it is about. */
export interface RunPlan {
  readonly command: RunRecord['command'];
  readonly workspace: Workspace;
  readonly chosen: readonly Chosen[];
  /** What was wrong with the words of the command line: it keeps the others from running too. */
  readonly diagnostics: readonly Diagnostic[];
  readonly fresh: Freshness | undefined;
  readonly settings: RunSettings;
  readonly flags: RunFlags;
  /** Private folders beside those that the run makes itself: the guard looks after them too. */
  readonly copies?: readonly string[];
}

/** Checks everything, runs what is chosen, and keeps the ledger. */
export async function runChosen(plan: RunPlan, output: Output): Promise<ExitStatus> {
  const { workspace, chosen, settings, flags } = plan;
  const environment = { ...(flags.environment ?? process.env) };
  const places = toolPlaces(workspace, environment);
  const started = now();
  const kind = displayKind(chosen.length, flags.json === true);
  const { trouble, ready } = await preflight(workspace, chosen, places, {
    fresh: plan.fresh,
    stale: settings.stale,
    refit: settings.refit,
  });
  const early = createDisplay(kind === 'live' ? 'lines' : kind, [], output);
  for (const diagnostic of trouble.warnings) early.event({ type: 'diagnostic', diagnostic });
  for (const diagnostic of workspace.complaints()) early.event({ type: 'diagnostic', diagnostic });
  const opened = openLedger(runsFolder(workspace), {
    command: plan.command,
    process: process.pid,
    ...(ready ? { packer: ready.version } : {}),
    started,
    builds: chosen.map(({ artifact }) => waitingRecord(artifact, workspace)),
  });
  if (!opened.ok) {
    for (const diagnostic of opened.diagnostics) early.event({ type: 'diagnostic', diagnostic });
    return EXIT.failed;
  }
  const ledger = opened.value;
  if (!ready || plan.diagnostics.length > 0) {
    return refuse(plan, trouble, ledger, early, output);
  }
  const display = createDisplay(
    kind,
    chosen.map(({ artifact }) => artifact.shown),
    output,
  );
  display.event({ type: 'run-started', id: ledger.id, packer: ready.version, builds: chosen.length });
  const interrupts = listenForInterrupts((which) => {
    output.message(which === 'stop' ? STOPPING : KILLING);
  });
  removeAbandoned(tmpdir());
  const builds = queuedBuilds(chosen, ledger.folder, settings, places);
  const guard = startGuard();
  for (const folder of plan.copies ?? []) guard.copy(folder);
  const context = buildContext(
    plan,
    ready,
    interrupts,
    kind === 'terminal' ? terminalOf(flags) : false,
    guard,
  );
  try {
    await runAll(builds, context, plan, ledger, display);
  } finally {
    context.guard.release();
    interrupts.release();
  }
  return finish(ledger, plan, display, interrupts.stop.aborted, output);
}

const STOPPING = 'interrupted: Packer cleans up, and no new build starts; once more ends it at once';
const KILLING = 'ended: machines that Packer made may be left';

/** Everything that is wrong, at once; nothing was started. */
function refuse(
  plan: RunPlan,
  trouble: Trouble,
  ledger: Ledger,
  display: RunDisplay,
  output: Output,
): ExitStatus {
  const own = plan.chosen.flatMap(({ artifact }) => {
    const diagnostics = trouble.own.get(artifact) ?? [];
    return diagnostics.length > 0 ? [{ target: artifact.shown, diagnostics }] : [];
  });
  const shared = [...plan.diagnostics, ...trouble.common];
  for (const diagnostic of shared) display.event({ type: 'diagnostic', diagnostic });
  for (const { diagnostic, targets } of groupDiagnostics(own)) {
    const [first = '', ...rest] = targets;
    const more = rest.length > 0 ? ` and ${count(rest.length, 'other artifact')}` : '';
    const notes = [...(diagnostic.notes ?? []), { message: `not run: ${first}${more}` }];
    display.event({ type: 'diagnostic', diagnostic: { ...diagnostic, notes } });
  }
  plan.chosen.forEach(({ artifact }, at) => {
    const found = [...trouble.common, ...(trouble.own.get(artifact) ?? [])];
    const reason = found.map(({ message }) => message).join('\n');
    const build = ledger.build(
      at,
      found.length > 0 ? { state: 'failed', failure: 'preflight', reason } : { state: 'not started' },
    );
    if (plan.flags.json === true) display.event({ type: 'build-ended', build });
  });
  output.message('nothing was started');
  const run = ledger.end(now());
  writeJunit(run, plan.settings, output);
  if (plan.flags.json === true) display.event(runEnded(run, false));
  return EXIT.failed;
}

async function runAll(
  builds: readonly QueuedBuild[],
  context: BuildContext,
  { settings, workspace }: RunPlan,
  ledger: Ledger,
  display: RunDisplay,
): Promise<void> {
  const run = async ({ at, order }: QueuedBuild): Promise<boolean> => {
    const { shown } = order.artifact;
    const log = ledgerLog(ledger.id, order.artifact);
    ledger.build(at, { state: 'running', started: now(), log });
    display.event({ type: 'build-started', artifact: shown, log: order.log });
    const outcome = await runBuild(order, context, {
      step: (step) => {
        display.event({ type: 'step', artifact: shown, step });
      },
      line: (line) => {
        display.line(shown, line);
      },
      raw: display.raw,
    });
    const { trouble, kept, ...result } = outcome;
    const build = ledger.build(at, { ...result, ended: now() });
    display.event({ type: 'build-ended', build });
    for (const diagnostic of trouble) display.event({ type: 'diagnostic', diagnostic });
    if (kept !== undefined) display.event({ type: 'diagnostic', diagnostic: keptCopy(kept) });
    return outcome.state === 'good';
  };
  const waiting = await runQueue(builds, queueLimits(workspace.settings, settings.jobs), run, {
    stop: context.interrupts.stop,
    failFast: settings.failFast,
  });
  for (const { at } of waiting) {
    display.event({ type: 'build-ended', build: ledger.build(at, { state: 'not started' }) });
  }
}

function keptCopy(folder: string): Diagnostic {
  const message = `the private copy was kept: ${folder}`;
  return { ...problem('write', message, undefined, 'it holds secrets: remove it'), severity: 'warning' };
}

function buildContext(
  { workspace, flags }: RunPlan,
  { packer, secrets }: Ready,
  interrupts: Interrupts,
  terminal: BuildContext['terminal'],
  guard: Guard,
): BuildContext {
  const environment = flags.environment ?? process.env;
  const { credential_source: source, packer_cache_dir: cache } = workspace.settings;
  return {
    packer,
    dataDir: workspace.dataDir,
    environment,
    stage: {
      base: tmpdir(),
      vaultReferences: source === 'config',
      secret: (path, key) => workspace.facts.secret(path, key),
    },
    settled: {
      vault: secrets.vault,
      cacheDir: resolve(workspace.baseDir, withHome(cache, environment)),
      offline: flags.offline === true,
    },
    masking: secrets.redactor,
    terminal,
    guard,
    interrupts,
  };
}

function terminalOf({ color }: RunFlags): 'coloured' | 'plain' {
  return color === false || Boolean(process.env.NO_COLOR) ? 'plain' : 'coloured';
}

function finish(
  ledger: Ledger,
  { workspace, settings }: RunPlan,
  display: RunDisplay,
  interrupted: boolean,
  output: Output,
): ExitStatus {
  const run = ledger.end(now());
  const fault = ledger.fault();
  if (fault) display.event({ type: 'diagnostic', diagnostic: fault });
  display.event(runEnded(run, interrupted));
  display.end(run, shownFrom(resolve('.'), runsFolder(workspace)));
  const written = writeJunit(run, settings, output);
  if (interrupted) return EXIT.interrupted;
  return written && !fault && run.builds.every(({ state }) => state === 'good') ? EXIT.good : EXIT.failed;
}

function runEnded(run: RunRecord, interrupted: boolean) {
  return { type: 'run-ended', id: run.id, interrupted, counts: countBuilds(run.builds) } as const;
}

function writeJunit(run: RunRecord, { junit }: RunSettings, output: Output): boolean {
  if (junit === undefined) return true;
  try {
    replaceFile(resolve(junit), junitReport(run), 0o644);
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    output.diagnostic(problem('write', `${junit} cannot be written: ${reasonOf(error)}`));
    return false;
  }
}

function now(): string {
  return new Date().toISOString();
}
