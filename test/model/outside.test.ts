import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hostQuestion, listOf, mediumQuestion } from '../../src/model/outside.ts';

test('a name with dots is whole, one without is tried in the search list first', () => {
  const by = { servers: ['10.0.0.1', '[fd00::1]:5353'], search: ['lab.test', '.Other.test.'] };
  assert.equal(hostQuestion('Web.Lab.Test.', by), {
    kind: 'host',
    key: 'web.lab.test by 10.0.0.1, [fd00::1]:5353',
    names: ['web.lab.test'],
    servers: by.servers,
  });
  assert.equal(hostQuestion('web', by), {
    kind: 'host',
    key: 'web in lab.test, .other.test. by 10.0.0.1, [fd00::1]:5353',
    names: ['web.lab.test', 'web.other.test', 'web'],
    servers: by.servers,
  });
  assert.equal(hostQuestion('web', { servers: [], search: [] }), {
    kind: 'host',
    key: 'web',
    names: ['web'],
    servers: [],
  });
});

test('text that cannot be a host name is no question', () => {
  const texts = ['', '.', 'a b', 'a..b', '-|>x:y<|', 'a/b', `${'a'.repeat(64)}.test`, 'a.'.repeat(130) + 'b'];
  assert.equal(
    texts.map((text) => hostQuestion(text, { servers: [], search: [] })),
    texts.map(() => undefined),
  );
});

test('a medium is asked for by its URL and its checksum list', () => {
  const url = 'https://x.test/a.iso';
  const list = 'https://x.test/SUMS';
  const rows = {
    [`file:${list}`]: list,
    [list]: list,
    'sha256:1': undefined,
    none: undefined,
    '': undefined,
  };
  for (const [checksum, wanted] of Object.entries(rows)) {
    assert.equal(mediumQuestion({ url, checksum }), {
      kind: 'medium',
      key: wanted === undefined ? url : `${url} file:${wanted}`,
      url,
      list: wanted,
    });
  }
});

test('what HTTP cannot ask for is no question: paths, other schemes, URLs that are not whole yet', () => {
  const urls = [
    ...['', '/srv/a.iso', 'a.iso', 'file:///srv/a.iso', 'ftp://x.test/a.iso', 'http://', 'https:///a.iso'],
    ...['https://|>a:b<|@x.test/a.iso', 'https://{{user `x`}}/a.iso', 'https://x.test/\u0000', 'http://[/a'],
  ];
  assert.equal(
    urls.map((url) => mediumQuestion({ url, checksum: '' })),
    urls.map(() => undefined),
  );
  assert.is(listOf('file:/srv/SUMS'), undefined);
});

test.run();
