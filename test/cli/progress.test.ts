import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createProgress } from '../../src/cli/progress.ts';

/** What a terminal, or none, is told of a run whose steps take 60 ms each. */
function shown(isTTY: boolean, steps: number): string {
  let time = 0;
  let text = '';
  const write = (more: string): void => {
    text += more;
  };
  const progress = createProgress({ isTTY, write }, () => time);
  for (let at = 1; at <= steps; at++) {
    time += 60;
    progress.step(at, 20);
  }
  progress.end();
  return text.replaceAll('\u001b[K', '|');
}

test('a run of more than half a second shows how far it is, in a line that goes away', () => {
  assert.is(
    shown(true, 13),
    '\r|9 of 20 targets (45 %)\r|11 of 20 targets (55 %)\r|13 of 20 targets (65 %)\r|',
  );
});

test('a quick run shows nothing, and a pipe never anything', () => {
  assert.equal([shown(true, 8), shown(false, 20)], ['', '']);
});

test.run();
