import type { Command } from 'commander';
import { processOutput, type ExitStatus } from '../output.ts';
import { common, type CommonFlags } from './options.ts';

/** Adds `osimager init`. */
export function addInit(program: Command, settle: (status: ExitStatus) => void): void {
  const command = program
    .command('init')
    .description('make a new workspace: shipped platforms and specs, a small matrix, an example location')
    .argument('[folder]', 'where (default: this folder)');
  common(command).action(async (folder: string | undefined, flags: CommonFlags) => {
    const { initCommand } = await import('../commands/init.ts');
    settle(await initCommand(folder ?? flags.workspace ?? '.', processOutput(flags)));
  });
}
