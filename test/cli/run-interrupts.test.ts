import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { processesWith, startOsimager, until, type Running } from '../rig/processes.ts';
import { copiesIn, ledgerOf, traceOf, writeRunWorkspace, type RunWorkspace } from '../rig/run-workspace.ts';

const ROW = { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64' };
const started: Running[] = [];

test.after.each(() => {
  for (const { process: child } of started.splice(0)) child.kill('SIGKILL');
});

async function workspaceOf(names: readonly string[], define: object): Promise<RunWorkspace> {
  return writeRunWorkspace(names.map((name) => ({ ...ROW, name, define })));
}

function start({ folder, environment }: RunWorkspace, ...args: readonly string[]): Running {
  const running = startOsimager(['run', ...args], folder, environment);
  started.push(running);
  return running;
}

function states(folder: string): unknown {
  const ledger = ledgerOf(folder).at(-1) as { builds: { state: string }[] };
  return ledger.builds.map(({ state }) => state);
}

/** No process that this run started, and no private copy. */
async function nothingLeft({ record, temporary }: RunWorkspace): Promise<void> {
  await until('no process of the run is left', () => processesWith(record).length === 0);
  assert.equal(copiesIn(temporary), []);
}

test('the first Ctrl-C goes to Packer, which cleans up; no new build starts; the status is 130', async () => {
  const workspace = await workspaceOf(['a', 'b', 'c'], { stand_in_sleep: '100' });
  const running = start(workspace, 'out/bare/lab/*', '--jobs', '2');
  await until(
    'two builds run',
    () => traceOf(workspace.record).filter((l) => l.startsWith('start')).length === 2,
  );
  assert.is(copiesIn(workspace.temporary).length, 2);
  running.process.kill('SIGINT');
  assert.is(await running.status, 130);
  assert.match(
    running.output(),
    /interrupted: Packer cleans up, and no new build starts; once more ends it at once\n/,
  );
  assert.match(running.output(), /\n3 builds: 0 good, 2 interrupted, 1 not started\n$/);
  assert.equal(states(workspace.folder), ['interrupted', 'interrupted', 'not started']);
  assert.equal(
    traceOf(workspace.record)
      .filter((line) => line.startsWith('end'))
      .sort(),
    ['end a', 'end b'],
  );
  await nothingLeft(workspace);
});

test('a Packer that does not stop is ended by the second', async () => {
  const workspace = await workspaceOf(['a'], { stand_in_sleep: '100', stand_in_stubborn: 'yes' });
  const running = start(workspace, 'out/bare/lab/a');
  await until('the build runs', () => traceOf(workspace.record).includes('start a'));
  running.process.kill('SIGINT');
  await until('it is said', () => running.output().includes('interrupted:'));
  await sleep(300);
  assert.is(running.process.exitCode, null);
  running.process.kill('SIGINT');
  assert.is(await running.status, 130);
  assert.match(running.output(), /ended: machines that Packer made may be left\n/);
  assert.equal(states(workspace.folder), ['interrupted']);
  await nothingLeft(workspace);
});

for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} stops a run as Ctrl-C does`, async () => {
    const workspace = await workspaceOf(['a'], { stand_in_sleep: '100' });
    const running = start(workspace, 'out/bare/lab/a');
    await until('the build runs', () => traceOf(workspace.record).includes('start a'));
    running.process.kill(signal);
    assert.is(await running.status, 130);
    assert.equal(states(workspace.folder), ['interrupted']);
    await nothingLeft(workspace);
  });
}

test('what Packer leaves running when it ends is ended', async () => {
  const workspace = await workspaceOf(['a'], { stand_in_child: 'yes' });
  const running = start(workspace, 'out/bare/lab/a');
  assert.is(await running.status, 0);
  await nothingLeft(workspace);
});

test('killed outright, nothing stays behind either: Packer is asked to stop, and ended', async () => {
  const workspace = await workspaceOf(['a', 'b'], { stand_in_sleep: '100' });
  const running = start(workspace, 'out/bare/lab/*', '--jobs', '2');
  await until(
    'two builds run',
    () => traceOf(workspace.record).filter((l) => l.startsWith('start')).length === 2,
  );
  running.process.kill('SIGKILL');
  assert.is(await running.status, 137);
  await until('the copies are gone', () => copiesIn(workspace.temporary).length === 0);
  await nothingLeft(workspace);
  // The ledger tells that nothing ended; what was cut off is run again.
  assert.equal(states(workspace.folder), ['running', 'running']);
  const shown = await workspace.run(['runs', 'show']);
  assert.match(shown.stdout, /\n2 builds: 0 good, 2 interrupted\n$/);
});

test('at random moments, by any signal, nothing stays behind', async () => {
  const workspace = await workspaceOf(['a', 'b', 'c', 'd'], { stand_in_sleep: '0.2', stand_in_child: 'yes' });
  const signals = fc.constantFrom<NodeJS.Signals>('SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL');
  const rounds = fc.asyncProperty(
    signals,
    fc.nat({ max: 1500 }),
    fc.boolean(),
    async (signal, delay, twice) => {
      const running = start(workspace, 'out/bare/lab/*', '--jobs', '2');
      await sleep(delay);
      running.process.kill(signal);
      if (twice) running.process.kill(signal);
      await running.status;
      await until('the copies are gone', () => copiesIn(workspace.temporary).length === 0);
      await nothingLeft(workspace);
    },
  );
  await fc.assert(rounds, { numRuns: 12, endOnFailure: true });
});

test('while a build runs its private copy is for the owner alone, and the ledger says that it runs', async () => {
  const workspace = await workspaceOf(['a'], { stand_in_sleep: '100' });
  const running = start(workspace, 'out/bare/lab/a');
  await until('the build runs', () => traceOf(workspace.record).includes('start a'));
  assert.equal(states(workspace.folder), ['running']);
  const listed = await workspace.run(['runs']);
  assert.match(
    listed.stdout,
    /^\S+ {2}run {2}not ended {2}Packer 1\.11\.2 {2}1 build: 0 good, 1 interrupted\n$/,
  );
  assert.is(readFileSync(`${workspace.record}/a.cwd`, 'utf8'), `${workspace.folder}/data`);
  running.process.kill('SIGINT');
  assert.is(await running.status, 130);
});

test.run();
