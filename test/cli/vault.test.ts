import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
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
  sources: { 'demo/ks.cfg': 'rootpw |>images/linux:password<|\n' },
};
const FOLDER = 'out/bare/lab/demo-1.0-x86_64';

test('inline: markers become what Vault holds, each path read once; Packer resolves its own references', async () => {
  await withVault({ secrets: { 'images/linux': { password: 'from-the-vault' } } }, async (server) => {
    const workspace = writeWorkspace(PARTS);
    const environment = { VAULT_ADDR: server.address, VAULT_TOKEN: TOKEN };
    const { status, stderr } = await osimager(['generate', '--secrets', 'inline'], {
      cwd: workspace,
      environment,
    });
    assert.is(status, 0, stderr);
    const files = readFiles(`${workspace}/${FOLDER}`);
    assert.is(files['ks.cfg'], 'rootpw from-the-vault\n');
    assert.match(files['demo-1.0-x86_64.json'] ?? '', '"{{vault `images/linux` `password`}}"');
    assert.not.match(stderr, 'from-the-vault');
    assert.equal(server.asked, ['GET images/data/linux']);
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

test.run();
