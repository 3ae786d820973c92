import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTracker, questionsOf, type Kept } from '../../src/model/tracker.ts';

/** A tracker with a value that is kept, and how often it was made. */
function setUp() {
  const tracker = createTracker();
  const store = new Map<string, Kept<number>>();
  let made = 0;
  const inner = new Map<string, Kept<number>>();
  const value = () =>
    tracker.keep(store, 'outer', () => {
      tracker.ask('a');
      tracker.keep(inner, 'inner', () => {
        tracker.ask('b');
        return 0;
      });
      return ++made;
    });
  return { tracker, value };
}

test('a trace holds what was asked, in what is kept too, whether that was made or only used', () => {
  const { tracker, value } = setUp();
  for (const expected of [1, 1]) {
    const { value: got, trace } = tracker.trace(() => {
      tracker.ask('c');
      return value();
    });
    assert.is(got, expected);
    assert.equal([...questionsOf(trace)].sort(), ['a', 'b', 'c']);
  }
  assert.equal([...tracker.questions].sort(), ['a', 'b', 'c']);
});

test('what is kept is made again when something that it asked, or that a part of it asked, may be another', () => {
  const { tracker, value } = setUp();
  assert.equal([value(), value()], [1, 1]);
  tracker.renew(['c']);
  assert.is(value(), 1);
  tracker.renew(['b']);
  assert.equal([value(), value()], [2, 2]);
  tracker.renew(['a']);
  assert.is(value(), 3);
});

test('what is asked aside belongs to nobody', () => {
  const tracker = createTracker();
  const { value, trace } = tracker.trace(() => {
    tracker.ask('own');
    return tracker.aside(() => {
      tracker.ask('aside');
      return 'value';
    });
  });
  assert.is(value, 'value');
  assert.equal([...questionsOf(trace)], ['own']);
});

test('a trace that fails is closed', () => {
  const tracker = createTracker();
  const { trace } = tracker.trace(() => {
    assert.throws(() =>
      tracker.trace(() => {
        tracker.ask('lost');
        throw new Error('x');
      }),
    );
    tracker.ask('kept');
  });
  assert.equal([...questionsOf(trace)], ['kept']);
});

test.run();
