import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createProgress } from '../../src/cli/progress.ts';
import { osimager } from '../rig/binary.ts';
import { temporaryFolder } from '../rig/folder.ts';
import { openTerminal } from '../rig/terminal.ts';
import { writeWorkspace } from '../rig/workspace.ts';

/** What is shown of a run whose steps take 60 ms each. */
function shown(steps: number): readonly string[] {
  let time = 0;
  const texts: string[] = [];
  const progress = createProgress(
    (text) => texts.push(text),
    () => time,
  );
  for (let at = 1; at <= steps; at++) {
    time += 60;
    progress.step(at, 20);
  }
  progress.end();
  return texts;
}

test('a run of more than half a second shows how far it is, in a line that goes away', () => {
  assert.equal(shown(13), [
    '9 of 20 targets (45 %)',
    '11 of 20 targets (55 %)',
    '13 of 20 targets (65 %)',
    '',
  ]);
});

test('a quick run shows nothing', () => {
  assert.equal(shown(8), []);
});

/** So many targets that no machine renders them in half a second. */
const LARGE = {
  specs: { many: { provides: { dist: 'many', versions: ['[1-9].[0-399]'], arches: ['x86_64'] } } },
  matrix: [{ platform: 'bare', location: 'lab', spec: 'many-*' }],
} as const;
const LINE = /\r\u001b\[K\d+ of 3600 targets \(\d+ %\)/;

test('on a terminal a long run shows its line, and takes it away before it says what it did', async () => {
  const home = temporaryFolder();
  const terminal = openTerminal(['generate', '--no-color'], writeWorkspace(LARGE), { HOME: home });
  assert.is(await terminal.status, 0);
  assert.match(terminal.screen(), LINE);
  assert.match(terminal.screen(), /\r\u001b\[Knew: out/);
});

test('in a pipe it never does', async () => {
  const { status, stderr } = await osimager(['generate'], { cwd: writeWorkspace(LARGE) });
  assert.is(status, 0);
  assert.not.match(stderr, /[\r\u001b]/);
});

test.run();
