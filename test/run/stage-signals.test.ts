import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readdirSync, renameSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stageArtifact } from '../../src/run/stage.ts';
import { writeArtifact } from '../rig/deferred-artifact.ts';
import { temporaryFolder } from '../rig/folder.ts';

const MANY = Object.fromEntries(
  Array.from({ length: 200 }, (_, at) => [`part-${at}/ks.cfg`, `rootpw |>images/linux:p${at}<|\n`]),
);

interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  /** The status as a shell shows it. */
  readonly status: Promise<number>;
  line(): Promise<string>;
}

const children: ChildProcessWithoutNullStreams[] = [];

// A test that fails leaves none behind either.
test.after.each(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(folder: string, base: string, then = 'wait'): Child {
  const args = ['--import', 'tsx', 'test/rig/stage-process.ts', folder, base, then];
  const child = spawn(process.execPath, args);
  children.push(child);
  const lines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(...text.trim().split('\n')));
  const status = once(child, 'exit').then(([code, signal]: unknown[]) =>
    typeof code === 'number' ? code : 128 + constants.signals[signal as NodeJS.Signals],
  );
  const line = async (): Promise<string> => {
    while (lines.length === 0) await Promise.race([once(child.stdout, 'data'), ended(status)]);
    return lines.shift() ?? '';
  };
  return { process: child, status, line };
}

async function ended(status: Promise<number>): Promise<never> {
  throw new Error(`the process ended with ${await status} before it said anything`);
}

async function sweep(base: string): Promise<readonly string[]> {
  // What is no artifact is refused, after the copies that nobody owns are gone.
  const made = await stageArtifact(base, {
    base,
    vaultReferences: true,
    secret: () => ({ kind: 'value', value: '' }),
  });
  assert.is(made.ok, false);
  return readdirSync(base);
}

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} removes the copy and ends the process as it would have`, async () => {
    const base = temporaryFolder();
    const child = start(writeArtifact(MANY), base);
    assert.is(await child.line(), 'starting');
    const copy = await child.line();
    assert.equal(readdirSync(base), [copy.slice(base.length + 1)]);
    child.process.kill(signal);
    assert.is(await child.status, status);
    assert.equal(readdirSync(base), []);
  });
}

for (const [then, signal, status] of [
  ['exit', undefined, 5],
  ['throw', undefined, 1],
  ['listen', 'SIGINT', 7],
] as const) {
  test(`the copy goes when the process ends otherwise: ${then}`, async () => {
    const base = temporaryFolder();
    const child = start(writeArtifact(MANY), base, then);
    await child.line();
    await child.line();
    if (signal) child.process.kill(signal);
    assert.is(await child.status, status);
    assert.equal(readdirSync(base), []);
  });
}

test('killed at random moments, nothing is left after the next call', async () => {
  const folder = writeArtifact(MANY);
  const base = temporaryFolder();
  const signals = fc.constantFrom<NodeJS.Signals>('SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL');
  const rounds = fc.asyncProperty(signals, fc.nat({ max: 40 }), async (signal, delay) => {
    const child = start(folder, base);
    await child.line();
    await sleep(delay);
    child.process.kill(signal);
    assert.is(await child.status, 128 + constants.signals[signal]);
    if (signal !== 'SIGKILL') assert.equal(readdirSync(base), []);
    assert.equal(await sweep(base), []);
  });
  await fc.assert(rounds, { numRuns: 20, endOnFailure: true });
});

test('what a killed process left is removed by the next call, and not before it is dead', async () => {
  const base = temporaryFolder();
  const folder = writeArtifact(MANY);
  const [first, second] = [start(folder, base), start(folder, base)];
  const names: string[] = [];
  for (const child of [first, second]) {
    await child.line();
    names.push((await child.line()).slice(base.length + 1));
  }
  assert.equal([...(await sweep(base))].sort(), [...names].sort());
  first.process.kill('SIGKILL');
  await first.status;
  assert.equal([...readdirSync(base)].sort(), [...names].sort());
  assert.equal(await sweep(base), names.slice(1));
  second.process.kill('SIGTERM');
  await second.status;
  assert.equal(readdirSync(base), []);
});

test('a process that has got the number of a dead one does not keep its copy alive', async () => {
  if (process.platform !== 'linux') return;
  const base = temporaryFolder();
  const child = start(writeArtifact(MANY), base);
  await child.line();
  const copy = await child.line();
  child.process.kill('SIGKILL');
  await child.status;
  renameSync(copy, copy.replace(`-${child.process.pid}-`, `-${process.pid}-`));
  assert.equal(await sweep(base), []);
});

test('at no moment can others look in', async () => {
  const base = temporaryFolder();
  const folder = writeArtifact(MANY);
  const child = start(folder, base);
  await child.line();
  const modes = new Set<string>();
  const copy = { done: false };
  const line = child.line().finally(() => (copy.done = true));
  // Looks as often as it can while the other process writes.
  while (!copy.done) {
    for (const name of readdirSync(base, { recursive: true, encoding: 'utf8' })) {
      const entry = lstatSync(join(base, name), { throwIfNoEntry: false });
      if (entry) modes.add(`${entry.isDirectory() ? 'folder' : 'file'} ${(entry.mode & 0o777).toString(8)}`);
    }
    await sleep(0);
  }
  child.process.kill('SIGTERM');
  await Promise.all([line, child.status]);
  assert.equal([...modes].sort(), ['file 600', 'folder 700']);
});

test.run();
