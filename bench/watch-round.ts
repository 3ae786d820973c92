/**
 * Edits that reach one target among many, while the tree is watched: `watch-round.ts <targets>` prints, as
 * JSON, the milliseconds from each save to the last byte in the tree.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SINGLE_FILE, SINGLE_SOURCE, writeSyntheticWorkspace } from './synthetic-workspace.ts';

const EDITS = 50;
const BIN = fileURLToPath(new URL('../bin/osimager.js', import.meta.url));

async function measure(targets: number): Promise<readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'osimager-bench-'));
  writeSyntheticWorkspace(folder, targets);
  const args = [
    BIN,
    'generate',
    '--watch',
    '--json',
    '--workspace',
    folder,
    '--user-dir',
    join(folder, 'user'),
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('"type":"batch"')) break;
    }
    child.stdout.resume();
    const times: number[] = [];
    for (let edit = 1; edit <= EDITS; edit++) {
      await sleep(100 + (edit % 7) * 30);
      const text = `single ${edit}\n`;
      const saved = performance.now();
      writeFileSync(join(folder, SINGLE_SOURCE), text);
      while (readFileSync(join(folder, SINGLE_FILE), 'utf8') !== text) {
        if (performance.now() - saved > 10_000) throw new Error('an edit did not come out');
        await sleep(1);
      }
      times.push(performance.now() - saved);
    }
    return times;
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

process.stdout.write(JSON.stringify(await measure(Number(process.argv[2]))));
