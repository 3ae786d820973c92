import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { secretForms } from '../../src/report/secret-forms.ts';
import { processesWith, startOsimager, until } from '../rig/processes.ts';
import {
  calledFor,
  CANARY,
  traceOf,
  USERNAME,
  writeRunWorkspace,
  type RunWorkspace,
} from '../rig/run-workspace.ts';
import { TOKEN, withVault } from '../rig/vault-server.ts';

const ROW = { platform: 'ssh', location: 'lab', spec: 'keyed-1.0-x86_64' };

/** What Packer prints in every way that it has, and in several forms, with the canary in it. */
const SAY = `1,,ui,say,==> keyed-1.0-x86_64: logging in as ${USERNAME} with ${CANARY}
1,,ui,message,    keyed-1.0-x86_64: ${JSON.stringify(CANARY)}
1,,ui,message,    keyed-1.0-x86_64: ${encodeURIComponent(CANARY)} ${Buffer.from(CANARY).toString('base64')}
1,,ui,error,==> keyed-1.0-x86_64: ${CANARY.replaceAll(',', '%!(PACKER_COMMA)')} was refused
1,keyed-1.0-x86_64,artifact,0,string,image ${CANARY}
1,keyed-1.0-x86_64,artifact,0,id,ami-${CANARY}
1,,ui,error,Build 'keyed-1.0-x86_64' errored after 1 second: Timeout waiting for SSH as ${CANARY}
panic: ${CANARY}
`;

/** The forms of the secrets that a text holds. */
function leaks(text: string): readonly string[] {
  return [CANARY, USERNAME].flatMap((value) => [...secretForms(value)]).filter((form) => text.includes(form));
}

