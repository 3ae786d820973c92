import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder, writeFiles } from './folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUNDLE = join(ROOT, 'dist', 'osimager.js');
/** A folder that exists while some test builds: others wait for it. */
const BUILDING = join(ROOT, 'dist', '.building');

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  /** With `(0.12 s)`, the one thing that differs from run to run, as `(TIME)`. */
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd: string;
  /**
   * Beside PATH, HOME (a folder without settings) and OSIMAGER_OFFLINE: no test leaves the machine. One that
   * asks servers of its own on loopback sets it to `false`.
   */
  readonly environment?: Readonly<Record<string, string>>;
}

let ready = false;
let emptyHome: string | undefined;

/** Runs the bundled command line as a user does, in a clean environment; builds it first where it is old. */
export function osimager(args: readonly string[], { cwd, environment = {} }: Surroundings): Promise<Outcome> {
  if (!ready) buildWhereOld();
  ready = true;
  emptyHome ??= homeFolder();
  const env = { PATH: process.env.PATH, HOME: emptyHome, OSIMAGER_OFFLINE: 'true', ...environment };
  const command = [join(ROOT, 'bin', 'osimager.js'), ...args];
  return new Promise((resolve, reject) => {
    const options = { cwd, env, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, command, options, (error, stdout, stderr) => {
      if (child.exitCode === null) reject(error ?? new Error('osimager did not end by itself'));
      else resolve({ status: child.exitCode, stdout, stderr: stderr.replace(/\(\d+\.\d\d s\)/g, '(TIME)') });
    });
    child.stdin?.end();
  });
}

/** No name exists for it, and none is asked for. */
function homeFolder(): string {
  const folder = temporaryFolder();
  writeFiles(folder, { '.config/osimager/hosts.json': {} });
  return folder;
}

function buildWhereOld(): void {
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  if (!isOld() || !lock()) return;
  try {
    const build = ['--import', 'tsx', join('scripts', 'build.ts')];
    const { status, stderr } = spawnSync(process.execPath, build, { cwd: ROOT, encoding: 'utf8' });
    if (status !== 0) throw new Error(`the command line cannot be built: ${stderr}`);
  } finally {
    rmdirSync(BUILDING);
  }
}

function isOld(): boolean {
  const built = statSync(BUNDLE, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const inputs = [newest(join(ROOT, 'src')), statSync(join(ROOT, 'package.json')).mtimeMs];
  return inputs.some((changed) => changed > built);
}

function newest(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(...readdirSync(path).map((name) => newest(join(path, name))), 0);
}

/** True where this process is to build; false where another did while this one waited. */
function lock(): boolean {
  for (let waited = 0; waited < 300; waited++) {
    try {
      mkdirSync(BUILDING);
      return isOld() || (rmdirSync(BUILDING), false);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  throw new Error(`${BUILDING} is there for a minute: remove it if nothing builds`);
}
