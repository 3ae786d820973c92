import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { START, step, type WatchCommand, type WatchEvent, type WatchState } from '../../src/watch/state.ts';

/** Runs events from the start; the commands that come of them, and the last state. */
function run(...events: readonly WatchEvent[]): { commands: readonly WatchCommand[]; state: WatchState } {
  let state = START;
  const commands = events.map((event) => {
    const next = step(state, event);
    ({ state } = next);
    return next.command;
  });
  return { commands, state };
}

const changed = (path: string, at: number): WatchEvent => ({ kind: 'changed', path, at });
const due = (at: number, held = false): WatchEvent => ({ kind: 'due', at, held });
const done = (at: number): WatchEvent => ({ kind: 'done', at });
const wait = (milliseconds: number): WatchCommand => ({ kind: 'wait', milliseconds });
const render = (...paths: readonly string[]): WatchCommand => ({ kind: 'render', paths: new Set(paths) });

test('a change is rendered when it has been quiet for a moment', () => {
  const { commands, state } = run(changed('a', 100), due(106), done(120));
  assert.equal(commands, [wait(6), render('a'), undefined]);
  assert.equal(state, { kind: 'idle' });
});

test('changes in quick succession are one batch', () => {
  const { commands } = run(changed('a', 0), changed('b', 4), changed('a', 5), due(6), due(11));
  assert.equal(commands, [wait(6), undefined, undefined, wait(5), render('a', 'b')]);
});

test('many files at once come from a program: they are waited for longer', () => {
  const many = Array.from({ length: 8 }, (_, at) => changed(String(at), at));
  const { commands } = run(...many, due(8), due(67));
  assert.equal(commands.slice(8), [wait(59), render('0', '1', '2', '3', '4', '5', '6', '7')]);
});

test('what never gets quiet is rendered after two seconds', () => {
  const { commands } = run(changed('a', 0), changed('a', 1998), due(1999), changed('a', 2000), due(2001));
  assert.equal(commands.slice(2), [wait(5), undefined, render('a')]);
});

test('while git is at work nothing is rendered, and no longer than half a minute', () => {
  const { commands } = run(changed('a', 0), due(6, true), due(26, true), due(46, false));
  assert.equal(commands, [wait(6), wait(20), wait(20), render('a')]);
  assert.equal(run(changed('a', 0), due(29_999, true), due(30_000, true)).commands.slice(1), [
    wait(20),
    render('a'),
  ]);
});

test('what changes while something is rendered is rendered next', () => {
  const { commands } = run(changed('a', 0), due(6), changed('b', 10), changed('c', 11), done(12), due(17));
  assert.equal(commands, [wait(6), render('a'), undefined, undefined, wait(5), render('b', 'c')]);
});

test('after stop nothing begins any more', () => {
  const { commands, state } = run(changed('a', 0), { kind: 'stop' }, due(6), changed('b', 7), done(8));
  assert.equal(commands, [wait(6), undefined, undefined, undefined, undefined]);
  assert.equal(state, { kind: 'stopped' });
});

test('no change is lost, and at most one rendering is under way, whatever comes in whatever order', () => {
  const event = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom('a', 'b', 'c', 'd').map((path) => ({ kind: 'changed' as const, path })),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('due' as const), held: fc.boolean() }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'done' as const }) },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.nat(400))), (events) => {
      let [state, at, working]: [WatchState, number, boolean] = [START, 0, false];
      const owed = new Set<string>();
      const feed = (event: WatchEvent): WatchCommand => {
        const next = step(state, event);
        ({ state } = next);
        if (next.command?.kind === 'render') {
          assert.not(working, 'two renderings at once');
          working = true;
          for (const path of next.command.paths) owed.delete(path);
        }
        return next.command;
      };
      for (const [one, later] of events) {
        at += later;
        if (one.kind === 'changed') owed.add(one.path);
        if (one.kind === 'done') working = false;
        feed({ ...one, at });
      }
      // The end of all events: the timer runs out, and what is rendered is done.
      for (let round = 0; round < 4; round++) {
        at += 40_000;
        feed({ kind: 'due', at, held: false });
        working = false;
        feed({ kind: 'done', at });
      }
      assert.equal([...owed], []);
      assert.is(state.kind, 'idle');
    }),
  );
});

test.run();
