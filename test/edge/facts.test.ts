import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { knownSecrets } from '../../src/edge/known-secrets.ts';
import { createFacts, shownPath, type FactsOptions } from '../../src/edge/facts.ts';
import type { Facts } from '../../src/model/facts.ts';
import { complaints } from '../rig/complaints.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';

interface World {
  readonly top: string;
  readonly facts: Facts;
  readonly warnings: () => readonly string[];
}

/** Facts over `base` (with `base/data`) and `user`, which lie in one folder with what is outside. */
function world(files: Readonly<Record<string, unknown>>, options: Partial<FactsOptions> = {}): World {
  const top = temporaryFolder();
  writeFiles(top, { 'base/data/files/.keep': '', 'user/.keep': '', ...files });
  if ('user/secrets' in files) chmodSync(`${top}/user/secrets`, 0o600);
  const warnings: Diagnostic[] = [];
  const facts = createFacts({
    baseDir: `${top}/base`,
    dataDir: `${top}/base/data`,
    userDir: `${top}/user`,
    credentialSource: 'config',
    vaultAnswers: () => new Map(),
    environment: {},
    warn: (diagnostic) => warnings.push(diagnostic),
    ...options,
  });
  return { top, facts, warnings: () => complaints(warnings) };
}

const data = (path: string) => ({ root: 'data', path }) as const;
const user = (path: string) => ({ root: 'user', path }) as const;

function refusal(facts: Facts, path: string): readonly string[] | string {
  const answer = facts.text(data(path));
  return answer.kind === 'refused' ? complaints([answer.diagnostic]) : answer.kind;
}

test('files are read from the data folder and the user folder, and shown as people name them', () => {
  const { top, facts } = world({ 'base/data/files/a': 'A', 'user/locations/l.json': '{}' });
  assert.equal(facts.text(data('files/a')), { kind: 'text', source: { path: 'data/files/a', text: 'A' } });
  assert.equal(facts.text(user('locations/l.json')), {
    kind: 'text',
    source: { path: `${top}/user/locations/l.json`, text: '{}' },
  });
  assert.equal(facts.text(data('files/b')), { kind: 'absent', path: 'data/files/b' });
  assert.equal(refusal(facts, 'files'), [
    'error unreadable: data/files is not read: a folder is where a file should be',
  ]);
});

test('the same question has the same answer for a whole run', () => {
  const { top, facts } = world({ 'base/data/files/a': 'A' });
  const ask = () => [facts.text(data('files/a')), facts.text(data('files/b')), facts.names(data('files'))];
  const before = ask();
  writeFiles(top, { 'base/data/files/a': 'B', 'base/data/files/b': 'B' });
  assert.equal(ask(), before);
});

const OUTSIDE = [
  '../x',
  'files/../../x',
  '/etc/passwd',
  'files/../platforms/x',
  'a\\..\\x',
  '..',
  './../x',
  'files/../..',
];

for (const path of OUTSIDE) {
  test(`a path that leaves its folder is refused: ${path}`, () => {
    const { facts } = world({ 'base/x': 'x', x: 'x', 'base/data/platforms/x': 'x' });
    assert.equal(refusal(facts, path), [
      `error outside: "${path}" leads out of data | files are named by paths inside the folder: copy or move the file there`,
    ]);
  });
}

test('a path that comes back into its folder is read', () => {
  const { facts } = world({ 'base/data/files/a': 'A' });
  assert.is(facts.text(data('files/sub/../a')).kind, 'text');
  assert.is(facts.text(data('files/./a')).kind, 'text');
});

test('a link that leads out of the workspace is refused, one that stays in it is followed', () => {
  const { top, facts } = world({
    'outside/x': 'x',
    'base/shared/x': 'x',
    'user/secrets': '',
    'base/data/files/a': 'a',
  });
  const links = {
    file: '../../../outside/x',
    folder: '../../../outside',
    own: '../../shared/x',
    near: 'a',
    user: '../../../user',
  };
  for (const [name, to] of Object.entries(links)) symlinkSync(to, `${top}/base/data/files/${name}`);
  const said = (path: string): readonly string[] => [
    `error outside: data/files/${path} is a link that leads out of the workspace` +
      ' | files are named by paths inside the folder: copy or move the file there',
  ];
  const paths = ['file', 'folder/x', 'user/secrets', 'own', 'near'];
  assert.equal(
    paths.map((path) => refusal(facts, `files/${path}`)),
    [said('file'), said('folder/x'), said('user/secrets'), 'text', 'text'],
  );
});

