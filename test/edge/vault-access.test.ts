import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { settleAccess, type AccessOptions } from '../../src/edge/vault-access.ts';
import { makeCertificates } from '../rig/certificates.ts';
import { failureOf, valueOf } from '../rig/complaints.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';

const ADDRESS = 'https://vault.example:8200';
type Environment = AccessOptions['environment'];

const settle = (environment: Environment, more: Partial<AccessOptions> = {}) =>
  settleAccess({ address: '', environment, home: '/nowhere', ...more });
const wrong = (environment: Environment, more?: Partial<AccessOptions>): string =>
  failureOf(settle(environment, more)).join('\n');

function homeWith(token: string): string {
  const home = temporaryFolder();
  writeFiles(home, { '.vault-token': token });
  return home;
}

test('settings are stronger than the environment, and that than what vault login left', () => {
  const environment = { VAULT_ADDR: `${ADDRESS}/`, VAULT_TOKEN: 'env', VAULT_NAMESPACE: 'team/a' };
  const rest = { namespace: 'team/a', ca: undefined };
  const settings = { address: 'http://127.0.0.1:1', token: 'set', home: homeWith('file\n') };
  assert.equal(valueOf(settle(environment, settings)), {
    address: 'http://127.0.0.1:1',
    credential: { kind: 'token', token: 'set', from: 'vault_token' },
    ...rest,
  });
  assert.equal(valueOf(settle(environment, { home: settings.home, token: '' })), {
    address: ADDRESS,
    credential: { kind: 'token', token: 'env', from: 'VAULT_TOKEN' },
    ...rest,
  });
});

test('an AppRole of the environment is stronger than the token file, which comes last', () => {
  const home = homeWith(' file \n');
  const ids = { VAULT_ROLE_ID: 'role', VAULT_SECRET_ID: 'id' };
  const credential = (environment: Environment) =>
    valueOf(settle({ VAULT_ADDR: ADDRESS, ...environment }, { home })).credential;
  assert.equal(credential({ ...ids, VAULT_TOKEN: 'env' }), {
    kind: 'token',
    token: 'env',
    from: 'VAULT_TOKEN',
  });
  assert.equal(credential(ids), { kind: 'approle', roleId: 'role', secretId: 'id' });
  const file = { kind: 'token', token: 'file', from: join(home, '.vault-token') };
  assert.equal(credential({}), file);
  assert.equal(credential({ VAULT_TOKEN: ' ', VAULT_ROLE_ID: 'role' }), file);
});

test('the certificates of the CA file are taken as they stand', () => {
  const { ca } = makeCertificates('IP:127.0.0.1');
  const access = valueOf(settle({ VAULT_ADDR: ADDRESS, VAULT_TOKEN: 't', VAULT_CACERT: ca }));
  assert.match(access.ca ?? '', /^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n$/);
});

test('no address', () => {
  assert.is(
    wrong({ VAULT_TOKEN: 't', VAULT_ADDR: ' ' }),
    'error secret: the address of Vault is not known' +
      ' | set vault_addr or VAULT_ADDR: it looks like https://vault.example:8200',
  );
});

for (const address of [
  'vault:8200',
  'unix:///run/vault',
  'https://me:hush@vault',
  'https://vault?x=hush',
  'hush',
]) {
  test(`an address that cannot be used is not shown: ${address}`, () => {
    const says = 'is not the address of a Vault server | it looks like https://vault.example:8200';
    assert.is(wrong({ VAULT_ADDR: address }), `error secret: VAULT_ADDR ${says}`);
    assert.is(wrong({ VAULT_ADDR: ADDRESS }, { address }), `error secret: vault_addr ${says}`);
  });
}

const NO_TOKEN =
  `error secret: there is no token for Vault at ${ADDRESS}` +
  ' | set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID, or run: vault login';

test('no token', () => {
  assert.is(wrong({ VAULT_ADDR: ADDRESS }), NO_TOKEN);
  assert.is(wrong({ VAULT_ADDR: ADDRESS }, { home: homeWith('\n') }), NO_TOKEN);
});

test('half an AppRole says which half is missing, and shows none', () => {
  const role = wrong({ VAULT_ADDR: ADDRESS, VAULT_ROLE_ID: 'hush' });
  assert.is(role, `${NO_TOKEN} | VAULT_ROLE_ID is set, and VAULT_SECRET_ID is not`);
  const id = wrong({ VAULT_ADDR: ADDRESS, VAULT_SECRET_ID: 'hush' });
  assert.is(id, `${NO_TOKEN} | VAULT_SECRET_ID is set, and VAULT_ROLE_ID is not`);
});

test('a text that can be no token is not sent and not shown', () => {
  const says = (from: string): string =>
    `error secret: the token of Vault in ${from} is no token` +
    ' | a token is one word of letters, digits and signs, on a line of its own';
  assert.is(wrong({ VAULT_ADDR: ADDRESS, VAULT_TOKEN: 'hu sh' }), says('VAULT_TOKEN'));
  assert.is(wrong({ VAULT_ADDR: ADDRESS }, { token: 'hüsh' }), says('vault_token'));
  const home = homeWith('hush\nhush\n');
  assert.is(wrong({ VAULT_ADDR: ADDRESS }, { home }), says(`${home}/.vault-token`));
});

test('a token file that cannot be read is named', () => {
  const home = temporaryFolder();
  writeFiles(home, { '.vault-token/x': '' });
  assert.is(
    wrong({ VAULT_ADDR: ADDRESS }, { home }),
    `error secret: the token of Vault is not read: ${home}/.vault-token: a folder is where a file should be`,
  );
});

const BAD_CA: readonly (readonly [name: string, reason: string])[] = [
  ['absent.pem', 'there is no such file'],
  ['folder', 'a folder is where a file should be'],
  ['key.pem', 'it holds no certificate'],
  ['damaged.pem', 'a certificate in it is damaged'],
];

for (const [name, reason] of BAD_CA) {
  test(`a bad CA file: ${reason}`, () => {
    const folder = temporaryFolder();
    writeFiles(folder, {
      'folder/x': '',
      'key.pem': '-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----\n',
      'damaged.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    });
    assert.is(
      wrong({ VAULT_ADDR: ADDRESS, VAULT_TOKEN: 't', VAULT_CACERT: join(folder, name) }),
      `error secret: the CA file ${join(folder, name)} cannot be used: ${reason}` +
        ' | VAULT_CACERT names a file of certificates that begin with -----BEGIN CERTIFICATE-----',
    );
  });
}

test.run();
