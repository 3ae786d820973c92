import type { Command } from 'commander';
import { processOutput, type ExitStatus } from '../output.ts';
import { common, type CommonFlags } from './options.ts';

/** Adds `osimager secrets check` and `osimager secrets policy`. */
export function addSecrets(program: Command, settle: (status: ExitStatus) => void): void {
  const secrets = program.command('secrets').description('which secrets targets need');
  const check = secrets
    .command('check')
    .description('which are there and which are not, by path and key, never a value')
    .argument('[targets...]', 'folders, or platform/location/spec; globs allowed (default: the whole matrix)')
    .option('--json', 'as JSON');
  common(check).action(async (targets: readonly string[], flags: CommonFlags) => {
    const { secretsCheckCommand } = await import('../commands/secrets.ts');
    settle(await secretsCheckCommand(targets, flags, processOutput(flags)));
  });
  const policy = secrets
    .command('policy')
    .description('the least Vault policy that the matrix needs, as HCL');
  common(policy).action(async (flags: CommonFlags) => {
    const { secretsPolicyCommand } = await import('../commands/secrets.ts');
    settle(await secretsPolicyCommand(flags, processOutput(flags)));
  });
}
