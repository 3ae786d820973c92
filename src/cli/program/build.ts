import { Option, type Command } from 'commander';
import { processOutput, type ExitStatus } from '../output.ts';
import type { BuildFlags } from '../commands/build.ts';
import { common, targetOptions, type CommonFlags } from './options.ts';
import { runOptions } from './run.ts';

/** Adds `osimager build`. */
export function addBuild(program: Command, settle: (status: ExitStatus) => void): void {
  const command = program
    .command('build')
    .description('render one target into a private folder and run Packer on it, in one go')
    .argument('<target>', 'platform/location/spec')
    .argument('[name]', 'the name of the artifact')
    .argument('[ip]', 'an IPv4 address, or dhcp')
    .option('--refit', 'provision a machine that exists: no installation')
    .addOption(new Option('--secrets <mode>', 'where secrets are resolved').choices(['inline', 'deferred']));
  common(targetOptions(runOptions(command))).action(
    async (
      target: string,
      name: string | undefined,
      ip: string | undefined,
      flags: BuildFlags & CommonFlags,
    ) => {
      const { buildCommand } = await import('../commands/build.ts');
      settle(await buildCommand({ target, name, ip }, flags, processOutput(flags)));
    },
  );
}
