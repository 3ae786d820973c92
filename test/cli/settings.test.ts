import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager, type Outcome } from '../rig/binary.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { listPaths, writeWorkspace } from '../rig/workspace.ts';

const TARGET = 'bare/lab/demo-1.0-x86_64';

function config(settings: object): Record<string, string> {
  const text = `import { defineConfig } from 'osimager';\n\nexport default defineConfig(${JSON.stringify(settings)});\n`;
  return { 'osimager.config.ts': text };
}

/** Every layer of the settings, from weakest to strongest; each says a value of its own. */
const LAYERS = ['default', 'osimager.conf', 'osimager.config.ts', 'OSIMAGER_*', 'option'] as const;

function layered(setting: string, values: readonly string[], option: readonly string[]) {
  const [conf = '', workspace = '', variable = ''] = values;
  const home = temporaryFolder();
  return (highest: number) => {
    if (highest >= 1) {
      writeFiles(home, { '.config/osimager/osimager.conf': `[osimager]\n${setting} = ${conf}\n` });
    }
    const typed: unknown = workspace === 'true' || workspace === 'false' ? workspace === 'true' : workspace;
    return {
      files: highest >= 2 ? config({ [setting]: typed }) : {},
      environment: {
        HOME: home,
        ...(highest >= 3 ? { [`OSIMAGER_${setting.toUpperCase()}`]: variable } : {}),
      },
      options: highest >= 4 ? option : [],
    };
  };
}

async function definition(
  name: string,
  at: { files: object; environment: Record<string, string>; options: readonly string[] },
) {
  const workspace = writeWorkspace({ files: { ...at.files } });
  const args = ['show', TARGET, '--defs', ...at.options];
  const { status, stdout, stderr } = await osimager(args, { cwd: workspace, environment: at.environment });
  assert.equal({ status, stderr }, { status: 0, stderr: '' });
  return (JSON.parse(stdout) as Record<string, unknown>)[name];
}

const TEXTS = [
  { setting: 'packer_cmd', fallback: 'packer' },
  { setting: 'venv_dir', fallback: '~/.venv' },
  { setting: 'ansible_playbook', fallback: 'config.yml' },
  { setting: 'packer_cache_dir', fallback: '/tmp' },
  { setting: 'vault_addr', fallback: '' },
];

for (const { setting, fallback } of TEXTS) {
  test(`${setting} comes from the strongest layer that gives it`, async () => {
    const at = layered(setting, ['from conf', 'from config', 'from variable'], []);
    const found: unknown[] = [];
    for (const highest of [0, 1, 2, 3]) found.push(await definition(setting, at(highest)));
    assert.equal(found, [fallback, 'from conf', 'from config', 'from variable']);
  });
}

test('credential_source comes from the strongest layer that gives it', async () => {
  const at = layered('credential_source', ['config', 'vault', 'config'], []);
  const found: unknown[] = [];
  for (const highest of [0, 1, 2, 3]) found.push(await definition('credential_source', at(highest)));
  assert.equal(found, ['vault', 'config', 'vault', 'config']);
});

test('local_only comes from the strongest layer that gives it, the option included', async () => {
  const at = layered('local_only', ['yes', 'false', '1'], ['--local-only']);
  const found: unknown[] = [];
  for (const highest of [0, 1, 2, 3]) found.push(await definition('local_only', at(highest)));
  const off = layered('local_only', ['no', 'false', 'off'], ['--local-only']);
  for (const highest of [3, 4]) found.push(await definition('local_only', off(highest)));
  assert.equal(found, [false, true, false, true, false, true]);
});

test('out_dir comes from the strongest layer that gives it, the option included', async () => {
  const at = layered('out_dir', ['from-conf', 'from-config', 'from-variable'], ['--out', 'from-option']);
  const found: unknown[] = [];
  for (let highest = 0; highest < LAYERS.length; highest++) {
    const { files, environment, options } = at(highest);
    const workspace = writeWorkspace({ files });
    await osimager(['generate', ...options], { cwd: workspace, environment });
    found.push(
      listPaths(workspace)
        .find((path) => path.endsWith('/bare/'))
        ?.slice(0, -'/bare/'.length),
    );
  }
  assert.equal(found, ['out', 'from-conf', 'from-config', 'from-variable', 'from-option']);
});

test('matrix comes from the strongest layer that gives it, the option included', async () => {
  const at = layered('matrix', ['conf.toml', 'config.toml', 'variable.toml'], ['--matrix', 'option.toml']);
  const found: string[] = [];
  for (let highest = 1; highest < LAYERS.length; highest++) {
    const { files, environment, options } = at(highest);
    const workspace = writeWorkspace({ files });
    const { status, stderr } = await osimager(['generate', ...options], { cwd: workspace, environment });
    assert.is(status, 1);
    found.push(stderr.split('\n')[0] ?? '');
  }
  assert.equal(
    found,
    ['conf', 'config', 'variable', 'option'].map((name) => `error: there is no matrix ${name}.toml`),
  );
});

