import type { Command } from 'commander';
import { processOutput, type ExitStatus } from '../output.ts';
import { common, targetOptions, type CommonFlags } from './options.ts';

/** Adds `osimager show`. */
export function addShow(program: Command, settle: (status: ExitStatus) => void): void {
  const command = program
    .command('show')
    .description("a target's Packer template, or its definitions, as JSON")
    .argument('<target>', 'platform/location/spec')
    .argument('[name]', 'the name of the artifact')
    .argument('[ip]', 'an IPv4 address, or dhcp')
    .option('--defs', 'the resolved definitions')
    .option('--config', 'the template (the default)')
    .option('--json', 'as JSON (always so)');
  common(targetOptions(command)).action(
    async (target: string, name: string | undefined, ip: string | undefined, flags: CommonFlags) => {
      const { showCommand } = await import('../commands/show.ts');
      settle(await showCommand({ target, name, ip }, flags, processOutput(flags)));
    },
  );
}
