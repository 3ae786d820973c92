import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { copiesIn, ledgerOf, traceOf, writeRunWorkspace, type RunWorkspace } from '../rig/run-workspace.ts';

const ROW = { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64', name: 'one' };
const ARTIFACT = 'out/bare/lab/one';

/** Runs and expects a refusal: what is said, with nothing started, nothing left, and the class in the ledger. */
async function refused(
  workspace: RunWorkspace,
  args: readonly string[] = [ARTIFACT],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { status, stdout, stderr } = await workspace.run(['run', ...args], environment);
  assert.equal([status, stdout], [1, '']);
  assert.equal(
    traceOf(workspace.record).filter((line) => line !== 'version'),
    [],
  );
  assert.equal(copiesIn(workspace.temporary), []);
  assert.match(stderr, /nothing was started\n$/);
  return stderr.replace(/nothing was started\n$/, '').replaceAll(workspace.folder, 'WORKSPACE');
}

test('an artifact that is not what its data gives now is refused, and run with --stale', async () => {
  const workspace = await writeRunWorkspace([ROW]);
  writeFiles(workspace.folder, { 'data/locations/lab.json': { defs: { domain: 'other.example' } } });
  assert.is(
    await refused(workspace),
    `error: ${ARTIFACT} is not what its data gives now: one.json, artifact.json
  = osimager generate brings it up to date; --stale runs it as it is
  = not run: ${ARTIFACT}
`,
  );
  const [ledger] = ledgerOf(workspace.folder) as [{ builds: Record<string, unknown>[] }];
  assert.is(ledger.builds[0]?.state, 'failed');
  assert.is(ledger.builds[0]?.failure, 'preflight');
  const stale = await workspace.run(['run', ARTIFACT, '--stale']);
  assert.is(stale.status, 0);
  assert.is(
    stale.stderr.split('\n')[0],
    `warning: ${ARTIFACT} is not what its data gives now: one.json, artifact.json`,
  );
});

test('an artifact that no row asks for any more is stale', async () => {
  const workspace = await writeRunWorkspace([ROW, { ...ROW, name: 'two' }]);
  writeFileSync(
    join(workspace.folder, 'data/matrix.toml'),
    '[[target]]\nplatform = "bare"\nlocation = "lab"\nspec = "demo-1.0-x86_64"\nname = "two"\n',
  );
  assert.is(
    await refused(workspace),
    `error: no row of the matrix asks for ${ARTIFACT} any more
  = osimager generate brings it up to date; --stale runs it as it is
  = not run: ${ARTIFACT}
`,
  );
});

test('an artifact that can no longer be rendered says why', async () => {
  const workspace = await writeRunWorkspace([ROW]);
  writeFiles(workspace.folder, { 'data/locations/lab.json': { defs: { domain: '>>a<<', a: '>>domain<<' } } });
  const said = await refused(workspace);
  assert.match(
    said,
    /^error: out\/bare\/lab\/one can no longer be rendered\n {2}= definitions refer to each other/,
  );
});

test('what the command line generated is compared with what it asked for then', async () => {
  const workspace = await writeRunWorkspace([ROW]);
  await workspace.run(['generate', 'bare/lab/demo-1.0-x86_64', 'three', '10.0.0.3', '-D', 'a=b']);
  assert.is((await workspace.run(['run', 'out/bare/lab/three'])).status, 0);
});

test('a file that was edited, one that is gone, and one that leads out: all at once', async () => {
  const workspace = await writeRunWorkspace([ROW, { ...ROW, name: 'two' }]);
  const folder = join(workspace.folder, ARTIFACT);
  writeFileSync(join(folder, 'one.env'), 'A=1\n');
  rmSync(join(workspace.folder, 'out/bare/lab/two/two.env'));
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, 'x'), 'x');
  rmSync(join(folder, 'one.json'));
  symlinkSync(join(elsewhere, 'x'), join(folder, 'one.json'));
  const { status, stderr } = await workspace.run(['run', 'out/bare/lab/*']);
  assert.is(status, 1);
  assert.is(
    stderr,
    `error: ${ARTIFACT}/one.json is a link out of its folder
error: ${ARTIFACT}/one.env was edited since it was generated
  = change the data that it is made from, and osimager generate --force brings the file back; --accept-modified runs it as it is
error: out/bare/lab/two/two.env is not there
  = osimager generate writes it again
`,
  );
  assert.equal(traceOf(workspace.record), []);
});

test('with --accept-modified, an artifact that was edited is run as it is, and that is said', async () => {
  const workspace = await writeRunWorkspace([ROW]);
  writeFileSync(join(workspace.folder, ARTIFACT, 'one.env'), 'A=1\n');
  const { status, stderr } = await workspace.run(['run', ARTIFACT, '--accept-modified']);
  assert.is(status, 0);
  assert.match(stderr, `warning: ${ARTIFACT}/one.env was edited since it was generated, and is run as it is`);
  assert.ok(traceOf(workspace.record).includes('end one'));
});

