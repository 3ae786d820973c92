import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KnownSecrets } from '../../src/edge/known-secrets.ts';

test('each value is known once, those that can be masked alone, and those since somebody counted', () => {
  const secrets = new KnownSecrets();
  assert.equal(secrets.since(0), []);
  const first = { path: 'p', key: 'a', value: 'hush-one' };
  const second = { path: 'p', key: 'b', value: '漢字漢字' };
  for (const secret of [first, { ...first, key: 'again' }, { ...first, value: '😀😀😀' }, second]) {
    secrets.add(secret);
  }
  assert.equal(secrets.since(0), [first, second]);
  assert.equal(secrets.since(1), [second]);
  assert.equal(secrets.since(2), []);
});

test.run();
