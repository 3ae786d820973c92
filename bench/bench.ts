/**
 * Renders synthetic workspaces of 1,000 and 10,000 targets and holds the time against plainly writing the
 * same bytes in the same process. `npm run bench` prints a table; figures are medians of three rounds.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { generate as Generate } from '../src/cli/generate.ts';
import { printHashes } from './hashes.ts';
import { writeSyntheticWorkspace } from './synthetic-workspace.ts';

interface Figures {
  readonly targets: number;
  readonly generated: number;
  readonly unchanged: number;
  readonly written: number;
  readonly memory: number;
}

const SIZES = [1000, 10_000];
const ROUNDS = 3;

/** One round in a process of its own, so that no round is warmed up or burdened by another. */
async function measure(targets: number): Promise<Figures> {
  const built = new URL('../dist/index.js', import.meta.url).href;
  const { generate } = (await import(built)) as { generate: typeof Generate };
  const folder = mkdtempSync(join(tmpdir(), 'osimager-bench-'));
  try {
    writeSyntheticWorkspace(folder, targets);
    const options = { workspace: folder, userDir: join(folder, 'user'), environment: {} };
    const cold = await generate(options);
    const memory = process.resourceUsage().maxRSS / 1024;
    if (!cold.ok || cold.counts.new !== targets)
      throw new Error(JSON.stringify(cold.diagnostics.slice(0, 3)));
    const again = await generate(options);
    if (again.counts.unchanged !== targets) throw new Error('the second run changed something');
    const written = writePlainly(join(folder, 'out'), join(folder, 'plain'));
    return { targets, generated: cold.milliseconds, unchanged: again.milliseconds, written, memory };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes all files of a tree once more, from memory, as simply as it can be done; in milliseconds. */
function writePlainly(from: string, to: string): number {
  const paths = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map((path) => [join(to, path.slice(from.length)), readFileSync(path, 'utf8')] as const);
  const started = performance.now();
  const made = new Set<string>();
  for (const [path, text] of files) {
    const folder = dirname(path);
    if (!made.has(folder)) mkdirSync(folder, { recursive: true });
    made.add(folder);
    writeFileSync(path, text);
  }
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function round(targets: number): Figures {
  const self = fileURLToPath(import.meta.url);
  const text = execFileSync(process.execPath, ['--import', 'tsx', self, String(targets)], {
    encoding: 'utf8',
  });
  return JSON.parse(text) as Figures;
}

/** How long a process takes from start to end, in milliseconds: the median of nine. */
function startTime(args: readonly string[]): number {
  const once = (): number => {
    const started = performance.now();
    spawnSync(process.execPath, args);
    return performance.now() - started;
  };
  return median(Array.from({ length: 9 }, once));
}

function printTable(): void {
  console.log(`${cpus()[0]?.model ?? 'processor'}, ${cpus().length} processors, Node ${process.version}`);
  const results = SIZES.map((targets) => {
    const rounds = Array.from({ length: ROUNDS }, () => round(targets));
    const pick = (figure: (one: Figures) => number): number => median(rounds.map(figure));
    return {
      targets,
      generated: pick(({ generated }) => generated),
      unchanged: pick(({ unchanged }) => unchanged),
      written: pick(({ written }) => written),
      ratio: pick(({ generated, written }) => generated / written),
      memory: pick(({ memory }) => memory),
    };
  });
  console.table(
    results.map(({ targets, generated, unchanged, written, ratio, memory }) => ({
      targets,
      'generate ms': Math.round(generated),
      'targets/s': Math.round((targets / generated) * 1000),
      'plain write ms': Math.round(written),
      'ratio (aim < 2.5)': ratio.toFixed(2),
      'run again ms': Math.round(unchanged),
      'peak MB': Math.round(memory),
    })),
  );
  const [small, large] = results;
  if (small && large) {
    console.log(
      `growth: 10 times the targets take ${(large.generated / small.generated).toFixed(1)} times as long (aim < 11)`,
    );
  }
  const bin = fileURLToPath(new URL('../bin/osimager.js', import.meta.url));
  const ratio = startTime([bin, '--version']) / startTime(['-e', '0']);
  console.log(`start: osimager --version takes ${ratio.toFixed(2)} times node -e 0 (aim < 1.5)`);
}

const asked = Number(process.argv[2]);
if (asked > 0) process.stdout.write(JSON.stringify(await measure(asked)));
else {
  printTable();
  printHashes();
}
