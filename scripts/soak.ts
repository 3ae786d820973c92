/**
 * Watches a workspace under random edits, branch switches and kills, for ten minutes or as many as are given:
 * `npm run soak [-- <minutes>]`. It fails where an edit is lost, where the tree is not what a clean run makes,
 * or where the memory at the end is more than a fifth above that of the start.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeSyntheticWorkspace } from '../bench/synthetic-workspace.ts';

const TARGETS = 500;
const minutes = Number(process.argv[2] ?? 10);
const bin = fileURLToPath(new URL('../bin/osimager.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'osimager-soak-'));
const user = join(folder, 'user');

const git = (...args: readonly string[]): void => {
  execFileSync('git', ['-c', 'user.name=s', '-c', 'user.email=s@s', ...args], {
    cwd: folder,
    stdio: 'ignore',
  });
};

function generate(out: string): void {
  const args = [
    bin,
    'generate',
    '--offline',
    '--workspace',
    folder,
    '--user-dir',
    user,
    '--out',
    out,
    '--quiet',
  ];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`a clean run failed: ${stderr}`);
}

function treeOf(out: string): ReadonlyMap<string, string> {
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(out.length), readFileSync(path, 'utf8')]),
  );
}

/** Where the trees differ; nothing where they are equal. */
function difference(): string | undefined {
  const clean = join(folder, 'clean', 'out');
  rmSync(dirname(clean), { recursive: true, force: true });
  generate(clean);
  const [made, wanted] = [treeOf(join(folder, 'out')), treeOf(clean)];
  rmSync(dirname(clean), { recursive: true });
  for (const path of new Set([...made.keys(), ...wanted.keys()])) {
    if (made.get(path) !== wanted.get(path)) return path;
  }
  return undefined;
}

function memoryOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

function startWatch(): ChildProcess {
  const args = [
    bin,
    'generate',
    '--watch',
    '--offline',
    '--quiet',
    '--workspace',
    folder,
    '--user-dir',
    user,
  ];
  return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)] as T;
let number = 0;
const SOURCES = [
  'data/files/synthetic/head.cfg',
  'data/files/synthetic/post.cfg',
  'data/files/single/ks.cfg',
];
const LOCATIONS = ['site0', 'site1', 'site2'].map((name) => `data/locations/${name}.json`);

/** Every kind of edit leaves data that can be rendered in the end. */
const EDITS: readonly (() => void | Promise<void>)[] = [
  () => {
    writeFileSync(join(folder, pick(SOURCES)), `text ${++number} >>name<< >>domain<<\n`);
  },
  () => {
    const path = join(folder, pick(LOCATIONS));
    writeFileSync(
      `${path}~`,
      readFileSync(path, 'utf8').replace(/"domain": "[^"]*"/, `"domain": "d${++number}.example"`),
    );
    renameSync(`${path}~`, path);
  },
  async () => {
    const path = join(folder, pick(LOCATIONS));
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, text.length / 2));
    await sleep(Math.random() * 60);
    writeFileSync(path, text);
  },
  () => {
    const spec = join(folder, 'data/specs', `new${++number % 5}`);
    mkdirSync(spec, { recursive: true });
    const provides = { dist: 'synthetic', versions: [`77.${number % 5}`], arches: ['x86_64'] };
    writeFileSync(join(spec, 'spec.json'), JSON.stringify({ include: 'family', provides }));
  },
  () => {
    rmSync(join(folder, 'data/specs', `new${Math.floor(Math.random() * 5)}`), {
      recursive: true,
      force: true,
    });
  },
  () => {
    git('add', '-A');
    git('commit', '-qm', 'edit', '--allow-empty');
    git('checkout', '-q', pick(['one', 'two']));
  },
  async () => {
    renameSync(join(folder, 'data'), join(folder, 'away'));
    await sleep(Math.random() * 80);
    renameSync(join(folder, 'away'), join(folder, 'data'));
  },
];

writeSyntheticWorkspace(folder, TARGETS);
writeFileSync(join(folder, '.gitignore'), 'out/\nclean/\n.osimager/\n');
git('init', '-q', '-b', 'one');
git('add', '-A');
git('commit', '-qm', 'one');
git('branch', 'two');

let watch = startWatch();
const end = Date.now() + minutes * 60_000;
const warmUp = Date.now() + Math.min(60_000, (minutes * 60_000) / 4);
let start = 0;
let last = 0;
const done = { edits: 0, kills: 0, checks: 0 };
try {
  while (Date.now() < end) {
    for (let edit = 0; edit < 10; edit++) {
      await pick(EDITS)();
      done.edits++;
      await sleep(Math.random() * 200);
    }
    if (Math.random() < 0.3 && start === 0) {
      watch.kill('SIGKILL');
      watch = startWatch();
      done.kills++;
    }
    // What was saved last is in the tree a moment later, without another event.
    await sleep(4000);
    const lost = difference();
    if (lost !== undefined) throw new Error(`the tree is not what a clean run makes: ${lost}`);
    done.checks++;
    last = memoryOf(watch);
    if (start === 0 && Date.now() > warmUp) start = last;
  }
  const growth = last / start;
  console.log(
    `${JSON.stringify(done)}; memory ${start.toFixed(0)} MB, then ${last.toFixed(0)} MB (${growth.toFixed(2)}, at most 1.20)`,
  );
  if (growth > 1.2) throw new Error('the watch leaks');
} finally {
  watch.kill('SIGINT');
  await new Promise((resolve) => watch.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
}
