import { chmodSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { writeWorkspace } from '../rig/workspace.ts';

const PARTS = {
  platforms: {
    bare: {
      arches: ['x86_64'],
      config: { type: 'null', ssh_password: '{{vault `images/linux` `password`}}' },
    },
  },
  sources: { 'demo/ks.cfg': 'rootpw |>images/linux:password<|\nuser |>images/other:username<|\n' },
};

function userFolder(secrets: string): string {
  const user = temporaryFolder();
  writeFiles(user, { 'osimager.conf': '[osimager]\ncredential_source = config\n', secrets });
  chmodSync(`${user}/secrets`, 0o600);
  return user;
}

test('secrets check tells which are there and which are not, and never a value', async () => {
  const workspace = writeWorkspace(PARTS);
  const user = userFolder('images/linux password=canary-one\nimages/other password=canary-two\n');
  const { status, stdout, stderr } = await osimager(['secrets', 'check', '--user-dir', user], {
    cwd: workspace,
  });
  assert.equal(
    { status, stdout, stderr: stderr.replaceAll(user, 'USER') },
    {
      status: 1,
      stdout: 'there    images/linux:password  (1 target)\nmissing  images/other:username  (1 target)\n',
      stderr:
        'error: there is no secret images/other:username\n' +
        '  = USER/secrets has the path images/other with the keys: password\n' +
        '2 secrets: 1 there, 1 missing\n',
    },
  );
});

test('secrets check refuses what the run refuses: values that are too short to be masked', async () => {
  const workspace = writeWorkspace(PARTS);
  const user = userFolder('images/linux password=abc\nimages/other username=canary\n');
  const stdout = 'there    images/linux:password  (1 target)\nthere    images/other:username  (1 target)\n';
  const short = 'the secret images/linux:password has three characters or less';
  const hint = 'choose a longer one, or write it into the data as it is\n2 secrets: 2 there, 0 missing\n';
  const check = (environment: Record<string, string>) =>
    osimager(['secrets', 'check', '--user-dir', user], { cwd: workspace, environment });
  assert.equal(await check({}), {
    status: 1,
    stdout,
    stderr: `error: ${short}\n  = so short a value cannot be kept out of logs: ${hint}`,
  });
  assert.equal(await check({ OSIMAGER_SECRETS: 'inline' }), {
    status: 0,
    stdout,
    stderr: `warning: ${short}: it is not masked in what is printed\n  = ${hint}`,
  });
});

test('secrets check of one target, as JSON, exits with 0 when all are there', async () => {
  const workspace = writeWorkspace(PARTS);
  const user = userFolder('images/linux password=canary-one\nimages/other username=canary-two\n');
  const args = ['secrets', 'check', 'bare/lab/demo-1.0-x86_64', '--json', '--user-dir', user];
  const { status, stdout } = await osimager(args, { cwd: workspace });
  assert.is(status, 0);
  const targets = ['bare/lab/demo-1.0-x86_64'];
  assert.equal(JSON.parse(stdout), [
    { path: 'images/linux', key: 'password', there: true, targets },
    { path: 'images/other', key: 'username', there: true, targets },
  ]);
});

test('secrets policy is the least that Vault must allow', async () => {
  const workspace = writeWorkspace(PARTS);
  assert.equal(await osimager(['secrets', 'policy'], { cwd: workspace }), {
    status: 0,
    stdout:
      'path "images/data/linux" {\n  capabilities = ["read"]\n}\n\n' +
      'path "images/data/other" {\n  capabilities = ["read"]\n}\n',
    stderr: '',
  });
});

test('secrets without a command is wrong usage', async () => {
  const { status } = await osimager(['secrets'], { cwd: temporaryFolder() });
  assert.is(status, 2);
});

test.run();
