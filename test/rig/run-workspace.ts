import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { osimager, type Outcome } from './binary.ts';
import { temporaryFolder, writeFiles } from './folder.ts';
import { writeWorkspace, type Row, type WorkspaceParts } from './workspace.ts';

export const STAND_IN = fileURLToPath(new URL('stand-in-packer', import.meta.url));

/** A workspace whose artifacts the stand-in runs: what it does is said by definitions of the targets. */
export interface RunWorkspace {
  readonly folder: string;
  /** Where the stand-in writes down how it was called. */
  readonly record: string;
  /** Where private copies are made. */
  readonly temporary: string;
  readonly run: (args: readonly string[], environment?: Readonly<Record<string, string>>) => Promise<Outcome>;
  /** The environment of `run`, for tests that start the process themselves. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The password of the secrets file: nothing that is printed or kept may hold it. */
export const CANARY = 'Kanarien-vogel "42" & $x';
export const USERNAME = 'builder-account';

const EVARS = Object.fromEntries(
  ['SAY', 'STDERR', 'SLEEP', 'EXIT', 'STUBBORN', 'CHILD', 'LOGS', 'ASK'].map((name) => [
    `STAND_IN_${name}`,
    `>>stand_in_${name.toLowerCase()}<<`,
  ]),
);

/** Parts of a workspace in which a spec has a communicator, secrets, and an installer file with a secret. */
export const RUN_PARTS = {
  platforms: {
    bare: {
      arches: ['x86_64'],
      evars: EVARS,
      config: { type: 'qemu', disk_size: '1G', communicator: 'none' },
    },
    ssh: {
      arches: ['x86_64'],
      evars: EVARS,
      variables: { 'ssh-password': '{{vault `images/linux` `password`}}' },
      config: {
        type: 'qemu',
        communicator: 'ssh',
        ssh_username: '|>images/linux:username<|',
        ssh_password: '{{user `ssh-password`}}',
        ssh_timeout: '1m',
        ssh_host_port_min: 2222,
        disk_size: '1G',
      },
    },
  },
  specs: {
    demo: {
      provides: { dist: 'demo', versions: ['1.[0-1]'], arches: ['x86_64'] },
      method: 'replace',
      provisioners: [],
    },
    keyed: {
      provides: { dist: 'keyed', versions: ['1.0'], arches: ['x86_64'] },
      provisioners: [{ type: 'shell', inline: ['true'] }],
      method: 'replace',
      files: [{ sources: ['demo/ks.cfg'], dest: 'ks.cfg' }],
    },
  },
  sources: { 'demo/ks.cfg': 'rootpw |>images/linux:password<|\n' },
} as const satisfies WorkspaceParts;

/** Writes a workspace with rows, generates it, and gives what runs it with the stand-in as Packer. */
export async function writeRunWorkspace(
  matrix: readonly Row[],
  parts: WorkspaceParts = {},
  folder = temporaryFolder(),
): Promise<RunWorkspace> {
  writeWorkspace(
    {
      ...RUN_PARTS,
      ...parts,
      platforms: { ...RUN_PARTS.platforms, ...parts.platforms },
      specs: { ...RUN_PARTS.specs, ...parts.specs },
      matrix,
    },
    folder,
  );
  const [record, temporary, user] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  writeFiles(user, { secrets: `images/linux username=${USERNAME} password='${CANARY}'\n` });
  chmodSync(join(user, 'secrets'), 0o600);
  const environment = {
    OSIMAGER_CREDENTIAL_SOURCE: 'config',
    OSIMAGER_USER_DIR: user,
    OSIMAGER_PACKER_CMD: STAND_IN,
    STAND_IN_RECORD: record,
    TMPDIR: temporary,
  };
  const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
    osimager(args, { cwd: folder, environment: { ...environment, ...more } });
  const generated = await run(['generate']);
  assert.is(generated.status, 0, generated.stderr);
  return { folder, record, temporary, run, environment };
}

/** How the stand-in was called for one artifact. */
export interface Called {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly template: unknown;
  readonly files: readonly string[];
}

export function calledFor(record: string, name: string): Called {
  const read = (ending: string): string => readFileSync(join(record, `${name}.${ending}`), 'utf8');
  const items = (text: string): readonly string[] => text.split('\0').slice(0, -1);
  return {
    args: items(read('args')),
    env: Object.fromEntries(
      items(read('env')).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
    cwd: read('cwd'),
    template: JSON.parse(read('template')),
    files: read('files').split('\n').slice(0, -1),
  };
}

/** What the stand-in was asked, in order: `version`, `start <name>`, `end <name>`. */
export function traceOf(record: string): readonly string[] {
  try {
    return readFileSync(join(record, 'trace'), 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

/** Private copies that are still there. */
export function copiesIn(temporary: string): readonly string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('osimager-'));
}

/** The ledger of runs of a workspace, oldest first. */
export function ledgerOf(folder: string): readonly Record<string, unknown>[] {
  const runs = join(folder, '.osimager', 'runs');
  mkdirSync(runs, { recursive: true });
  return readdirSync(runs)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(runs, name), 'utf8')) as Record<string, unknown>)
    .sort((a, b) => String(a.started).localeCompare(String(b.started)));
}
