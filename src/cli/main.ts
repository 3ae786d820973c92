import { Command, CommanderError, Option } from 'commander';
import { VERSION } from './version.ts';
import { EXIT, processOutput, UsageError, type ExitStatus, type OutputOptions } from './output.ts';
import type { WorkspaceOptions } from './settings.ts';

type CommonFlags = WorkspaceOptions & OutputOptions;

/** Runs the command line; the result is the exit status (DESIGN.md, "Command line"). */
export async function main(args: readonly string[]): Promise<ExitStatus> {
  endWithReader(process.stdout);
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
      process.stderr.write(`error: ${error.message}\n`);
      return EXIT.usage;
    }
    throw error;
  }
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
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false });
  addGenerate(program, settle);
  addList(program, settle);
  addShow(program, settle);
  addSecrets(program, settle);
  addInit(program, settle);
  return program;
}

/** The options that every command has. */
function common(command: Command): Command {
  return command
    .option('--workspace <dir>', 'the workspace (default: this folder)')
    .option('--user-dir <dir>', 'the folder of osimager.conf, secrets, hosts.json and own locations')
    .option('--matrix <file>', 'the matrix (default: data/matrix.toml)')
    .option('--out <dir>', 'the folder of the artifact tree (default: out)')
    .option('--offline', 'ask nothing outside this machine')
    .option('--verbose', 'say more')
    .option('--quiet', 'say only what is wrong')
    .option('--no-color', 'no colours');
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function targetOptions(command: Command): Command {
  return command
    .option('-D, --define <k=v[,k=v]>', 'definitions above all others', collect)
    .option('--fqdn <name>', 'the full name of the host')
    .option('--local-only', 'take media from iso_path instead of their URLs');
}

function addGenerate(program: Command, settle: (status: ExitStatus) => void): void {
  const command = program
    .command('generate')
    .description('render the matrix, or one target, into the artifact tree')
    .argument('[target]', 'platform/location/spec')
    .argument('[name]', 'the name of the artifact')
    .argument('[ip]', 'an IPv4 address, or dhcp')
    .option('--check', 'write nothing; exit 1 if the tree is not up to date')
    .option('--diff', 'write nothing; print what would change')
    .option('--force', 'write every file, also over files that osimager did not write')
    .addOption(new Option('--secrets <mode>', 'where secrets are resolved').choices(['inline', 'deferred']))
    .option('--json', 'events as JSON, one a line');
  common(targetOptions(command)).action(
    async (
      target: string | undefined,
      name: string | undefined,
      ip: string | undefined,
      flags: CommonFlags,
    ) => {
      const { generateCommand } = await import('./commands/generate.ts');
      settle(await generateCommand({ target, name, ip }, flags, processOutput(flags)));
    },
  );
}

function addShow(program: Command, settle: (status: ExitStatus) => void): void {
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
      const { showCommand } = await import('./commands/show.ts');
      settle(await showCommand({ target, name, ip }, flags, processOutput(flags)));
    },
  );
}

function addList(program: Command, settle: (status: ExitStatus) => void): void {
  const command = program
    .command('list')
    .description('what the workspace has: specs, platforms, locations, targets or definitions')
    .addArgument(
      program.createArgument('<what>').choices(['specs', 'platforms', 'locations', 'targets', 'defs']),
    )
    .option('--avail', 'only specs whose install medium is on this machine')
    .option('--json', 'as JSON');
  common(command).action(async (what: string, flags: CommonFlags) => {
    const { listCommand } = await import('./commands/list.ts');
    settle(await listCommand(what, flags, processOutput(flags)));
  });
}

function addSecrets(program: Command, settle: (status: ExitStatus) => void): void {
  const secrets = program.command('secrets').description('which secrets targets need');
  const check = secrets
    .command('check')
    .description('which are there and which are not, by path and key, never a value')
    .argument('[targets...]', 'folders, or platform/location/spec; globs allowed (default: the whole matrix)')
    .option('--json', 'as JSON');
  common(check).action(async (targets: readonly string[], flags: CommonFlags) => {
    const { secretsCheckCommand } = await import('./commands/secrets.ts');
    settle(await secretsCheckCommand(targets, flags, processOutput(flags)));
  });
  const policy = secrets
    .command('policy')
    .description('the least Vault policy that the matrix needs, as HCL');
  common(policy).action(async (flags: CommonFlags) => {
    const { secretsPolicyCommand } = await import('./commands/secrets.ts');
    settle(await secretsPolicyCommand(flags, processOutput(flags)));
  });
}

function addInit(program: Command, settle: (status: ExitStatus) => void): void {
  const command = program
    .command('init')
    .description('make a new workspace: shipped platforms and specs, a small matrix, an example location')
    .argument('[folder]', 'where (default: this folder)');
  common(command).action(async (folder: string | undefined, flags: CommonFlags) => {
    const { initCommand } = await import('./commands/init.ts');
    settle(await initCommand(folder ?? flags.workspace ?? '.', processOutput(flags)));
  });
}
