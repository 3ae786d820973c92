/** The real binary, while it knows secrets: none is in what it prints, whatever it prints. */
import { chmodSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { scanForSecrets } from '../rig/secret-scan.ts';
import { TOKEN, withVault } from '../rig/vault-server.ts';
import { writeWorkspace } from '../rig/workspace.ts';

const OLD = `old<"canary">&'1 ü`;
const NEW = `new<"canary">&'2 ü`;
const SECRETS = [OLD, NEW].map((value, at) => ({ path: 'images/linux', key: `password${at}`, value }));

const PARTS = {
  platforms: {
    bare: {
      arches: ['x86_64'],
      config: { type: 'null', ssh_password: '{{vault `images/linux` `password`}}' },
    },
  },
  specs: {
    demo: {
      provides: { dist: 'demo', versions: ['1.0'], arches: ['x86_64'] },
      files: [
        { sources: ['demo/ks.cfg'], dest: 'ks.cfg' },
        { sources: ['demo/a.xml'], dest: 'a.xml' },
      ],
    },
  },
  sources: {
    'demo/ks.cfg': 'host >>name<<\nrootpw |>images/linux:password<|\nhash 6>images/linux:password<6\n',
    'demo/a.xml': '<Password>|>images/linux:password<|</Password>\n',
  },
};

function userFolder(value: string): string {
  const user = temporaryFolder();
  const secrets = `images/linux password="${value.replace(/["\\]/g, '\\$&')}"\n`;
  writeFiles(user, { 'osimager.conf': '[osimager]\ncredential_source = config\n', secrets });
  chmodSync(`${user}/secrets`, 0o600);
  return user;
}

const FOLDER = 'out/bare/lab/demo-1.0-x86_64';

test('inline: differences show neither the new secret nor the one before', async () => {
  const cwd = writeWorkspace(PARTS);
  const inline = (value: string, ...args: readonly string[]) =>
    osimager(['generate', '--secrets', 'inline', '--user-dir', userFolder(value), ...args], { cwd });

  const first = await inline(OLD, '--diff');
  assert.match(first.stdout, '+rootpw ***\n');
  assert.match(first.stdout, '+<Password>***</Password>\n');
  assert.match(first.stdout, '"ssh_password": "***"');
  await inline(OLD);
  assert.ok(scanForSecrets(readFiles(`${cwd}/out`), SECRETS).length >= 3, 'the tree holds them');

  const text = await inline(NEW, '--diff', '--verbose');
  assert.match(text.stdout, ' host demo-1.0-x86_64\n-***\n-***\n+rootpw ***\n');
  const json = await inline(NEW, '--diff', '--json');
  const events = json.stdout.trimEnd().split('\n');
  const changes = events.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(
    changes.find(({ file }) => file === `${FOLDER}/a.xml`),
    {
      type: 'difference',
      file: `${FOLDER}/a.xml`,
      before: '***\n',
      after: '<Password>***</Password>\n',
    },
  );
  const deferred = await osimager(['generate', '--diff'], { cwd });
  assert.match(deferred.stdout, '-***\n-***\n+rootpw |>images/linux:password<|\n');
  const printed = Object.entries({ first, text, json, deferred }).map(
    ([name, { stdout, stderr }]) => [name, stdout + stderr] as const,
  );
  assert.equal(scanForSecrets(Object.fromEntries(printed), SECRETS), []);
});

test('a definition that happens to be a secret is masked in messages, JSON and errors', async () => {
  const cwd = writeWorkspace({
    ...PARTS,
    sources: { ...PARTS.sources, 'demo/ks.cfg': 'x |>images/linux:password<| |>images/linux:hunter22<|\n' },
  });
  const user = userFolder('hunter22');
  const args = ['generate', '--secrets', 'inline', '--user-dir', user];
  const text = await osimager(args, { cwd });
  const json = await osimager([...args, '--json'], { cwd });
  assert.match(text.stderr, 'error: there is no secret images/linux:***\n');
  assert.match(json.stdout, '"message":"there is no secret images/linux:***"');
  assert.not.match(text.stdout + text.stderr + json.stdout + json.stderr, 'hunter22');
  for (const more of [[], ['--json']]) {
    const check = await osimager(['secrets', 'check', '--user-dir', user, ...more], { cwd });
    assert.not.match(check.stdout + check.stderr, 'hunter22');
    assert.match(check.stdout, '***');
  }
});

test("what Vault gave, and the token, are masked as the file's secrets are", async () => {
  const cwd = writeWorkspace({
    ...PARTS,
    locations: { lab: { defs: { domain: TOKEN } } },
    sources: { ...PARTS.sources, 'demo/ks.cfg': 'rootpw |>images/linux:password<|\ndomain >>domain<<\n' },
  });
  await withVault({ secrets: { 'images/linux': { password: NEW } } }, async ({ address }) => {
    const environment = { VAULT_ADDR: address, VAULT_TOKEN: TOKEN };
    const { status, stdout, stderr } = await osimager(['generate', '--secrets', 'inline', '--diff'], {
      cwd,
      environment,
    });
    assert.is(status, 0, stderr);
    assert.match(stdout, '+rootpw ***\n+domain ***\n');
    const token = { path: 'Vault', key: 'token', value: TOKEN };
    assert.equal(scanForSecrets({ stdout, stderr }, [...SECRETS, token]), []);
  });
});

test('the trace of an error that nobody expected is masked', async () => {
  const config = `process.on('beforeExit', () => { throw new Error('it is hunter22'); });
export default {};
`;
  const cwd = writeWorkspace({ ...PARTS, files: { 'osimager.config.ts': config } });
  const args = ['generate', '--secrets', 'inline', '--user-dir', userFolder('hunter22')];
  const { status, stdout, stderr } = await osimager(args, { cwd });
  assert.is(status, 1);
  assert.match(stderr, 'error: osimager failed: Error: it is ***\n    at ');
  assert.not.match(stdout + stderr, 'hunter22');
});

test.run();