test('a link in the user folder must stay in it', () => {
  const { top, facts } = world({ 'base/data/x.json': '{}', 'user/locations/l.json': '{}' });
  symlinkSync('../../base/data/x.json', `${top}/user/locations/out.json`);
  assert.is(facts.text(user('locations/out.json')).kind, 'refused');
});

test('links that go round, long names and odd bytes are refused, and throw nothing', () => {
  const { top, facts } = world({ 'base/data/files/latin': Uint8Array.of(0xe4), 'base/data/files/big': '' });
  symlinkSync('circle', `${top}/base/data/files/circle`);
  writeFileSync(`${top}/base/data/files/big`, new Uint8Array(16 * 1024 * 1024 + 1));
  const long = `files/${'x'.repeat(300)}`;
  assert.equal(refusal(facts, 'files/latin'), [
    'error encoding: data/files/latin is not read: it is not UTF-8 text',
  ]);
  assert.equal(refusal(facts, 'files/big'), [
    'error too-large: data/files/big is not read: it is larger than 16 MB (16777217 bytes)',
  ]);
  assert.is(refusal(facts, 'files/a\0b').length, 1);
  assert.equal(refusal(facts, 'files/circle'), [
    'error unreadable: data/files/circle is not read: links go round in a circle',
  ]);
  assert.equal(refusal(facts, long), [`error unreadable: data/${long} is not read: the name is too long`]);
});

test('names are sorted, hidden ones and absent folders left out', () => {
  const { facts } = world({
    'base/data/files/b': '',
    'base/data/files/A/x': '',
    'base/data/files/.hidden': '',
  });
  assert.equal(facts.names(data('files')), ['A', 'b']);
  assert.equal(facts.names(data('none')), []);
  assert.equal(facts.names(user('.')), []);
});

test('environment variables are those that were given', () => {
  const { facts } = world({}, { environment: { A: '1', EMPTY: '' } });
  assert.equal(
    [facts.environment('A'), facts.environment('EMPTY'), facts.environment('PATH')],
    ['1', '', undefined],
  );
});

const secretSaid = (facts: Facts, path: string, key: string): string => {
  const answer = facts.secret(path, key);
  return answer.kind === 'value' ? `value ${answer.value}` : complaints([answer.diagnostic]).join('\n');
};

test('secrets come from the secrets file', () => {
  const { top, facts, warnings } = world({ 'user/secrets': 'p k="a b c"\n' });
  assert.is(secretSaid(facts, 'p', 'k'), 'value a b c');
  assert.is(
    secretSaid(facts, 'p', 'x'),
    `error secret: there is no secret p:x | ${top}/user/secrets has the path p with the keys: k`,
  );
  assert.is(
    secretSaid(facts, 'q', 'k'),
    `error secret: there is no secret q:k | ${top}/user/secrets has no line for the path q`,
  );
  assert.equal(warnings(), []);
});

test('a secret that is too short to be masked is warned of, once', () => {
  const { facts, warnings } = world({ 'user/secrets': 'p k=abc l="" m=abcd\n' });
  assert.equal(
    ['k', 'k', 'l', 'm'].map((key) => secretSaid(facts, 'p', key)),
    ['value abc', 'value abc', 'value ', 'value abcd'],
  );
  const says = (name: string): string =>
    `warning secret: the secret ${name} has three characters or less: it is not masked in what is printed` +
    ' | choose a longer one, or write it into the data as it is';
  assert.equal(warnings(), [says('p:k'), says('p:l')]);
});

test('a secret that was asked for is known as one that must not be printed', () => {
  const { facts } = world({ 'user/secrets': 'p asked=hush-asked other=hush-other\n' });
  const before = knownSecrets.since(0).length;
  facts.secret('p', 'asked');
  facts.secret('p', 'asked');
  assert.equal(knownSecrets.since(before), [{ path: 'p', key: 'asked', value: 'hush-asked' }]);
});