test('files that the build needs: what, where from, and where to', async () => {
  const required = [
    {
      file: 'files/driver.exe',
      description: 'a driver',
      url: 'https://drivers.example/driver.exe',
      location: 'data/files/',
    },
    { file: 'files/other.bin' },
    { file: 'files/demo/ks.cfg', description: 'is here' },
  ];
  const demo = {
    provides: { dist: 'demo', versions: ['1.0'], arches: ['x86_64'] },
    method: 'replace',
    provisioners: [],
    required_files: required,
  };
  const workspace = await writeRunWorkspace([ROW, { ...ROW, name: 'two' }], { specs: { demo } });
  assert.is(
    await refused(workspace, ['out/bare/lab/*']),
    `error: a file that the build needs is not here: files/driver.exe (a driver)
  = download it from https://drivers.example/driver.exe
  = put it into data/files/
  = not run: ${ARTIFACT} and 1 other artifact
error: a file that the build needs is not here: files/other.bin
  = put it at WORKSPACE/data/files/other.bin
  = not run: ${ARTIFACT} and 1 other artifact
`,
  );
});

test('secrets that are missing are named by path and key', async () => {
  const workspace = await writeRunWorkspace([
    { platform: 'ssh', location: 'lab', spec: 'keyed-1.0-x86_64', name: 'one' },
  ]);
  const user = temporaryFolder();
  writeFiles(user, { secrets: 'images/linux username=abcdef\n' });
  chmodSync(join(user, 'secrets'), 0o600);
  const said = await refused(workspace, ['out/ssh/lab/one'], { OSIMAGER_USER_DIR: user });
  assert.is(
    said.replace(user, 'USER'),
    `error: there is no secret images/linux:password
  = USER/secrets has the path images/linux with the keys: username
  = not run: out/ssh/lab/one
`,
  );
});

test('a secret that is too short to be kept out of logs is refused', async () => {
  const workspace = await writeRunWorkspace([
    { platform: 'ssh', location: 'lab', spec: 'keyed-1.0-x86_64', name: 'one' },
  ]);
  const user = temporaryFolder();
  writeFiles(user, { secrets: 'images/linux username=abcdef password=abc\n' });
  chmodSync(join(user, 'secrets'), 0o600);
  assert.is(
    await refused(workspace, ['out/ssh/lab/one'], { OSIMAGER_USER_DIR: user }),
    `warning: the secret images/linux:password has three characters or less: it is not masked in what is printed
  = choose a longer one, or write it into the data as it is
error: the secret images/linux:password has three characters or less
  = so short a value cannot be kept out of logs: choose a longer one, or write it into the data as it is
`,
  );
});

test('Packer that is not there', async () => {
  const workspace = await writeRunWorkspace([ROW]);
  assert.is(
    await refused(workspace, [ARTIFACT], { OSIMAGER_PACKER_CMD: 'no-such-packer' }),
    `error: Packer is not found: no program "no-such-packer" is on the PATH
  = install Packer, or name it with the setting packer_cmd
`,
  );
  assert.is(
    await refused(workspace, [ARTIFACT], { OSIMAGER_PACKER_CMD: '/none/packer' }),
    `error: Packer is not found: no program "/none/packer" is there
  = install Packer, or name it with the setting packer_cmd
`,
  );
});

test('Packer that is too old, and a program that is no Packer', async () => {
  const workspace = await writeRunWorkspace([ROW]);
  assert.is(
    await refused(workspace, [ARTIFACT], { STAND_IN_VERSION: '1.6.5' }),
    'error: Packer 1.6.5 is too old: osimager needs 1.6.6 or newer\n',
  );
  assert.is(
    await refused(workspace, [ARTIFACT], { OSIMAGER_PACKER_CMD: '/bin/true' }),
    `error: /bin/true is not Packer: it does not tell a version of Packer
  = other programs have this name too (cracklib): name the right one with the setting packer_cmd
`,
  );
});

const QEMU = {
  arches: ['x86_64'],
  plugin: { name: 'qemu', source: 'github.com/hashicorp/qemu', version: '>= 1.1.0' },
  config: { type: 'qemu', communicator: 'none', disk_size: '1G' },
};
const PLUGINS = '/root/.config/packer/plugins';

