import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readVaultSecrets } from '../../src/edge/vault.ts';
import { makeCertificates } from '../rig/certificates.ts';
import { plainAnswers, vaultOptions, withoutAddress } from '../rig/vault-answers.ts';
import { withVault, type VaultServer } from '../rig/vault-server.ts';

const SECRETS = { 'images/linux': { password: 'hush-value' } };
const ALWAYS = 'certificates are verified always, whatever VAULT_SKIP_VERIFY says';
const CA_HINT = `let VAULT_CACERT name the PEM file of its CA; ${ALWAYS}`;
const OURS = makeCertificates('IP:127.0.0.1');
const OTHERS = makeCertificates('DNS:vault.example');

async function ask(address: string, ca?: string): Promise<unknown> {
  const options = vaultOptions(address, { environment: ca === undefined ? {} : { VAULT_CACERT: ca } });
  const answers = plainAnswers(await readVaultSecrets(['images/linux'], options));
  return withoutAddress(answers['images/linux'], address);
}

const overTls = (tls: typeof OURS, body: (server: VaultServer) => Promise<void>): Promise<void> =>
  withVault({ secrets: SECRETS, tls }, body);

test('a server is trusted by the CA file', async () => {
  await overTls(OURS, async ({ address }) => {
    assert.equal(await ask(address, OURS.ca), SECRETS['images/linux']);
  });
});

test('a server of an unknown CA gets no question', async () => {
  await overTls(OURS, async ({ address, asked }) => {
    const says = 'error secret: Vault at ADDRESS is not trusted: its certificate is not from';
    assert.is(await ask(address), `${says} a known CA | ${CA_HINT}`);
    const file = 'the CA in the file that VAULT_CACERT names';
    assert.is(await ask(address, OTHERS.ca), `${says} ${file} | ${CA_HINT}`);
    assert.equal(asked, []);
  });
});

test('a server of another name gets no question', async () => {
  await overTls(OTHERS, async ({ address, asked }) => {
    assert.is(
      await ask(address, OTHERS.ca),
      'error secret: Vault at ADDRESS is not trusted: its certificate is for another name' +
        ` | use a name that is in the certificate; ${ALWAYS}`,
    );
    assert.equal(asked, []);
  });
});

test('a server without TLS that is asked with it', async () => {
  await withVault({}, async ({ address }) => {
    assert.is(
      await ask(address.replace('http', 'https')),
      'error secret: Vault at ADDRESS does not speak TLS as it should | does its address begin with http://?',
    );
  });
});

test('a standby server may send on to the active one, and the token goes with it', async () => {
  await overTls(OURS, async (active) => {
    await withVault({ tls: OURS, trouble: { redirect: active.address } }, async ({ address }) => {
      assert.equal(await ask(address, OURS.ca), SECRETS['images/linux']);
    });
  });
});

test('nobody is sent on from TLS to where there is none', async () => {
  await withVault({ secrets: SECRETS }, async (plain) => {
    await withVault({ tls: OURS, trouble: { redirect: plain.address } }, async ({ address }) => {
      assert.is(
        await ask(address, OURS.ca),
        'error secret: Vault at ADDRESS sends on to an address without TLS, which is not followed' +
          ' | the api_addr of each Vault server must begin with https://',
      );
      assert.equal(plain.asked, []);
    });
  });
});

/** Reads in a process of its own, whose environment names everything that could loosen or leak. */
async function askInProcess(
  address: string,
  environment: Readonly<Record<string, string>>,
): Promise<unknown> {
  const program = `
    import { readVaultSecrets } from './src/edge/vault.ts';
    const options = ${JSON.stringify({ address, environment, home: '/nowhere' })};
    const answers = await readVaultSecrets(['images/linux'], options);
    const [answer] = [...answers.values()];
    console.log(answer.kind === 'keys' ? [...answer.keys.keys()] : answer.diagnostic.message, process.env.DEBUG);
  `;
  const loose = {
    DEBUG: '*',
    VAULT_SKIP_VERIFY: '1',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    NODE_NO_WARNINGS: '1',
    VAULT_TOKEN: 'hush-process',
    VAULT_NAMESPACE: 'process',
    VAULT_PREFIX: '/process',
    VAULT_ADDR: 'http://127.0.0.1:9',
  };
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const { PATH = '' } = process.env;
  return promisify(execFile)(process.execPath, args, {
    env: { PATH, ...loose },
  });
}

test('the environment of the process does not count: nothing is skipped, taken, or printed by DEBUG', async () => {
  const approle = { roleId: 'hush-role', secretId: 'hush-secret', token: 'hush-token' };
  const server = { secrets: SECRETS, tls: OURS, approle, tokens: { 'hush-token': undefined } };
  const ids = { VAULT_ROLE_ID: 'hush-role', VAULT_SECRET_ID: 'hush-secret' };
  await withVault(server, async ({ address, asked }) => {
    const trusted = await askInProcess(address, { ...ids, VAULT_CACERT: OURS.ca });
    assert.equal(trusted, { stdout: "[ 'password' ] *\n", stderr: '' });
    const untrusted = await askInProcess(address, ids);
    const says = 'is not trusted: its certificate is not from a known CA';
    assert.equal(untrusted, { stdout: `Vault at ${address} ${says} *\n`, stderr: '' });
    assert.equal(asked, ['POST auth/approle/login', 'GET images/data/linux']);
  });
});

test.run();
