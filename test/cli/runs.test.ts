import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ledgerOf, traceOf, writeRunWorkspace } from '../rig/run-workspace.ts';

const ROW = { platform: 'ssh', location: 'lab', spec: 'keyed-1.0-x86_64' };

test('before the first run', async () => {
  const { run } = await writeRunWorkspace([ROW]);
  assert.equal(await run(['runs']), { status: 0, stdout: '', stderr: 'there was no run yet\n' });
  assert.equal(await run(['runs', '--json']), { status: 0, stdout: '[]\n', stderr: '' });
  assert.equal(await run(['runs', 'show']), {
    status: 1,
    stdout: '',
    stderr: 'error: there was no run yet\n',
  });
});

test('runs lists, runs show tells of one, by its name or the last', async () => {
  const { folder, run } = await writeRunWorkspace([{ ...ROW, name: 'a', define: { stand_in_exit: '1' } }]);
  await run(['run', 'out/ssh/lab/a']);
  await run(['refit', 'out/ssh/lab/a', '10.0.0.1']);
  const [first, second] = ledgerOf(folder).map(({ id, started, ended }) => ({
    id: String(id),
    times: `from ${String(started)} to ${String(ended)}`,
  }));
  const listed = await run(['runs']);
  assert.equal(
    listed.stdout
      .replace(/\d\.\d s/g, 'N s')
      .split('\n')
      .map((line) => line.split(/ {2,}/)),
    [
      [first?.id, 'run', 'N s', 'Packer 1.11.2', '1 build: 0 good, 1 failed'],
      [second?.id, 'refit', 'N s', 'Packer 1.11.2', '1 build: 0 good, 1 failed'],
      [''],
    ],
  );
  const shown = await run(['runs', 'show', first?.id ?? '']);
  assert.is(
    shown.stdout.replace(/\d\.\d s/g, 'N s'),
    `run ${first?.id ?? ''}, Packer 1.11.2
${first?.times ?? ''}
build          result            time   image  log
out/ssh/lab/a  failed (builder)  N s         .osimager/runs/${first?.id ?? ''}/ssh/lab/a.log
    Packer ended with status 1
1 build: 0 good, 1 failed
`,
  );
  assert.match((await run(['runs', 'show'])).stdout, new RegExp(`^refit ${second?.id ?? ''}, `));
  assert.equal(JSON.parse((await run(['runs', 'show', '--json'])).stdout), ledgerOf(folder)[1]);
  assert.equal(JSON.parse((await run(['runs', '--json'])).stdout), ledgerOf(folder));
  const unknown = await run(['runs', 'show', `${first?.id ?? ''}x`]);
  assert.is(unknown.status, 1);
  assert.match(unknown.stderr, /^error: there is no run "\S+x" in the ledger\n {2}= did you mean "/);
});

test('the last run is the last of the same command, from whatever folder', async () => {
  const { folder, record, run } = await writeRunWorkspace([
    { ...ROW, name: 'a', define: { stand_in_exit: '1' } },
    { ...ROW, name: 'b' },
  ]);
  await run(['run', 'out/ssh/lab/*']);
  await run(['refit', 'out/ssh/lab/b', '10.0.0.1']);
  await run(['build', 'ssh/lab/keyed-1.0-x86_64', 'b', '-D', 'stand_in_exit=1']);
  const before = traceOf(record).length;
  await run(['run', '--only-failed', '--workspace', join(folder, 'data', '..')]);
  assert.equal(traceOf(record).slice(before), ['version', 'start a', 'end a']);
  const refit = await run(['run', '--refit', '--only-failed']);
  assert.equal([refit.status, traceOf(record).length], [1, before + 3]);
  assert.match(refit.stderr, /^error: nothing failed in the last run, /);
});

test('with a row that is broken, what the artifact was asked for then counts', async () => {
  const { folder, run } = await writeRunWorkspace([{ ...ROW, name: 'a' }]);
  writeFileSync(
    join(folder, 'data/matrix.toml'),
    '[[target]]\nplatform = "none-such"\nlocation = "lab"\nspec = "keyed-1.0-x86_64"\nname = "a"\n',
  );
  assert.is((await run(['run', 'out/ssh/lab/a'])).status, 0);
});

test.run();
