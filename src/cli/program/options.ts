import type { Command } from 'commander';
import type { OutputOptions } from '../output.ts';
import type { WorkspaceOptions } from '../settings.ts';

/** What the common options come to. */
export type CommonFlags = WorkspaceOptions & OutputOptions;

/** The options that every command has. */
export function common(command: Command): Command {
  return command
    .option('--workspace <dir>', 'the workspace (default: this folder)')
    .option('--user-dir <dir>', 'the folder of osimager.conf, secrets, hosts.json and own locations')
    .option('--matrix <file>', 'the matrix (default: data/matrix.toml)')
    .option('--out <dir>', 'the folder of the artifact tree (default: out)')
    .option(
      '--offline',
      'ask nothing outside this machine; what osimager.lock does not have stays as it is written',
    )
    .option('--verbose', 'say more')
    .option('--quiet', 'say only what is wrong')
    .option('--no-color', 'no colours');
}

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The options of commands that work on one target or more. */
export function targetOptions(command: Command): Command {
  return command
    .option('-D, --define <k=v[,k=v]>', 'definitions above all others', collect)
    .option('--fqdn <name>', 'the full name of the host')
    .option('--local-only', 'take media from iso_path instead of their URLs');
}