for (const mode of [0o640, 0o604, 0o620, 0o644, 0o666]) {
  test(`a secrets file that others may read or write is refused: ${mode.toString(8)}`, () => {
    if (process.platform === 'win32') return;
    const { top, facts, warnings } = world({ 'user/secrets': 'p k=hushed\n' });
    const file = `${top}/user/secrets`;
    chmodSync(file, mode);
    const refused = `${file} is refused, as others than its owner may read or write it | chmod 600 ${file}`;
    assert.equal(
      [secretSaid(facts, 'p', 'k'), secretSaid(facts, 'q', 'x')],
      ['p:k', 'q:x'].map((name) => `error unreadable: the secret ${name} is not known: ${refused}`),
    );
    assert.equal(warnings(), []);
  });
}

test('a secrets file that its owner may only read is fine', () => {
  const { top, facts } = world({ 'user/secrets': 'p k=v\n' });
  chmodSync(`${top}/user/secrets`, 0o400);
  assert.is(secretSaid(facts, 'p', 'k'), 'value v');
});

test('without a secrets file, a secret is an error that names path and key', () => {
  const { top, facts } = world({});
  assert.is(
    secretSaid(facts, 'path/one', 'key1'),
    `error unreadable: the secret path/one:key1 is not known: there is no secrets file ${top}/user/secrets | write one with lines like: images/linux username=root password=...`,
  );
});

test('with Vault, secrets are what was fetched from there, and the secrets file is not read', () => {
  const keys = new Map([['key1', 'from vault']]);
  const { facts } = world(
    { 'user/secrets': 'path/one key1=hush\n' },
    { credentialSource: 'vault', vaultAnswers: () => new Map([['path/one', { kind: 'keys', keys }]]) },
  );
  assert.equal(facts.secret('path/one', 'key1'), { kind: 'value', value: 'from vault' });
  assert.not.match(secretSaid(facts, 'path/one', 'key2'), 'from vault');
});

test('a secrets file that cannot be read is an error that names the line and shows no value', () => {
  const { top, facts } = world({ 'user/secrets': 'p k=hush\np k=hush hush\n' });
  assert.is(
    secretSaid(facts, 'p', 'k'),
    `error unreadable: the secret p:k is not known: ${top}/user/secrets:2: this line of the secrets file cannot be read | a line is: path key=value key="value with blanks"`,
  );
});

test('hosts answer as hosts.json says, whatever the case of the name', () => {
  const { facts, warnings } = world({ 'user/hosts.json': { 'H.lab.test': '10.0.0.1' } });
  assert.equal(
    ['h.LAB.test', 'h', '__proto__', 'constructor'].map((name) => facts.host(name)),
    ['10.0.0.1', undefined, undefined, undefined],
  );
  assert.equal(warnings(), []);
});

const HOSTS_HINT = 'it holds {"host.example": "192.168.1.2"}';

test('without hosts.json no host is known, and nothing is said', () => {
  const { facts, warnings } = world({});
  assert.equal([facts.host('h'), warnings()], [undefined, []]);
});

test('a hosts.json that is not a mapping is complained about, once', () => {
  for (const content of ['{', 'null', '[]', '"x"', Uint8Array.of(0xff)]) {
    const { top, facts, warnings } = world({ 'user/hosts.json': content });
    assert.equal([facts.host('h'), facts.host('h')], [undefined, undefined], String(content));
    const said = `warning syntax: ${top}/user/hosts.json cannot be read | ${HOSTS_HINT}`;
    assert.equal(warnings(), [said], String(content));
  }
});

test('an entry of hosts.json that is no IPv4 text is warned of by name, and the others answer', () => {
  const odd = { n: 5, o: { a: 1 }, z: null, e: '', six: '::1', name: 'h.lab.test' };
  const { top, facts, warnings } = world({ 'user/hosts.json': { ...odd, good: '10.0.0.1' } });
  assert.equal(
    [...Object.keys(odd), 'good', 'n'].map((name) => facts.host(name)),
    [...Object.keys(odd).map(() => undefined), '10.0.0.1', undefined],
  );
  assert.equal(
    warnings(),
    Object.keys(odd).map(
      (name) =>
        `warning syntax: ${top}/user/hosts.json: the address of "${name}" is no IPv4 address | ${HOSTS_HINT}`,
    ),
  );
});

test('a path is shown from the workspace where it is inside', () => {
  const table = { '/w/data/x': 'data/x', '/w': '/w', '/x': '/x', '/w2/x': '/w2/x' };
  assert.equal(Object.fromEntries(Object.keys(table).map((path) => [path, shownPath(path, '/w')])), table);
});

test.run();
