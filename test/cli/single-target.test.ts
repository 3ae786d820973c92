import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { readFiles } from '../rig/folder.ts';
import { listPaths, writeWorkspace } from '../rig/workspace.ts';

const TARGET = 'bare/lab/demo-1.1-x86_64';
const NET = { lab: { defs: { domain: 'lab.example', cidr: '192.0.2.0/24' } } };

interface Single {
  readonly title: string;
  readonly args: readonly string[];
  readonly name: string;
  /** What `ks.cfg` makes of the definitions. */
  readonly ks: string;
  /** What `artifact.json` says of the target beside platform, location and spec. */
  readonly target: object;
}

const SOURCE = { 'demo/ks.cfg': '>>name<< >>fqdn<< >>ip<< >>colour<< >>local_only<<\n' };

const SINGLES: readonly Single[] = [
  {
    title: 'a target needs no row of the matrix',
    args: [TARGET],
    name: 'demo-1.1-x86_64',
    ks: 'demo-1.1-x86_64 demo-1.1-x86_64.lab.example   False\n',
    target: { name: 'demo-1.1-x86_64' },
  },
  {
    title: 'a target takes a name and an address',
    args: [TARGET, 'myhost', '192.0.2.100'],
    name: 'myhost',
    ks: 'myhost myhost.lab.example 192.0.2.100  False\n',
    target: { name: 'myhost', ip: '192.0.2.100' },
  },
  {
    title: 'dhcp is an address like any other',
    args: [TARGET, 'myhost', 'dhcp'],
    name: 'myhost',
    ks: 'myhost myhost.lab.example dhcp  False\n',
    target: { name: 'myhost', ip: 'dhcp' },
  },
  {
    title: '--fqdn is the full name of the host',
    args: [TARGET, 'myhost', '--fqdn', 'www.example.org'],
    name: 'myhost',
    ks: 'myhost www.example.org   False\n',
    target: { name: 'myhost', fqdn: 'www.example.org' },
  },
  {
    title: '-D gives definitions, many in one or one each, and the last one counts',
    args: [TARGET, '-D', 'size=1, colour = red', '-D', 'colour=a=b', '-D', ''],
    name: 'demo-1.1-x86_64',
    ks: 'demo-1.1-x86_64 demo-1.1-x86_64.lab.example  a=b False\n',
    target: { name: 'demo-1.1-x86_64', define: { size: '1', colour: 'a=b' } },
  },
  {
    title: '--local-only is a definition too',
    args: [TARGET, '--local-only'],
    name: 'demo-1.1-x86_64',
    ks: 'demo-1.1-x86_64 demo-1.1-x86_64.lab.example   True\n',
    target: { name: 'demo-1.1-x86_64' },
  },
];

for (const { title, args, name, ks, target } of SINGLES) {
  test(title, async () => {
    const workspace = writeWorkspace({ locations: NET, sources: SOURCE, matrix: 'this is no matrix' });
    const found = await osimager(['generate', ...args], { cwd: workspace });
    const folder = `out/bare/lab/${name}`;
    assert.equal(found, {
      status: 0,
      stdout: '',
      stderr: `new: ${folder} (${name}.json, ks.cfg, ${name}.env, artifact.json)
look into out/, for instance ${folder}/
1 target: 1 new, 0 changed, 0 unchanged; 4 files written (TIME)
`,
    });
    const files = readFiles(`${workspace}/${folder}`);
    assert.is(files['ks.cfg'], ks);
    const artifact = JSON.parse(files['artifact.json'] ?? '') as Record<string, unknown>;
    const identity = { platform: 'bare', location: 'lab', spec: 'demo-1.1-x86_64' };
    assert.equal(artifact.target, { ...identity, ...target });
    assert.is(artifact.requested_by, 'command line');
  });
}

