/**
 * What `osimager run` itself costs: 200 builds by a stand-in for Packer that does nothing. Measured are the processor
 * time of osimager's own process, and how much longer it takes than starting the same program plainly, as often and as
 * many at a time. `npm run bench:runs` prints a table, medians of three rounds; it measures what is in `dist/`. Aim:
 * under 30 ms a build.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const BUILDS = 200;
const ROUNDS = 3;
const AIM_MS = 30;
const BIN = fileURLToPath(new URL('../bin/osimager.js', import.meta.url));
const STAND_IN = fileURLToPath(new URL('../test/rig/stand-in-packer', import.meta.url));

function writeWorkspace(folder: string): void {
  const files: Record<string, unknown> = {
    'data/platforms/bare.json': { arches: ['x86_64'], config: { type: 'null', communicator: 'none' } },
    'data/locations/lab.json': { defs: { domain: 'lab.example' } },
    'data/specs/demo/spec.json': {
      provides: { dist: 'demo', versions: ['1.0'], arches: ['x86_64'] },
      method: 'replace',
      provisioners: [],
      variables: { password: '|>images/linux:password<|' },
    },
    'user/secrets': 'images/linux password=correct-horse-battery\n',
  };
  const rows = Array.from(
    { length: BUILDS },
    (_, at) =>
      `[[target]]\nplatform = "bare"\nlocation = "lab"\nspec = "demo-1.0-x86_64"\nname = "build-${at}"\n`,
  );
  files['data/matrix.toml'] = rows.join('\n');
  files['count.mjs'] = COUNT;
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  }
}

/** Writes down, at the end of a process, how much processor time it has used itself, its children aside. */
const COUNT = `import { writeFileSync } from 'node:fs';
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(process.env.BENCH_CPU, String((user + system) / 1000));
});
`;

function osimager(folder: string, args: readonly string[]): { readonly wall: number; readonly cpu: number } {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    OSIMAGER_CREDENTIAL_SOURCE: 'config',
    OSIMAGER_USER_DIR: join(folder, 'user'),
    OSIMAGER_PACKER_CMD: STAND_IN,
    BENCH_CPU: join(folder, 'cpu'),
  };
  const command = ['--import', join(folder, 'count.mjs'), BIN, ...args];
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, command, {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const wall = performance.now() - started;
  return { wall, cpu: Number(readFileSync(env.BENCH_CPU, 'utf8')) };
}

/** The same program as often, by nothing but a loop. */
async function plainly(jobs: number): Promise<number> {
  const started = performance.now();
  let left = BUILDS;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      await new Promise((resolve) => {
        spawn(STAND_IN, ['build', '/none/build.json'], {
          stdio: ['ignore', 'pipe', 'pipe'],
          detached: true,
        }).once('close', resolve);
      });
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const folder = mkdtempSync(join(tmpdir(), 'osimager-bench-'));
try {
  writeWorkspace(folder);
  osimager(folder, ['generate', '--quiet']);
  console.log(`${cpus()[0]?.model ?? 'processor'}, ${cpus().length} processors, Node ${process.version}`);
  const rows = [];
  for (const jobs of [1, 8]) {
    const runs: ReturnType<typeof osimager>[] = [];
    const plain: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      runs.push(osimager(folder, ['run', 'out/bare/lab/*', '--jobs', String(jobs)]));
      plain.push(await plainly(jobs));
    }
    const cpu = median(runs.map((run) => run.cpu)) / BUILDS;
    const wall = median(runs.map((run) => run.wall));
    rows.push({
      jobs,
      'run ms': Math.round(wall),
      'plain ms': Math.round(median(plain)),
      'more ms a build': ((wall - median(plain)) / BUILDS).toFixed(1),
      [`own processor ms a build (aim < ${AIM_MS})`]: cpu.toFixed(1),
    });
    if (cpu >= AIM_MS) process.exitCode = 1;
  }
  console.table(rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
