/**
 * Renders synthetic targets in one process or in two at the same time, half of them each: `shard-round.ts
 * <targets> <processes>` prints the milliseconds. It is what dividing the work among threads could gain at most.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { writeSyntheticWorkspace } from './synthetic-workspace.ts';

const [targets = 0, processes = 1] = process.argv.slice(2).map(Number);
const bin = fileURLToPath(new URL('../bin/osimager.js', import.meta.url));
const folders = Array.from({ length: processes }, () => mkdtempSync(join(tmpdir(), 'osimager-bench-')));
for (const folder of folders) writeSyntheticWorkspace(folder, targets / processes);
const begun = performance.now();
await Promise.all(
  folders.map(async (folder) => {
    const args = [
      bin,
      'generate',
      '--offline',
      '--quiet',
      '--workspace',
      folder,
      '--user-dir',
      join(folder, 'user'),
    ];
    const [status] = (await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit')) as [number];
    if (status !== 0) throw new Error(`a run failed with exit status ${status}`);
  }),
);
process.stdout.write(String(performance.now() - begun));
for (const folder of folders) rmSync(folder, { recursive: true });
