import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseSource, formatLock, type MediumFact } from '../../src/model/lock.ts';

test('a lock file has one line a fact, sorted, the format last', () => {
  const text = formatLock({
    hosts: new Map([
      ['b.test', { address: null }],
      ['a.test by 10.0.0.1', { address: '10.0.0.9' }],
    ]),
    media: new Map<string, MediumFact>([
      ['https://x.test/b.iso', { gone: 404 }],
      ['https://x.test/a.iso file:https://x.test/SUMS', { key: 'AB', checksum: 'md5:1', size: 5 }],
    ]),
  });
  assert.is(
    text,
    `{
  "host a.test by 10.0.0.1": {"address":"10.0.0.9"},
  "host b.test": {"address":null},
  "medium https://x.test/a.iso file:https://x.test/SUMS": {"size":5,"checksum":"md5:1","key":"AB"},
  "medium https://x.test/b.iso": {"gone":404},
  "format": 1
}
`,
  );
});

test('a lock without facts is a lock file too', () => {
  assert.is(formatLock({ hosts: new Map(), media: new Map() }), '{\n  "format": 1\n}\n');
});

const SOURCES = ['https://a.test/x', 'https://b.test/x', 'https://c.test/x'].map((url) => ({
  url,
  checksum: '',
}));

/** What is chosen of three sources, each with its fact. */
function choose(...facts: readonly (MediumFact | undefined)[]) {
  return chooseSource(SOURCES, (key) => facts[SOURCES.findIndex(({ url }) => url === key)]);
}

test('the first source that is there is chosen, and those before it must be known not to be', () => {
  const here = { size: 1 };
  assert.equal(choose(here), { kind: 'chosen', at: 0, fact: here });
  assert.equal(choose(undefined, here), { kind: 'open', at: 0 });
  assert.equal(choose({ gone: 404 }, { gone: 'web page' }, here), { kind: 'chosen', at: 2, fact: here });
  assert.equal(choose({ gone: 404 }), { kind: 'open', at: 1 });
  assert.equal(choose({ gone: 404 }, { gone: 410 }, { gone: 403 }), { kind: 'none' });
});

test('a source that gave no answer is passed over for one that answers, and else is asked again', () => {
  const here = { size: 1 };
  assert.equal(choose({ gone: 'no answer' }, here), { kind: 'chosen', at: 1, fact: here });
  assert.equal(choose({ gone: 'no answer' }), { kind: 'open', at: 1 });
  assert.equal(choose({ gone: 404 }, { gone: 'no answer' }, { gone: 404 }), { kind: 'open', at: 1 });
});

test('a path is taken as it is, and no source at all is none', () => {
  const chosen = chooseSource([{ url: '/srv/a.iso', checksum: '' }], () => undefined);
  assert.equal(chosen, { kind: 'chosen', at: 0, fact: undefined });
  assert.equal(
    chooseSource([], () => undefined),
    { kind: 'none' },
  );
});

test.run();
