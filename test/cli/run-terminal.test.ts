import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { processesWith, until } from '../rig/processes.ts';
import { calledFor, copiesIn, ledgerOf, traceOf, writeRunWorkspace } from '../rig/run-workspace.ts';
import { openTerminal, type Terminal } from '../rig/terminal.ts';

const ROW = { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64' };
const opened: Terminal[] = [];

test.after.each(() => {
  for (const terminal of opened.splice(0)) terminal.kill();
});

function open(...parameters: Parameters<typeof openTerminal>): Terminal {
  const terminal = openTerminal(...parameters);
  opened.push(terminal);
  return terminal;
}

const COLOURED = '\u001b[1;32m==> demo: Starting VM...\u001b[0m\n';

test('one artifact has the terminal: colours, a question at the end of a line, the keyboard', async () => {
  const define = { stand_in_say: 'say/coloured', stand_in_ask: 'Retry? ' };
  const { folder, record, environment } = await writeRunWorkspace([{ ...ROW, name: 'one', define }], {
    files: { 'data/say/coloured': COLOURED },
  });
  const terminal = open(['run', 'out/bare/lab/one', '--on-error', 'ask'], folder, environment);
  await until('it asks', () => terminal.screen().includes('Retry? '));
  terminal.type('yes please\n');
  assert.is(await terminal.status, 0);
  assert.ok(terminal.screen().includes(COLOURED.trimEnd()));
  assert.match(terminal.screen(), /answered: yes please\r\n/);
  assert.equal(calledFor(record, 'one').args.slice(0, -1), ['build', '-on-error=ask']);
  const id = String(ledgerOf(folder)[0]?.id);
  assert.is(
    readFileSync(join(folder, '.osimager/runs', id, 'bare/lab/one.log'), 'utf8'),
    '==> demo: Starting VM...\nRetry? answered: yes please\n',
  );
});

test('--no-color is for Packer too', async () => {
  const { folder, record, environment } = await writeRunWorkspace([{ ...ROW, name: 'one' }]);
  const terminal = open(['run', 'out/bare/lab/one', '--no-color', '--debug'], folder, environment);
  assert.is(await terminal.status, 0);
  assert.equal(calledFor(record, 'one').args.slice(0, -1), ['build', '-debug', '-color=false']);
});

test('Ctrl-C at the keyboard goes to Packer, and nothing is left', async () => {
  const { folder, record, temporary, environment } = await writeRunWorkspace([
    { ...ROW, name: 'one', define: { stand_in_sleep: '100' } },
  ]);
  const terminal = open(['run', 'out/bare/lab/one'], folder, environment);
  await until('it runs', () => traceOf(record).includes('start one'));
  terminal.type('\u0003');
  assert.is(await terminal.status, 130);
  assert.match(terminal.screen(), /Cancelling build after receiving interrupt/);
  await until('no process is left', () => processesWith(`STAND_IN_RECORD=${record}`).length === 0);
  assert.equal(copiesIn(temporary), []);
});

test('what Packer leaves running at the terminal is ended', async () => {
  const { folder, record, environment } = await writeRunWorkspace([
    { ...ROW, name: 'one', define: { stand_in_child: 'yes' } },
  ]);
  const terminal = open(['run', 'out/bare/lab/one'], folder, environment);
  assert.is(await terminal.status, 0);
  await until('no process is left', () => processesWith(`STAND_IN_RECORD=${record}`).length === 0);
});

test('a stubborn Packer is ended by a second Ctrl-C, with what it has started', async () => {
  const define = { stand_in_sleep: '100', stand_in_stubborn: 'yes', stand_in_child: 'yes' };
  const { folder, record, temporary, environment } = await writeRunWorkspace([
    { ...ROW, name: 'one', define },
  ]);
  const terminal = open(['run', 'out/bare/lab/one'], folder, environment);
  await until('it runs', () => traceOf(record).includes('start one'));
  terminal.type('\u0003');
  await until('it is said', () => terminal.screen().includes('once more ends it at once'));
  terminal.type('\u0003');
  assert.is(await terminal.status, 130);
  await until('no process is left', () => processesWith(`STAND_IN_RECORD=${record}`).length === 0);
  assert.equal(copiesIn(temporary), []);
});

test('several have a live view, one line a build with state, step and time, and a table in the end', async () => {
  const say = '1,,ui,say,==> demo: Waiting for SSH...\n';
  const define = { stand_in_say: 'say/step', stand_in_sleep: '1' };
  const { folder, environment } = await writeRunWorkspace(
    ['a', 'b', 'c'].map((name) => ({ ...ROW, name, define })),
    { files: { 'data/say/step': say } },
  );
  const terminal = open(['run', 'out/bare/lab/*', '--jobs', '2'], folder, environment);
  assert.is(await terminal.status, 0);
  const screen = stripVTControlCharacters(terminal.screen()).replaceAll('\r', '');
  assert.match(
    screen,
    /out\/bare\/lab\/a {2}running {2}0\.\d s {2}Waiting for SSH\.\.\.\nout\/bare\/lab\/b {2}running {2}0\.\d s {2}Waiting for SSH\.\.\.\nout\/bare\/lab\/c {2}waiting\n2 running, 1 waiting\n/,
  );
  assert.match(screen, /\nbuild {11}result {2}time {3}image {2}log\nout\/bare\/lab\/a {2}good {4}1\.\d s /);
  assert.match(screen, /\n3 builds: 3 good\n$/);
});

test.run();
