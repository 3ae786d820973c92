import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { missingSecret, parseSecrets, type Secrets } from '../../src/edge/secrets.ts';
import { complaints, failureOf, valueOf } from '../rig/complaints.ts';

function plain(secrets: Secrets): Record<string, Record<string, string>> {
  return Object.fromEntries([...secrets].map(([path, keys]) => [path, Object.fromEntries(keys)]));
}

const read = (text: string): Record<string, Record<string, string>> =>
  plain(valueOf(parseSecrets(text, 'secrets')));

const LINES: readonly (readonly [title: string, line: string, keys: Record<string, string>])[] = [
  ['one key', 'p k=v', { k: 'v' }],
  ['several keys', 'p a=1  b=2\tc=3 ', { a: '1', b: '2', c: '3' }],
  ['blanks in double quotes', 'p k="a b  c"', { k: 'a b  c' }],
  ['blanks in single quotes', "p k='a b' j=x", { k: 'a b', j: 'x' }],
  ['a quote in quotes of the other kind', `p k="it's" j='say "x"'`, { k: "it's", j: 'say "x"' }],
  ['escapes in double quotes', String.raw`p k="a\"b\\c" j=x`, { k: String.raw`a"b\c`, j: 'x' }],
  ['no escapes elsewhere', String.raw`p k='a\b' j=a\b`, { k: String.raw`a\b`, j: String.raw`a\b` }],
  ['= in values', 'p k=a=b== j="x=y"', { k: 'a=b==', j: 'x=y' }],
  ['# in values', 'p k=a#b j="x # y" i=#z', { k: 'a#b', j: 'x # y', i: '#z' }],
  ['a comment behind a blank', 'p k=v # j=x', { k: 'v' }],
  ['empty values', 'p k= j="" i=\'\'', { k: '', j: '', i: '' }],
  ['signs of markers', 'p k=E>1<E j=>>n<< i=|>a:b<|', { k: 'E>1<E', j: '>>n<<', i: '|>a:b<|' }],
  ['letters of any script', 'p ключ=Paßwörter💻', { ключ: 'Paßwörter💻' }],
  ['a quote inside a bare value', `p k=a"b j=it's`, { k: 'a"b', j: "it's" }],
];

for (const [title, line, keys] of LINES) {
  test(`a line may hold ${title}`, () => {
    assert.equal(read(line), { p: keys });
  });
}

test('a file has comments, blank lines, and any line end; lines of one path add up, the later key counts', () => {
  const text =
    '# comment\n\n  images/linux user=root pw=1\r\n\t# p k=v\r\nimages/win user=Admin\nimages/linux pw=2\n';
  assert.equal(read(text), { 'images/linux': { user: 'root', pw: '2' }, 'images/win': { user: 'Admin' } });
  assert.equal(read(''), {});
});

test('paths and keys that objects have are names like any other', () => {
  const secrets = valueOf(parseSecrets('__proto__ constructor=x\n', 'secrets'));
  assert.equal(
    [...secrets].map(([path, keys]) => [path, [...keys]]),
    [['__proto__', [['constructor', 'x']]]],
  );
});

test('a line that cannot be read is named by its number, and nothing in it is shown', () => {
  const broken = [
    'path',
    'k=hush',
    'path hush',
    'path k=v hush',
    'path =hush',
    'path k="hush hush',
    "path k='hush hush",
  ];
  const said = failureOf(parseSecrets(['ok k=v', ...broken, 'ok k=v'].join('\n'), 'user/secrets'));
  assert.equal(
    said,
    broken.map(
      (_line, at) =>
        `error syntax: user/secrets:${at + 2}: this line of the secrets file cannot be read` +
        ' | a line is: path key=value key="value with blanks"',
    ),
  );
});

test('a missing secret is named by path and key, with the keys that are there and never a value', () => {
  const secrets = valueOf(parseSecrets('p b=hush a=hush\n', 'secrets'));
  assert.equal(
    complaints([missingSecret(secrets, 'p', 'k', 'secrets'), missingSecret(secrets, 'q', 'k', 'secrets')]),
    [
      'error secret: there is no secret p:k | secrets has the path p with the keys: a, b',
      'error secret: there is no secret q:k | secrets has no line for the path q',
    ],
  );
});

test.run();
