/**
 * One round over a synthetic workspace, in a process of its own, so that no round is warmed up or burdened by
 * another: `tree-round.ts <targets>` prints its figures as JSON.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { generate as Generate } from '../src/cli/generate.ts';
import { SHARED_SOURCE, writeSyntheticWorkspace } from './synthetic-workspace.ts';

/** Times are in milliseconds, memory in megabytes. */
export interface TreeFigures {
  readonly targets: number;
  readonly cold: number;
  readonly written: number;
  readonly all: number;
  /** The whole process of a run that finds nothing changed, and that of one that does nothing. */
  readonly unchanged: number;
  readonly started: number;
  readonly stats: number;
  readonly git: number;
  readonly memory: number;
}

const BIN = fileURLToPath(new URL('../bin/osimager.js', import.meta.url));

async function measure(targets: number): Promise<TreeFigures> {
  const built = new URL('../dist/index.js', import.meta.url).href;
  const { generate } = (await import(built)) as { generate: typeof Generate };
  const folder = mkdtempSync(join(tmpdir(), 'osimager-bench-'));
  try {
    writeSyntheticWorkspace(folder, targets);
    const options = { workspace: folder, userDir: join(folder, 'user'), environment: {}, offline: true };
    const cold = await generate(options);
    const memory = process.resourceUsage().maxRSS / 1024;
    if (!cold.ok || cold.counts.new !== targets + 1)
      throw new Error(JSON.stringify(cold.diagnostics.slice(0, 3)));
    const written = writePlainly(join(folder, 'out'), join(folder, 'plain'));
    rmSync(join(folder, 'plain'), { recursive: true });
    appendFileSync(join(folder, SHARED_SOURCE), '# edited\n');
    const all = await generate(options);
    if (all.counts.changed !== targets) throw new Error(`an edit reached ${all.counts.changed} targets`);
    const run = ['generate', '--offline', '--workspace', folder, '--user-dir', join(folder, 'user')];
    const unchanged = fastest(() => {
      const { status, stderr } = spawnSync(process.execPath, [BIN, ...run], { encoding: 'utf8' });
      if (status !== 0 || !stderr.includes(`${targets + 1} unchanged`)) throw new Error(stderr);
    });
    const started = fastest(() => spawnSync(process.execPath, ['-e', '0']));
    const paths = [...filesBelow(join(folder, 'data')), ...filesBelow(join(folder, 'out'))];
    const stats = fastest(() => {
      for (const path of paths) statSync(path);
    });
    // With many more files it is git's first look at them that would take the time.
    const git = targets > 10_000 ? 0 : gitStatus(folder);
    return {
      targets,
      cold: cold.milliseconds,
      written,
      all: all.milliseconds,
      unchanged,
      started,
      stats,
      git,
      memory,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How long something takes that changes nothing: the quickest of five. */
function fastest(run: () => void): number {
  const once = (): number => {
    const begun = performance.now();
    run();
    return performance.now() - begun;
  };
  return Math.min(...Array.from({ length: 5 }, once));
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Writes all files of a tree once more, from memory, as simply as it can be done. */
function writePlainly(from: string, to: string): number {
  const files = filesBelow(from).map(
    (path) => [join(to, path.slice(from.length)), readFileSync(path, 'utf8')] as const,
  );
  const begun = performance.now();
  const made = new Set<string>();
  for (const [path, text] of files) {
    const folder = dirname(path);
    if (!made.has(folder)) mkdirSync(folder, { recursive: true });
    made.add(folder);
    writeFileSync(path, text);
  }
  return performance.now() - begun;
}

function gitStatus(folder: string): number {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=b', '-c', 'user.email=b@b', ...args], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
  writeFileSync(join(folder, '.gitignore'), '.osimager/\n');
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'tree');
  git('status', '--short');
  return fastest(() => git('status', '--short'));
}

process.stdout.write(JSON.stringify(await measure(Number(process.argv[2]))));
