import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openLedger, readRuns, unfinished } from '../../src/run/ledger.ts';
import { complaints, failureOf, valueOf } from '../rig/complaints.ts';
import { temporaryFolder } from '../rig/folder.ts';

const BUILD = {
  artifact: 'out/a',
  folder: '/w/out/a',
  target: 'p/l/s',
  digest: 'd',
  inputs: 'i',
  state: 'waiting',
} as const;
const FIRST = {
  command: 'run',
  process: 7,
  packer: '1.11.2',
  started: '2026-11-26T10:00:00.123Z',
  builds: [BUILD, { ...BUILD, artifact: 'out/b' }],
} as const;

test('a run is in the ledger from its start, and each change is there at once', () => {
  const runs = join(temporaryFolder(), 'state', 'runs');
  const ledger = valueOf(openLedger(runs, FIRST));
  assert.is(ledger.id, '2026-11-26T10-00-00Z');
  assert.equal(readRuns(runs), [{ format: 1, id: ledger.id, ...FIRST }]);
  const changed = ledger.build(1, { state: 'good', image: 'x' });
  assert.equal(changed, { ...BUILD, artifact: 'out/b', state: 'good', image: 'x' });
  assert.equal(readRuns(runs)[0]?.builds, [BUILD, changed]);
  ledger.end('2026-11-26T10:01:00.000Z');
  assert.equal(readRuns(runs), [
    { format: 1, id: ledger.id, ...FIRST, builds: [BUILD, changed], ended: '2026-11-26T10:01:00.000Z' },
  ]);
  assert.is(statSync(join(runs, `${ledger.id}.json`)).mode & 0o777, 0o600);
});

test('runs of one second have ids of their own, in order', () => {
  const runs = temporaryFolder();
  const ids = Array.from({ length: 11 }, () => valueOf(openLedger(runs, FIRST)).id);
  assert.is(new Set(ids).size, 11);
  assert.equal(
    readRuns(runs).map(({ id }) => id),
    ids,
  );
});

test('what cannot be read is left out', () => {
  const runs = temporaryFolder();
  valueOf(openLedger(runs, FIRST));
  writeFileSync(join(runs, 'a.json'), '{');
  writeFileSync(join(runs, 'b.json'), 'null');
  writeFileSync(join(runs, 'c.json'), '{"format": 2, "builds": []}');
  assert.is(readRuns(runs).length, 1);
  assert.equal(readRuns(join(runs, 'nowhere')), []);
});

test('what did not come to a good end', () => {
  const states = ['good', 'failed', 'interrupted', 'not started', 'running', 'waiting'] as const;
  const builds = states.map((state) => ({ ...BUILD, folder: state, state }));
  assert.equal(unfinished({ format: 1, id: 'x', ...FIRST, builds }), states.slice(1));
});

test('a ledger that can no longer be written ends nothing: it is said at the end', () => {
  const runs = join(temporaryFolder(), 'runs');
  const ledger = valueOf(openLedger(runs, FIRST));
  assert.is(ledger.fault(), undefined);
  rmSync(runs, { recursive: true });
  writeFileSync(runs, '');
  assert.is(ledger.build(0, { state: 'good' }).state, 'good');
  assert.is(ledger.end('2026-11-26T10:01:00.000Z').builds[0]?.state, 'good');
  const fault = ledger.fault();
  assert.equal(complaints(fault ? [fault] : []), [
    `error ledger: ${runs} cannot be written: a file is where a folder should be`,
  ]);
});

test('a ledger that cannot be written says why', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  assert.equal(failureOf(openLedger(join(folder, 'file', 'runs'), FIRST)), [
    `error ledger: ${folder}/file/runs cannot be written: a file is where a folder should be`,
  ]);
});

test.run();
