/**
 * What osimager expects of Vault, held against the rig's server, and against a real Vault or OpenBao: the one that
 * VAULT_TEST_ADDR and VAULT_TEST_TOKEN name, else one that is started where its command is here (docs/secrets.md). The
 * rig must not be wishful.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readVaultSecrets, vaultSecret, type VaultOptions } from '../../src/edge/vault.ts';
import { complaints } from '../rig/complaints.ts';
import { findVault } from '../rig/real-vault.ts';
import { plainAnswers, vaultOptions, withoutAddress } from '../rig/vault-answers.ts';
import { realBackend, rigBackend, startedBackend, type Backend } from '../rig/vault-backend.ts';

type Context = { backend: Backend };

async function ask(
  { backend }: Context,
  paths: readonly string[],
  more: Partial<VaultOptions> = {},
): Promise<Record<string, unknown>> {
  const { address, namespace, token } = backend;
  const environment = { ...more.environment, VAULT_NAMESPACE: namespace };
  const options = vaultOptions(address, { token, ...more, environment });
  const answers = withoutAddress(plainAnswers(await readVaultSecrets(paths, options)), address);
  const text = JSON.stringify(answers);
  const plain = namespace === undefined ? text : text.replaceAll(` (namespace ${namespace})`, '');
  const { mount, mount1 } = backend;
  return JSON.parse(plain.replaceAll(mount, 'MOUNT').replaceAll(mount1, 'MOUNT1')) as Record<string, unknown>;
}

const LINUX = { username: 'root', password: 'hush "pass" ä' };
const DENIED =
  'error secret: Vault at ADDRESS does not permit to read the secret MOUNT/linux' +
  ' | a policy of the token must hold: path "MOUNT/data/linux" { capabilities = ["read"] }' +
  ' | or the token has expired: vault token lookup says so';
const VERSION_1 =
  'error secret: MOUNT1/ in Vault is a mount of version 1 of the key/value engine; osimager reads version 2' +
  ' | make it version 2, with what it holds: vault kv enable-versioning MOUNT1';
const NO_SECRET =
  'error secret: Vault at ADDRESS has no secret MOUNT/no | write it: vault kv put -mount=MOUNT no KEY=VALUE';
const NO_MOUNT =
  'error secret: Vault at ADDRESS has no secrets engine osimager-nowhere/' +
  ' | enable it: vault secrets enable -path=osimager-nowhere -version=2 kv' +
  ' | or set VAULT_NAMESPACE to the namespace that has it';
const DELETED =
  'error secret: the newest version (1) of the secret MOUNT/gone in Vault was deleted' +
  ' | bring it back: vault kv undelete -versions=1 -mount=MOUNT gone;' +
  ' or write a new one: vault kv put -mount=MOUNT gone KEY=VALUE';
const DESTROYED =
  'error secret: the newest version (1) of the secret MOUNT/lost in Vault was destroyed' +
  ' | write a new one: vault kv put -mount=MOUNT lost KEY=VALUE';

function contract(name: string, start: () => Promise<Backend>): void {
  const test = suite<Context>(name);
  test.before(async (context) => {
    context.backend = await start();
  });
  test.after(({ backend }) => backend.close());

  test('values are read, and what is not there is told apart', async (context) => {
    const { mount } = context.backend;
    const names = ['linux', 'aws/keys', 'no', 'gone', 'lost'].map((path) => `${mount}/${path}`);
    assert.equal(await ask(context, [...names, 'osimager-nowhere/x']), {
      'MOUNT/linux': LINUX,
      'MOUNT/aws/keys': { id: 'hush-id', port: '8080', on: 'true' },
      'MOUNT/no': NO_SECRET,
      'MOUNT/gone': DELETED,
      'MOUNT/lost': DESTROYED,
      'osimager-nowhere/x': NO_MOUNT,
    });
  });

  test('the policy that osimager prints permits its paths and no others', async (context) => {
    const { backend } = context;
    const [linux, keys] = [`${backend.mount}/linux`, `${backend.mount}/aws/keys`];
    const token = await backend.limited([linux]);
    assert.equal(await ask(context, [linux, keys], { token }), {
      'MOUNT/linux': LINUX,
      'MOUNT/aws/keys': DENIED.replaceAll('linux', 'aws/keys'),
    });
    const other = await backend.limited([keys]);
    assert.equal(await ask(context, [linux], { token: other }), { 'MOUNT/linux': DENIED });
  });

  test('a mount of version 1 is known as such', async (context) => {
    const path = `${context.backend.mount1}/linux`;
    assert.equal(await ask(context, [path]), { 'MOUNT1/linux': VERSION_1 });
    const token = await context.backend.limited([path]);
    assert.equal(await ask(context, [path], { token }), { 'MOUNT1/linux': VERSION_1 });
  });

  test('a token that is not known', async (context) => {
    const path = `${context.backend.mount}/linux`;
    assert.equal(await ask(context, [path], { token: 'hvs.hush-unknown' }), {
      'MOUNT/linux':
        'error secret: Vault at ADDRESS does not know the token of vault_token' +
        " | it has expired, was revoked, or is another server's: run vault login, or set VAULT_TOKEN",
    });
  });

  test('a key that is not there is told with those that are', async ({ backend }) => {
    const { address, mount, namespace, token } = backend;
    const environment = { VAULT_NAMESPACE: namespace };
    const options = vaultOptions(address, { token, environment });
    const answers = await readVaultSecrets([`${mount}/linux`], options);
    const answer = vaultSecret(answers, `${mount}/linux`, 'passwrod');
    assert.equal(answer.kind === 'missing' ? complaints([answer.diagnostic]) : answer, [
      `error secret: there is no secret ${mount}/linux:passwrod` +
        ` | Vault has the path ${mount}/linux with the keys: password, username`,
    ]);
  });

  test('an AppRole logs in, and wrong ids do not', async (context) => {
    const { approle, mount } = context.backend;
    const paths = [`${mount}/linux`];
    const ids = { VAULT_ROLE_ID: approle.roleId, VAULT_SECRET_ID: approle.secretId };
    assert.equal(await ask(context, paths, { token: '', environment: ids }), { 'MOUNT/linux': LINUX });
    const wrong = { ...ids, VAULT_SECRET_ID: 'hush-wrong' };
    assert.equal(await ask(context, paths, { token: '', environment: wrong }), {
      'MOUNT/linux':
        'error secret: Vault at ADDRESS refuses the AppRole login' +
        ' | VAULT_ROLE_ID or VAULT_SECRET_ID is wrong, has expired, or was used as often as it may be',
    });
  });

  test.run();
}

contract('rig', rigBackend);
const { VAULT_TEST_ADDR, VAULT_TEST_TOKEN } = process.env;
if (VAULT_TEST_ADDR && VAULT_TEST_TOKEN) {
  contract('real', () => realBackend(VAULT_TEST_ADDR, VAULT_TEST_TOKEN));
} else {
  const command = findVault();
  if (command !== undefined) contract('real', () => startedBackend(command));
}
