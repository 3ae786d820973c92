import { Command, CommanderError } from 'commander';
import { VERSION } from './version.ts';
import { EXIT, UsageError, type ExitStatus } from './output.ts';
import { addBuild } from './program/build.ts';
import { addGenerate } from './program/generate.ts';
import { addInit } from './program/init.ts';
import { addLock } from './program/lock.ts';
import { addList } from './program/list.ts';
import { addRun } from './program/run.ts';
import { addRuns } from './program/runs.ts';
import { addSecrets } from './program/secrets.ts';
import { addShow } from './program/show.ts';
import { terminal } from './terminal.ts';

/** Runs the command line; the result is the exit status (DESIGN.md, "Command line"). */
export async function main(args: readonly string[]): Promise<ExitStatus> {
  endWithReader(process.stdout);
  process.once('exit', terminal.flush);
  process.once('uncaughtException', (error) => {
    tellFault(error);
    process.exit(EXIT.failed);
  });
  let status: ExitStatus = EXIT.good;
  const program = createProgram((result) => {
    status = result;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage;
    if (error instanceof UsageError) {
      terminal.err(`error: ${error.message}\n`);
      return EXIT.usage;
    }
    tellFault(error);
    return EXIT.failed;
  } finally {
    terminal.flush();
  }
}

/** A fault of ours: the trace helps to mend it. It may hold what the process has learned, and is masked. */
function tellFault(error: unknown): void {
  terminal.err(`error: osimager failed: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
}

/** Whoever reads the output may stop reading (`| head`): that is the end, and no failure. */
function endWithReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.good);
  });
}

function createProgram(settle: (status: ExitStatus) => void): Command {
  const program = new Command('osimager')
    .description('Compiles a matrix of operating-system image builds into a tree of plain files.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false });
  addGenerate(program, settle);
  addRun(program, settle);
  addBuild(program, settle);
  addRuns(program, settle);
  addList(program, settle);
  addShow(program, settle);
  addSecrets(program, settle);
  addLock(program, settle);
  addInit(program, settle);
  return program;
}
