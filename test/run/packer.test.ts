import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { askProgram, findProgram, startPacker } from '../../src/run/packer.ts';
import { temporaryFolder } from '../rig/folder.ts';

const NODE = process.execPath;
const ECHO = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
const ENV = { PATH: process.env.PATH ?? '' };

test('property: arguments arrive as they are, whatever is in them', async () => {
  const words = fc.array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', ' ', '$HOME', '`x`', '$(x)', ';', '\n', "'", '"', '\\', '*', '-x', '%'),
    ),
    { maxLength: 5 },
  );
  await fc.assert(
    fc.asyncProperty(words, async (args) => {
      const sent = args.map((arg) => arg.replaceAll('\0', ''));
      const answer = await askProgram({
        program: NODE,
        args: ['-e', ECHO, '--', ...sent],
        cwd: '/',
        env: ENV,
      });
      assert.equal(JSON.parse(answer ?? ''), sent);
    }),
    { numRuns: 15 },
  );
});

test('the environment is what is given, and nothing of our own; the folder too', async () => {
  const tell = 'process.stdout.write(JSON.stringify([process.env, process.cwd()]))';
  const cwd = temporaryFolder();
  const answer = await askProgram({ program: NODE, args: ['-e', tell], cwd, env: { A: "b c'$" } });
  assert.equal(JSON.parse(answer ?? ''), [{ A: "b c'$" }, cwd]);
});

for (const [title, program, cwd, says] of [
  ['no such program', '/none/packer', '/', /ENOENT/],
  ['no such folder', NODE, '/none', /ENOENT/],
] as const) {
  test(`what cannot be started says so: ${title}`, async () => {
    const { code, error } = await startPacker({ program, args: [], cwd, env: ENV }, false).ended;
    assert.is(code === 0, false);
    assert.match(error ?? '', says);
  });
}

test('a program that fails, or does not answer in time, tells nothing', async () => {
  assert.is(await askProgram({ program: '/bin/false', args: [], cwd: '/', env: ENV }), undefined);
  assert.is(await askProgram({ program: '/bin/sleep', args: ['60'], cwd: '/', env: ENV }, 100), undefined);
});

test('a program is looked for on the PATH that is given; only what can be run counts', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'text'), 'text');
  mkdirSync(join(folder, 'folder'));
  assert.is(findProgram('tool', folder), join(folder, 'tool'));
  assert.is(findProgram(join(folder, 'tool'), ''), join(folder, 'tool'));
  assert.is(findProgram('tool', '/none'), undefined);
  assert.is(findProgram('text', folder), undefined);
  assert.is(findProgram('folder', folder), undefined);
});

test.run();
