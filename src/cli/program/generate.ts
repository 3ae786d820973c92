import { Option, type Command } from 'commander';
import { processOutput, type ExitStatus } from '../output.ts';
import { common, targetOptions, type CommonFlags } from './options.ts';

/** Adds `osimager generate`. */
export function addGenerate(program: Command, settle: (status: ExitStatus) => void): void {
  const command = program
    .command('generate')
    .description('render the matrix, or one target, into the artifact tree')
    .argument('[target]', 'platform/location/spec')
    .argument('[name]', 'the name of the artifact')
    .argument('[ip]', 'an IPv4 address, or dhcp')
    .option('--watch', 'render again whenever the data, the matrix or the configuration changes')
    .option('--check', 'write nothing; exit 1 if the tree is not up to date')
    .option('--diff', 'write nothing; print what would change')
    .option(
      '--force',
      'write every file, also over files that somebody edited or that osimager did not write',
    )
    .option('--explain-stale', 'say of each target that is rendered which input moved')
    .addOption(new Option('--secrets <mode>', 'where secrets are resolved').choices(['inline', 'deferred']))
    .option('--json', 'events as JSON, one a line');
  common(targetOptions(command)).action(
    async (
      target: string | undefined,
      name: string | undefined,
      ip: string | undefined,
      flags: CommonFlags & { readonly watch?: boolean },
    ) => {
      if (flags.watch === true) {
        const { watchCommand } = await import('../commands/watch.ts');
        settle(await watchCommand({ target }, flags, processOutput(flags)));
        return;
      }
      const { generateCommand } = await import('../commands/generate.ts');
      settle(await generateCommand({ target, name, ip }, flags, processOutput(flags)));
    },
  );
}
