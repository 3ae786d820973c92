/**
 * Holds osimager against plain work on the same machine, in the same run: `npm run bench` prints tables and
 * keeps them in `bench/RESULTS.md`. Each round is a process of its own; figures are medians of the rounds.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { hashFigures } from './hashes.ts';
import type { TreeFigures } from './tree-round.ts';

/** Targets, and how many rounds there are of so many. */
const SIZES: readonly (readonly [targets: number, rounds: number])[] = [
  [1000, 3],
  [10_000, 3],
  [100_000, 1],
];
const WATCHED = 10_000;

/** `npm run bench -- 1000 10000` measures these sizes alone, one round each. */
const asked = process.argv.slice(2).map(Number);
const measured = asked.length > 0 ? asked.map((targets) => [targets, 1] as const) : SIZES;

function round(script: string, targets: number): unknown {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const args = ['--import', 'tsx', path, String(targets)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** The median of each figure, and of the ratios of one round. */
function treeFigures(targets: number, rounds: number) {
  const made = Array.from({ length: rounds }, () => round('./tree-round.ts', targets) as TreeFigures);
  const pick = (figure: (one: TreeFigures) => number): number => median(made.map(figure));
  return {
    targets,
    cold: pick(({ cold }) => cold),
    memory: pick(({ memory }) => memory),
    row: [
      targets.toLocaleString('en'),
      ms(pick(({ cold }) => cold)),
      ms(pick(({ written }) => written)),
      ratio(pick(({ cold, written }) => cold / written)),
      ms(pick(({ all }) => all)),
      ratio(pick(({ all, cold }) => all / cold)),
      ms(pick(({ unchanged }) => unchanged)),
      ratio(pick(({ unchanged, started, stats }) => (unchanged - started) / stats)),
      ms(pick(({ stats }) => stats)),
      pick(({ git }) => git) === 0 ? '-' : ms(pick(({ git }) => git)),
      String(Math.round(pick(({ memory }) => memory))),
    ],
  };
}

const ms = (value: number): string => Math.round(value).toLocaleString('en');
const ratio = (value: number): string => value.toFixed(2);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
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

/** One process that renders twice as many, against two that render half of them each, at the same time. */
function workersGain(): string {
  const shard = fileURLToPath(new URL('./shard-round.ts', import.meta.url));
  const [alone, together] = [1, 2].map((shards) => {
    const args = ['--import', 'tsx', shard, '20000', String(shards)];
    return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  });
  return ratio((alone ?? 0) / (together ?? 1));
}

const sizes = measured.map(([targets, rounds]) => treeFigures(targets, rounds));
const edits = [...(round('./watch-round.ts', WATCHED) as readonly number[])].sort((a, b) => a - b);
const bin = fileURLToPath(new URL('../bin/osimager.js', import.meta.url));
const start = startTime([bin, '--version']) / startTime(['-e', '0']);
const growth = sizes.slice(1).map(({ cold, targets }, at) => {
  const before = sizes[at] ?? { cold: 1, targets: 1 };
  return `${before.targets.toLocaleString('en')} to ${targets.toLocaleString('en')}: ${ratio(cold / targets / (before.cold / before.targets))}`;
});
const text = `# Results

\`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0]?.model ?? 'processor'}, ${cpus().length} processors, Node ${process.version}, files in ${tmpdir()}.
Times are in milliseconds, ${asked.length > 0 ? 'of one round' : 'medians of three rounds (one of 100,000 targets)'}, each in a process of its own; ratios are
those of one round. Each target has four files.

${table(
  [
    'targets',
    'cold',
    'plain writing',
    'ratio (at most 2)',
    'an edit that reaches all',
    'to cold (at most 1)',
    'nothing changed',
    'without Node, to stat (at most 2)',
    'bare stat',
    'git status',
    'peak MB',
  ],
  sizes.map(({ row }) => row),
)}

- **Cold** is \`generate\` into an empty folder; **plain writing** writes the same bytes to the same paths from memory.
- **Nothing changed** is a whole process, Node's own start with it; the ratio is that time without Node's start to a bare \`stat\` of
  every input and output.
- Growth, as time for a target at one size to that at the size before (1 is linear, at most 1.15): ${growth.join('; ')}.
- An edit that reaches one target of ${WATCHED.toLocaleString('en')} while they are watched, from the save to the last byte in the tree: median ${ratio(median(edits))} ms (aim: 30), worst of ${edits.length} ${ratio(edits.at(-1) ?? 0)} ms (aim: 100).
- Two processes that render half of 20,000 targets each, at the same time, are ${workersGain()} times as quick as one that renders all: no
  division of the work among threads can gain more.
- \`osimager --version\` takes ${ratio(start)} times \`node -e 0\` (aim: 1.5).

${hashFigures()}
`;
writeFileSync(new URL('./RESULTS.md', import.meta.url), text);
console.log(text);
