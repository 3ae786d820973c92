import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readVaultSecrets, vaultSecret } from '../../src/edge/vault.ts';
import { complaints } from '../rig/complaints.ts';
import { plainAnswers, vaultOptions, withoutAddress } from '../rig/vault-answers.ts';
import { TOKEN, withVault } from '../rig/vault-server.ts';

const SECRETS = {
  'images/linux': { username: 'root', password: 'hush-linux' },
  'images/aws/keys': {
    id: 'hush-id',
    port: 8080,
    on: true,
    list: [1, 'a'],
    none: null,
    ['__proto__']: 'hush-p',
  },
  'images/windows': {},
};

test('10,000 questions over three paths cause three reads', async () => {
  const paths = Array.from({ length: 10_000 }, (_, at) => Object.keys(SECRETS)[at % 3] ?? '');
  await withVault({ secrets: SECRETS }, async ({ address, asked }) => {
    const answers = await readVaultSecrets(paths, vaultOptions(address));
    assert.equal([...answers.keys()], Object.keys(SECRETS));
    assert.equal([...asked].sort(), [
      'GET images/data/aws/keys',
      'GET images/data/linux',
      'GET images/data/windows',
    ]);
  });
});

test('values come as they are, and what is no text as its JSON', async () => {
  await withVault({ secrets: SECRETS }, async ({ address }) => {
    const answers = await readVaultSecrets(Object.keys(SECRETS), vaultOptions(address));
    const keys = [...answers].map(([path, answer]) => [
      path,
      answer.kind === 'keys' ? [...answer.keys] : answer,
    ]);
    assert.equal(keys, [
      [
        'images/linux',
        [
          ['username', 'root'],
          ['password', 'hush-linux'],
        ],
      ],
      [
        'images/aws/keys',
        [
          ['id', 'hush-id'],
          ['port', '8080'],
          ['on', 'true'],
          ['list', '[1,"a"]'],
          ['none', 'null'],
          ['__proto__', 'hush-p'],
        ],
      ],
      ['images/windows', []],
    ]);
  });
});

test('slashes around a path do not count, and one read serves all ways to write it', async () => {
  await withVault({ secrets: SECRETS }, async ({ address, asked }) => {
    const paths = ['images/linux', '/images/linux', 'images/linux/'];
    const answers = await readVaultSecrets(paths, vaultOptions(`${address}/`));
    assert.equal(
      plainAnswers(answers),
      Object.fromEntries(paths.map((path) => [path, SECRETS['images/linux']])),
    );
    assert.equal(asked, ['GET images/data/linux']);
  });
});

test('many paths are all read, each once', async () => {
  const names = Array.from({ length: 50 }, (_, at) => `images/path ${at}/ä&?#%`);
  const secrets = Object.fromEntries(names.map((name) => [name, { k: name }]));
  await withVault({ secrets }, async ({ address, asked }) => {
    assert.equal(plainAnswers(await readVaultSecrets(names, vaultOptions(address))), secrets);
    assert.is(asked.length, 50);
  });
});

test('nobody is asked for nothing, or for what can be no path', async () => {
  const nowhere = vaultOptions('');
  assert.equal(plainAnswers(await readVaultSecrets([], nowhere)), {});
  const says = 'is no path of a secret in Vault | it needs a mount and a path in it, like images/linux';
  assert.equal(plainAnswers(await readVaultSecrets(['images', 'images/../sys/seal'], nowhere)), {
    images: `error secret: images ${says}`,
    'images/../sys/seal': `error secret: images/../sys/seal ${says}`,
  });
});

test('a missing key is named with the keys that are there and never a value', async () => {
  await withVault({ secrets: SECRETS }, async ({ address }) => {
    const answers = await readVaultSecrets(
      ['images/linux', 'images/windows', 'images'],
      vaultOptions(address),
    );
    const ask = (path: string, key: string): readonly string[] => {
      const answer = vaultSecret(answers, path, key);
      return answer.kind === 'value' ? [answer.value] : complaints([answer.diagnostic]);
    };
    assert.equal(ask('images/linux', 'password'), ['hush-linux']);
    assert.equal(ask('images/linux', 'passwrod'), [
      'error secret: there is no secret images/linux:passwrod' +
        ' | Vault has the path images/linux with the keys: password, username',
    ]);
    assert.equal(ask('images/windows', 'password'), [
      'error secret: there is no secret images/windows:password | Vault has the path images/windows with no keys',
    ]);
    assert.equal(ask('images', 'x'), [
      'error secret: images is no path of a secret in Vault | it needs a mount and a path in it, like images/linux',
    ]);
    assert.throws(() => ask('images/other', 'x'), /^the secret images\/other was not read$/);
  });
});

