import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import {
  findSecrets,
  holdsSecretMarker,
  replaceSecrets,
  type SecretReference,
} from '../../src/template/secrets.ts';
import { markerLike } from '../rig/texts.ts';

const plain = (path: string, key: string): SecretReference => ({ path, key, vault: false });
const vault = (path: string, key: string): SecretReference => ({ path, key, vault: true });

const FOUND: readonly (readonly [title: string, text: string, found: readonly SecretReference[]])[] = [
  ['a secret by path and key', '|>images/linux:password<|', [plain('images/linux', 'password')]],
  ['an MD5 hash', '1>p:k<1', [{ ...plain('p', 'k'), hash: 'md5' }]],
  ['a SHA-256 hash', '5>p:k<5', [{ ...plain('p', 'k'), hash: 'sha256' }]],
  ['a SHA-512 hash', '6>p:k<6', [{ ...plain('p', 'k'), hash: 'sha512' }]],
  ["Packer's own reference", '{{vault `images/linux` `password`}}', [vault('images/linux', 'password')]],
  [
    "Packer's own reference with quotes, blanks and trims",
    '{{- vault "a b"  "k-1" -}}',
    [vault('a b', 'k-1')],
  ],
  [
    'secrets in the order of the text, repeated',
    'x|>a:b<|{{vault `v` `w`}}6>a:b<6|>a:b<|',
    [plain('a', 'b'), vault('v', 'w'), { ...plain('a', 'b'), hash: 'sha512' }, plain('a', 'b')],
  ],
  ['the last colon parts path and key', '|>a:b:c<|', [plain('a:b', 'c')]],
  ['the sign nearest to the name', '||>a:b<||', [plain('a', 'b')]],
  ['nothing without a key', '|>images/linux<|', []],
  ['nothing where the signs differ', '1>p:k<5 |>p:k<1', []],
  ['nothing where a blank is between', '|>p: k<| 6>p :k<6', []],
  ['nothing in a pipe', 'a |>b:c| d 2>&1 <1', []],
  ["nothing in Packer's other calls", '{{user `x`}} {{vault `x`}} {{ vaults `x` `y` }}', []],
];

for (const [title, text, found] of FOUND) {
  test(`finds ${title}`, () => {
    assert.equal(findSecrets(text), found);
  });
}

test("a text holds a secret marker where one is osimager's own", () => {
  const table = { '|>a:b<|': true, 'x1>a:b<1': true, '{{vault `a` `b`}}': false, '|>a<|': false, '': false };
  assert.equal(Object.fromEntries(Object.keys(table).map((text) => [text, holdsSecretMarker(text)])), table);
});

test('each marker is replaced once, and what comes in its place is not looked at again', () => {
  const seen: string[] = [];
  const replaced = replaceSecrets('a |>p:k<| {{vault `v` `w`}} 6>p:k<6 z', ({ path }, text) => {
    seen.push(text);
    return `|>${path}:again<|$&$1`;
  });
  assert.is(replaced, 'a |>p:again<|$&$1 |>v:again<|$&$1 |>p:again<|$&$1 z');
  assert.equal(seen, ['|>p:k<|', '{{vault `v` `w`}}', '6>p:k<6']);
});

test('replacing each marker with itself gives the text, and finds what findSecrets finds', () => {
  fc.assert(
    fc.property(markerLike, (text) => {
      const seen: SecretReference[] = [];
      const same = replaceSecrets(text, (reference, marker) => {
        seen.push(reference);
        return marker;
      });
      assert.is(same, text);
      assert.equal(seen, findSecrets(text));
    }),
    { numRuns: 300 },
  );
});

test.run();