/** All text below the state folder: logs and ledger. */
function stateOf({ folder }: RunWorkspace): string {
  const state = join(folder, '.osimager');
  return readdirSync(state, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

async function chatty(): Promise<RunWorkspace> {
  const define = {
    stand_in_say: 'say/all',
    stand_in_stderr: '|>images/linux:password<|',
    stand_in_logs: '|>images/linux:password<|',
    stand_in_exit: '1',
  };
  return writeRunWorkspace(
    [
      { ...ROW, name: 'one', define },
      { ...ROW, name: 'two', define: { ...define, stand_in_exit: '0' } },
    ],
    { files: { 'data/say/all': SAY } },
  );
}

for (const args of [
  ['out/ssh/lab/one'],
  ['out/ssh/lab/one', '--json'],
  ['out/ssh/lab/one', '--debug', '--verbose'],
  ['out/ssh/lab/*', '--jobs', '2'],
  ['out/ssh/lab/*', '--json', '--log'],
  ['out/ssh/lab/one', '--log=own.log'],
] as const) {
  test(`no secret is printed, logged or kept: run ${args.join(' ')}`, async () => {
    const workspace = await chatty();
    const { status, stdout, stderr } = await workspace.run(['run', ...args, '--junit', 'junit.xml']);
    assert.is(status, 1);
    // The build itself had them.
    const called = calledFor(workspace.record, 'one');
    assert.ok(JSON.stringify(called.template).includes(JSON.stringify(CANARY).slice(1, -1)));
    assert.is(called.env.STAND_IN_STDERR, CANARY);
    assert.equal(leaks(called.args.join('\n')), []);
    assert.equal(leaks(stdout + stderr), []);
    assert.ok(`${stdout}${stderr}`.includes('***'));
    assert.equal(leaks(stateOf(workspace)), []);
    assert.equal(leaks(readFileSync(join(workspace.folder, 'junit.xml'), 'utf8')), []);
    const shown = await workspace.run(['runs', 'show', '--json']);
    assert.equal(leaks(shown.stdout), []);
    assert.is(shown.stdout.includes('ami-***'), args[0].endsWith('*'));
    if (args.length > 1 && args[1] === '--log=own.log') {
      assert.is(readFileSync(join(workspace.folder, 'own.log'), 'utf8'), 'log of one: ***\n');
    }
  });
}

test('what is printed stays readable: secrets alone are masked', async () => {
  const workspace = await chatty();
  const { stdout } = await workspace.run(['run', 'out/ssh/lab/one']);
  assert.is(
    stdout
      .split('\n')
      .filter((line) => line.startsWith('==>'))
      .join('\n'),
    '==> keyed-1.0-x86_64: logging in as *** with ***\n==> keyed-1.0-x86_64: *** was refused',
  );
});

test('while it runs, no secret is in the arguments of a process', async () => {
  const workspace = await writeRunWorkspace([{ ...ROW, name: 'one', define: { stand_in_sleep: '100' } }]);
  const running = startOsimager(['run', 'out/ssh/lab/one'], workspace.folder, workspace.environment);
  await until('the build runs', () => traceOf(workspace.record).includes('start one'));
  const processes = processesWith(workspace.record);
  assert.ok(processes.some((command) => command.includes('stand-in-packer build')));
  assert.equal(leaks(processes.join('\n')), []);
  running.process.kill('SIGINT');
  assert.is(await running.status, 130);
});

test('an inline tree: its values are masked too, and --dry-run shows their markers', async () => {
  const define = { stand_in_stderr: '|>images/linux:password<|', stand_in_say: 'say/all' };
  const workspace = await writeRunWorkspace([{ ...ROW, name: 'one', define }], {
    files: { 'osimager.config.ts': "export default { secrets: 'inline' };\n", 'data/say/all': SAY },
  });
  const dry = await workspace.run(['run', 'out/ssh/lab/one', '--dry-run']);
  assert.ok(dry.stdout.includes("STAND_IN_STDERR='|>images/linux:password<|'"), dry.stdout);
  assert.equal(leaks(dry.stdout + dry.stderr), []);
  const { stdout, stderr } = await workspace.run(['run', 'out/ssh/lab/one']);
  assert.is(calledFor(workspace.record, 'one').env.STAND_IN_STDERR, CANARY);
  assert.equal(leaks(stdout + stderr + stateOf(workspace)), []);
});

const VAULT = { secrets: { 'images/linux': { username: USERNAME, password: CANARY } } };

for (const [title, server, access, token] of [
  ['a token', VAULT, { VAULT_TOKEN: TOKEN }, TOKEN],
  [
    'an AppRole, which is traded for a token',
    {
      ...VAULT,
      tokens: { 'approle-token-77': undefined },
      approle: { roleId: 'role', secretId: 'secret-of-role', token: 'approle-token-77' },
    },
    { VAULT_ROLE_ID: 'role', VAULT_SECRET_ID: 'secret-of-role' },
    'approle-token-77',
  ],
] as const) {
  test(`with Vault, Packer resolves its own references, by ${title}`, async () => {
    await withVault(server, async ({ address, asked }) => {
      const say = `${SAY}1,,ui,say,${token}\n`;
      const workspace = await writeRunWorkspace(
        [{ ...ROW, name: 'one', define: { stand_in_say: 'say/all' } }],
        { files: { 'data/say/all': say } },
      );
      const { stdout, stderr } = await workspace.run(['run', 'out/ssh/lab/one'], {
        OSIMAGER_CREDENTIAL_SOURCE: 'vault',
        VAULT_ADDR: address,
        ...access,
      });
      const { args, env, template } = calledFor(workspace.record, 'one');
      assert.equal([env.VAULT_ADDR, env.VAULT_TOKEN, env.VAULT_SECRET_ID], [address, token, undefined]);
      assert.is(
        (template as { variables: Record<string, string> }).variables['ssh-password'],
        '{{vault `images/linux` `password`}}',
      );
      // Own markers are resolved; the password is known, though only Packer uses it, and masked.
      assert.ok(JSON.stringify(template).includes(USERNAME));
      assert.equal(leaks(stdout + stderr + stateOf(workspace) + args.join(' ')), []);
      assert.is(`${stdout}${stderr}${stateOf(workspace)}`.includes(token), false);
      assert.equal(
        asked.filter((question) => question.includes('images/')),
        ['GET images/data/linux'],
      );
    });
  });
}

test.run();
