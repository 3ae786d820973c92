import { join } from 'node:path';
import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { isSystemError, reasonOf } from '../edge/files.ts';
import { copyThrough, openLog, type LogFile } from '../edge/log-file.ts';
import type { FailureClass } from '../model/run.ts';
import type { Mapping } from '../model/value.ts';
import type { Artifact } from './artifact.ts';
import { createBuildProgress, type BuildProgress } from './build-progress.ts';
import { followMachine, followTerminal, type Masking, type OutputSinks } from './build-output.ts';
import { packerArguments, type PackerOptions } from './command.ts';
import { packerEnvironment, type BuildEnvironment } from './environment.ts';
import type { Guard } from './guard.ts';
import type { Interrupts } from './interrupts.ts';
import { startPacker, type Ending } from './packer.ts';
import { withStaged, type Staged, type StageOptions } from './stage.ts';

/** One build that is to be run. */
export interface BuildOrder {
  readonly artifact: Artifact;
  readonly options: PackerOptions;
  /** Set for a refit: what becomes of the template. */
  readonly changeTemplate: ((template: Mapping) => Result<Mapping>) | undefined;
  /** The private copy stays. */
  readonly keep: boolean;
  /** The log that osimager writes. */
  readonly log: string;
  /** Where Packer's own log is to go. */
  readonly packerLog: string | undefined;
  readonly venv: string | undefined;
}

/** What all builds of a run share. */
export interface BuildContext {
  readonly packer: string;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stage: Pick<StageOptions, 'base' | 'vaultReferences' | 'secret'>;
  readonly settled: Pick<BuildEnvironment, 'vault' | 'cacheDir' | 'offline'>;
  readonly masking: Masking;
  /** Packer has the keyboard, and prints for people; `plain`: without colours. */
  readonly terminal: false | 'coloured' | 'plain';
  readonly guard: Guard;
  readonly interrupts: Pick<Interrupts, 'stop' | 'kill'>;
}

export interface BuildOutcome {
  readonly state: 'good' | 'failed' | 'interrupted';
  readonly failure?: FailureClass;
  readonly reason?: string;
  readonly image?: string;
  /** The private copy that was kept. */
  readonly kept?: string;
  /** What went wrong beside the build: a log or a copy that could not be written or removed. */
  readonly trouble: readonly Diagnostic[];
}

/** What is told of a build while it runs. */
export type BuildWatch = Pick<OutputSinks, 'step' | 'line' | 'raw'>;

/** Runs Packer on a private copy of one artifact, from making the copy to its removal. */
export async function runBuild(
  order: BuildOrder,
  context: BuildContext,
  watch: BuildWatch,
): Promise<BuildOutcome> {
  const { artifact, changeTemplate, keep } = order;
  let kept: string | undefined;
  const ran = await withStaged(
    artifact.folder,
    { ...context.stage, swept: true, changeTemplate, keep, onFolder: context.guard.copy },
    (staged) => {
      if (keep) kept = staged.folder;
      return runPacker(staged, order, context, watch);
    },
  );
  if (ran.ok) return { ...ran.value, ...(kept === undefined ? {} : { kept }) };
  const reason = ran.diagnostics.map(({ message }) => message).join('; ');
  return { state: 'failed', failure: 'preflight', reason, trouble: ran.diagnostics };
}

async function runPacker(
  staged: Staged,
  order: BuildOrder,
  context: BuildContext,
  watch: BuildWatch,
): Promise<BuildOutcome> {
  const { masking, terminal, interrupts, guard } = context;
  const progress = createBuildProgress();
  const trouble: Diagnostic[] = [];
  const opened = openBuildLog(order.log);
  if (!opened.ok) return { state: 'failed', failure: 'preflight', trouble: opened.diagnostics };
  const log = opened.value;
  const packerLog = join(staged.folder, 'packer.log');
  const packer = startPacker(
    {
      program: context.packer,
      args: packerArguments(
        join(staged.folder, `${order.artifact.name}.json`),
        order.options,
        terminal === false ? 'machine-readable' : terminal,
      ),
      cwd: context.dataDir,
      env: packerEnvironment(context.environment, {
        ...context.settled,
        envFile: staged.texts.get(`${order.artifact.name}.env`) ?? '',
        venv: order.venv,
        packerLog: order.packerLog === undefined ? undefined : packerLog,
        copy: staged.folder,
        temporary: temporaryFolder(staged.folder),
      }),
    },
    terminal !== false,
  );
  const target = packer.signalTarget;
  if (target) guard.started(target);
  const sinks = { ...watch, log, progress };
  const flush =
    terminal === false ? followMachine(packer, masking, sinks) : followTerminal(packer, masking, sinks);
  interrupts.stop.addEventListener('abort', packer.interrupt, { once: true });
  interrupts.kill.addEventListener('abort', packer.kill, { once: true });
  if (interrupts.stop.aborted) packer.interrupt();
  const ending = await packer.ended;
  interrupts.stop.removeEventListener('abort', packer.interrupt);
  interrupts.kill.removeEventListener('abort', packer.kill);
  if (target) guard.ended(target);
  flush();
  const fault = log.close();
  if (fault !== undefined) trouble.push(unwritten('log', order.log, fault));
  if (order.packerLog !== undefined) trouble.push(...copyLog(packerLog, order.packerLog, masking));
  return { ...outcomeOf(ending, progress, interrupts.stop.aborted), trouble };
}

/**
 * Packer's own temporary files hold scripts, keys and answer media: they go away with the private copy. Where the
 * path is too long for the sockets of its plugins, they stay where Packer puts them.
 */
function temporaryFolder(folder: string): string | undefined {
  const longest = process.platform === 'linux' ? 107 : 103;
  return folder.length + '/packer-plugin1234567890'.length > longest ? undefined : folder;
}

function copyLog(from: string, to: string, masking: Masking): readonly Diagnostic[] {
  try {
    const fault = copyThrough(from, to, masking.stream());
    return fault === undefined ? [] : [unwritten('log of Packer', to, fault)];
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return [unwritten('log of Packer', to, reasonOf(error))];
  }
}

function openBuildLog(path: string): Result<LogFile> {
  try {
    return good(openLog(path));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return bad(unwritten('log', path, reasonOf(error)));
  }
}

function unwritten(what: string, path: string, reason: string): Diagnostic {
  return problem('write', `the ${what} ${path} cannot be written: ${reason}`);
}

function outcomeOf(
  { code, signal, error }: Ending,
  progress: BuildProgress,
  stopped: boolean,
): Omit<BuildOutcome, 'trouble'> {
  if (error !== undefined) {
    return { state: 'failed', failure: 'preflight', reason: `Packer cannot be started: ${error}` };
  }
  const image = progress.image();
  if (code === 0) return { state: 'good', ...(image === undefined ? {} : { image }) };
  if (stopped) return { state: 'interrupted' };
  const { failure, reason } = progress.failure();
  const fallback = signal ? `Packer was ended by ${signal}` : `Packer ended with status ${code ?? 'unknown'}`;
  return { state: 'failed', failure, reason: reason ?? fallback };
}
