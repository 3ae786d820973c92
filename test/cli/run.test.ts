import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  calledFor,
  CANARY,
  copiesIn,
  ledgerOf,
  traceOf,
  USERNAME,
  writeRunWorkspace,
} from '../rig/run-workspace.ts';

const ONE = { platform: 'ssh', location: 'lab', spec: 'keyed-1.0-x86_64', name: 'one' };

test('Packer gets a private copy with secrets, the environment of the artifact, and the data folder to work in', async () => {
  const { folder, record, temporary, run } = await writeRunWorkspace([ONE]);
  const { status, stdout, stderr } = await run(['run', 'out/ssh/lab/one']);
  assert.equal([status, stdout], [0, '']);
  const [ledger] = ledgerOf(folder);
  const log = `.osimager/runs/${String(ledger?.id)}/ssh/lab/one.log`;
  assert.match(
    stderr,
    /^build {12}result {2}time {3}image {2}log\nout\/ssh\/lab\/one {2}good {4}\d\.\d s {9}/,
  );
  assert.is(stderr.split('\n')[1]?.endsWith(log), true);
  assert.is(stderr.split('\n')[2], '1 build: 1 good');
  const called = calledFor(record, 'one');
  const copy = called.args.at(-1)?.replace(/\/one\.json$/, '') ?? '';
  assert.equal(called.args, ['build', '-machine-readable', `${copy}/one.json`]);
  assert.match(copy.slice(temporary.length), /^\/osimager-run-[\d-]+[0-9a-f]{32}$/);
  assert.is(called.cwd, `${folder}/data`);
  assert.equal(called.files, ['artifact.json', 'ks.cfg', 'one.env', 'one.json']);
  assert.is(called.env.ANSIBLE_NOCOWS, '1');
  assert.is(called.env.PACKER_TMP_DIR ?? copy, copy);
  assert.equal(called.template, {
    variables: {
      'platform-name': 'ssh',
      'location-name': 'lab',
      'spec-name': 'keyed-1.0-x86_64',
      'spec-config': 'tasks/spec.yml',
      name: 'one',
      fqdn: 'one.lab.example',
      'ssh-password': CANARY,
    },
    provisioners: [{ type: 'shell', inline: ['true'] }],
    builders: [
      {
        type: 'qemu',
        communicator: 'ssh',
        ssh_username: USERNAME,
        ssh_password: '{{user `ssh-password`}}',
        ssh_timeout: '1m',
        ssh_host_port_min: 2222,
        disk_size: '1G',
        name: 'keyed-1.0-x86_64',
      },
    ],
  });
  assert.equal(copiesIn(temporary), []);
});

for (const [flags, args] of [
  [['--force'], ['-force']],
  [['--on-error', 'cleanup'], ['-on-error=cleanup']],
  [['--on-error', 'abort'], ['-on-error=abort']],
  [['--on-error', 'ask'], ['-on-error=ask']],
  [['--on-error', 'run-cleanup-provisioner'], ['-on-error=run-cleanup-provisioner']],
  [['--timestamp'], ['-timestamp-ui']],
  [['--debug'], ['-debug']],
  [
    ['--debug', '--timestamp', '--on-error=abort', '--force'],
    ['-force', '-on-error=abort', '-timestamp-ui', '-debug'],
  ],
] as const) {
  test(`${flags.join(' ')} is ${args.join(' ')}`, async () => {
    const { record, run } = await shared();
    assert.is((await run(['run', 'out/ssh/lab/one', ...flags])).status, 0);
    assert.equal(calledFor(record, 'one').args.slice(0, -1), ['build', ...args, '-machine-readable']);
  });
}

let workspace: ReturnType<typeof writeRunWorkspace> | undefined;

/** One workspace for the tests that change nothing in it. */
function shared(): ReturnType<typeof writeRunWorkspace> {
  return (workspace ??= writeRunWorkspace([ONE, { ...ONE, name: 'two' }]));
}

