import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findChecksum, isClearSigned } from '../../src/model/checksum-list.ts';

const MD5 = 'a1'.repeat(16);
const SHA1 = 'a2'.repeat(20);
const SHA224 = 'a3'.repeat(28);
const SHA256 = 'a4'.repeat(32);
const SHA384 = 'a5'.repeat(48);
const SHA512 = 'a6'.repeat(64);
const OTHER = 'b4'.repeat(32);

/** What a list says of `disk.iso`: the checksum, or what else. */
function find(list: string, own = false, names: readonly string[] = ['disk.iso']): string {
  const found = findChecksum(list, names, own);
  if (found.kind === 'found') return found.checksum;
  return found.kind === 'unreadable' ? found.reason : found.kind;
}

test('all forms of a line are read', () => {
  const rows: Readonly<Record<string, string>> = {
    [`${SHA256}  disk.iso`]: `sha256:${SHA256}`,
    [`${SHA256} *disk.iso`]: `sha256:${SHA256}`,
    [`${SHA256} disk.iso`]: `sha256:${SHA256}`,
    [`${SHA256}\tdisk.iso`]: `sha256:${SHA256}`,
    [`${SHA256}  ./disk.iso`]: `sha256:${SHA256}`,
    [`${SHA256} *iso/x86_64/disk.iso\r\n`]: `sha256:${SHA256}`,
    [`${SHA256.toUpperCase()}  disk.iso`]: `sha256:${SHA256}`,
    [`\\${SHA256}  dir\\\\x/disk.iso`]: `sha256:${SHA256}`,
    [`\ufeff${SHA256}  disk.iso`]: `sha256:${SHA256}`,
    [`SHA256 (disk.iso) = ${SHA256}`]: `sha256:${SHA256}`,
    [`SHA256(disk.iso)= ${SHA256}`]: `sha256:${SHA256}`,
    [`SHA2-256(disk.iso)= ${SHA256}`]: `sha256:${SHA256}`,
    [`SHA512 (out/disk.iso) = ${SHA512}`]: `sha512:${SHA512}`,
    [`MD5 (disk.iso) = ${MD5}`]: `md5:${MD5}`,
    [`SHA1 (disk.iso) = ${SHA1}`]: `sha1:${SHA1}`,
    [`${MD5}  disk.iso`]: `md5:${MD5}`,
    [`${SHA1}  disk.iso`]: `sha1:${SHA1}`,
    [`${SHA224}  disk.iso`]: `sha224:${SHA224}`,
    [`${SHA384}  disk.iso`]: `sha384:${SHA384}`,
    [`${SHA512}  disk.iso`]: `sha512:${SHA512}`,
    [SHA256]: `sha256:${SHA256}`,
    [`  ${SHA256}  \n\n`]: `sha256:${SHA256}`,
  };
  assert.equal(Object.fromEntries(Object.keys(rows).map((list) => [list, find(list)])), rows);
});

test('a list for a folder has many names, comments and sizes; the right one counts', () => {
  const list = [
    '# disk.iso: 2372927488 bytes',
    `SHA256 (disk.iso) = ${SHA256}`,
    '; a comment of another kind',
    '# other.iso: 1 byte',
    `SHA256 (other.iso) = ${OTHER}`,
    `${OTHER}  disk.iso.zip`,
    `${OTHER}  xdisk.iso`,
  ].join('\n');
  assert.is(find(list), `sha256:${SHA256}`);
  assert.is(find(list, false, ['none.iso']), 'unlisted');
});

test('the strongest kind wins, whatever the order', () => {
  const lines = [MD5, SHA512, SHA1, SHA256].map((hash) => `${hash}  disk.iso`);
  assert.is(find(lines.join('\n')), `sha512:${SHA512}`);
  assert.is(find([...lines].reverse().join('\n')), `sha512:${SHA512}`);
  assert.is(find([lines[0], lines[2]].join('\n')), `sha1:${SHA1}`);
});

test('names may be given in two ways, as in the URL and decoded', () => {
  assert.is(find(`${SHA256}  my disk.iso`, false, ['my disk.iso', 'my%20disk.iso']), `sha256:${SHA256}`);
  assert.is(find(`${SHA256}  my%20disk.iso`, false, ['my disk.iso', 'my%20disk.iso']), `sha256:${SHA256}`);
});

