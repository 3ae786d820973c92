import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { listPaths, writeWorkspace } from '../rig/workspace.ts';

const FOLDER = 'out/bare/lab/demo-1.0-x86_64';
const FILES = 'demo-1.0-x86_64.json, ks.cfg, demo-1.0-x86_64.env, artifact.json';
const MADE = `look into out/, for instance ${FOLDER}/
1 target: 1 new, 0 changed, 0 unchanged; 4 files written (TIME)
`;
const UNCHANGED = `look into out/, for instance ${FOLDER}/
1 target: 0 new, 0 changed, 1 unchanged; 0 files written (TIME)
`;

const TEMPLATE = {
  variables: {
    'platform-name': 'bare',
    'location-name': 'lab',
    'spec-name': 'demo-1.0-x86_64',
    'spec-config': 'tasks/spec.yml',
    name: 'demo-1.0-x86_64',
    fqdn: 'demo-1.0-x86_64.lab.example',
  },
  provisioners: [
    {
      type: 'ansible',
      playbook_file: 'config.yml',
      extra_arguments: [
        '--extra-vars',
        'platform={{user `platform-name`}} location_name={{user `location-name`}} spec_name={{user `spec-name`}} ' +
          'spec_config={{user `spec-config`}} install_dir="../install" {{user `ansible-opts`}} ',
      ],
    },
  ],
  builders: [{ type: 'null', communicator: 'none', name: 'demo-1.0-x86_64' }],
};

const ENV = `ANSIBLE_RETRY_FILES_ENABLED=False
ANSIBLE_WARNINGS=False
ANSIBLE_NOCOWS=1
ANSIBLE_DISPLAY_SKIPPED_HOSTS=False
ANSIBLE_STDOUT_CALLBACK=minimal
RES_OPTIONS=nameserver${' '}
`;