for (const [title, args, says] of [
  [
    'no artifact',
    [],
    "error: name an artifact: a folder, a glob such as 'out/*/lab/*', or a target of the matrix\n",
  ],
  [
    'a mode that does not exist',
    ['out/ssh/lab/one', '--on-error', 'retry'],
    "error: option '--on-error <mode>' argument 'retry' is invalid. Allowed choices are cleanup, abort, ask, run-cleanup-provisioner.\n",
  ],
  [
    '--keep with another mode than its own',
    ['out/ssh/lab/one', '--keep', '--on-error', 'ask'],
    'error: --keep stands for --on-error abort: it does not go with --on-error ask\n',
  ],
  ['no jobs', ['out/ssh/lab/one', '--jobs', '0'], 'error: --jobs 0: it is a whole number from 1 to 1000\n'],
  [
    'odd jobs',
    ['out/ssh/lab/one', '--jobs', '1e2'],
    'error: --jobs 1e2: it is a whole number from 1 to 1000\n',
  ],
  [
    '--debug on several',
    ['out/ssh/lab/*', '--debug'],
    'error: --debug waits for the keyboard at each step: it goes with one artifact, not 2\n',
  ],
  [
    'questions of several',
    ['out/ssh/lab/*', '--on-error', 'ask'],
    'error: --on-error ask waits for the keyboard: it goes with one artifact, not 2\n',
  ],
  [
    'one log for several',
    ['out/ssh/lab/*', '--log', 'all.log'],
    'error: --log all.log: one file holds the log of one artifact, not of 2; --log alone makes a file for each\n',
  ],
] as const) {
  test(`wrong usage: ${title}`, async () => {
    const { run } = await shared();
    assert.equal(await run(['run', ...args]), { status: 2, stdout: '', stderr: says });
  });
}

test('--dry-run prints the command and the environment, knows no secret and starts nothing', async () => {
  const { folder, record, temporary, run } = await writeRunWorkspace([ONE]);
  // Without secrets: none is read.
  const { status, stdout, stderr } = await run(['run', 'out/ssh/lab/one', '--dry-run', '--log', '--force'], {
    OSIMAGER_USER_DIR: '/none',
    OSIMAGER_CREDENTIAL_SOURCE: 'vault',
    VAULT_ADDR: 'http://127.0.0.1:1',
    VAULT_TOKEN: CANARY,
  });
  assert.equal([status, stderr], [0, '']);
  assert.is(
    stdout.replace(/\/\S*\/stand-in-packer/, 'PACKER').replace(folder, 'WORKSPACE'),
    `out/ssh/lab/one
  in       WORKSPACE/data
  command  PACKER build -force -machine-readable '<private copy>/one.json'
  environment, beside that of osimager
    PACKER_CACHE_DIR=/tmp
    PACKER_TMP_DIR='<private copy>'
    TMPDIR='<private copy>'
    ANSIBLE_RETRY_FILES_ENABLED=False
    ANSIBLE_WARNINGS=False
    ANSIBLE_NOCOWS=1
    ANSIBLE_DISPLAY_SKIPPED_HOSTS=False
    ANSIBLE_STDOUT_CALLBACK=minimal
    STAND_IN_SAY=''
    STAND_IN_STDERR=''
    STAND_IN_SLEEP=''
    STAND_IN_EXIT=''
    STAND_IN_STUBBORN=''
    STAND_IN_CHILD=''
    STAND_IN_LOGS=''
    STAND_IN_ASK=''
    RES_OPTIONS='nameserver '
    OSIMAGER_BUILD='<private copy>'
    VAULT_ADDR=http://127.0.0.1:1
    VAULT_TOKEN='***'
    PACKER_LOG=1
    PACKER_LOG_PATH='<private copy>/packer.log'
`,
  );
  assert.equal(traceOf(record), []);
  assert.equal(copiesIn(temporary), []);
  assert.equal(ledgerOf(folder), []);
});

test('--dry-run --json is an object for each artifact', async () => {
  const { folder, run } = await shared();
  const { stdout } = await run(['run', 'out/ssh/lab/*', '--dry-run', '--json']);
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(
    rows.map(({ artifact, folder: at, command }) => [artifact, at, (command as string[]).slice(1)]),
    ['one', 'two'].map((name) => [
      `out/ssh/lab/${name}`,
      `${folder}/data`,
      ['build', '-machine-readable', `<private copy>/${name}.json`],
    ]),
  );
});

test('--keep leaves the private copy and says where; the next run leaves it too', async () => {
  const { record, temporary, run } = await writeRunWorkspace([{ ...ONE, define: { stand_in_exit: '1' } }]);
  const first = await run(['run', 'out/ssh/lab/one', '--keep']);
  const [copy = ''] = copiesIn(temporary);
  assert.match(copy, /^osimager-kept-[0-9a-f]{32}$/);
  assert.match(
    first.stderr,
    new RegExp(
      `^warning: the private copy was kept: ${temporary}/${copy}\n {2}= it holds secrets: remove it\n`,
    ),
  );
  assert.is(calledFor(record, 'one').args[1], '-on-error=abort');
  await run(['run', 'out/ssh/lab/one']);
  assert.equal(copiesIn(temporary), [copy]);
});

test.run();
