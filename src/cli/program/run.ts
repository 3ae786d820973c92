import { Option, type Command } from 'commander';
import { ON_ERROR } from '../../run/command.ts';
import { processOutput, type ExitStatus } from '../output.ts';
import type { RunFlags } from '../runner/options.ts';
import { common, type CommonFlags } from './options.ts';

/** Adds `osimager run` and `osimager refit`. */
export function addRun(program: Command, settle: (status: ExitStatus) => void): void {
  const run = program
    .command('run')
    .description('run Packer on artifacts')
    .argument('[artifacts...]', 'folders, globs, or targets of the matrix')
    .option('--refit', 'provision machines that exist: no installation')
    .option('--only-failed', 'of these, or of all, what did not come to a good end in the last run');
  common(manyOptions(runOptions(run))).action(
    async (artifacts: readonly string[], flags: RunFlags & CommonFlags) => {
      const { runCommand } = await import('../commands/run.ts');
      settle(await runCommand(artifacts, flags, processOutput(flags)));
    },
  );
  const refit = program
    .command('refit')
    .description('run the provisioners of an artifact on a machine that exists')
    .argument('<artifact>', 'a folder, a glob, or a target of the matrix')
    .argument('[ip]', 'where the machine is, if the artifact does not say');
  common(runOptions(refit)).action(
    async (artifact: string, ip: string | undefined, flags: RunFlags & CommonFlags) => {
      const { refitCommand } = await import('../commands/run.ts');
      settle(await refitCommand(artifact, ip, flags, processOutput(flags)));
    },
  );
}

/** The options of every command that starts Packer. */
export function runOptions(command: Command): Command {
  return command
    .option('--dry-run', 'print the command and its environment, without secrets; start nothing')
    .option('--force', 'make room for the result (packer -force)')
    .addOption(new Option('--on-error <mode>', 'what to do when a step fails').choices(ON_ERROR))
    .option('--keep', 'keep the machine when a step fails, and the private copy (--on-error abort)')
    .option('--timestamp', 'put the time before each line (packer -timestamp-ui)')
    .option('--debug', 'stop before each step (packer -debug)')
    .option('--log [file]', "write Packer's own log, redacted, to a file or beside osimager's")
    .option('--stale', 'run artifacts that are not what their data gives now')
    .option('--accept-modified', 'run artifacts whose files somebody edited, as they are')
    .option('--junit <file>', 'write the result as JUnit XML')
    .option('--json', 'events as JSON, one a line');
}

/** The options that mean something where several artifacts are run. */
function manyOptions(command: Command): Command {
  return command
    .option('--jobs <n>', 'builds at a time (default: limits.jobs, else 1)')
    .option('--fail-fast', 'start no build after one has failed');
}