test('plugins that the platform needs: missing, too old, there', async () => {
  const row = { ...ROW, platform: 'qemu' };
  const workspace = await writeRunWorkspace([row], { platforms: { qemu: QEMU } });
  const list = join(temporaryFolder(), 'plugins');
  const environment = { STAND_IN_PLUGINS: list };
  writeFileSync(list, '');
  assert.is(
    await refused(workspace, ['out/qemu/lab/one'], environment),
    `error: the Packer plugin qemu >= 1.1.0 is not installed
  = packer plugins install github.com/hashicorp/qemu
`,
  );
  writeFileSync(list, `${PLUGINS}/github.com/hashicorp/qemu/packer-plugin-qemu_v1.0.9_x5.0_linux_amd64\n`);
  assert.is(
    await refused(workspace, ['out/qemu/lab/one'], environment),
    `error: the Packer plugin qemu >= 1.1.0 is installed as 1.0.9 only
  = packer plugins install github.com/hashicorp/qemu
`,
  );
  writeFileSync(list, `${PLUGINS}/github.com/hashicorp/qemu/packer-plugin-qemu_v1.1.0_x5.0_linux_amd64\n`);
  assert.is((await workspace.run(['run', 'out/qemu/lab/one'], environment)).status, 0);
});

test('a Packer that cannot list its plugins: the list with the commands, and the build runs', async () => {
  const row = { ...ROW, platform: 'qemu' };
  const workspace = await writeRunWorkspace([row], { platforms: { qemu: QEMU } });
  const { status, stderr } = await workspace.run(['run', 'out/qemu/lab/one'], { STAND_IN_VERSION: '1.6.6' });
  assert.is(status, 0);
  assert.match(
    stderr,
    /^warning: Packer 1\.6\.6 cannot tell whether it has the plugins that the artifacts need\n {2}= qemu >= 1\.1\.0: packer plugins install github\.com\/hashicorp\/qemu\n/,
  );
});

const ANSIBLE = {
  provides: { dist: 'demo', versions: ['1.0'], arches: ['x86_64'] },
  method: 'replace',
  provisioners: [{ type: 'ansible', playbook_file: 'config.yml' }],
};

test('Ansible where a provisioner needs it, and its plugin where Packer brings none', async () => {
  const workspace = await writeRunWorkspace([ROW], { specs: { demo: ANSIBLE } });
  // A PATH with what the stand-in itself needs, and no Ansible.
  const tools = temporaryFolder();
  for (const name of ['cat', 'env', 'ls', 'sh', 'sleep']) symlinkSync(`/bin/${name}`, join(tools, name));
  assert.is(
    await refused(workspace, [ARTIFACT], { PATH: tools }),
    `error: the Packer plugin ansible >= 1.0.0 is not installed
  = packer plugins install github.com/hashicorp/ansible
error: a provisioner needs ansible-playbook, which is not on the PATH
  = install Ansible: apt-get install ansible, or pip install ansible
  = not run: ${ARTIFACT}
`,
  );
});

test('the virtual environment that a spec names: missing, without Ansible, complete', async () => {
  const demo = { ...ANSIBLE, venv: 'ansible-2.16' };
  const workspace = await writeRunWorkspace([ROW], { specs: { demo } });
  const venvs = temporaryFolder();
  const tools = temporaryFolder();
  for (const name of ['cat', 'env', 'ls', 'sh', 'sleep']) symlinkSync(`/bin/${name}`, join(tools, name));
  const environment = { OSIMAGER_VENV_DIR: venvs, PATH: tools, STAND_IN_VERSION: '1.9.4' };
  // The folder is a definition too; the artifact does not use it.
  const missing = await refused(workspace, [ARTIFACT], environment);
  assert.is(
    missing.replaceAll(venvs, 'VENVS'),
    `error: there is no virtual environment ansible-2.16 in VENVS
  = make it: python3 -m venv VENVS/ansible-2.16
  = not run: ${ARTIFACT}
error: a provisioner needs ansible-playbook, which is neither in the virtual environment ansible-2.16 nor on the PATH
  = install it there: VENVS/ansible-2.16/bin/pip install ansible
  = not run: ${ARTIFACT}
`,
  );
  const bin = join(venvs, 'ansible-2.16', 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'ansible-playbook'), '#!/bin/sh\n', { mode: 0o755 });
  assert.is((await workspace.run(['run', ARTIFACT], environment)).status, 0);
});

test('everything that is wrong comes at once, with those that would run not started', async () => {
  const demo = {
    provides: { dist: 'demo', versions: ['1.0'], arches: ['x86_64'] },
    method: 'replace',
    provisioners: [],
    required_files: [{ file: 'files/other.bin' }],
    venv: 'none',
  };
  const keyed = { platform: 'ssh', location: 'lab', spec: 'keyed-1.0-x86_64', name: 'good' };
  const workspace = await writeRunWorkspace([ROW, keyed], { specs: { demo } });
  const venvs = temporaryFolder();
  const said = await refused(workspace, ['out/*/lab/*', 'nothing/like/this'], {
    STAND_IN_VERSION: '1.0.0',
    OSIMAGER_VENV_DIR: venvs,
  });
  assert.equal(
    said.split('\n').filter((line) => line.startsWith('error')),
    [
      'error: no artifact is called "nothing/like/this"',
      'error: Packer 1.0.0 is too old: osimager needs 1.6.6 or newer',
      'error: a file that the build needs is not here: files/other.bin',
      `error: there is no virtual environment none in ${venvs}`,
    ],
  );
});

test.run();
