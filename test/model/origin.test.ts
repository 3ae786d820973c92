import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { below, placeOf, type Origin } from '../../src/model/origin.ts';
import type { Path } from '../../src/model/value.ts';

const source = { path: 'a.json', text: '{}' };

test('a place is worked out when it is asked for, for the value or for its key', () => {
  const asked: [Path, string | undefined][] = [];
  const origin: Origin = {
    locate: (path, part) => {
      asked.push([path, part]);
      return { source, start: 0, end: part === 'key' ? 1 : 2 };
    },
    path: ['defs'],
  };
  const inner = below(origin, 'list', 0);
  assert.equal(asked, []);
  assert.equal(placeOf(inner), { source, start: 0, end: 2 });
  assert.equal(placeOf(inner, 'key'), { source, start: 0, end: 1 });
  assert.equal(asked, [
    [['defs', 'list', 0], 'value'],
    [['defs', 'list', 0], 'key'],
  ]);
  assert.equal(origin.path, ['defs']);
});

test.run();
