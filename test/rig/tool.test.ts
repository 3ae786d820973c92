import { suite, test, type Callback, type Test } from 'uvu';
import * as assert from 'uvu/assert';
import { findTool, missingTools, runTool, testWith } from './tool.ts';

test('a tool is found where a program of that name lies, not a folder or a plain file', () => {
  assert.match(findTool('sh') ?? '', /\/sh$/);
  assert.is(findTool('no-such-tool'), undefined);
  assert.is(findTool('rig', ['test']), undefined);
  assert.is(findTool('tool.ts', ['test/rig']), undefined);
});

test('what is missing is named with what brings it', () => {
  const find = (name: string) => (name === 'xmllint' ? '/usr/bin/xmllint' : undefined);
  assert.is(missingTools(['xmllint'], find), '');
  assert.is(
    missingTools(['ksvalidator', 'xmllint', 'shellcheck'], find),
    'no ksvalidator here (PyPI: pykickstart), no shellcheck here (Debian: shellcheck)',
  );
});

/** What testWith makes of a test, as if it were registered. */
function registered(how: { readonly missing: string; readonly required: boolean }): {
  readonly run: readonly Callback[];
  readonly skipped: readonly (string | undefined)[];
  readonly said: readonly string[];
} {
  const run: Callback[] = [];
  const skipped: (string | undefined)[] = [];
  const said: string[] = [];
  const book = Object.assign((_: string, callback: Callback) => run.push(callback), suite(), {
    skip: (name?: string) => skipped.push(name),
  }) as unknown as Test;
  testWith(book, ['sh'], 'the test', () => undefined, { ...how, say: (line) => said.push(line) });
  return { run, skipped, said };
}

test('without its tool a test is skipped by name, or fails where tools are required', async () => {
  const context = { __suite__: '', __test__: '' };
  const here = registered({ missing: '', required: true });
  assert.equal([here.run.length, here.skipped], [1, []]);
  await here.run[0]?.(context);

  const skipped = registered({ missing: 'no sh here', required: false });
  assert.equal([skipped.run.length, skipped.skipped], [0, ['the test']]);
  assert.equal(skipped.said, ['skipped: the test: no sh here; .ci/install-tools installs it\n']);

  const failing = registered({ missing: 'no sh here', required: true });
  assert.equal([failing.run.length, failing.skipped], [1, []]);
  assert.throws(() => failing.run[0]?.(context), 'no sh here; .ci/install-tools installs it');
});

test('a tool gets its input, and what it says comes back with its status', () => {
  assert.equal(runTool('sh', [], { input: 'echo out; echo err >&2; exit 3' }), {
    status: 3,
    text: 'out\nerr\n',
  });
});

test.run();
