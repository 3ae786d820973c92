import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nextToStart, runQueue, type Queued, type QueueLimits } from '../../src/run/queue.ts';

interface Item extends Queued {
  readonly name: number;
}

const FREE: QueueLimits = { jobs: 1000, platforms: {}, locations: {}, hosts: {} };
const ON = { stop: new AbortController().signal, failFast: false };

function item(name: number, platform = 'p', location = 'l', hosts: readonly string[] = []): Item {
  return { name, platform, location, hosts };
}

/** Runs items that end in turns, and writes down what runs side by side after each start. */
async function watched(
  items: readonly Item[],
  limits: QueueLimits,
  options = ON,
  isGood: (item: Item) => boolean = () => true,
) {
  const order: number[] = [];
  const running = new Set<Item>();
  const moments: (readonly Item[])[] = [];
  const left = await runQueue(
    items,
    limits,
    async (one) => {
      order.push(one.name);
      running.add(one);
      moments.push([...running]);
      for (let turn = 0; turn < 1 + (one.name % 5); turn++) await Promise.resolve();
      running.delete(one);
      return isGood(one);
    },
    options,
  );
  return { order, moments, left: left.map(({ name }) => name) };
}

test('so many at a time as jobs, in their order', async () => {
  const items = Array.from({ length: 9 }, (_, at) => item(at));
  const { order, moments } = await watched(items, { ...FREE, jobs: 1 });
  assert.equal(order, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.is(Math.max(...moments.map((one) => one.length)), 1);
  const three = await watched(items, { ...FREE, jobs: 3 });
  assert.is(Math.max(...three.moments.map((one) => one.length)), 3);
});

test('a build that may not start yet lets others pass', () => {
  const limits = { ...FREE, platforms: { vmware: 1 } };
  const waiting = [item(1, 'vmware'), item(2, 'qemu')];
  assert.is(nextToStart(waiting, [item(0, 'vmware')], limits)?.name, 2);
  assert.is(nextToStart(waiting, [], limits)?.name, 1);
  assert.is(nextToStart([item(1, 'vmware')], [item(0, 'vmware')], limits), undefined);
});

test('limits of locations and hosts hold as those of platforms do', () => {
  const running = [item(0, 'p', 'lab', ['esx1'])];
  assert.is(nextToStart([item(1, 'q', 'lab')], running, { ...FREE, locations: { lab: 1 } }), undefined);
  assert.is(nextToStart([item(1, 'q', 'x', ['esx1'])], running, { ...FREE, hosts: { esx1: 1 } }), undefined);
  assert.is(nextToStart([item(1, 'q', 'x', ['esx2'])], running, { ...FREE, hosts: { esx1: 1 } })?.name, 1);
});

test('names that objects have of themselves are no limits', () => {
  assert.is(nextToStart([item(1, 'constructor', '__proto__')], [], FREE)?.name, 1);
});

test('with fail-fast none starts after one that failed; what runs goes on', async () => {
  const items = Array.from({ length: 6 }, (_, at) => item(at));
  const options = { ...ON, failFast: true };
  const { order, left } = await watched(items, { ...FREE, jobs: 2 }, options, ({ name }) => name !== 2);
  assert.equal(
    left,
    items.map(({ name }) => name).filter((name) => !order.includes(name)),
  );
  assert.ok(order.includes(2) && left.length > 0);
  const patient = await watched(items, { ...FREE, jobs: 2 }, ON, () => false);
  assert.equal(patient.left, []);
});

test('after a stop none starts', async () => {
  const stop = new AbortController();
  const items = Array.from({ length: 6 }, (_, at) => item(at));
  const { order, left } = await watched(
    items,
    { ...FREE, jobs: 1 },
    { stop: stop.signal, failFast: false },
    ({ name }) => {
      if (name === 2) stop.abort();
      return true;
    },
  );
  assert.equal(
    [order, left],
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
  );
});

test('property: every build runs once, no limit is ever passed, and nothing waits that may run', async () => {
  const names = fc.constantFrom('a', 'b', 'c');
  const limit = fc.dictionary(names, fc.integer({ min: 1, max: 3 }), { noNullPrototype: true });
  const items = fc.array(fc.tuple(names, names, fc.uniqueArray(names, { maxLength: 2 })), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(
      items,
      fc.integer({ min: 1, max: 6 }),
      limit,
      limit,
      limit,
      async (parts, jobs, platforms, locations, hosts) => {
        const all = parts.map(([platform, location, on], at) => item(at, platform, location, on));
        const { order, moments, left } = await watched(all, { jobs, platforms, locations, hosts });
        assert.equal(
          [...order].sort((a, b) => a - b),
          all.map(({ name }) => name),
        );
        assert.equal(left, []);
        for (const running of moments) {
          assert.ok(running.length <= jobs);
          for (const [name, most] of Object.entries(platforms)) {
            assert.ok(running.filter((one) => one.platform === name).length <= most);
          }
          for (const [name, most] of Object.entries(locations)) {
            assert.ok(running.filter((one) => one.location === name).length <= most);
          }
          for (const [name, most] of Object.entries(hosts)) {
            assert.ok(running.filter((one) => one.hosts.includes(name)).length <= most);
          }
        }
      },
    ),
  );
});

test.run();
