import fs, {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { problem } from '../../src/diagnostics/diagnostic.ts';
import type { SecretAnswer } from '../../src/model/facts.ts';
import { formatJson } from '../../src/model/value.ts';
import { stageArtifact, withStaged, type Staged, type StageOptions } from '../../src/run/stage.ts';
import { hashPassword, deriveSalt } from '../../src/template/crypt.ts';
import { writeArtifact } from '../rig/deferred-artifact.ts';
import { readFiles, temporaryFolder } from '../rig/folder.ts';

const PASSWORD = `a"b\\c<d>&'e`;
const SECRETS: Readonly<Record<string, string>> = {
  'images/linux:password': PASSWORD,
  'images/linux:user': 'root',
  'images/linux:key': 'line one\nline two\n',
  'images/linux:short': 'abc',
  'images/windows:password': 'hush-windows',
  'images/linux:bell': 'ding\u0007dong',
  'images/linux:nul': 'nothing\0more',
};

function secret(path: string, key: string): SecretAnswer {
  const value = SECRETS[`${path}:${key}`];
  if (value !== undefined) return { kind: 'value', value };
  return { kind: 'missing', diagnostic: problem('secret', `there is no secret ${path}:${key}`) };
}

function optionsFor(base: string, more: Partial<StageOptions> = {}): StageOptions {
  return { base, vaultReferences: true, secret, ...more };
}

async function staged(folder: string, options: StageOptions): Promise<Staged> {
  const made = await stageArtifact(folder, options);
  if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
  return made.value;
}

const TEMPLATE = formatJson({
  variables: { user: '|>images/linux:user<|', '|>images/linux:user<|': 1 },
  builders: [{ password: '{{vault `images/linux` `password`}}', key: '{{ vault "images/linux" "key" }}' }],
  count: "E>len('|>images/linux:user<|')<E",
});
const FILES = {
  'demo.json': TEMPLATE,
  'demo.env': 'PASSWORD=|>images/linux:password<|\n',
  'ks.cfg': 'rootpw --iscrypted 6>images/linux:password<6\nuser |>images/linux:user<|\n# none\n',
  'sub/Autounattend.xml': '<Value>|>images/linux:password<|</Value>\n',
  'sub/more.json': '{"password":   "|>images/linux:password<|"}\n',
};

test('a private copy has all files, each secret as its file needs it', async () => {
  const base = temporaryFolder();
  const folder = writeArtifact(FILES);
  const before = readFiles(folder);
  const copy = await staged(folder, optionsFor(base));
  const hash = hashPassword('sha512', PASSWORD, deriveSalt('sha512', 'images/linux', 'password', PASSWORD));
  assert.equal(readFiles(copy.folder), {
    'artifact.json': before['artifact.json'],
    'demo.json': formatJson({
      variables: { user: 'root', root: 1 },
      builders: [{ password: PASSWORD, key: 'line one\nline two\n' }],
      count: 4,
    }),
    'demo.env': `PASSWORD=${PASSWORD}\n`,
    'ks.cfg': `rootpw --iscrypted ${hash}\nuser root\n# none\n`,
    'sub/Autounattend.xml': '<Value>a&quot;b\\c&lt;d&gt;&amp;&apos;e</Value>\n',
    'sub/more.json': `{"password":   ${JSON.stringify(PASSWORD)}}\n`,
  });
  assert.equal(readFiles(folder), before);
  assert.equal(
    copy.secrets.map(({ key, value }) => [key, value]),
    ['user', 'password', 'key'].map((key) => [key, SECRETS[`images/linux:${key}`]]),
  );
  copy.remove();
  assert.equal(readdirSync(base), []);
  copy.remove();
});

test("Packer's own references stay in the template alone, where Packer resolves them", async () => {
  const text = formatJson({ builders: [{ a: '{{vault `images/windows` `password`}}', b: 'x' }] });
  const installer = '{{vault `images/windows` `password`}}\n';
  const folder = writeArtifact({ 'demo.json': text, 'ks.cfg': installer, 'demo.env': `A=${installer}` });
  const copy = await staged(folder, optionsFor(temporaryFolder(), { vaultReferences: false }));
  assert.equal(readFiles(copy.folder), {
    'artifact.json': readFiles(folder)['artifact.json'],
    'demo.env': 'A=hush-windows\n',
    'demo.json': text,
    'ks.cfg': 'hush-windows\n',
  });
  // What Packer prints must not show it either.
  const known = { path: 'images/windows', key: 'password', value: 'hush-windows' };
  assert.equal(copy.secrets, [known]);
  copy.remove();
});

test("one of Packer's own references that is missing is told before anything starts", async () => {
  const text = formatJson({ builders: [{ a: '{{vault `x` `one`}}' }] });
  const options = optionsFor(temporaryFolder(), { vaultReferences: false });
  const made = await stageArtifact(writeArtifact({ 'demo.json': text }), options);
  assert.equal(made.ok ? [] : made.diagnostics.map(({ message }) => message), ['there is no secret x:one']);
});

test('an artifact that holds its secrets is copied as it is', async () => {
  const folder = writeArtifact(FILES, 'inline');
  const copy = await staged(folder, optionsFor(temporaryFolder()));
  assert.equal(readFiles(copy.folder), readFiles(folder));
  copy.remove();
});

test('each secret is asked for once, also of a source that takes its time', async () => {
  const asked: string[] = [];
  const slow = async (path: string, key: string): Promise<SecretAnswer> => {
    asked.push(`${path}:${key}`);
    await Promise.resolve();
    return secret(path, key);
  };
  const copy = await staged(writeArtifact(FILES), optionsFor(temporaryFolder(), { secret: slow }));
  copy.remove();
  assert.equal(asked, ['images/linux:user', 'images/linux:password', 'images/linux:key']);
});

test('a hash that an artifact before had is not computed again', async () => {
  const hashes = new Map<string, string>();
  const options = optionsFor(temporaryFolder(), { hashes });
  const files = { 'ks.cfg': 'rootpw 6>images/linux:password<6\n' };
  const first = await staged(writeArtifact(files), options);
  const [[name, hash] = ['', '']] = hashes;
  assert.is(readFiles(first.folder)['ks.cfg'], `rootpw ${hash}\n`);
  hashes.set(name, 'the one before');
  const second = await staged(
    writeArtifact({ ...files, 'b.cfg': '6>images/linux:password<6 5>images/linux:password<5' }),
    options,
  );
  assert.is(readFiles(second.folder)['ks.cfg'], 'rootpw the one before\n');
  assert.is(hashes.size, 2);
  first.remove();
  second.remove();
});

for (const umask of [0o000, 0o022, 0o077, 0o277, 0o777]) {
  test(`folders are 0700 and files 0600 under umask ${umask.toString(8)}`, async () => {
    const base = temporaryFolder();
    const folder = writeArtifact({ 'demo.json': TEMPLATE, 'demo.env': 'A=b\n' });
    const old = process.umask(umask);
    const copy = await staged(folder, optionsFor(base)).finally(() => process.umask(old));
    const modes = readdirSync(base, { recursive: true, encoding: 'utf8' }).map((name) =>
      (lstatSync(join(base, name)).mode & 0o777).toString(8),
    );
    copy.remove();
    assert.equal(modes, ['700', '600', '600', '600']);
  });
}

test('the modes are so from creation, and not put right afterwards', async () => {
  const base = temporaryFolder();
  const folder = writeArtifact({ 'demo.env': '', 'sub/ks.cfg': '' });
  const { chmodSync: change } = fs;
  const old = process.umask(0);
  fs.chmodSync = () => undefined;
  syncBuiltinESMExports();
  const copy = await staged(folder, optionsFor(base)).finally(() => {
    fs.chmodSync = change;
    syncBuiltinESMExports();
    process.umask(old);
  });
  const names = readdirSync(base, { recursive: true, encoding: 'utf8' });
  const modes = names.map((name) => (fs.statSync(join(base, name)).mode & 0o777).toString(8));
  copy.remove();
  assert.equal(modes.sort(), ['600', '600', '600', '700', '700']);
});

interface Wrong {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly messages: (folder: string) => readonly string[];
}

const WRONG: readonly Wrong[] = [
  {
    title: 'all missing secrets at once, each once',
    files: {
      'demo.json': '{"a": "|>x:one<| |>x:two<|"}',
      'ks.cfg': '6>x:two<6 |>images/linux:user<| |>y:z<|',
    },
    messages: () => ['there is no secret x:one', 'there is no secret x:two', 'there is no secret y:z'],
  },
  {
    title: 'a value of three characters, which could not be kept out of logs',
    files: { 'demo.json': '{"a": "|>images/linux:short<|"}', 'ks.cfg': '6>images/linux:short<6' },
    messages: () => ['the secret images/linux:short has three characters or less'],
  },
  {
    title: 'a line break in a file of lines',
    files: { 'ks.cfg': '|>images/linux:key<|\n|>images/linux:key<|', 'demo.env': 'A=|>images/linux:nul<|' },
    messages: () => [
      'the secret images/linux:key cannot be put into ks.cfg: it has a line break, which would break its line',
      'the secret images/linux:nul cannot be put into demo.env: it has a NUL character',
    ],
  },
  {
    title: 'a character that XML cannot hold',
    files: { 'a.xml': '<a>|>images/linux:key<| |>images/linux:bell<|</a>' },
    messages: () => [
      'the secret images/linux:bell cannot be put into a.xml: it has a character that XML forbids',
    ],
  },
  {
    title: 'a template that is none',
    files: { 'demo.json': '{' },
    messages: (folder) => [`${folder}/demo.json is no JSON`],
  },
  {
    title: 'an expression that fails once the secret is there',
    files: { 'ks.cfg': "E>int('|>images/linux:user<|')<E" },
    messages: () => ['ks.cfg: an expression fails with the secrets that it holds'],
  },
];

for (const { title, files, messages } of WRONG) {
  test(`refused, and nothing written: ${title}`, async () => {
    const base = temporaryFolder();
    const folder = writeArtifact(files);
    const made = await stageArtifact(folder, optionsFor(base));
    const found = made.ok ? [] : made.diagnostics.map(({ message }) => message);
    assert.equal(found, messages(folder));
    assert.equal(readdirSync(base), []);
  });
}

test('refused: no artifact, a file that is gone, a link that leads out', async () => {
  const base = temporaryFolder();
  const outside = join(base, 'outside');
  writeFileSync(outside, 'text');
  const folder = writeArtifact({ 'a.cfg': '', 'b.cfg': '' });
  rmSync(join(folder, 'a.cfg'));
  rmSync(join(folder, 'b.cfg'));
  symlinkSync(outside, join(folder, 'b.cfg'));
  const messagesOf = async (place: string) => {
    const made = await stageArtifact(place, optionsFor(base));
    return made.ok ? [] : made.diagnostics.map(({ message }) => message);
  };
  assert.equal(await messagesOf(folder), [
    `${folder}/a.cfg is not there`,
    `${folder}/b.cfg is a link out of its folder`,
  ]);
  const empty = `${base} is no artifact: it has no artifact.json that can be read`;
  assert.equal(await messagesOf(base), [empty]);
});

test('a place that cannot be written to is said', async () => {
  const base = join(temporaryFolder(), 'not-there');
  const made = await stageArtifact(writeArtifact(FILES), optionsFor(base));
  assert.is(made.ok, false);
  assert.match(
    made.ok ? '' : (made.diagnostics[0]?.message ?? ''),
    /^\/.*\/osimager-run-.* cannot be written: /,
  );
});

test('the copy goes when its use succeeds and when it fails, and the handlers with it', async () => {
  const base = temporaryFolder();
  const folder = writeArtifact(FILES);
  const listeners = () =>
    ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'].map((event) => process.listenerCount(event));
  const before = listeners();
  const used = await withStaged(folder, optionsFor(base), ({ folder: copy }) => {
    assert.equal(
      listeners(),
      before.map((count) => count + 1),
    );
    return Promise.resolve(readdirSync(copy).length);
  });
  assert.equal(used, { ok: true, value: 5 });
  const failure = new Error('the use failed');
  const fails = withStaged(folder, optionsFor(base), () => Promise.reject(failure));
  assert.is(await fails.catch((error: unknown) => error), failure);
  const throws = withStaged(folder, optionsFor(base), () => {
    throw failure;
  });
  assert.is(await throws.catch((error: unknown) => error), failure);
  assert.equal(readdirSync(base), []);
  assert.equal(listeners(), before);
});

test('what others have put there stays: files, links, folders of another name', async () => {
  const base = temporaryFolder();
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, 'kept'), '');
  const name = `osimager-run-0-4194999-1-${'0'.repeat(32)}`;
  symlinkSync(elsewhere, join(base, name));
  mkdirSync(join(base, 'osimager-run-mine'));
  chmodSync(base, 0o700);
  (await staged(writeArtifact(FILES), optionsFor(base))).remove();
  assert.equal(readdirSync(base).sort(), [name, 'osimager-run-mine'].sort());
  assert.equal(readdirSync(elsewhere), ['kept']);
});

test.run();
