import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { generate } from '../../src/cli/generate.ts';
import { openWorkspace } from '../../src/cli/workspace.ts';
import { osimager } from '../rig/binary.ts';
import { valueOf } from '../rig/complaints.ts';
import { readFiles } from '../rig/folder.ts';
import { TOKEN, withVault } from '../rig/vault-server.ts';
import { writeWorkspace } from '../rig/workspace.ts';

const PARTS = {
  platforms: {
    bare: {
      arches: ['x86_64'],
      config: { type: 'null', ssh_password: '{{vault `images/linux` `password`}}' },
    },
  },
  sources: { 'demo/ks.cfg': 'rootpw |>images/linux:password<|\nuser {{vault `images/users` `name`}}\n' },
};
const FOLDER = 'out/bare/lab/demo-1.0-x86_64';

const HELD = { 'images/linux': { password: 'from-the-vault' }, 'images/users': { name: 'from-there-too' } };

test('inline: markers become what Vault holds, each path read once; Packer resolves its own in the template', async () => {
  await withVault({ secrets: HELD }, async (server) => {
    const workspace = writeWorkspace(PARTS);
    const environment = { VAULT_ADDR: server.address, VAULT_TOKEN: TOKEN };
    const { status, stderr } = await osimager(['generate', '--secrets', 'inline'], {
      cwd: workspace,
      environment,
    });
    assert.is(status, 0, stderr);
    const files = readFiles(`${workspace}/${FOLDER}`);
    assert.is(files['ks.cfg'], 'rootpw from-the-vault\nuser from-there-too\n');
    assert.match(files['demo-1.0-x86_64.json'] ?? '', '"{{vault `images/linux` `password`}}"');
    assert.not.match(stderr, 'from-the-vault');
    assert.equal([...server.asked].sort(), ['GET images/data/linux', 'GET images/data/users']);
  });
});

test('inline: a secret that Vault does not have is an error that names path and key, and nothing is written', async () => {
  await withVault({ secrets: { 'images/linux': { username: 'root' } } }, async (server) => {
    const workspace = writeWorkspace(PARTS);
    const environment = { VAULT_ADDR: server.address, VAULT_TOKEN: TOKEN };
    const { status, stderr } = await osimager(['generate', '--secrets', 'inline'], {
      cwd: workspace,
      environment,
    });
    assert.is(status, 1);
    assert.match(stderr, 'images/linux');
    assert.match(stderr, 'password');
    assert.equal(
      Object.keys(readFiles(workspace)).filter((path) => path.startsWith('out/')),
      [],
    );
  });
});

test('secrets check says once what is wrong with the server, and once a path what is wrong there', async () => {
  const sources = { 'demo/ks.cfg': '|>images/linux:a<| |>images/linux:b<| |>images/windows:a<|\n' };
  const check = (address: string) =>
    osimager(['secrets', 'check'], {
      cwd: writeWorkspace({ sources }),
      environment: { VAULT_ADDR: address, VAULT_TOKEN: TOKEN },
    });
  const stdout = ['linux:a', 'linux:b', 'windows:a'].map((name) => `missing  images/${name}  (1 target)\n`);
  await withVault({ sealed: true }, async ({ address }) => {
    assert.equal(await check(address), {
      status: 1,
      stdout: stdout.join(''),
      stderr: `error: Vault at ${address} is sealed
  = unseal it: vault operator unseal
3 secrets: 0 there, 3 missing
`,
    });
  });
  await withVault({}, async ({ address }) => {
    const none = (path: string): string =>
      `error: Vault at ${address} has no secret images/${path}
  = write it: vault kv put -mount=images ${path} KEY=VALUE
`;
    assert.equal(await check(address), {
      status: 1,
      stdout: stdout.join(''),
      stderr: `${none('linux')}${none('windows')}3 secrets: 0 there, 3 missing\n`,
    });
  });
});

test('10,000 targets that use the same three paths cause three reads', async () => {
  const paths = ['images/linux', 'images/disks/luks', 'sites/lab/proxy'];
  const secrets = Object.fromEntries(paths.map((path) => [path, { password: `hush of ${path}` }]));
  const workspace = writeWorkspace({
    specs: {
      demo: {
        provides: { dist: 'demo', versions: ['1.[0-9999]'], arches: ['x86_64'] },
        files: [{ sources: ['demo/ks.cfg'], dest: 'ks.cfg' }],
      },
    },
    sources: { 'demo/ks.cfg': paths.map((path) => `|>${path}:password<| >>version<<\n`).join('') },
    matrix: [{ platform: 'bare', location: 'lab', spec: 'demo-1.[0-9999]-x86_64' }],
  });
  await withVault({ secrets, mounts: { images: 2, sites: 2 } }, async (server) => {
    const environment = { VAULT_ADDR: server.address, VAULT_TOKEN: TOKEN };
    let last: string | undefined;
    const { ok, counts, diagnostics } = await generate({
      workspace,
      environment,
      secrets: 'inline',
      dryRun: true,
      onEvent(event) {
        if (event.type === 'difference' && event.file.endsWith('-1.9999-x86_64/ks.cfg')) last = event.after;
      },
    });
    assert.equal(diagnostics, []);
    assert.not(ok, 'a dry run says that the tree is to be written');
    assert.is(counts.new, 10_000);
    assert.is(last, paths.map((path) => `hush of ${path} 1.9999\n`).join(''));
    assert.equal([...server.asked].sort(), [
      'GET images/data/disks/luks',
      'GET images/data/linux',
      'GET sites/data/lab/proxy',
    ]);
  });
});

test('however often secrets are fetched, each path is read once a run, and what was fetched stays known', async () => {
  const secrets = { 'images/linux': { password: 'hush-linux' }, 'images/windows': { password: 'hush-win' } };
  await withVault({ secrets }, async (server) => {
    const environment = { VAULT_ADDR: server.address, VAULT_TOKEN: TOKEN };
    const workspace = valueOf(await openWorkspace({ workspace: writeWorkspace(PARTS), environment }));
    const { fetchSecrets, facts } = workspace;
    await Promise.all([fetchSecrets(['images/linux']), fetchSecrets(['images/linux', 'images/no'])]);
    await fetchSecrets(['images/windows', 'images/no']);
    assert.equal(
      ['linux', 'windows'].map((name) => facts.secret(`images/${name}`, 'password')),
      ['hush-linux', 'hush-win'].map((value) => ({ kind: 'value', value })),
    );
    assert.equal(server.asked.filter((question) => question.includes('/data/')).sort(), [
      'GET images/data/linux',
      'GET images/data/no',
      'GET images/data/windows',
    ]);
  });
});

test.run();