const ARTIFACT = {
  format: 1,
  target: { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64', name: 'demo-1.0-x86_64' },
  requested_by: 'matrix',
  files: {
    'demo-1.0-x86_64.env': 'd1aa1dd0736b8953cd18c277c17f3cb8c0b91984903c90218989208fe6956482',
    'demo-1.0-x86_64.json': '7176bcd9d02183c3aed15046a2e13de672239f5a1785bad663857e1d1fa0c849',
    'ks.cfg': 'f5358cfdf3172802e209195cf09e1dc372236d7e7f03de0bf7ba1ef973882e75',
  },
  secrets_mode: 'deferred',
  secrets: [],
  environment: [],
  plugins: [],
  required_files: [],
  sources: [
    'data/files/demo/ks.cfg',
    'data/locations/lab.json',
    'data/platforms/bare.json',
    'data/specs/demo/spec.json',
  ],
};

const TREE = {
  'bare/lab/demo-1.0-x86_64/artifact.json': `${JSON.stringify(ARTIFACT, null, 2)}\n`,
  'bare/lab/demo-1.0-x86_64/demo-1.0-x86_64.env': ENV,
  'bare/lab/demo-1.0-x86_64/demo-1.0-x86_64.json': `${JSON.stringify(TEMPLATE, null, 2)}\n`,
  'bare/lab/demo-1.0-x86_64/ks.cfg': 'host demo-1.0-x86_64\n',
};

test('the matrix becomes a tree of whole artifacts, and the messages say where', async () => {
  const workspace = writeWorkspace();
  const found = await osimager(['generate'], { cwd: workspace });
  assert.equal(found, { status: 0, stdout: '', stderr: `new: ${FOLDER} (${FILES})\n${MADE}` });
  assert.equal(readFiles(`${workspace}/out`), TREE);
});

test('a second run changes nothing and says so', async () => {
  const workspace = writeWorkspace();
  await osimager(['generate'], { cwd: workspace });
  const found = await osimager(['generate'], { cwd: workspace });
  assert.equal(found, { status: 0, stdout: '', stderr: UNCHANGED });
  assert.equal(readFiles(`${workspace}/out`), TREE);
});

test('--workspace works from any folder, and writes into the workspace alone', async () => {
  const workspace = writeWorkspace();
  const elsewhere = temporaryFolder();
  const { status } = await osimager(['generate', '--workspace', workspace], { cwd: elsewhere });
  assert.is(status, 0);
  assert.equal(readFiles(`${workspace}/out`), TREE);
  assert.equal(listPaths(elsewhere), []);
});

test('where to look is said as seen from the folder in which osimager is called', async () => {
  const above = temporaryFolder();
  writeWorkspace({}, `${above}/ws`);
  const { stderr } = await osimager(['generate', '--workspace', 'ws'], { cwd: above });
  assert.is(stderr, `new: ${FOLDER} (${FILES})\n${MADE}`.replaceAll('out/', 'ws/out/'));
});

test('--out names another folder, seen from where osimager is called', async () => {
  const workspace = writeWorkspace();
  const elsewhere = temporaryFolder();
  const args = ['generate', '--workspace', workspace, '--out', 'tree'];
  const { status, stdout, stderr } = await osimager(args, { cwd: elsewhere });
  const shown = `new: ${FOLDER} (${FILES})\n${MADE}`.replaceAll('out/', 'tree/');
  assert.equal({ status, stdout, stderr }, { status: 0, stdout: '', stderr: shown });
  assert.equal(readFiles(`${elsewhere}/tree`), TREE);
  assert.not(listPaths(workspace).includes('out/'));
});

test('--matrix names another matrix, in JSON too, seen from where osimager is called', async () => {
  const workspace = writeWorkspace();
  const elsewhere = temporaryFolder();
  const row = { platform: 'bare', location: 'lab', spec: 'demo-1.1-x86_64', name: 'other' };
  writeFiles(elsewhere, { 'few.json': { target: [row] } });
  const args = ['generate', '--workspace', workspace, '--matrix', 'few.json'];
  const { status } = await osimager(args, { cwd: elsewhere });
  assert.is(status, 0);
  assert.equal(listPaths(`${workspace}/out`), [
    'bare/',
    'bare/lab/',
    'bare/lab/other/',
    'bare/lab/other/artifact.json',
    'bare/lab/other/ks.cfg',
    'bare/lab/other/other.env',
    'bare/lab/other/other.json',
  ]);
});

test('--quiet says nothing when all is well', async () => {
  const workspace = writeWorkspace();
  const found = await osimager(['generate', '--quiet'], { cwd: workspace });
  assert.equal(found, { status: 0, stdout: '', stderr: '' });
  assert.equal(readFiles(`${workspace}/out`), TREE);
});

test('--quiet leaves warnings out and errors in', async () => {
  const workspace = writeWorkspace({
    locations: { lab: { defs: { domain: 'lab.example' }, colour: 'red' } },
    matrix: [
      { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64' },
      { platform: 'bare', location: 'lab', spec: 'demo-1.1-x86_64', name: '..' },
    ],
  });
  const { status, stderr } = await osimager(['generate', '--quiet'], { cwd: workspace });
  const error = `error: bare/lab/demo-1.1-x86_64 (..): ".." cannot be the name of an artifact: it names a folder above or itself
  --> data/matrix.toml:6:3
  6 | [[target]]
    |   ^^^^^^
  = a name is one part of a path on every system
  = not rendered: bare/lab/demo-1.1-x86_64 (..)
`;
  assert.equal({ status, stderr }, { status: 1, stderr: error });
});

test('more than a dozen artifacts are named with --verbose alone', async () => {
  const parts = {
    specs: { many: { provides: { dist: 'many', versions: ['[1-14]'], arches: ['x86_64'] } } },
    matrix: [{ platform: 'bare', location: 'lab', spec: 'many-*' }],
  };
  const lines = Array.from({ length: 14 }, (_, at) => {
    const name = `many-${at + 1}-x86_64`;
    return `new: out/bare/lab/${name} (${name}.json, ${name}.env, artifact.json)`;
  });
  const end = [
    'look into out/, for instance out/bare/lab/many-1-x86_64/',
    '14 targets: 14 new, 0 changed, 0 unchanged; 42 files written (TIME)',
    '',
  ];
  const short = await osimager(['generate'], { cwd: writeWorkspace(parts) });
  const more = '... and 2 more (--verbose names them all)';
  assert.is(short.stderr, [...lines.slice(0, 12), more, ...end].join('\n'));
  const long = await osimager(['generate', '--verbose'], { cwd: writeWorkspace(parts) });
  const stale = lines.map((_line, at) => `stale: bare/lab/many-${at + 1}-x86_64: nothing is known of it`);
  assert.is(long.stderr, [...lines, ...stale, ...end].join('\n'));
});

test('--offline and --no-color change nothing here, and no colours reach a file', async () => {
  const workspace = writeWorkspace();
  const args = ['generate', '--offline', '--no-color'];
  const found = await osimager(args, { cwd: workspace, environment: { FORCE_COLOR: '1' } });
  assert.equal(found, { status: 0, stdout: '', stderr: `new: ${FOLDER} (${FILES})\n${MADE}` });
  assert.equal(readFiles(`${workspace}/out`), TREE);
});

test('combinations of a glob that are not supported are skipped and counted', async () => {
  const workspace = writeWorkspace({
    platforms: { other: { config: { type: 'null' } } },
    locations: { lab: { platforms: ['bare'], defs: { domain: 'lab.example' } } },
    matrix: [{ platform: '*', location: 'lab', spec: 'demo-1.0-x86_64' }],
  });
  const { status, stderr } = await osimager(['generate'], { cwd: workspace });
  const counts =
    '1 target: 1 new, 0 changed, 0 unchanged, 1 combination of globs skipped as not supported; 4 files written (TIME)';
  assert.is(stderr.split('\n').at(-2), counts);
  assert.is(status, 0);
});

test('platforms without a builder type are not matched by globs, and are no targets by name', async () => {
  const platforms = { all: { defs: { cpus: 2 } } };
  const row = { platform: '*', location: 'lab', spec: 'demo-1.0-x86_64' };
  const globbed = await osimager(['generate'], { cwd: writeWorkspace({ platforms, matrix: [row] }) });
  assert.equal(globbed, { status: 0, stdout: '', stderr: `new: ${FOLDER} (${FILES})\n${MADE}` });
  const named = writeWorkspace({ platforms, matrix: [{ ...row, platform: 'all' }] });
  assert.equal(await osimager(['generate', '--check'], { cwd: named }), {
    status: 1,
    stdout: '',
    stderr: `error: no platform is called "all"
  --> data/matrix.toml:2:12
  2 | platform = "all"
    |            ^^^^^
  = platforms here: bare
artifacts that no target asks for are left, until the matrix and all specs can be read
out/ is not up to date: run osimager generate
0 targets: 0 new, 0 changed, 0 unchanged; 0 files to be written (TIME)
`,
  });
});

test('what several targets are warned of at one place is said once, with the number', async () => {
  const workspace = writeWorkspace({
    platforms: { bare: { config: { type: 'null', note: 'E>>>name<< +<E' } } },
    matrix: [{ platform: 'bare', location: 'lab', spec: 'demo-*' }],
  });
  const { status, stderr } = await osimager(['generate', '--check'], { cwd: workspace });
  assert.is(
    stderr,
    `warning: this stays as it is, for it is no expression: E>demo-1.0-x86_64 +<E
  --> data/platforms/bare.json:4:13
  4 |     "note": "E>>>name<< +<E"
    |             ^^^^^^^^^^^^^^^^
  = definitions stand in it as text: quote them, and mind true and false, which are True and False
  = and 1 more warning at this place
out/ is not up to date: run osimager generate
2 targets: 2 new, 0 changed, 0 unchanged; 8 files to be written (TIME)
`,
  );
  assert.is(status, 1);
});

test.run();
