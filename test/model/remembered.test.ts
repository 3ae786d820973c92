import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { remembered } from '../../src/model/remembered.ts';

test('a value is made once for a key, also where it is empty or false', () => {
  const store = new Map<string, string | boolean>();
  const made: string[] = [];
  const ask = (key: string, value: string | boolean) =>
    remembered(store, key, () => {
      made.push(key);
      return value;
    });
  assert.equal([ask('a', ''), ask('b', false), ask('a', 'x'), ask('b', true)], ['', false, '', false]);
  assert.equal(made, ['a', 'b']);
});

test.run();
