import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager, type Outcome } from '../rig/binary.ts';
import { writeWorkspace } from '../rig/workspace.ts';

interface Usage {
  readonly title: string;
  readonly args: readonly string[];
  readonly says: string;
}

const TARGET = 'bare/lab/demo-1.0-x86_64';
const LIST_CHOICES = 'specs, platforms, locations, targets, defs';

const WRONG: readonly Usage[] = [
  {
    title: 'an unknown command is named',
    args: ['frobnicate'],
    says: "error: unknown command 'frobnicate'\n",
  },
  {
    title: 'a mistyped command gets a suggestion',
    args: ['genrate'],
    says: "error: unknown command 'genrate'\n(Did you mean generate?)\n",
  },
  {
    title: 'an unknown option is named',
    args: ['generate', '--frobnicate'],
    says: "error: unknown option '--frobnicate'\n",
  },
  {
    title: 'a mistyped option gets a suggestion',
    args: ['generate', '--ofline'],
    says: "error: unknown option '--ofline'\n(Did you mean --offline?)\n",
  },
  {
    title: 'an option of another command is unknown',
    args: ['list', 'specs', '--check'],
    says: "error: unknown option '--check'\n",
  },
  {
    title: 'an option without its value says so',
    args: ['generate', '--out'],
    says: "error: option '--out <dir>' argument missing\n",
  },
  {
    title: 'a mode of secrets that does not exist is named with those that do',
    args: ['generate', '--secrets', 'plain'],
    says: "error: option '--secrets <mode>' argument 'plain' is invalid. Allowed choices are inline, deferred.\n",
  },
  {
    title: 'too many arguments are an error',
    args: ['generate', TARGET, 'host', '192.0.2.1', 'more'],
    says: "error: too many arguments for 'generate'. Expected 3 arguments but got 4.\n",
  },
  {
    title: 'list without a kind says what is missing',
    args: ['list'],
    says: "error: missing required argument 'what'\n",
  },
  {
    title: 'list of a kind that does not exist names the kinds',
    args: ['list', 'hosts'],
    says: `error: command-argument value 'hosts' is invalid for argument 'what'. Allowed choices are ${LIST_CHOICES}.\n`,
  },
  {
    title: 'show without a target says what is missing',
    args: ['show'],
    says: "error: missing required argument 'target'\n",
  },
  {
    title: 'a definition without a value is shown with the right form',
    args: ['generate', TARGET, '-D', 'a=1,b'],
    says: 'error: -D b: a definition is given as name=value\n',
  },
  {
    title: 'a definition without a name is shown with the right form',
    args: ['generate', TARGET, '-D', '=1'],
    says: 'error: -D =1: a definition is given as name=value\n',
  },
  {
    title: '"__proto__" cannot be a definition of the command line',
    args: ['generate', TARGET, '-D', '__proto__=1'],
    says: 'error: -D __proto__=1: "__proto__" cannot be a definition\n',
  },
  {
    title: '--fqdn without a target says where it belongs',
    args: ['generate', '--fqdn', 'host.lab.example'],
    says: 'error: --fqdn goes with a target: give one before it\n',
  },
  {
    title: '--avail with something else than specs says where it belongs',
    args: ['list', 'targets', '--avail'],
    says: 'error: --avail goes with: list specs\n',
  },
];

for (const { title, args, says } of WRONG) {
  test(`${title}, with exit status 2`, async () => {
    const found = await osimager(args, { cwd: writeWorkspace() });
    assert.equal(found, { status: 2, stdout: '', stderr: says });
  });
}

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  const expected: Outcome = { status: 0, stdout: `${version}\n`, stderr: '' };
  assert.equal(await osimager(['--version'], { cwd: '/' }), expected);
});

const HELP = `Usage: osimager [options] [command]

Compiles a matrix of operating-system image builds into a tree of plain files.

Options:
  -V, --version                            output the version number
  -h, --help                               display help for command

Commands:
  generate [options] [target] [name] [ip]  render the matrix, or one target, into the artifact tree
  run [options] [artifacts...]             run Packer on artifacts
  refit [options] <artifact> [ip]          run the provisioners of an artifact on a machine that exists
  build [options] <target> [name] [ip]     render one target into a private folder and run Packer on it, in one go
  runs                                     the ledger of runs
  list [options] <what>                    what the workspace has: specs, platforms, locations, targets or definitions
  show [options] <target> [name] [ip]      a target's Packer template, or its definitions, as JSON
  secrets                                  which secrets targets need
  lock [options] [targets...]              ask for addresses, media and checksums that osimager.lock does not have
  init [options] [folder]                  make a new workspace: shipped platforms and specs, a small matrix, an example location
  help [command]                           display help for command
`;

test('--help names every command, on standard output', async () => {
  assert.equal(await osimager(['--help'], { cwd: '/' }), { status: 0, stdout: HELP, stderr: '' });
});

test('no command at all is wrong usage: the help goes to standard error', async () => {
  assert.equal(await osimager([], { cwd: '/' }), { status: 2, stdout: '', stderr: HELP });
});

test('every command has a help of its own', async () => {
  for (const command of ['generate', 'list', 'show', 'init']) {
    const { status, stdout, stderr } = await osimager([command, '--help'], { cwd: '/' });
    assert.is(stdout.split('\n')[0]?.startsWith(`Usage: osimager ${command} [options]`), true, command);
    assert.equal({ status, stderr }, { status: 0, stderr: '' });
  }
});

test.run();
