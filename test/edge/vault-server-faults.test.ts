import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { VaultAccess } from '../../src/edge/vault-access.ts';
import type { VaultClient } from '../../src/edge/vault-client.ts';
import { serverFault } from '../../src/edge/vault-server-faults.ts';
import { readVaultSecrets, type VaultOptions } from '../../src/edge/vault.ts';
import { complaints } from '../rig/complaints.ts';
import { plainAnswers, vaultOptions, withoutAddress } from '../rig/vault-answers.ts';
import { startVault, TOKEN, withVault, type VaultServerOptions } from '../rig/vault-server.ts';

const REACH = 'is it running, and is this its address (vault_addr, VAULT_ADDR)?';
const unreachable = (reason: string): string => `Vault at ADDRESS cannot be reached: ${reason} | ${REACH}`;
const SEALED = 'Vault at ADDRESS is sealed | unseal it: vault operator unseal';
const BAD_TOKEN = "it has expired, was revoked, or is another server's: run vault login, or set VAULT_TOKEN";

interface Case {
  readonly title: string;
  readonly server: VaultServerOptions;
  readonly options?: Partial<VaultOptions>;
  readonly says: string;
  /** What the server is asked; the read, once, where not given. */
  readonly asked?: readonly string[];
}

const READ = 'GET images/data/linux';
const HEALTH = 'GET sys/health';
const FOUR = [READ, READ, READ, READ];
const HASTY = { timeoutMs: 60, retries: 1 };

const CASES: readonly Case[] = [
  { title: 'sealed', server: { sealed: true }, says: SEALED, asked: [READ, HEALTH] },
  {
    title: 'sealed, where a namespace is set',
    server: { sealed: true, namespace: 'team' },
    options: { environment: { VAULT_NAMESPACE: 'team' } },
    says: SEALED,
    asked: [READ, HEALTH],
  },
  {
    title: 'sealed, found by the login',
    server: { sealed: true },
    options: { token: '', environment: { VAULT_ROLE_ID: 'hush', VAULT_SECRET_ID: 'hush' } },
    says: SEALED,
    asked: ['POST auth/approle/login', HEALTH],
  },
  {
    title: 'sealed, while reads end in trouble of another kind',
    server: { sealed: true, trouble: { status: 502, body: '<html>bad gateway</html>' } },
    says: SEALED,
    asked: [...FOUR, HEALTH],
  },
  {
    title: 'not initialised',
    server: { initialized: false },
    says: 'Vault at ADDRESS is not initialised | initialise it (vault operator init), then unseal it',
    asked: [READ, HEALTH],
  },
  {
    title: 'not initialised, where a namespace is set',
    server: { initialized: false, namespace: 'team' },
    options: { environment: { VAULT_NAMESPACE: 'team' } },
    says: 'Vault at ADDRESS is not initialised | initialise it (vault operator init), then unseal it',
    asked: [READ, HEALTH],
  },
  {
    title: 'trouble that lasts, after all tries',
    server: { trouble: { status: 503, body: `{"errors":["hush ${TOKEN}"]}` } },
    says: 'Vault at ADDRESS is in trouble: status 503 (4 tries) | what is wrong is in its log',
    asked: [...FOUR, HEALTH],
  },
  {
    title: 'trouble, where no other try is wanted',
    server: { trouble: { status: 500, body: 'hush' } },
    options: { retries: 0 },
    says: 'Vault at ADDRESS is in trouble: status 500 (1 try) | what is wrong is in its log',
    asked: [READ, HEALTH],
  },
  {
    title: 'asked too often',
    server: { trouble: { status: 429, body: '{"errors":["request path \\"hush\\""]}' } },
    says: 'Vault at ADDRESS is asked too often: status 429 (4 tries) | try again later, or raise its quota',
    asked: FOUR,
  },
  {
    title: 'connections that drop before the answer',
    server: { trouble: 'drop' },
    says: unreachable('the connection was dropped (4 tries)'),
    asked: FOUR,
  },
  {
    title: 'connections that drop within the answer',
    server: { trouble: 'cut' },
    says: unreachable('the connection was dropped (4 tries)'),
    asked: FOUR,
  },
  {
    title: 'no answer in time',
    server: { trouble: 'hang' },
    options: HASTY,
    says: unreachable('no answer within 0.06 s (2 tries)'),
    asked: [READ, READ],
  },
  {
    title: 'an answer that comes byte by byte and does not end',
    server: { trouble: 'drip' },
    options: HASTY,
    says: unreachable('no answer within 0.06 s (2 tries)'),
    asked: [READ, READ],
  },
  {
    title: 'a token that Vault does not know',
    server: {},
    options: { token: 'hush' },
    says: `Vault at ADDRESS does not know the token of vault_token | ${BAD_TOKEN}`,
  },
  {
    title: 'a token that OpenBao does not know, which says no more than that it may not',
    server: { terse: true },
    options: { token: 'hush' },
    says: `Vault at ADDRESS does not know the token of vault_token | ${BAD_TOKEN}`,
    asked: [READ, 'GET sys/internal/ui/mounts'],
  },
  {
    title: 'a token of an AppRole that Vault does not know any more',
    server: { approle: { roleId: 'r', secretId: 's', token: 'hush' } },
    options: { token: '', environment: { VAULT_ROLE_ID: 'r', VAULT_SECRET_ID: 's' } },
    says: `Vault at ADDRESS does not know the token of the AppRole | ${BAD_TOKEN}`,
    asked: ['POST auth/approle/login', READ],
  },
  {
    title: 'a server with TLS that is asked without it',
    server: { trouble: { status: 400, body: 'Client sent an HTTP request to an HTTPS server.\n' } },
    says: 'Vault at ADDRESS speaks TLS only | its address is TLS-ADDRESS',
  },
];

