import type { Command } from 'commander';
import { processOutput, type ExitStatus } from '../output.ts';
import { common, type CommonFlags } from './options.ts';

/** Adds `osimager list`. */
export function addList(program: Command, settle: (status: ExitStatus) => void): void {
  const command = program
    .command('list')
    .description('what the workspace has: specs, platforms, locations, targets or definitions')
    .addArgument(
      program.createArgument('<what>').choices(['specs', 'platforms', 'locations', 'targets', 'defs']),
    )
    .option('--avail', 'only specs whose install medium is on this machine')
    .option('--json', 'as JSON');
  common(command).action(async (what: string, flags: CommonFlags) => {
    const { listCommand } = await import('../commands/list.ts');
    settle(await listCommand(what, flags, processOutput(flags)));
  });
}
