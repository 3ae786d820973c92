import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ON_ERROR, packerArguments } from '../../src/run/command.ts';

const TEMPLATE = '/tmp/a b/$x;"\'\n.json';

test('without options, build and the template', () => {
  assert.equal(packerArguments(TEMPLATE, {}, 'coloured'), ['build', TEMPLATE]);
});

test('how Packer prints', () => {
  assert.equal(packerArguments(TEMPLATE, {}, 'plain'), ['build', '-color=false', TEMPLATE]);
  assert.equal(packerArguments(TEMPLATE, {}, 'machine-readable'), ['build', '-machine-readable', TEMPLATE]);
});

for (const [options, argument] of [
  [{ force: true }, '-force'],
  [{ timestamp: true }, '-timestamp-ui'],
  [{ debug: true }, '-debug'],
  ...ON_ERROR.map((onError) => [{ onError }, `-on-error=${onError}`] as const),
] as const) {
  test(`${JSON.stringify(options)} is ${argument}`, () => {
    assert.equal(packerArguments(TEMPLATE, options, 'coloured'), ['build', argument, TEMPLATE]);
  });
}

test('an option that is off is no argument', () => {
  const options = { force: false, timestamp: false, debug: false, onError: undefined };
  assert.equal(packerArguments(TEMPLATE, options, 'coloured'), ['build', TEMPLATE]);
});

test.run();
