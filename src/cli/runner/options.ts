import { ON_ERROR, type OnError, type PackerOptions } from '../../run/command.ts';
import { UsageError } from '../output.ts';
import type { WorkspaceOptions } from '../settings.ts';

/** What the command line says of a run, as commander gives it. */
export interface RunFlags extends WorkspaceOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly onError?: string;
  readonly keep?: boolean;
  readonly timestamp?: boolean;
  readonly debug?: boolean;
  /** True where no file is named. */
  readonly log?: string | boolean;
  readonly jobs?: string;
  readonly refit?: boolean;
  readonly onlyFailed?: boolean;
  readonly failFast?: boolean;
  readonly stale?: boolean;
  readonly acceptModified?: boolean;
  readonly json?: boolean;
  readonly junit?: string;
  /** False with `--no-color`. */
  readonly color?: boolean;
}

/** How a run goes, whatever is run. */
export interface RunSettings {
  readonly dryRun: boolean;
  readonly packer: PackerOptions;
  readonly keep: boolean;
  /** True: beside osimager's own log. */
  readonly packerLog: string | true | undefined;
  readonly jobs: number | undefined;
  readonly refit: boolean;
  readonly onlyFailed: boolean;
  readonly failFast: boolean;
  readonly stale: boolean;
  readonly acceptModified: boolean;
  readonly junit: string | undefined;
}

/** Reads the flags; what does not go together is wrong usage. */
export function runSettings(flags: RunFlags): RunSettings {
  const onError = readOnError(flags);
  return {
    dryRun: flags.dryRun === true,
    packer: { force: flags.force, onError, timestamp: flags.timestamp, debug: flags.debug },
    keep: flags.keep === true,
    packerLog: flags.log === false ? undefined : flags.log,
    jobs: readJobs(flags.jobs),
    refit: flags.refit === true,
    onlyFailed: flags.onlyFailed === true,
    failFast: flags.failFast === true,
    stale: flags.stale === true,
    acceptModified: flags.acceptModified === true,
    junit: flags.junit,
  };
}

function readOnError({ onError, keep }: RunFlags): OnError | undefined {
  const mode = ON_ERROR.find((known) => known === onError);
  if (onError !== undefined && mode === undefined) {
    throw new UsageError(`--on-error ${onError}: it is one of ${ON_ERROR.join(', ')}`);
  }
  if (keep !== true) return mode;
  if (mode !== undefined && mode !== 'abort') {
    throw new UsageError(`--keep stands for --on-error abort: it does not go with --on-error ${mode}`);
  }
  return 'abort';
}

function readJobs(jobs: string | undefined): number | undefined {
  if (jobs === undefined) return undefined;
  const number = Number(jobs);
  if (!/^\d+$/.test(jobs) || number < 1 || number > 1000) {
    throw new UsageError(`--jobs ${jobs}: it is a whole number from 1 to 1000`);
  }
  return number;
}

/** What can be asked of one build alone: prompts need the keyboard, one file holds one log. */
export function checkForMany({ packer, packerLog }: RunSettings, builds: number): void {
  if (builds < 2) return;
  if (packer.debug === true) {
    throw new UsageError(
      `--debug waits for the keyboard at each step: it goes with one artifact, not ${builds}`,
    );
  }
  if (packer.onError === 'ask') {
    throw new UsageError(`--on-error ask waits for the keyboard: it goes with one artifact, not ${builds}`);
  }
  if (typeof packerLog === 'string') {
    throw new UsageError(
      `--log ${packerLog}: one file holds the log of one artifact, not of ${builds}; --log alone makes a file for each`,
    );
  }
}
