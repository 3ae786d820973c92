import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readVaultSecrets, type VaultOptions } from '../../src/edge/vault.ts';
import { plainAnswers, vaultOptions, withoutAddress } from '../rig/vault-answers.ts';
import { TOKEN, withVault, type VaultServerOptions } from '../rig/vault-server.ts';

interface Case {
  readonly title: string;
  readonly server: VaultServerOptions;
  readonly options?: Partial<VaultOptions>;
  readonly says: string;
}

const APPROLE = {
  token: '',
  environment: { VAULT_ROLE_ID: 'hush-role', VAULT_SECRET_ID: 'hush-secret' },
};
const SECRETS = { 'images/linux': { password: 'hush-value' } };
const V1_SAYS =
  'images/ in Vault is a mount of version 1 of the key/value engine; osimager reads version 2' +
  ' | make it version 2, with what it holds: vault kv enable-versioning images';
const NO_SENSE = (what: string, reason: string): string =>
  `the answer of Vault at ADDRESS about ${what} makes no sense: ${reason}` +
  ' | is this a Vault server, and not a proxy or a login page?';
const NO_JSON = 'it is no JSON object';
const NOT_VAULT = 'it is JSON, but not as Vault writes it';
const DENIED =
  'Vault at ADDRESS does not permit to read the secret images/linux' +
  ' | a policy of the token must hold: path "images/data/linux" { capabilities = ["read"] }' +
  ' | or the token has expired: vault token lookup says so';
const NO_APPROLE =
  'Vault at ADDRESS has no AppRole login at auth/approle | enable it: vault auth enable approle';
const REFUSED =
  'Vault at ADDRESS refuses the AppRole login' +
  ' | VAULT_ROLE_ID or VAULT_SECRET_ID is wrong, has expired, or was used as often as it may be';

