import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { BuildRecord, RunRecord } from '../../src/model/run.ts';
import {
  countBuilds,
  formatDuration,
  formatRunCounts,
  liveView,
  runList,
  runTable,
  type LiveBuild,
} from '../../src/report/run-text.ts';
import { COLOURED, PLAIN } from '../../src/report/text.ts';

test('times as people say them', () => {
  assert.equal([0, 440, 9949, 12_000, 59_400, 185_000, 3_599_000, 3_720_000, -5].map(formatDuration), [
    '0.0 s',
    '0.4 s',
    '9.9 s',
    '12 s',
    '59 s',
    '3 min 05 s',
    '59 min 59 s',
    '1 h 02 min',
    '0.0 s',
  ]);
});

function build(change: Partial<BuildRecord>): BuildRecord {
  return {
    artifact: 'out/qemu/lab/a',
    folder: '/f',
    target: 'qemu/lab/x',
    digest: 'd',
    inputs: 'i',
    state: 'good',
    started: '2026-11-26T10:00:00.000Z',
    ended: '2026-11-26T10:03:05.000Z',
    ...change,
  };
}

const WAITED: BuildRecord = {
  artifact: 'out/b',
  folder: '/f',
  target: 'qemu/lab/x',
  digest: 'd',
  inputs: 'i',
  state: 'not started',
};
const BUILDS: readonly BuildRecord[] = [
  build({ image: 'images/a.qcow2', log: 'R/qemu/lab/a.log' }),
  build({
    artifact: 'out/vmware/lab/longer-name',
    folder: '/f',
    state: 'failed',
    failure: 'communicator',
    reason: 'Timeout waiting for SSH.\nsecond line \u001b[31m',
    log: 'R/l.log',
  }),
  WAITED,
];

test('the table: what, result with class, time, image, log; and why a build failed', () => {
  assert.is(
    runTable(BUILDS, '.osimager/runs', PLAIN),
    `build                       result                 time        image           log
out/qemu/lab/a              good                   3 min 05 s  images/a.qcow2  .osimager/runs/R/qemu/lab/a.log
out/vmware/lab/longer-name  failed (communicator)  3 min 05 s                  .osimager/runs/R/l.log
    Timeout waiting for SSH.
    second line \\u001b[31m
out/b                       not started`,
  );
});

test('colours follow the result', () => {
  const lines = runTable(BUILDS, 'r', COLOURED).split('\n');
  assert.equal(
    [1, 2, 5].map((at) => /^\u001b\[(\d+)m/.exec(lines[at] ?? '')?.[1]),
    ['32', '31', '33'],
  );
});

test('what a killed run left counts as interrupted or not started', () => {
  const builds = (['good', 'failed', 'interrupted', 'running', 'waiting', 'not started'] as const).map(
    (state) => ({ state }),
  );
  const counts = countBuilds(builds);
  assert.equal(counts, { good: 1, failed: 1, interrupted: 2, 'not started': 2 });
  assert.is(formatRunCounts(counts), '6 builds: 1 good, 1 failed, 2 interrupted, 2 not started');
  assert.is(formatRunCounts(countBuilds([])), '0 builds: 0 good');
});

test('the list of runs', () => {
  const started = '2026-11-26T10:00:00.000Z';
  const run: RunRecord = {
    format: 1,
    id: '2026-11-26T10-00-00Z',
    command: 'run',
    process: 1,
    packer: '1.11.2',
    started,
    ended: '2026-11-26T10:03:05.000Z',
    builds: BUILDS,
  };
  const killed: RunRecord = {
    format: 1,
    id: '2026-11-26T11-00-00Z',
    command: 'refit',
    process: 2,
    started,
    builds: [],
  };
  assert.is(
    runList([run, killed]),
    `2026-11-26T10-00-00Z  run    3 min 05 s  Packer 1.11.2  3 builds: 1 good, 1 failed, 1 not started
2026-11-26T11-00-00Z  refit  not ended                  0 builds: 0 good`,
  );
});

const LIVE: readonly LiveBuild[] = [
  { artifact: 'out/a', state: 'good', step: '', time: 1000 },
  {
    artifact: 'out/b',

    state: 'running',
    step: 'Waiting for SSH to become available...',
    time: 65_000,
  },
  { artifact: 'out/c', state: 'waiting', step: '', time: undefined },
];

test('the live view: a line a build with state, time and step, then counts', () => {
  assert.is(
    liveView(LIVE, { rows: 24, columns: 80 }, PLAIN),
    `out/a  good     1.0 s
out/b  running  1 min 05 s  Waiting for SSH to become available...
out/c  waiting
1 running, 1 waiting, 1 good`,
  );
});

test('the live view is never wider or higher than the terminal; what runs comes first', () => {
  assert.is(
    liveView(LIVE, { rows: 3, columns: 40 }, PLAIN),
    `out/b  running  1 min 05 s  Waiting for\n1 running, 1 waiting, 1 good`,
  );
});

test.run();
