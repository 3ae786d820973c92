import { chmodSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { modeOf } from '../rig/tree.ts';
import { listPaths, writeWorkspace } from '../rig/workspace.ts';

const PARTS = {
  platforms: {
    bare: {
      arches: ['x86_64'],
      config: { type: 'null', ssh_password: '{{vault `images/linux` `password`}}' },
    },
  },
  sources: { 'demo/ks.cfg': 'rootpw |>images/linux:password<|\n' },
};
const FOLDER = 'out/bare/lab/demo-1.0-x86_64';
const FILES = 'demo-1.0-x86_64.json, ks.cfg, demo-1.0-x86_64.env, artifact.json';

function userFolder(secrets: string | undefined): string {
  const user = temporaryFolder();
  writeFiles(user, { 'osimager.conf': '[osimager]\ncredential_source = config\n' });
  if (secrets === undefined) return user;
  writeFiles(user, { secrets });
  chmodSync(`${user}/secrets`, 0o600);
  return user;
}

test('deferred, the default: markers stay and artifact.json says what is needed', async () => {
  const workspace = writeWorkspace(PARTS);
  const { status } = await osimager(['generate'], { cwd: workspace });
  assert.is(status, 0);
  const files = readFiles(`${workspace}/${FOLDER}`);
  assert.is(files['ks.cfg'], 'rootpw |>images/linux:password<|\n');
  const { secrets, secrets_mode } = JSON.parse(files['artifact.json'] ?? '') as Record<string, unknown>;
  const needed = { path: 'images/linux', key: 'password', files: ['demo-1.0-x86_64.json', 'ks.cfg'] };
  assert.equal({ secrets, secrets_mode }, { secrets: [needed], secrets_mode: 'deferred' });
});

test('inline: values are in the tree, osimager says so, and prints none', async () => {
  const workspace = writeWorkspace(PARTS);
  const user = userFolder('images/linux username=root password="correct horse" # mine\n');
  const args = ['generate', '--secrets', 'inline', '--user-dir', user, '--verbose'];
  const found = await osimager(args, { cwd: workspace });
  assert.equal(found, {
    status: 0,
    stdout: '',
    stderr: `new: ${FOLDER} (${FILES})
stale: bare/lab/demo-1.0-x86_64: nothing is known of it
look into out/, for instance ${FOLDER}/
out/ holds secrets: do not commit or share it
1 target: 1 new, 0 changed, 0 unchanged; 4 files written (TIME)
`,
  });
  const files = readFiles(`${workspace}/${FOLDER}`);
  assert.is(files['ks.cfg'], 'rootpw correct horse\n');
  const { builders } = JSON.parse(files['demo-1.0-x86_64.json'] ?? '') as Record<string, unknown>;
  assert.equal(builders, [{ type: 'null', ssh_password: 'correct horse', name: 'demo-1.0-x86_64' }]);
});

test('inline by the configuration says so too', async () => {
  const workspace = writeWorkspace({
    ...PARTS,
    files: { 'osimager.config.ts': "export default { secrets: 'inline' };\n" },
  });
  const args = ['generate', '--user-dir', userFolder('images/linux password=long\n')];
  const { stderr } = await osimager(args, { cwd: workspace });
  assert.is(stderr.split('\n').at(-3), 'out/ holds secrets: do not commit or share it');
});

interface Wrong {
  readonly title: string;
  readonly secrets: string | undefined;
  /** Whether the place that asks for the secret is shown; else the file itself is at fault. */
  readonly asked: boolean;
  readonly says: string;
  readonly hint: string;
}

const ASKED = [
  '  --> data/specs/demo/spec.json:16:15',
  '  16 |       "dest": "ks.cfg"',
  '     |               ^^^^^^^^',
];

const WRONG: readonly Wrong[] = [
  {
    title: 'a path that is missing is named',
    secrets: 'images/windows password=x\n',
    asked: true,
    says: 'there is no secret images/linux:password',
    hint: 'USER/secrets has no line for the path images/linux',
  },
  {
    title: 'a key that is missing is named, with the keys that are there and without a value',
    secrets: 'images/linux username=hidden token=hidden\n',
    asked: true,
    says: 'there is no secret images/linux:password',
    hint: 'USER/secrets has the path images/linux with the keys: token, username',
  },
  {
    title: 'a secrets file that is missing is named',
    secrets: undefined,
    asked: false,
    says: 'the secret images/linux:password is not known: there is no secrets file USER/secrets',
    hint: 'write one with lines like: images/linux username=root password=...',
  },
  {
    title: 'a line that cannot be read is named by its number and not shown',
    secrets: '# mine\nimages/linux password="hidden\n',
    asked: false,
    says: 'the secret images/linux:password is not known: USER/secrets:2: this line of the secrets file cannot be read',
    hint: 'a line is: path key=value key="value with blanks"',
  },
];

for (const { title, secrets, asked, says, hint } of WRONG) {
  test(`inline: ${title}`, async () => {
    const workspace = writeWorkspace({ ...PARTS, platforms: {} });
    const user = userFolder(secrets);
    const args = ['generate', '--secrets', 'inline', '--user-dir', user];
    const { status, stderr } = await osimager(args, { cwd: workspace });
    const lines = stderr.replaceAll(user, 'USER').split('\n');
    assert.equal(lines, [
      `error: ${says}`,
      ...(asked ? ASKED : []),
      `  = ${hint}`,
      '  = not rendered: bare/lab/demo-1.0-x86_64',
      'nothing was rendered into out/',
      '1 target: 0 new, 0 changed, 0 unchanged, 1 failed; 0 files written (TIME)',
      '',
    ]);
    assert.is(status, 1);
    assert.not(listPaths(workspace).includes('out/'));
    assert.not(stderr.includes('hidden'));
  });
}

test('inline: a secret that is too short to be masked is warned of', async () => {
  const workspace = writeWorkspace(PARTS);
  const args = ['generate', '--secrets', 'inline', '--user-dir', userFolder('images/linux password=adm\n')];
  assert.equal(await osimager(args, { cwd: workspace }), {
    status: 0,
    stdout: '',
    stderr: `new: ${FOLDER} (${FILES})
warning: the secret images/linux:password has three characters or less: it is not masked in what is printed
  = choose a longer one, or write it into the data as it is
look into out/, for instance ${FOLDER}/
out/ holds secrets: do not commit or share it
1 target: 1 new, 0 changed, 0 unchanged; 4 files written (TIME)
`,
  });
});

test('a secrets file that others can read is refused, and what to do is said', async () => {
  const workspace = writeWorkspace({ ...PARTS, platforms: {} });
  const user = userFolder('images/linux password=hidden\n');
  chmodSync(`${user}/secrets`, 0o644);
  const inline = await osimager(['generate', '--secrets', 'inline', '--user-dir', user], { cwd: workspace });
  const refused =
    'error: the secret images/linux:password is not known: ' +
    'USER/secrets is refused, as others than its owner may read or write it\n  = chmod 600 USER/secrets\n';
  assert.equal(
    { ...inline, stderr: inline.stderr.replaceAll(user, 'USER') },
    {
      status: 1,
      stdout: '',
      stderr: `${refused}  = not rendered: bare/lab/demo-1.0-x86_64
nothing was rendered into out/
1 target: 0 new, 0 changed, 0 unchanged, 1 failed; 0 files written (TIME)
`,
    },
  );
  const check = await osimager(['secrets', 'check', '--user-dir', user], { cwd: workspace });
  assert.equal(
    { ...check, stderr: check.stderr.replaceAll(user, 'USER') },
    {
      status: 1,
      stdout: 'missing  images/linux:password  (1 target)\n',
      stderr: `${refused}1 secret: 0 there, 1 missing\n`,
    },
  );
});

test('deferred, a secrets file is not read, and so never refused', async () => {
  const workspace = writeWorkspace(PARTS);
  const user = userFolder('images/linux password=hidden\n');
  chmodSync(`${user}/secrets`, 0o644);
  assert.equal(await osimager(['generate', '--user-dir', user], { cwd: workspace }), {
    status: 0,
    stdout: '',
    stderr: `new: ${FOLDER} (${FILES})
look into out/, for instance ${FOLDER}/
1 target: 1 new, 0 changed, 0 unchanged; 4 files written (TIME)
`,
  });
});

test('when a secret changes, the targets that hold it or its hash are stale, and no others; deferred, none is', async () => {
  const target = (platform: string) => ({ platform, location: 'lab', spec: 'demo-1.0-x86_64' });
  const builder = (password: string) => ({ arches: ['x86_64'], config: { type: 'null', password } });
  const cwd = writeWorkspace({
    platforms: {
      one: builder('|>images/linux:password<|'),
      two: builder('6>images/linux:password<6'),
      three: builder('|>images/windows:password<|'),
    },
    sources: { 'demo/ks.cfg': 'none\n' },
    matrix: ['one', 'two', 'three'].map(target),
  });
  const run = (linux: string, ...args: readonly string[]) => {
    const user = userFolder(`images/linux password=${linux}\nimages/windows password=hush-same\n`);
    return osimager(['generate', '--user-dir', user, ...args], { cwd });
  };
  const inline = ['--secrets', 'inline'];
  await run('hush-before', ...inline);
  const stale = await run('hush-after', ...inline, '--check');
  const files = '(demo-1.0-x86_64.json, artifact.json)';
  assert.equal(stale, {
    status: 1,
    stdout: ['one', 'two'].map((name) => `changed: out/${name}/lab/demo-1.0-x86_64 ${files}\n`).join(''),
    stderr: `out/ is not up to date: run osimager generate
3 targets: 0 new, 2 changed, 1 unchanged; 4 files to be written (TIME)
`,
  });
  await run('hush-before');
  assert.is((await run('hush-after', '--check')).status, 0);
});

test('inline: files that stay the same are for the owner alone, too', async () => {
  const workspace = writeWorkspace(PARTS);
  const env = `${workspace}/${FOLDER}/demo-1.0-x86_64.env`;
  await osimager(['generate'], { cwd: workspace });
  chmodSync(env, 0o644);
  const args = ['generate', '--secrets', 'inline', '--user-dir', userFolder('images/linux password=long\n')];
  assert.equal(await osimager(args, { cwd: workspace }), {
    status: 0,
    stdout: '',
    stderr: `changed: ${FOLDER} (demo-1.0-x86_64.json, ks.cfg, artifact.json)
look into out/, for instance ${FOLDER}/
out/ holds secrets: do not commit or share it
1 target: 0 new, 1 changed, 0 unchanged; 3 files written (TIME)
`,
  });
  const modes = listPaths(`${workspace}/${FOLDER}`).map((name) => modeOf(`${workspace}/${FOLDER}/${name}`));
  assert.equal(modes, [0o600, 0o600, 0o600, 0o600]);
});

test.run();
