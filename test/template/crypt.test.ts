import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runTool, testWith } from '../rig/tool.ts';
import { deriveSalt, digest, hashPassword } from '../../src/template/crypt.ts';
import type { HashKind } from '../../src/template/secrets.ts';

type Vector = readonly [setting: string, password: string, hash: string];

/** Ulrich Drepper, SHA-crypt.txt: the tests of both reference implementations. */
const DREPPER: readonly Vector[] = [
  ['$5$saltstring', 'Hello world!', '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
  [
    '$5$rounds=10000$saltstringsaltstring',
    'Hello world!',
    '$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA',
  ],
  [
    '$5$rounds=5000$toolongsaltstring',
    'This is just a test',
    '$5$rounds=5000$toolongsaltstrin$Un/5jzAHMgOGZ5.mWJpuVolil07guHPvOW8mGRcvxa5',
  ],
  [
    '$5$rounds=1400$anotherlongsaltstring',
    'a very much longer text to encrypt.  This one even stretches over morethan one line.',
    '$5$rounds=1400$anotherlongsalts$Rx.j8H.h8HjEDGomFU8bDkXm3XIUnzyxf12oP84Bnq1',
  ],
  [
    '$5$rounds=77777$short',
    'we have a short salt string but not a short password',
    '$5$rounds=77777$short$JiO1O3ZpDAxGJeaDIuqCoEFysAe1mZNJRs3pw0KQRd/',
  ],
  [
    '$5$rounds=123456$asaltof16chars..',
    'a short string',
    '$5$rounds=123456$asaltof16chars..$gP3VQ/6X7UUEW3HkBn2w1/Ptq2jxPyzV/cZKmF/wJvD',
  ],
  [
    '$5$rounds=10$roundstoolow',
    'the minimum number is still observed',
    '$5$rounds=1000$roundstoolow$yfvwcWrQ8l/K0DAWyuPMDNHpIVlTQebY9l/gL972bIC',
  ],
  [
    '$6$saltstring',
    'Hello world!',
    '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  ],
  [
    '$6$rounds=10000$saltstringsaltstring',
    'Hello world!',
    '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
  ],
  [
    '$6$rounds=5000$toolongsaltstring',
    'This is just a test',
    '$6$rounds=5000$toolongsaltstrin$lQ8jolhgVRVhY4b5pZKaysCLi0QBxGoNeKQzQ3glMhwllF7oGDZxUhx1yxdYcz/e1JSbq3y6JMxxl8audkUEm0',
  ],
  [
    '$6$rounds=1400$anotherlongsaltstring',
    'a very much longer text to encrypt.  This one even stretches over morethan one line.',
    '$6$rounds=1400$anotherlongsalts$POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1',
  ],
  [
    '$6$rounds=77777$short',
    'we have a short salt string but not a short password',
    '$6$rounds=77777$short$WuQyW2YR.hBNpjjRhpYD/ifIw05xdfeEyQoMxIXbkvr0gge1a1x3yRULJ5CCaUeOxFmtlcGZelFl5CxtgfiAc0',
  ],
  [
    '$6$rounds=123456$asaltof16chars..',
    'a short string',
    '$6$rounds=123456$asaltof16chars..$BtCwjqMJGx5hrJhZywWvt0RLE8uZ4oPwcelCjmw2kSYu.Ec6ycULevoBK25fs2xXgMNrCzIMVcgEJAstJeonj1',
  ],
  [
    '$6$rounds=10$roundstoolow',
    'the minimum number is still observed',
    '$6$rounds=1000$roundstoolow$kUMsbe306n21p9R.FRkW3IGn.S9NPN0x50YhH1xhLsPuWGsUSklZt58jaTfF4ZEQpyUNGc0dqbpBYYBaHHrsX.',
  ],
];

/** md5-crypt as libcrypt writes it. */
const MD5: readonly Vector[] = [
  ['$1$deadbeef', 'password', '$1$deadbeef$Q7g0UO4hRC0mgQUQ/qkjZ0'],
  ['$1$deadbeef', '', '$1$deadbeef$/mnyJuKq4u1H3AURZkwqo0'],
  ['$1$saltstringcut', '0.s0.l33t', '$1$saltstri$PPv/ezLG5VFVheoJgfiKp1'],
  ['$1$oKnN0HHt', 'this is a password longer than 16 characters', '$1$oKnN0HHt$KtM1JhHfFNyQOq5OgbGo.1'],
  ['$1$a', 'pässwört', '$1$a$4jSYQAV9m3xXPdeySNJtd1'],
];

const KINDS: readonly (readonly [HashKind, string])[] = [
  ['md5', '-1'],
  ['sha256', '-5'],
  ['sha512', '-6'],
];

function kindOf(setting: string): HashKind {
  return setting.startsWith('$1$') ? 'md5' : setting.startsWith('$5$') ? 'sha256' : 'sha512';
}

for (const [setting, password, hash] of [...DREPPER, ...MD5]) {
  test(`published vector ${setting}, ${password.length} characters`, () => {
    assert.is(hashPassword(kindOf(setting), password, setting.slice(3)), hash);
  });
}

test('a salt ends at the first dollar, and words that only look like rounds are salt', () => {
  assert.is(hashPassword('sha512', 'x', 'ab$cd'), hashPassword('sha512', 'x', 'ab'));
  assert.match(hashPassword('sha256', 'x', 'rounds=abc$d'), /^\$5\$rounds=abc\$/);
  assert.match(hashPassword('md5', 'x', 'rounds=9$d'), /^\$1\$rounds=9\$/);
});

/** Passwords of the lengths at which the schemes take another turn, with signs of two bytes. */
const PASSWORDS = [1, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 130].map((length) =>
  'Paßwort-0123456789 '.repeat(9).slice(0, length),
);

testWith(test, ['openssl'], 'as openssl passwd', () => {
  for (const [at, password] of PASSWORDS.entries()) {
    for (const [kind, option] of KINDS) {
      const salt = deriveSalt(kind, 'images/linux', String(at), password);
      const args = ['passwd', option, '-salt', salt, '-stdin'];
      const openssl = runTool('openssl', args, { input: `${password}\n` });
      assert.is(hashPassword(kind, password, salt), openssl.text.trim());
    }
  }
});

const SETTINGS: readonly (readonly [kind: HashKind, method: string, rounds: number | undefined])[] = [
  ['md5', 'md5crypt', undefined],
  ['sha256', 'sha256crypt', undefined],
  ['sha256', 'sha256crypt', 1000],
  ['sha512', 'sha512crypt', undefined],
  ['sha512', 'sha512crypt', 5000],
  ['sha512', 'sha512crypt', 12_345],
];

testWith(test, ['mkpasswd'], "as mkpasswd, which asks the system's crypt(3)", () => {
  for (const [at, password] of PASSWORDS.entries()) {
    for (const [kind, method, rounds] of SETTINGS) {
      const salt = deriveSalt(kind, 'images/linux', String(at), password);
      const given = rounds === undefined ? [] : ['-R', String(rounds)];
      const args = ['-m', method, '-S', salt, ...given, '-s'];
      const mkpasswd = runTool('mkpasswd', args, { input: `${password}\n` });
      const setting = rounds === undefined ? salt : `rounds=${rounds}$${salt}`;
      assert.is(hashPassword(kind, password, setting), mkpasswd.text.trim());
    }
  }
});

test('derived salts: the same each time, other for every part, of the right length and letters', () => {
  const salts = [
    deriveSalt('sha512', 'images/linux', 'password', 'secret'),
    deriveSalt('sha256', 'images/linux', 'password', 'secret'),
    deriveSalt('sha512', 'images/linu', 'xpassword', 'secret'),
    deriveSalt('sha512', 'images/linux', 'password', 'secret2'),
    deriveSalt('sha512', 'images/linux', 'password2', 'secret'),
  ];
  for (const salt of salts) assert.match(salt, /^[./0-9A-Za-z]{16}$/);
  assert.is(new Set(salts).size, salts.length);
  assert.match(deriveSalt('md5', 'images/linux', 'password', 'secret'), /^[./0-9A-Za-z]{8}$/);
  assert.is(deriveSalt('md5', 'p', 'k', ''), deriveSalt('md5', 'p', 'k', ''));
  assert.is(salts[0], '9JTJYV77qeHokTjc');
});

test('digest is SHA-256 of the UTF-8 text', () => {
  assert.is(digest(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  assert.is(digest('é'), '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
});

test.run();
