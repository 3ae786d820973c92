/** What only a server of one's own can be brought into: a real OpenBao or Vault is started for it, where there is one. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readVaultSecrets, type VaultOptions } from '../../src/edge/vault.ts';
import { makeCertificates } from '../rig/certificates.ts';
import { findVault, startRealVault, type RealVault } from '../rig/real-vault.ts';
import { missingTools, testWith } from '../rig/tool.ts';
import { plainAnswers, vaultOptions, withoutAddress } from '../rig/vault-answers.ts';

async function ask(address: string, token: string, more: Partial<VaultOptions> = {}): Promise<unknown> {
  const answers = await readVaultSecrets(['images/linux'], vaultOptions(address, { token, ...more }));
  return withoutAddress(plainAnswers(answers), address)['images/linux'];
}

const says = (text: string): string => `error secret: Vault at ADDRESS ${text}`;
const SEALED = says('is sealed | unseal it: vault operator unseal');
const LINUX = { password: 'hush-real' };

async function fill(server: RealVault, namespace = ''): Promise<void> {
  await server.call('POST', `${namespace}sys/mounts/images`, { type: 'kv', options: { version: '2' } });
  // A new mount of version 2 takes nothing for a moment.
  for (let tries = 0; ; tries++) {
    try {
      await server.call('POST', `${namespace}images/data/linux`, { data: LINUX });
      return;
    } catch (error) {
      if (tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

const test = suite('real server');
const command = findVault();

const missing = command === undefined ? `${missingTools(['bao'])}, nor vault` : '';

function run(title: string, body: () => Promise<void>): void {
  testWith(test, ['bao'], title, body, { missing });
}

run('not initialised, open, sealed, open again, gone', async () => {
  const server = await startRealVault(command ?? '');
  try {
    assert.is(
      await ask(server.address, 'hush'),
      says('is not initialised | initialise it (vault operator init), then unseal it'),
    );
    const { token } = await server.open();
    await fill(server);
    assert.equal(await ask(server.address, token), LINUX);
    await server.seal();
    assert.is(await ask(server.address, token), SEALED);
    const ids = { VAULT_ROLE_ID: 'hush', VAULT_SECRET_ID: 'hush' };
    assert.is(await ask(server.address, '', { environment: ids }), SEALED);
    await server.unseal();
    assert.equal(await ask(server.address, token), LINUX);
  } finally {
    await server.close();
  }
  assert.is(
    await ask(server.address, 'hush'),
    says(
      'cannot be reached: the connection was refused' +
        ' | is it running, and is this its address (vault_addr, VAULT_ADDR)?',
    ),
  );
});

run('an AppRole where there is none, and a namespace that has what others have not', async () => {
  const server = await startRealVault(command ?? '');
  try {
    const { token } = await server.open();
    const ids = { VAULT_ROLE_ID: 'hush', VAULT_SECRET_ID: 'hush' };
    assert.is(
      await ask(server.address, '', { environment: ids }),
      says('has no AppRole login at auth/approle | enable it: vault auth enable approle'),
    );
    // Namespaces are OpenBao's since 2.3, and Vault's for those who pay.
    await server.call('POST', 'sys/namespaces/team', {});
    await fill(server, 'team/');
    const team = { environment: { VAULT_NAMESPACE: 'team' } };
    assert.equal(await ask(server.address, token, team), LINUX);
    const nowhere =
      'has no secrets engine images/ | enable it: vault secrets enable -path=images -version=2 kv' +
      ' | or set VAULT_NAMESPACE to the namespace that has it';
    assert.is(await ask(server.address, token), says(nowhere));
  } finally {
    await server.close();
  }
});

run('TLS: trusted by its CA, not without it, and not to be left out', async () => {
  const { ca, key, cert } = makeCertificates('IP:127.0.0.1');
  const server = await startRealVault(command ?? '', { tls: { key, cert } });
  const always = 'certificates are verified always, whatever VAULT_SKIP_VERIFY says';
  try {
    assert.match(readFileSync(ca, 'utf8'), 'BEGIN CERTIFICATE');
    assert.is(
      await ask(server.address, 'hush', { environment: { VAULT_CACERT: ca } }),
      says('is not initialised | initialise it (vault operator init), then unseal it'),
    );
    assert.is(
      await ask(server.address, 'hush', { environment: { VAULT_SKIP_VERIFY: 'true' } }),
      says(
        'is not trusted: its certificate is not from a known CA' +
          ` | let VAULT_CACERT name the PEM file of its CA; ${always}`,
      ),
    );
    const plain = server.address.replace('https', 'http');
    assert.is(await ask(plain, 'hush'), says(`speaks TLS only | its address is ${server.address}`));
  } finally {
    await server.close();
  }
});

test.run();
