import type { Command } from 'commander';
import { processOutput, type ExitStatus } from '../output.ts';
import { common, type CommonFlags } from './options.ts';

/** Adds `osimager lock`. */
export function addLock(program: Command, settle: (status: ExitStatus) => void): void {
  const command = program
    .command('lock')
    .description('ask for addresses, media and checksums that osimager.lock does not have')
    .argument('[targets...]', 'folders, or platform/location/spec; globs allowed (default: the whole matrix)')
    .option('--refresh', 'ask again for what it has')
    .option('--check', 'ask and compare, write nothing; exit 1 if something differs')
    .option('--json', 'as JSON');
  common(command).action(async (targets: readonly string[], flags: CommonFlags) => {
    const { lockCommand } = await import('../commands/lock.ts');
    settle(await lockCommand(targets, flags, processOutput(flags)));
  });
}