test('-D goes to every target of the matrix', async () => {
  const rows = ['demo-1.0-x86_64', 'demo-1.1-x86_64'].map((spec) => ({
    platform: 'bare',
    location: 'lab',
    spec,
  }));
  const workspace = writeWorkspace({ matrix: rows, sources: { 'demo/ks.cfg': '>>colour<<\n' } });
  const { status } = await osimager(['generate', '-D', 'colour=red'], { cwd: workspace });
  assert.is(status, 0);
  const texts = rows.map(({ spec }) => readFiles(`${workspace}/out/bare/lab/${spec}`)['ks.cfg']);
  assert.equal(texts, ['red\n', 'red\n']);
});

test('one target is not hindered by other data files that are broken', async () => {
  const workspace = writeWorkspace({
    platforms: { bad: '{' },
    locations: { bad: '{' },
    specs: { bad: '{' },
    matrix: '[[target]]',
  });
  const { status, stderr } = await osimager(['generate', TARGET, '--quiet'], { cwd: workspace });
  assert.equal({ status, stderr }, { status: 0, stderr: '' });
});

interface Wrong {
  readonly title: string;
  readonly args: readonly string[];
  readonly says: readonly string[];
}

const FAILED = `nothing was rendered into out/
1 target: 0 new, 0 changed, 0 unchanged, 1 failed; 0 files written (TIME)`;

const WRONG: readonly Wrong[] = [
  {
    title: 'an unknown platform is shown with the nearest name',
    args: ['bear/lab/demo-1.0-x86_64'],
    says: [
      'error: there is no platform "bear"',
      '  = did you mean "bare"?',
      '  = looked for data/platforms/bear.json, data/platforms/bear.toml',
      '  = not rendered: bear/lab/demo-1.0-x86_64',
      FAILED,
    ],
  },
  {
    title: 'an unknown location is shown with the nearest name',
    args: ['bare/lap/demo-1.0-x86_64', '--user-dir', 'user'],
    says: [
      'error: there is no location "lap"',
      '  = did you mean "lab"?',
      '  = looked for data/locations/lap.json, data/locations/lap.toml, user/locations/lap.json, user/locations/lap.toml',
      '  = not rendered: bare/lap/demo-1.0-x86_64',
      FAILED,
    ],
  },
  {
    title: 'an unknown spec is shown with the nearest names',
    args: ['bare/lab/demo-1.7-x86_64'],
    says: [
      'error: there is no spec "demo-1.7-x86_64"',
      '  = did you mean "demo-1.0-x86_64" or "demo-1.1-x86_64"?',
      '  = osimager list specs shows them all',
      '  = not rendered: bare/lab/demo-1.7-x86_64',
      FAILED,
    ],
  },
  {
    title: 'a platform that is a path is refused',
    args: ['../lab/demo-1.0-x86_64'],
    says: ['error: ".." is no name of a platform', '  = not rendered: ../lab/demo-1.0-x86_64', FAILED],
  },
  {
    title: 'a name that is no part of a path is refused',
    args: ['bare/lab/demo-1.0-x86_64', '../../up'],
    says: [
      'error: bare/lab/demo-1.0-x86_64 (../../up): "../../up" cannot be the name of an artifact: it holds "/"',
      '  = a name is one part of a path on every system',
      '  = not rendered: bare/lab/demo-1.0-x86_64 (../../up)',
      FAILED,
    ],
  },
];

for (const { title, args, says } of WRONG) {
  test(`${title}, and there is nothing to look into`, async () => {
    const workspace = writeWorkspace();
    const found = await osimager(['generate', ...args], { cwd: workspace });
    assert.equal(found, { status: 1, stdout: '', stderr: [...says, ''].join('\n') });
    assert.not(listPaths(workspace).includes('out/'));
  });
}

for (const command of ['generate', 'show']) {
  test(`${command} of a target that has not the form of one is wrong usage, also with --quiet`, async () => {
    const form = 'it has the form platform/location/spec, for instance vmware/lab/rhel-9.5-x86_64';
    const found = await osimager([command, 'bare/lab', '--quiet'], { cwd: writeWorkspace() });
    assert.equal(found, { status: 2, stdout: '', stderr: `error: "bare/lab" is no target: ${form}\n` });
  });
}

test.run();