const CASES: readonly Case[] = [
  {
    title: 'permission denied, with the rule that is missing',
    server: { secrets: SECRETS, tokens: { [TOKEN]: ['images/data/other'] } },
    says: DENIED,
  },
  {
    title: 'permission denied to a token that may do nothing',
    server: { secrets: SECRETS, tokens: { [TOKEN]: [] } },
    says: DENIED,
  },
  {
    title: 'no such path',
    server: {},
    says:
      'Vault at ADDRESS has no secret images/linux' +
      ' | write it: vault kv put -mount=images linux KEY=VALUE',
  },
  {
    title: 'no such mount',
    server: { mounts: {} },
    says:
      'Vault at ADDRESS has no secrets engine images/' +
      ' | enable it: vault secrets enable -path=images -version=2 kv' +
      ' | or set VAULT_NAMESPACE to the namespace that has it',
  },
  {
    title: 'a deleted version',
    server: { gone: { 'images/linux': { version: 3, destroyed: false } } },
    says:
      'the newest version (3) of the secret images/linux in Vault was deleted' +
      ' | bring it back: vault kv undelete -versions=3 -mount=images linux;' +
      ' or write a new one: vault kv put -mount=images linux KEY=VALUE',
  },
  {
    title: 'a destroyed version',
    server: { gone: { 'images/linux': { version: 4, destroyed: true } } },
    says:
      'the newest version (4) of the secret images/linux in Vault was destroyed' +
      ' | write a new one: vault kv put -mount=images linux KEY=VALUE',
  },
  {
    title: 'a version 1 mount, asked by a token that may read all',
    server: { secrets: SECRETS, mounts: { images: 1 } },
    says: V1_SAYS,
  },
  {
    title: 'a version 1 mount, asked by a token that may read its own path there',
    server: { secrets: SECRETS, mounts: { images: 1 }, tokens: { [TOKEN]: ['images/linux'] } },
    says: V1_SAYS,
  },
  {
    title: 'values where version 2 has data and metadata: a version 1 mount',
    server: { trouble: { status: 200, body: '{"data":{"password":"hush-value"}}' } },
    says: V1_SAYS,
  },
  ...['', 'hush', '<html>hush</html>', 'null', '[]', '"hush"'].map((body) => ({
    title: `nonsense: ${JSON.stringify(body)}`,
    server: { trouble: { status: 200, body } },
    says: NO_SENSE('the secret images/linux', NO_JSON),
  })),
  ...['{}', '{"data":null}', '{"data":{"data":["hush"]}}', '{"data":{"data":null}}'].map((body) => ({
    title: `nonsense: ${body}`,
    server: { trouble: { status: 200, body } },
    says: NO_SENSE('the secret images/linux', NOT_VAULT),
  })),
  {
    title: 'a page of a proxy in place of a refusal',
    server: { trouble: { status: 403, body: `<html>${TOKEN}</html>` } },
    says: NO_SENSE('the secret images/linux', NO_JSON),
  },
  {
    title: 'a status that Vault does not have',
    server: { trouble: { status: 418, body: `{"errors":["${TOKEN}"]}` } },
    says: 'Vault at ADDRESS answers with status 418 about the secret images/linux | what is wrong is in its log',
  },
  {
    title: 'an AppRole login with wrong ids, which are not shown',
    server: { approle: { roleId: 'hush-role', secretId: 'another', token: 'x' } },
    options: APPROLE,
    says: REFUSED,
  },
  { title: 'an AppRole login where there is none', server: {}, options: APPROLE, says: NO_APPROLE },
  {
    title: 'an AppRole login where a proxy, or an old server, has nothing of the kind',
    server: { troubleAtLogin: true, trouble: { status: 404, body: '{"errors":["no handler for route"]}' } },
    options: APPROLE,
    says: NO_APPROLE,
  },
  {
    title: 'an AppRole login that is forbidden',
    server: { troubleAtLogin: true, trouble: { status: 403, body: '{"errors":["hush-role"]}' } },
    options: { ...APPROLE, environment: { ...APPROLE.environment, VAULT_NAMESPACE: 'team' } },
    says: REFUSED.replace('login |', 'login (namespace team) |'),
  },
  {
    title: 'an AppRole login that gives no token',
    server: { troubleAtLogin: true, trouble: { status: 200, body: '{"auth":{"client_token":"hu sh"}}' } },
    options: APPROLE,
    says: NO_SENSE('the AppRole login', NOT_VAULT),
  },
  {
    title: 'an AppRole login that gives a page',
    server: { troubleAtLogin: true, trouble: { status: 200, body: '<html>hush-role</html>' } },
    options: APPROLE,
    says: NO_SENSE('the AppRole login', NO_JSON),
  },
  {
    title: 'an AppRole login with a status that Vault does not have',
    server: { troubleAtLogin: true, trouble: { status: 418, body: '{"errors":["hush-role"]}' } },
    options: APPROLE,
    says: 'Vault at ADDRESS answers with status 418 about the AppRole login | what is wrong is in its log',
  },
];

for (const { title, server, options, says } of CASES) {
  test(title, async () => {
    await withVault(server, async ({ address }) => {
      const answers = await readVaultSecrets(['images/linux'], vaultOptions(address, options));
      const said = withoutAddress(plainAnswers(answers), address);
      assert.equal(said, { 'images/linux': `error secret: ${says}` });
      assert.not.match(JSON.stringify([...answers]), /hush|hvs/);
    });
  });
}

test('what is wrong with one path does not stop the others', async () => {
  const tokens = { [TOKEN]: ['images/data/linux', 'images/data/no'] };
  await withVault({ secrets: SECRETS, tokens }, async ({ address }) => {
    const paths = ['images/secret', 'images/no', 'images/linux'];
    const said = withoutAddress(plainAnswers(await readVaultSecrets(paths, vaultOptions(address))), address);
    assert.equal(said, {
      'images/secret': `error secret: ${DENIED.replaceAll('linux', 'secret')}`,
      'images/no':
        'error secret: Vault at ADDRESS has no secret images/no | write it: vault kv put -mount=images no KEY=VALUE',
      'images/linux': SECRETS['images/linux'],
    });
  });
});

test.run();
