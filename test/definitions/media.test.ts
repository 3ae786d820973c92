import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  isoName,
  mediumSources,
  withoutTrailingSlashes,
  writtenChecksum,
} from '../../src/definitions/media.ts';
import type { Value } from '../../src/model/value.ts';

const ISO_NAMES: Readonly<Record<string, string>> = {
  '': '',
  'iso.iso': 'iso.iso',
  'https://x.org/isos/rhel-9.5.iso': 'rhel-9.5.iso',
  'https://x.org/a%20b%20c.iso': 'a-b-c.iso',
  'https://x.org/a b.iso?x=1/2#f/g': 'a-b.iso',
  'https://x.org/a.iso#f/g?x': 'a.iso',
  'https://x.org/': '',
  'https://x.org/d/?f=a.iso': '',
  'http://x/%E2%82%AC.iso': '€.iso',
  'http://x/%ff.iso': '\ufffd.iso',
  'http://x/100%.iso': '100%.iso',
  'http://x/%zz.iso': '%zz.iso',
  'http://x/a+b.iso': 'a+b.iso',
  'file:///iso/my disk.iso': 'my-disk.iso',
  '/iso/a%20b.iso': 'a-b.iso',
  '/iso/what?.iso': 'what?.iso',
};

test('the name of a medium is the last segment of its path, decoded, blanks to dashes', () => {
  const found = Object.fromEntries(Object.keys(ISO_NAMES).map((url) => [url, isoName(url)]));
  assert.equal(found, ISO_NAMES);
});

test('escapes are decoded after the path is cut, as Python does, and a byte order mark stays', () => {
  assert.is(isoName('http://x/a%2Fb.iso'), 'a/b.iso');
  assert.is(isoName('http://x/%EF%BB%BFx.iso'), '\ufeffx.iso');
});

test('the sources of urls are its entries that have a url, in order', () => {
  const rows: readonly [urls: Value | undefined, sources: ReturnType<typeof mediumSources>][] = [
    [
      [{ url: 'a', checksum: 'sha256:1' }, { url: 'b' }],
      [
        { url: 'a', checksum: 'sha256:1' },
        { url: 'b', checksum: '' },
      ],
    ],
    [[{ checksum: 'c' }, { url: '' }, { url: null }, 'x', { url: 'd' }], [{ url: 'd', checksum: '' }]],
    [[], []],
    ['a', []],
    [{ url: 'a' }, []],
    [undefined, []],
  ];
  assert.equal(
    rows.map(([urls]) => [urls, mediumSources(urls)]),
    rows,
  );
});

test('Packer is told of a checksum list with file:, and all else stays as it is written', () => {
  const rows: Readonly<Record<string, string>> = {
    'https://x.test/SUMS': 'file:https://x.test/SUMS',
    'file:https://x.test/SUMS': 'file:https://x.test/SUMS',
    'file:/srv/SUMS': 'file:/srv/SUMS',
    'sha256:12': 'sha256:12',
    none: 'none',
    '': '',
  };
  const written = (checksum: string): string => writtenChecksum({ url: 'a', checksum });
  assert.equal(Object.fromEntries(Object.keys(rows).map((text) => [text, written(text)])), rows);
});

test('a path loses its trailing slashes, and the root stays', () => {
  const rows: Readonly<Record<string, string>> = {
    '/iso/': '/iso',
    '/iso//': '/iso',
    'a/b': 'a/b',
    '//x': '//x',
    '/': '/',
    '///': '/',
    '': '',
  };
  const found = Object.fromEntries(Object.keys(rows).map((path) => [path, withoutTrailingSlashes(path)]));
  assert.equal(found, rows);
});

test.run();
