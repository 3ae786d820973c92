import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { temporaryFolder } from '../rig/folder.ts';
import { listPaths, writeWorkspace } from '../rig/workspace.ts';

const TARGET = 'bare/lab/demo-1.0-x86_64';

const DEFINITIONS = {
  ansible_playbook: 'config.yml',
  arch: 'x86_64',
  base_dir: '..',
  base_path: '..',
  colour: 'red',
  credential_source: 'vault',
  data_dir: '.',
  data_path: '.',
  dist: 'demo',
  dns_search: '',
  domain: 'lab.example',
  fqdn: 'web.lab.example',
  gateway: '192.0.2.254',
  gw: '192.0.2.254',
  install_path: '../install',
  ip: '192.0.2.9',
  local_only: true,
  location: 'lab',
  location_name: 'lab',
  major: '1',
  minor: '0',
  name: 'web',
  netmask: '255.255.255.0',
  newest_minor: '1.1',
  packer_cache_dir: '/tmp',
  packer_cmd: 'packer',
  platform: 'bare',
  platform_name: 'bare',
  platform_type: 'null',
  prefix: '24',
  spec_dir: 'specs/demo',
  spec_name: 'demo-1.0-x86_64',
  subnet: '192.0.2.0',
  temp_dir: '{{template_dir}}',
  tmpdir: '{{template_dir}}',
  user_dir: '~/.config/osimager',
  vault_addr: '',
  venv_dir: '~/.venv',
  version: '1.0',
  cidr: '192.0.2.0/24',
};

const SORTED = Object.fromEntries(Object.entries(DEFINITIONS).sort(([a], [b]) => (a < b ? -1 : 1)));

const PARTS = { locations: { lab: { defs: { domain: 'lab.example', cidr: '192.0.2.0/24' } } } };

test('--defs prints every definition with its value, sorted, and writes nothing', async () => {
  const workspace = writeWorkspace(PARTS);
  const before = listPaths(workspace);
  const args = ['show', TARGET, 'web', '192.0.2.9', '--defs', '-D', 'colour=red', '--local-only'];
  const { status, stdout, stderr } = await osimager(args, { cwd: workspace });
  assert.equal({ status, stderr }, { status: 0, stderr: '' });
  assert.is(stdout, `${JSON.stringify(SORTED, null, 2)}\n`);
  assert.equal(listPaths(workspace), before);
});

test('the template is what generate writes, and --config says the same', async () => {
  const workspace = writeWorkspace(PARTS);
  await osimager(['generate', TARGET, 'web'], { cwd: workspace });
  const { stdout: written } = await osimager(['show', TARGET, 'web'], { cwd: workspace });
  for (const flag of ['--config', '--json']) {
    const args = ['show', TARGET, 'web', flag, '--workspace', workspace];
    const found = await osimager(args, { cwd: temporaryFolder() });
    assert.equal(found, { status: 0, stdout: written, stderr: '' });
  }
  const template = JSON.parse(written) as { readonly builders: unknown };
  assert.equal(template.builders, [{ type: 'null', communicator: 'none', name: 'demo-1.0-x86_64' }]);
});

test('--defs and --config together print both', async () => {
  const workspace = writeWorkspace(PARTS);
  const print = async (...flags: readonly string[]): Promise<unknown> =>
    JSON.parse((await osimager(['show', TARGET, ...flags], { cwd: workspace })).stdout);
  assert.equal(await print('--defs', '--config'), {
    defs: await print('--defs'),
    config: await print('--config'),
  });
});

test('secrets stay markers in what is shown, whatever the settings', async () => {
  const workspace = writeWorkspace({
    platforms: { bare: { config: { type: 'null', password: '|>images/linux:password<|' } } },
  });
  const found = await osimager(['show', TARGET], {
    cwd: workspace,
    environment: { OSIMAGER_SECRETS: 'inline' },
  });
  assert.is(found.status, 0);
  const template = JSON.parse(found.stdout) as { readonly builders: unknown };
  assert.equal(template.builders, [
    { type: 'null', password: '|>images/linux:password<|', name: 'demo-1.0-x86_64' },
  ]);
});

test('a target that cannot be rendered prints no data and exits with 1', async () => {
  const workspace = writeWorkspace({ platforms: { bare: { config: { type: 'null', size: 'E>1/0<E' } } } });
  const found = await osimager(['show', TARGET], { cwd: workspace });
  assert.equal(found, {
    status: 1,
    stdout: '',
    stderr: `error: the expression 1/0 fails: division by zero
  --> data/platforms/bare.json:4:13
  4 |     "size": "E>1/0<E"
    |             ^^^^^^^^^
`,
  });
});

test('an unknown spec is shown with the nearest names', async () => {
  const found = await osimager(['show', 'bare/lab/demo-2.0-x86_64'], { cwd: writeWorkspace() });
  assert.equal(found, {
    status: 1,
    stdout: '',
    stderr: `error: there is no spec "demo-2.0-x86_64"
  = did you mean "demo-1.0-x86_64" or "demo-1.1-x86_64"?
  = osimager list specs shows them all
`,
  });
});

test.run();