test('data_dir names another data folder', async () => {
  const workspace = writeWorkspace({}, temporaryFolder());
  const elsewhere = temporaryFolder();
  const moved: Record<string, string> = {};
  for (const [path, text] of Object.entries(readFiles(workspace)))
    moved[path.replace(/^data/, 'info')] = text;
  writeFiles(elsewhere, {
    ...moved,
    ...config({ data_dir: 'info', matrix: 'info/matrix.toml' }),
  });
  const { status } = await osimager(['generate'], { cwd: elsewhere });
  assert.is(status, 0);
  assert.ok(listPaths(`${elsewhere}/out`).includes('bare/lab/demo-1.0-x86_64/ks.cfg'));
});

test('OSIMAGER_BASE_DIR is the workspace, and --workspace is stronger', async () => {
  const [first, second] = [writeWorkspace(), writeWorkspace()];
  const around = { cwd: temporaryFolder(), environment: { OSIMAGER_BASE_DIR: first } };
  assert.is((await osimager(['generate'], around)).status, 0);
  assert.is((await osimager(['generate', '--workspace', second], around)).status, 0);
  assert.equal(readFiles(`${first}/out`), readFiles(`${second}/out`));
});

test('the user folder is XDG_CONFIG_HOME/osimager, or what --user-dir names', async () => {
  const [xdg, own] = [temporaryFolder(), temporaryFolder()];
  writeFiles(xdg, { 'osimager/osimager.conf': '[osimager]\npacker_cmd = from xdg\n' });
  writeFiles(own, { 'osimager.conf': '[osimager]\npacker_cmd = from own\n' });
  const environment = { XDG_CONFIG_HOME: xdg };
  const found = [
    await definition('packer_cmd', { files: {}, environment, options: [] }),
    await definition('packer_cmd', { files: {}, environment, options: ['--user-dir', own] }),
  ];
  assert.equal(found, ['from xdg', 'from own']);
});

test('locations of the user folder are known, and those of the workspace come first', async () => {
  const user = temporaryFolder();
  writeFiles(user, {
    'locations/home.toml': '[defs]\ndomain = "home.example"\n',
    'locations/lab.json': { defs: { domain: 'wrong.example' } },
  });
  const workspace = writeWorkspace();
  const fqdns: unknown[] = [];
  for (const location of ['home', 'lab']) {
    const args = ['show', `bare/${location}/demo-1.0-x86_64`, '--defs', '--user-dir', user];
    const { stdout } = await osimager(args, { cwd: workspace });
    fqdns.push((JSON.parse(stdout) as Record<string, unknown>).fqdn);
  }
  assert.equal(fqdns, ['demo-1.0-x86_64.home.example', 'demo-1.0-x86_64.lab.example']);
});

test('hosts.json of the user folder answers for the name of a target', async () => {
  const user = temporaryFolder();
  writeFiles(user, { 'hosts.json': { 'web.lab.example': '192.0.2.7' } });
  const args = ['show', TARGET, 'web', '--defs', '--user-dir', user];
  const { stdout } = await osimager(args, { cwd: writeWorkspace() });
  const { ip, fqdn } = JSON.parse(stdout) as Record<string, unknown>;
  assert.equal({ ip, fqdn }, { ip: '192.0.2.7', fqdn: 'web.lab.example' });
});

test('vault_token is never a definition', async () => {
  const workspace = writeWorkspace({ files: config({ vault_token: 'hvs.secret' }) });
  const { status, stdout } = await osimager(['show', TARGET, '--defs'], { cwd: workspace });
  assert.is(status, 0);
  assert.not(stdout.includes('hvs.secret'));
  assert.not(stdout.includes('vault_token'));
});

const UNKNOWN: Outcome = {
  status: 0,
  stdout: 'bare\n',
  stderr: `warning: osimager knows no setting "packer_cmdd"
  --> USER/osimager.conf:3:1
  3 | packer_cmdd = x
    | ^^^^^^^^^^^
  = did you mean "packer_cmd"?
`,
};

test('a setting of osimager.conf that osimager does not know is a warning with a suggestion', async () => {
  const user = temporaryFolder();
  writeFiles(user, { 'osimager.conf': '; mine\n[osimager]\npacker_cmdd = x\n' });
  const found = await osimager(['list', 'platforms', '--user-dir', user], { cwd: writeWorkspace() });
  assert.equal({ ...found, stderr: found.stderr.replaceAll(user, 'USER') }, UNKNOWN);
});

test('base_dir in osimager.conf is the workspace, as its name in the file format says', async () => {
  const user = temporaryFolder();
  writeFiles(user, { 'osimager.conf': `[osimager]\nbase_dir = ${writeWorkspace()}\n` });
  const found = await osimager(['list', 'platforms', '--user-dir', user], { cwd: temporaryFolder() });
  assert.equal(found, { status: 0, stdout: 'bare\n', stderr: '' });
});

test.run();
