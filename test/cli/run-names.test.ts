import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../rig/folder.ts';
import { calledFor, copiesIn, traceOf, writeRunWorkspace } from '../rig/run-workspace.ts';

const ROW = { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64' };

/** Names of artifacts that a shell would make something else of. */
for (const name of [
  'two words',
  "it's",
  '$HOME',
  '`touch pwned`',
  '$(touch pwned)',
  'a;touch pwned;b',
  'a&b',
  '-force',
  'ä',
  '%s%n',
  '!!',
  '~',
  '#x',
]) {
  test(`the name ${JSON.stringify(name)} arrives as it is`, async () => {
    const { folder, record, temporary, run } = await writeRunWorkspace([{ ...ROW, name }]);
    const { status, stderr } = await run(['run', `out/bare/lab/${name}`]);
    assert.is(status, 0, stderr);
    const called = calledFor(record, name);
    assert.is(called.args.length, 3);
    assert.is(called.args[2]?.endsWith(`/${name}.json`), true);
    assert.equal(traceOf(record), ['version', `start ${name}`, `end ${name}`]);
    assert.equal(copiesIn(temporary), []);
    assert.is(called.cwd, join(folder, 'data'));
  });
}

test('folders with blanks, quotes, dollars, semicolons and line ends in their names', async () => {
  const odd = `a b'c"d$e;f\ng`;
  const workspace = await writeRunWorkspace([{ ...ROW, name: 'one' }], {}, join(temporaryFolder(), odd));
  const { folder, record, run } = workspace;
  assert.ok(folder.endsWith(odd));
  const { status, stderr } = await run(['run', 'out/bare/lab/one']);
  assert.is(status, 0, stderr);
  assert.is(calledFor(record, 'one').cwd, join(folder, 'data'));
});

test('values of the environment arrive as they are', async () => {
  const value = `a b'c"d$e;f\`g\`\\h`;
  const { record, run } = await writeRunWorkspace([
    { ...ROW, name: 'one', define: { stand_in_logs: value } },
  ]);
  assert.is((await run(['run', 'out/bare/lab/one'])).status, 0);
  assert.is(calledFor(record, 'one').env.STAND_IN_LOGS, value);
});

test.run();
