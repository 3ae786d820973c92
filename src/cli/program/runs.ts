import type { Command } from 'commander';
import { processOutput, type ExitStatus } from '../output.ts';
import { common, type CommonFlags } from './options.ts';

/** Adds `osimager runs` and `osimager runs show`. */
export function addRuns(program: Command, settle: (status: ExitStatus) => void): void {
  const runs = program.command('runs').description('the ledger of runs');
  const list = runs
    .command('list', { isDefault: true })
    .description('every run, the newest last')
    .option('--json', 'as JSON');
  common(list).action(async (flags: CommonFlags & { readonly json?: boolean }) => {
    const { runsListCommand } = await import('../commands/runs.ts');
    settle(await runsListCommand(flags, processOutput(flags)));
  });
  const show = runs
    .command('show')
    .description('one run: what became of each build')
    .argument('[id]', 'as the list names it (default: the last run)')
    .option('--json', 'as JSON');
  common(show).action(async (id: string | undefined, flags: CommonFlags & { readonly json?: boolean }) => {
    const { runsShowCommand } = await import('../commands/runs.ts');
    settle(await runsShowCommand(id, flags, processOutput(flags)));
  });
}