test('two different hashes of one kind are no answer; the same one twice is', () => {
  assert.is(find(`${SHA256}  disk.iso\n${OTHER}  disk.iso`), 'ambiguous');
  assert.is(find(`${SHA256}  disk.iso\n${SHA256} *./disk.iso`), `sha256:${SHA256}`);
  assert.is(find(`${SHA512}  disk.iso\n${MD5}  disk.iso\n${'0'.repeat(32)}  disk.iso`), `sha512:${SHA512}`);
});

test('a list of one file counts for it under another name; one of several does not', () => {
  assert.is(find(`${SHA256}  disk-Build7.iso`, true), `sha256:${SHA256}`);
  assert.is(find(`${SHA256}  disk-Build7.iso`, false), 'unlisted');
  assert.is(find(`${SHA256}  a.iso\n${OTHER}  b.iso`, true), 'unlisted');
  assert.is(find(`${MD5}  a.iso\n${SHA256}  a.iso`, true), `sha256:${SHA256}`);
  assert.is(find(`${SHA256}\n${OTHER}`), 'unlisted');
  assert.is(find(`${SHA256}\n${OTHER}  b.iso`), 'unlisted');
});

test('what is no checksum list is said to be none', () => {
  for (const list of [
    '',
    '<html><body>not found</body></html>',
    `${'a'.repeat(63)}  disk.iso`,
    `SHA256 (disk.iso) = ${MD5}`,
  ]) {
    assert.is(find(list), 'there is no checksum in it', list);
  }
});

const SIGNED = [
  '-----BEGIN PGP SIGNED MESSAGE-----',
  'Hash: SHA256',
  '',
  '# disk.iso: 5 bytes',
  `${SHA256}  disk.iso`,
  `- ${OTHER}  dashed.iso`,
  '-----BEGIN PGP SIGNATURE-----',
  '',
  'iQIzBAEBCAAdFiEE',
  '-----END PGP SIGNATURE-----',
  '',
];

test('inside a PGP-signed text only what is signed counts', () => {
  assert.is(find(SIGNED.join('\n')), `sha256:${SHA256}`);
  assert.is(find(SIGNED.join('\r\n')), `sha256:${SHA256}`);
  assert.is(find(SIGNED.join('\n'), false, ['dashed.iso']), `sha256:${OTHER}`);
  const around = [`${OTHER}  disk.iso`, ...SIGNED, `${OTHER}  disk.iso`].join('\n');
  assert.is(find(around), `sha256:${SHA256}`);
  assert.ok(isClearSigned(SIGNED.join('\n')));
  assert.not.ok(isClearSigned(`${SHA256}  disk.iso`));
});

test('a signed text that two readers may take in two ways is not read', () => {
  const [begin = '', hash = '', blank = '', ...rest] = SIGNED;
  const forms = {
    'two signed parts': [...SIGNED, ...SIGNED],
    'text among the headers': [begin, hash, `${OTHER}  disk.iso`, blank, ...rest],
    'no end': SIGNED.slice(0, 5),
    'no blank line': [begin, hash, ...rest.filter((line) => line !== '')],
    'a signature without a beginning': rest,
  };
  for (const [name, lines] of Object.entries(forms)) {
    assert.is(find(lines.join('\n')), 'its PGP-signed text is not well formed', name);
  }
});

test('any text is read in time and gives a whole checksum or none', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(SHA256, MD5, ' ', '  ', ' *', 'disk.iso', '\n', '(', ') = ', ...SIGNED),
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join('')),
      fc.boolean(),
      (list, own) => {
        const found = findChecksum(list, ['disk.iso'], own);
        if (found.kind !== 'found') return;
        const [kind = '', hash = ''] = found.checksum.split(':');
        assert.is(
          hash.length,
          { md5: 32, sha1: 40, sha224: 56, sha256: 64, sha384: 96, sha512: 128 }[kind],
          found.checksum,
        );
        assert.match(hash, /^[0-9a-f]+$/);
      },
    ),
  );
  const long = `${'('.repeat(200_000)}\nSHA256 ${'('.repeat(200_000)}\n${'a'.repeat(400_000)}`;
  assert.is(find(long), 'there is no checksum in it');
  const blanks = [SIGNED[0], `Hash: SHA256${' '.repeat(400_000)}!`, ...SIGNED.slice(2)].join('\n');
  assert.is(find(blanks), 'its PGP-signed text is not well formed');
});

test.run();
