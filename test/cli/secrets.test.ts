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
  writeFiles(user, { 'osimager.conf': '[osimager]\ncredential_source = config\n', 'hosts.json': {} });
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
1 target: 1 new, 0 changed, 0 unchanged; 4 files written (TIME)
look into out/, for instance ${FOLDER}/
out/ holds secrets: do not commit or share it
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
  const args = ['generate', '--user-dir', userFolder('images/linux password=x\n')];
  const { stderr } = await osimager(args, { cwd: workspace });
  assert.is(stderr.split('\n').at(-2), 'out/ holds secrets: do not commit or share it');
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
    says: 'there is no secret images/linux:password: there is no secrets file USER/secrets',
    hint: 'write one with lines like: images/linux username=root password=...',
  },
  {
    title: 'a line that cannot be read is named by its number and not shown',
    secrets: '# mine\nimages/linux password="hidden\n',
    asked: false,
    says: 'there is no secret images/linux:password: USER/secrets:2: this line of the secrets file cannot be read',
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
      '1 target: 0 new, 0 changed, 0 unchanged, 1 failed; 0 files written (TIME)',
      'nothing was rendered into out/',
      '',
    ]);
    assert.is(status, 1);
    assert.not(listPaths(workspace).includes('out/'));
    assert.not(stderr.includes('hidden'));
  });
}

test('a secrets file that others can read is a warning that says what to do', async () => {
  const workspace = writeWorkspace(PARTS);
  const user = userFolder('images/linux password=x\n');
  chmodSync(`${user}/secrets`, 0o644);
  const args = ['generate', '--secrets', 'inline', '--user-dir', user];
  const { status, stderr } = await osimager(args, { cwd: workspace });
  assert.is(status, 0);
  assert.equal(stderr.replaceAll(user, 'USER').split('\n').slice(1, 3), [
    'warning: USER/secrets can be read by others than its owner',
    '  = chmod 600 USER/secrets',
  ]);
});

test('inline: files that stay the same are for the owner alone, too', async () => {
  const workspace = writeWorkspace(PARTS);
  const env = `${workspace}/${FOLDER}/demo-1.0-x86_64.env`;
  await osimager(['generate'], { cwd: workspace });
  chmodSync(env, 0o644);
  const args = ['generate', '--secrets', 'inline', '--user-dir', userFolder('images/linux password=x\n')];
  assert.equal(await osimager(args, { cwd: workspace }), {
    status: 0,
    stdout: '',
    stderr: `changed: ${FOLDER} (demo-1.0-x86_64.json, ks.cfg, artifact.json)
1 target: 0 new, 1 changed, 0 unchanged; 3 files written (TIME)
look into out/, for instance ${FOLDER}/
out/ holds secrets: do not commit or share it
`,
  });
  const modes = listPaths(`${workspace}/${FOLDER}`).map((name) => modeOf(`${workspace}/${FOLDER}/${name}`));
  assert.equal(modes, [0o600, 0o600, 0o600, 0o600]);
});

test.run();