test('what is wrong with the server is one complaint for all paths', async () => {
  await withVault({ sealed: true }, async ({ address }) => {
    const answers = await readVaultSecrets(['images/a', 'images/b', 'images/c'], vaultOptions(address));
    const given = new Set(
      [...answers.values()].map((answer) => answer.kind === 'failed' && answer.diagnostic),
    );
    assert.is(given.size, 1);
    assert.equal(
      withoutAddress(plainAnswers(answers), address)['images/a'],
      'error secret: Vault at ADDRESS is sealed | unseal it: vault operator unseal',
    );
  });
});

test('eight paths are asked for at a time, and none after the server is found broken', async () => {
  const paths = Array.from({ length: 20 }, (_, at) => `images/${at}`);
  await withVault({ trouble: 'hang' }, async ({ address, asked }) => {
    await readVaultSecrets(paths, vaultOptions(address, { timeoutMs: 150, retries: 0 }));
    assert.equal(
      [...asked].sort(),
      paths.slice(0, 8).map((path) => `GET ${path.replace('/', '/data/')}`),
    );
  });
});

test('an AppRole logs in once for all paths', async () => {
  const approle = { roleId: 'role-1', secretId: 'secret-1', token: 'hvs.of-approle' };
  const environment = { VAULT_ROLE_ID: 'role-1', VAULT_SECRET_ID: 'secret-1' };
  const tokens = { 'hvs.of-approle': undefined };
  await withVault({ secrets: SECRETS, approle, tokens }, async ({ address, asked }) => {
    const options = vaultOptions(address, { token: '', environment });
    const answers = await readVaultSecrets(['images/linux', 'images/windows'], options);
    assert.equal(plainAnswers(answers), { 'images/linux': SECRETS['images/linux'], 'images/windows': {} });
    assert.equal(asked, ['POST auth/approle/login', 'GET images/data/linux', 'GET images/data/windows']);
  });
});

test('a namespace goes with every question, and messages name it', async () => {
  const namespace = 'team/a';
  await withVault({ secrets: SECRETS, namespace }, async ({ address }) => {
    const inside = vaultOptions(address, { environment: { VAULT_NAMESPACE: namespace } });
    const answers = await readVaultSecrets(['images/linux', 'images/no'], inside);
    assert.equal(withoutAddress(plainAnswers(answers), address), {
      'images/linux': SECRETS['images/linux'],
      'images/no':
        'error secret: Vault at ADDRESS has no secret images/no (namespace team/a)' +
        ' | write it: vault kv put -mount=images no KEY=VALUE',
    });
    const outside = plainAnswers(await readVaultSecrets(['images/linux'], vaultOptions(address)));
    assert.equal(withoutAddress(outside, address), {
      'images/linux':
        'error secret: Vault at ADDRESS has no secrets engine images/' +
        ' | enable it: vault secrets enable -path=images -version=2 kv' +
        ' | or set VAULT_NAMESPACE to the namespace that has it',
    });
  });
});

test('passing trouble is waited for, longer each time', async () => {
  for (const trouble of ['drop', 'cut', { status: 500, body: '' }, { status: 429, body: '' }] as const) {
    await withVault({ secrets: SECRETS, trouble, troubles: 3 }, async ({ address, asked }) => {
      const waits: number[] = [];
      const sleep = (ms: number): Promise<void> => Promise.resolve(void waits.push(ms));
      const answers = await readVaultSecrets(['images/linux'], vaultOptions(address, { sleep }));
      assert.equal(plainAnswers(answers), { 'images/linux': SECRETS['images/linux'] });
      assert.equal(waits, [200, 400, 800]);
      assert.is(asked.length, 4);
    });
  }
});

test('an answer that comes late, but in time, is waited for; one that comes too late is asked for again', async () => {
  await withVault({ secrets: SECRETS, trouble: { delay: 150 } }, async ({ address, asked }) => {
    const answers = await readVaultSecrets(['images/linux'], vaultOptions(address, { timeoutMs: 5000 }));
    assert.equal(plainAnswers(answers), { 'images/linux': SECRETS['images/linux'] });
    assert.is(asked.length, 1);
  });
  await withVault({ secrets: SECRETS, trouble: { delay: 2000 }, troubles: 1 }, async ({ address, asked }) => {
    const answers = await readVaultSecrets(['images/linux'], vaultOptions(address, { timeoutMs: 400 }));
    assert.equal(plainAnswers(answers), { 'images/linux': SECRETS['images/linux'] });
    assert.is(asked.length, 2);
  });
});

test('the token of the options is the one that is sent', async () => {
  await withVault({ secrets: SECRETS, tokens: { other: undefined } }, async ({ address }) => {
    const options = vaultOptions(address, { token: 'other', environment: { VAULT_TOKEN: TOKEN } });
    const answers = await readVaultSecrets(['images/linux'], options);
    assert.equal(plainAnswers(answers), { 'images/linux': SECRETS['images/linux'] });
  });
});

test.run();