for (const { title, server, options, says, asked = [READ] } of CASES) {
  test(title, async () => {
    await withVault(server, async ({ address, asked: wasAsked }) => {
      const answers = plainAnswers(await readVaultSecrets(['images/linux'], vaultOptions(address, options)));
      const said = withoutAddress(withoutAddress(answers, address), address.replace('http', 'https'));
      const withTls = says.replace('TLS-ADDRESS', 'ADDRESS');
      assert.equal(said, { 'images/linux': `error secret: ${withTls}` });
      assert.equal(wasAsked, asked);
    });
  });
}

test('a refused connection ends at once', async () => {
  const server = await startVault();
  const { address } = server;
  await server.close();
  const sleep = (): Promise<void> => Promise.reject(new Error('nobody waits'));
  const answers = await readVaultSecrets(['images/linux'], vaultOptions(address, { sleep }));
  assert.equal(withoutAddress(plainAnswers(answers), address), {
    'images/linux': `error secret: ${unreachable('the connection was refused')}`,
  });
});

const ALWAYS = 'certificates are verified always, whatever VAULT_SKIP_VERIFY says';
const CA_HINT = `let VAULT_CACERT name the PEM file of its CA; ${ALWAYS}`;

const CODES: readonly (readonly [code: string, says: string])[] = [
  ['ENOTFOUND', unreachable('its name is not known')],
  ['EAI_AGAIN', unreachable('no name server answers')],
  ['EHOSTUNREACH', unreachable('no network leads there')],
  ['ENETUNREACH', unreachable('no network leads there')],
  ['EPIPE', unreachable('the connection was dropped')],
  ['EWHATEVER', unreachable('EWHATEVER')],
  ['HPE_INVALID_CONSTANT', `Vault at ADDRESS does not speak HTTP | ${REACH}`],
  ['CERT_HAS_EXPIRED', `Vault at ADDRESS is not trusted: its certificate has expired | renew it; ${ALWAYS}`],
  [
    'CERT_NOT_YET_VALID',
    `Vault at ADDRESS is not trusted: its certificate is not valid yet | renew it; ${ALWAYS}`,
  ],
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'].map(
    (code) =>
      [code, `Vault at ADDRESS is not trusted: its certificate is not from a known CA | ${CA_HINT}`] as const,
  ),
];

for (const [code, says] of CODES) {
  test(`an error of the connection by its code: ${code}`, async () => {
    const credential = { kind: 'token', token: 'hush', from: 'VAULT_TOKEN' } as const;
    const access: VaultAccess = { address: 'ADDRESS', credential, namespace: undefined, ca: undefined };
    const fault = await serverFault(
      { reply: { kind: 'failed', code }, tries: 1, timeoutMs: 1000 },
      access,
      NOBODY,
    );
    assert.equal(complaints(fault ? [fault] : []), [`error secret: ${says}`]);
  });
}

const unasked = (): never => {
  throw new Error('nobody is asked');
};
const NOBODY: VaultClient = {
  read: unasked,
  login: unasked,
  useToken: unasked,
  health: unasked,
  close: unasked,
};

test.run();
