import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readFiles } from '../rig/folder.ts';
import { calledFor, CANARY, copiesIn, ledgerOf, traceOf, writeRunWorkspace } from '../rig/run-workspace.ts';

const ROW = { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64' };
const TARGET = 'ssh/lab/keyed-1.0-x86_64';

test('build renders a target into a private folder and runs it; the tree stays as it is', async () => {
  const { folder, record, temporary, run } = await writeRunWorkspace([ROW]);
  const before = readFiles(join(folder, 'out'));
  const { status, stderr } = await run([
    'build',
    TARGET,
    'myhost',
    '10.0.0.7',
    '-D',
    'stand_in_exit=0',
    '--force',
    '--on-error',
    'abort',
  ]);
  assert.is(status, 0, stderr);
  assert.equal(readFiles(join(folder, 'out')), before);
  assert.equal(copiesIn(temporary), []);
  const { args, env, template, files, cwd } = calledFor(record, 'myhost');
  assert.equal(args.slice(0, -1), ['build', '-force', '-on-error=abort', '-machine-readable']);
  assert.equal(files, ['artifact.json', 'ks.cfg', 'myhost.env', 'myhost.json']);
  assert.is(cwd, join(folder, 'data'));
  assert.is(env.STAND_IN_EXIT, '0');
  const { variables } = template as { variables: Record<string, string> };
  assert.equal([variables.fqdn, variables['ssh-password']], ['myhost.lab.example', CANARY]);
  const [ledger] = ledgerOf(folder) as [{ command: string; builds: { artifact: string; state: string }[] }];
  assert.is(ledger.command, 'build');
  assert.equal(
    ledger.builds.map(({ artifact, state }) => [artifact, state]),
    [['ssh/lab/myhost', 'good']],
  );
});

test('build takes --fqdn, --secrets and --local-only as generate does', async () => {
  const { record, run } = await writeRunWorkspace([ROW]);
  const { status, stderr } = await run([
    'build',
    TARGET,
    'h',
    '--fqdn',
    'h.far.example',
    '--secrets',
    'inline',
    '--local-only',
  ]);
  assert.is(status, 0, stderr);
  const { variables } = calledFor(record, 'h').template as { variables: Record<string, string> };
  assert.equal([variables.fqdn, variables['ssh-password']], ['h.far.example', CANARY]);
});

test('build --dry-run starts nothing and leaves nothing', async () => {
  const { folder, record, temporary, run } = await writeRunWorkspace([ROW]);
  const { status, stdout, stderr } = await run(['build', TARGET, 'h', '--dry-run']);
  assert.equal([status, stderr], [0, '']);
  assert.match(
    stdout,
    /^ssh\/lab\/h\n {2}in {7}\S+\/data\n {2}command {2}\S+ build -machine-readable '<private copy>\/h\.json'\n/,
  );
  assert.equal([traceOf(record), copiesIn(temporary)], [[], []]);
  assert.is(existsSync(join(folder, '.osimager', 'runs', 'x')), false);
});

test('build --refit, and refit with an address', async () => {
  const { record, run } = await writeRunWorkspace([
    { platform: 'ssh', location: 'lab', spec: 'keyed-1.0-x86_64', name: 'one' },
    { ...ROW, name: 'two' },
  ]);
  const builders = {
    type: 'null',
    communicator: 'ssh',
    ssh_username: 'builder-account',
    ssh_password: '{{user `ssh-password`}}',
    ssh_timeout: '1m',
    name: 'keyed-1.0-x86_64',
  };
  for (const [args, host] of [
    [['build', TARGET, 'one', '10.0.0.7', '--refit'], '10.0.0.7'],
    [['refit', 'out/ssh/lab/one', '10.0.0.8'], '10.0.0.8'],
    [['run', '--refit', 'out/ssh/lab/one'], 'one.lab.example'],
  ] as const) {
    const { status, stderr } = await run(args);
    assert.is(status, 0, stderr);
    const { template, files } = calledFor(record, 'one');
    const made = template as { builders: object[]; provisioners: object[] };
    assert.equal(made.builders, [{ ...builders, ssh_host: host }]);
    assert.equal(made.provisioners, [{ type: 'shell', inline: ['true'] }]);
    assert.equal(files, ['artifact.json', 'one.env', 'one.json']);
  }
  const { status, stderr } = await run(['refit', 'out/bare/lab/two', '10.0.0.1']);
  assert.is(status, 1);
  assert.is(
    stderr,
    `error: out/bare/lab/two has no communicator
  = a refit provisions a machine over ssh or winrm
  = not run: out/bare/lab/two
nothing was started
`,
  );
});

test('a target that is none, and one that cannot be rendered', async () => {
  const { run } = await writeRunWorkspace([ROW]);
  assert.equal(await run(['build', 'nothing']), {
    status: 2,
    stdout: '',
    stderr:
      'error: "nothing" is no target: it has the form platform/location/spec, for instance vmware/lab/rhel-9.5-x86_64\n',
  });
  const { status, stderr } = await run(['build', 'bare/lab/demo-9.9-x86_64']);
  assert.is(status, 1);
  assert.match(stderr, /^error: there is no spec "demo-9\.9-x86_64"\n/);
});

test.run();
