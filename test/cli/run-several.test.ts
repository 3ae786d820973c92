import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { calledFor, copiesIn, ledgerOf, traceOf, writeRunWorkspace } from '../rig/run-workspace.ts';

const ROW = { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64' };

function rows(count: number, define: object = {}): readonly Record<string, unknown>[] {
  return Array.from({ length: count }, (_, at) => ({ ...ROW, name: `b${at}`, define }));
}

/** How many builds ran side by side at most, by what the stand-in wrote down. */
function most(trace: readonly string[], counts: (name: string) => boolean = () => true): number {
  let now = 0;
  let highest = 0;
  for (const line of trace) {
    const [word, name = ''] = line.split(' ');
    if (!counts(name)) continue;
    if (word === 'start') highest = Math.max(highest, ++now);
    if (word === 'end') now--;
  }
  return highest;
}

const FAILED = `1,,ui,say,==> demo-1.0-x86_64: Waiting for SSH to become available...
1,,ui,error,==> demo-1.0-x86_64: Timeout waiting for SSH.
1,,ui,error,Build 'demo-1.0-x86_64' errored after 1 second: Timeout waiting for SSH.
`;
const MADE = `1,,ui,say,==> demo-1.0-x86_64: Converting hard drive...
1,demo-1.0-x86_64,artifact,0,builder-id,transcend.qemu
1,demo-1.0-x86_64,artifact,0,id,VM
1,demo-1.0-x86_64,artifact,0,string,VM files in directory: images/good
1,demo-1.0-x86_64,artifact,0,files-count,1
1,demo-1.0-x86_64,artifact,0,file,0,images/good/disk.qcow2
1,demo-1.0-x86_64,artifact,0,end
`;

/** Two good ones and one that fails, with what Packer says. */
async function three() {
  const workspace = await writeRunWorkspace(
    [
      { ...ROW, name: 'good', define: { stand_in_say: 'say/made' } },
      { ...ROW, name: 'late', define: { stand_in_exit: '1', stand_in_say: 'say/failed' } },
      { ...ROW, name: 'other', define: {} },
    ],
    { files: { 'data/say/made': MADE, 'data/say/failed': FAILED } },
  );
  return workspace;
}

test('lines are prefixed, a table ends the run, and each build has a log', async () => {
  const { folder, run } = await three();
  const { status, stdout, stderr } = await run(['run', 'out/*/lab/*']);
  assert.is(status, 1);
  const plain = (text: string): string => text.replace(/\d+\.\d s/g, 'N s');
  assert.is(
    plain(stdout),
    `out/bare/lab/good: started
out/bare/lab/good | ==> demo-1.0-x86_64: Converting hard drive...
out/bare/lab/good: good (N s)
out/bare/lab/late: started
out/bare/lab/late | ==> demo-1.0-x86_64: Waiting for SSH to become available...
out/bare/lab/late | ==> demo-1.0-x86_64: Timeout waiting for SSH.
out/bare/lab/late | Build 'demo-1.0-x86_64' errored after 1 second: Timeout waiting for SSH.
out/bare/lab/late: failed (communicator) (N s)
out/bare/lab/other: started
out/bare/lab/other: good (N s)
`,
  );
  const [ledger] = ledgerOf(folder);
  const id = String(ledger?.id);
  assert.is(
    plain(stderr).replaceAll(id, 'ID'),
    `build              result                 time   image                    log
out/bare/lab/good   good                   N s  images/good/disk.qcow2  .osimager/runs/ID/bare/lab/good.log
out/bare/lab/late   failed (communicator)  N s                          .osimager/runs/ID/bare/lab/late.log
    Timeout waiting for SSH.
out/bare/lab/other  good                   N s                          .osimager/runs/ID/bare/lab/other.log
3 builds: 2 good, 1 failed
`.replace(
      'build              result                 time   image                    log',
      'build               result                 time   image                   log',
    ),
  );
  assert.is(
    readFileSync(join(folder, '.osimager/runs', id, 'bare/lab/late.log'), 'utf8'),
    `==> demo-1.0-x86_64: Waiting for SSH to become available...
==> demo-1.0-x86_64: Timeout waiting for SSH.
Build 'demo-1.0-x86_64' errored after 1 second: Timeout waiting for SSH.
`,
  );
});

test('the ledger has digests, the version of Packer, times, results and images', async () => {
  const { folder, run } = await three();
  await run(['run', 'out/*/lab/*', '--jobs', '3']);
  const [ledger] = ledgerOf(folder) as [{ builds: Record<string, unknown>[] } & Record<string, unknown>];
  const { id, started, ended, process: pid, builds, ...rest } = ledger;
  assert.equal(rest, { format: 1, command: 'run', packer: '1.11.2' });
  assert.match(String(id), /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/);
  assert.ok(String(started) <= String(ended) && Number(pid) > 0);
  const digests = builds.map(({ digest, inputs }) => [digest, inputs]);
  for (const pair of digests) for (const one of pair) assert.match(String(one), /^[0-9a-f]{64}$/);
  assert.is(new Set(digests.map(([digest]) => digest)).size, 3);
  assert.equal(
    builds.map(({ digest, inputs, started: from, ended: to, folder: at, ...build }) => {
      assert.ok([digest, inputs].every(Boolean) && String(from) <= String(to));
      assert.is(at, join(folder, String(build.artifact)));
      return build;
    }),
    [
      {
        artifact: 'out/bare/lab/good',
        target: 'bare/lab/demo-1.0-x86_64',
        state: 'good',
        log: `${String(id)}/bare/lab/good.log`,
        image: 'images/good/disk.qcow2',
      },
      {
        artifact: 'out/bare/lab/late',
        target: 'bare/lab/demo-1.0-x86_64',
        state: 'failed',
        log: `${String(id)}/bare/lab/late.log`,
        failure: 'communicator',
        reason: 'Timeout waiting for SSH.',
      },
      {
        artifact: 'out/bare/lab/other',
        target: 'bare/lab/demo-1.0-x86_64',
        state: 'good',
        log: `${String(id)}/bare/lab/other.log`,
      },
    ],
  );
});

test('--json has an event for all that happens, and Packer’s lines are in the logs alone', async () => {
  const { run } = await three();
  const { status, stdout, stderr } = await run(['run', 'out/*/lab/*', '--json']);
  assert.equal([status, stderr], [1, '']);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(
    events.map((event) => {
      const build = event.build as Record<string, unknown> | undefined;
      const subject = event.artifact ?? build?.artifact ?? event.builds ?? event.interrupted;
      return [event.type, subject, event.step ?? build?.state ?? event.counts ?? ''];
    }),
    [
      ['run-started', 3, ''],
      ['build-started', 'out/bare/lab/good', ''],
      ['step', 'out/bare/lab/good', 'Converting hard drive...'],
      ['build-ended', 'out/bare/lab/good', 'good'],
      ['build-started', 'out/bare/lab/late', ''],
      ['step', 'out/bare/lab/late', 'Waiting for SSH to become available...'],
      ['build-ended', 'out/bare/lab/late', 'failed'],
      ['build-started', 'out/bare/lab/other', ''],
      ['build-ended', 'out/bare/lab/other', 'good'],
      ['run-ended', false, { good: 2, failed: 1, interrupted: 0, 'not started': 0 }],
    ],
  );
});

test('--junit is read by an XML parser: failures with their class, what did not start as skipped', async () => {
  const { folder, run } = await three();
  await run(['run', 'out/*/lab/*', '--fail-fast', '--junit', 'result/junit.xml']);
  const file = join(folder, 'result/junit.xml');
  const ask = (path: string): string =>
    execFileSync('xmllint', ['--xpath', path, file], { encoding: 'utf8' }).trim();
  assert.equal(
    [
      'string(/testsuites/testsuite/@tests)',
      'string(//testsuite/@failures)',
      'string(//testsuite/@skipped)',
      'string(//testcase[1]/@name)',
      'string(//testcase[1]/@classname)',
      'string(//testcase[1]/properties/property[@name="image"]/@value)',
      'string(//testcase[2]/failure/@type)',
      'string(//testcase[2]/failure)',
      'string(//testcase[3]/skipped/@message)',
    ].map(ask),
    [
      '3',
      '1',
      '1',
      'out/bare/lab/good',
      'bare.lab',
      'images/good/disk.qcow2',
      'communicator',
      'Timeout waiting for SSH.',
      'not started',
    ],
  );
});

test('--fail-fast starts none after a failure', async () => {
  const { record, run } = await three();
  const { status, stderr } = await run(['run', 'out/*/lab/*', '--fail-fast']);
  assert.is(status, 1);
  assert.match(
    stderr,
    /\nout\/bare\/lab\/other {2}not started\n3 builds: 1 good, 1 failed, 1 not started\n$/,
  );
  assert.equal(traceOf(record), ['version', 'start good', 'end good', 'start late', 'end late']);
});

test('--only-failed takes what did not come to a good end in the last run', async () => {
  const { record, run } = await three();
  const none = await run(['run', '--only-failed']);
  assert.equal(none, {
    status: 1,
    stdout: '',
    stderr: 'error: the ledger has no last run\n',
  });
  await run(['run', 'out/*/lab/*', '--fail-fast']);
  const before = traceOf(record).length;
  await run(['run', '--only-failed']);
  assert.equal(traceOf(record).slice(before), [
    'version',
    'start late',
    'end late',
    'start other',
    'end other',
  ]);
  const other = await run(['run', '--only-failed', 'out/bare/lab/good']);
  assert.equal(other, {
    status: 1,
    stdout: '',
    stderr: 'error: none of these artifacts failed in the last run\n',
  });
  const again = traceOf(record).length;
  await run(['run', '--only-failed', 'out/*/lab/*']);
  assert.equal(traceOf(record).slice(again), ['version', 'start late', 'end late']);
});

test('after a run in which all was good, nothing is left to be done', async () => {
  const { folder, run } = await writeRunWorkspace(rows(1));
  await run(['run', 'out/bare/lab/b0']);
  const { status, stderr } = await run(['run', '--only-failed']);
  assert.is(status, 1);
  assert.is(stderr, `error: nothing failed in the last run, ${String(ledgerOf(folder)[0]?.id)}\n`);
});

test('the limits of the configuration hold beside --jobs, which is stronger than limits.jobs', async () => {
  const config = `export default { limits: { jobs: 2, platforms: { bare: 3 }, locations: { lab: 5 }, hosts: { 'esx1.example': 1 } } };\n`;
  const slow = { stand_in_sleep: '0.3' };
  const host = { ...slow, esx: 'esx1.example' };
  const esx = {
    arches: ['x86_64'],
    evars: { STAND_IN_SLEEP: '>>stand_in_sleep<<' },
    variables: { esx: '>>esx<<' },
    config: { type: 'vmware-iso', communicator: 'none', remote_host: '{{user `esx`}}' },
  };
  const matrix = [
    ...rows(5, slow),
    ...['e1', 'e2', 'e3'].map((name) => ({ ...ROW, platform: 'esx', name, define: host })),
  ];
  const { record, run } = await writeRunWorkspace(matrix, {
    platforms: { esx },
    files: { 'osimager.config.ts': config },
  });
  await run(['run', 'out/*/lab/*']);
  assert.is(most(traceOf(record)), 2);
  const before = traceOf(record).length;
  const { status } = await run(['run', 'out/*/lab/*', '--jobs', '8']);
  assert.is(status, 0);
  const trace = traceOf(record).slice(before);
  assert.is(trace.filter((line) => line.startsWith('end')).length, 8);
  assert.ok(most(trace) <= 5 && most(trace) > 2, `${most(trace)} at a time`);
  assert.ok(most(trace, (name) => name.startsWith('b')) <= 3);
  assert.is(
    most(trace, (name) => name.startsWith('e')),
    1,
  );
});

test('200 artifacts, eight at a time', async () => {
  const { folder, record, temporary, run } = await writeRunWorkspace(rows(200));
  const { status, stderr } = await run(['run', 'out/bare/lab/*', '--jobs', '8']);
  assert.is(status, 0);
  assert.match(stderr, /\n200 builds: 200 good\n$/);
  const trace = traceOf(record);
  assert.is(trace.filter((line) => line.startsWith('end')).length, 200);
  assert.ok(most(trace) <= 8);
  assert.equal(copiesIn(temporary), []);
  const [ledger] = ledgerOf(folder) as [{ builds: { state: string }[] }];
  assert.is(
    ledger.builds.every(({ state }) => state === 'good'),
    true,
  );
});

test('--log has Packer write its own log, which is kept redacted beside ours or in a file', async () => {
  const { folder, record, run } = await writeRunWorkspace([
    { ...ROW, name: 'one', define: { stand_in_logs: 'details' } },
  ]);
  await run(['run', 'out/bare/lab/one', '--log']);
  const { PACKER_LOG, PACKER_LOG_PATH } = calledFor(record, 'one').env;
  assert.is(PACKER_LOG, '1');
  assert.match(PACKER_LOG_PATH ?? '', /\/osimager-run-[\d-]+[0-9a-f]+\/packer\.log$/);
  const id = String(ledgerOf(folder)[0]?.id);
  const text = readFileSync(join(folder, '.osimager/runs', id, 'bare/lab/one.packer.log'), 'utf8');
  assert.is(text, 'log of one: details\n');
  await run(['run', 'out/bare/lab/one', '--log=logs/mine.log']);
  assert.is(readFileSync(join(folder, 'logs/mine.log'), 'utf8'), 'log of one: details\n');
  await run(['run', 'out/bare/lab/one'], { PACKER_LOG: '1', PACKER_LOG_PATH: join(folder, 'unredacted') });
  const { env } = calledFor(record, 'one');
  assert.equal([env.PACKER_LOG, env.PACKER_LOG_PATH], [undefined, undefined]);
});

test('artifacts are named by folder, glob, target, and name below the tree; each runs once', async () => {
  const { record, run } = await writeRunWorkspace([
    { ...ROW, name: 'a' },
    { ...ROW, name: 'b' },
    { ...ROW, spec: 'demo-1.1-x86_64' },
  ]);
  const started = async (...words: string[]): Promise<readonly string[]> => {
    const before = traceOf(record).length;
    const { status, stderr } = await run(['run', ...words]);
    assert.is(status, 0, stderr);
    return traceOf(record)
      .slice(before)
      .filter((line) => line.startsWith('start'))
      .map((line) => line.slice(6));
  };
  assert.equal(await started('./out/bare/lab/a/', 'out/bare/lab/{a,b}', 'out/*/lab/a'), ['a', 'b']);
  assert.equal(await started('bare/lab/demo-1.0-x86_64'), ['a', 'b']);
  assert.equal(await started('bare/lab/b'), ['b']);
  assert.equal(await started('bare/*/demo-1.1-*'), ['demo-1.1-x86_64']);
});

test('words that name no artifact say what is there', async () => {
  const { folder, run } = await writeRunWorkspace([{ ...ROW, name: 'myhost' }]);
  const says = async (word: string): Promise<string> => (await run(['run', word])).stderr;
  assert.is(
    await says('out/bare/lab/mihost'),
    'error: no artifact is called "out/bare/lab/mihost"\n  = did you mean "out/bare/lab/myhost"?\n' +
      '  = osimager list targets names those of the matrix\n',
  );
  assert.is(
    await says('out/bare'),
    "error: out/bare is no artifact, and has 1 below it\n  = all of them: 'out/bare/*/*'\n",
  );
  assert.is(await says('data/specs'), 'error: data/specs is no artifact: it has no artifact.json\n');
  execFileSync('rm', ['-r', join(folder, 'out')]);
  assert.is(
    await says('bare/lab/myhost'),
    'error: bare/lab/myhost is a target of the matrix and has no artifact yet\n  = osimager generate makes it\n',
  );
});

test.run();
