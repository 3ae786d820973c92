import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { writeWorkspace } from '../rig/workspace.ts';

const PARTS = {
  platforms: { all: { defs: { cpus: 2 }, config: { type: 'null' } } },
  locations: { lab: { platforms: ['bare'], defs: { domain: 'lab.example' } } },
  matrix: [
    { platform: 'bare', location: 'lab', spec: 'demo-*' },
    { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64', name: 'web', ip: 'dhcp' },
  ],
};

interface Listing {
  readonly what: string;
  readonly text: string;
  readonly json: readonly object[];
}

const SETTINGS =
  'ansible_playbook base_dir credential_source data_dir local_only packer_cache_dir packer_cmd user_dir vault_addr venv_dir';
const DERIVED =
  'arch base_path data_path dist dns_search fqdn gateway gw install_path ip iso_checksum iso_name iso_path iso_url location location_name major minor name netmask newest_minor platform platform_name platform_type prefix spec_dir spec_name subnet temp_dir tmpdir version vms_path';
const GIVEN = [
  ...DERIVED.split(' ').map((name) => ({ name, from: ['derived'] })),
  ...SETTINGS.split(' ').map((name) => ({ name, from: ['setting'] })),
  { name: 'cpus', from: ['data/platforms/all.json'] },
  { name: 'domain', from: ['data/locations/lab.json'] },
].sort((a, b) => (a.name < b.name ? -1 : 1));

const LISTINGS: readonly Listing[] = [
  {
    what: 'specs',
    text: 'demo-1.0-x86_64\ndemo-1.1-x86_64\n',
    json: ['1.0', '1.1'].map((version) => ({
      name: `demo-${version}-x86_64`,
      dist: 'demo',
      version,
      arch: 'x86_64',
    })),
  },
  {
    what: 'platforms',
    text: 'all\nbare\n',
    json: ['all', 'bare'].map((name) => ({ name, files: [`data/platforms/${name}.json`] })),
  },
  {
    what: 'locations',
    text: 'lab\n',
    json: [{ name: 'lab', files: ['data/locations/lab.json'], platforms: ['bare'] }],
  },
  {
    what: 'targets',
    text: 'bare/lab/demo-1.0-x86_64\nbare/lab/demo-1.1-x86_64\nbare/lab/web  bare/lab/demo-1.0-x86_64\n',
    json: [
      { folder: 'bare/lab/demo-1.0-x86_64', platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64' },
      { folder: 'bare/lab/demo-1.1-x86_64', platform: 'bare', location: 'lab', spec: 'demo-1.1-x86_64' },
      {
        folder: 'bare/lab/web',
        platform: 'bare',
        location: 'lab',
        spec: 'demo-1.0-x86_64',
        name: 'web',
        ip: 'dhcp',
      },
    ],
  },
  {
    what: 'defs',
    text: GIVEN.map(({ name, from }) => `${name}  ${from.join(', ')}\n`).join(''),
    json: GIVEN,
  },
];

for (const { what, text, json } of LISTINGS) {
  test(`list ${what} prints one a line, and an array with --json`, async () => {
    const workspace = writeWorkspace(PARTS);
    const around = { cwd: temporaryFolder() };
    const lines = await osimager(['list', what, '--workspace', workspace], around);
    assert.equal(lines, { status: 0, stdout: text, stderr: '' });
    const array = await osimager(['list', what, '--json', '--workspace', workspace], around);
    assert.equal(array, { status: 0, stdout: `${JSON.stringify(json, null, 2)}\n`, stderr: '' });
  });
}

test('list specs --avail names the specs whose install medium is here', async () => {
  const isos = temporaryFolder();
  writeFiles(isos, { 'demo-1.1.iso': 'medium' });
  const workspace = writeWorkspace({
    locations: {
      lab: { defs: { iso_path: isos, iso_url: 'https://mirror.example/>>version<</demo->>version<<.iso' } },
    },
  });
  const found = await osimager(['list', 'specs', '--avail'], { cwd: workspace });
  assert.equal(found, { status: 0, stdout: 'demo-1.1-x86_64\n', stderr: '' });
});

test("the medium may be a file URL, or lie in Packer's cache by its name or by its checksum", async () => {
  const media = temporaryFolder();
  const checksum = `sha256:${'a4'.repeat(32)}`;
  const cached = `${createHash('sha1').update(checksum).digest('hex')}.iso`;
  writeFiles(media, { 'my disk.iso': '1', 'cache/demo-1.1.iso': '2', [`cache/${cached}`]: '3' });
  const medium = (version: string, defs: object) => ({ version, defs });
  const workspace = writeWorkspace({
    specs: {
      demo: {
        provides: { dist: 'demo', versions: ['1.[0-4]'], arches: ['x86_64'] },
        version_specific: [
          medium('1.0', { iso_url: `file://${media}/my%20disk.iso` }),
          medium('1.1', { iso_url: 'https://mirror.example/demo-1.1.iso' }),
          medium('1.2', { iso_url: 'https://mirror.example/demo-1.2.iso', iso_checksum: checksum }),
          medium('1.3', { iso_url: 'https://mirror.example/demo-1.3.iso', iso_checksum: 'none' }),
          medium('1.4', { urls: [{ url: 'https://mirror.example/demo-1.1.iso' }], local_only: true }),
        ],
      },
    },
    files: {
      'osimager.config.ts': `export default { packer_cache_dir: ${JSON.stringify(`${media}/cache`)} };`,
    },
  });
  const found = await osimager(['list', 'specs', '--avail', '--json'], { cwd: workspace });
  const rows = JSON.parse(found.stdout) as readonly { readonly name: string; readonly medium: string }[];
  assert.equal(
    rows.map(({ name, medium: path }) => [name, path.replace(media, 'MEDIA')]),
    [
      ['demo-1.0-x86_64', 'MEDIA/my disk.iso'],
      ['demo-1.1-x86_64', 'MEDIA/cache/demo-1.1.iso'],
      ['demo-1.2-x86_64', `MEDIA/cache/${cached}`],
      ['demo-1.4-x86_64', 'MEDIA/cache/demo-1.1.iso'],
    ],
  );
});

test('specs are listed in natural order', async () => {
  const specs = { demo: { provides: { dist: 'demo', versions: ['[8-11]'], arches: ['x86_64'] } } };
  const { stdout } = await osimager(['list', 'specs'], { cwd: writeWorkspace({ specs }) });
  assert.is(stdout, 'demo-8-x86_64\ndemo-9-x86_64\ndemo-10-x86_64\ndemo-11-x86_64\n');
});

const SYNTAX = `error: this is not JSON: a closing brace "}" is expected here
  --> data/KIND/bad.json:2:1
  2 |${' '}
    | ^
`;

for (const kind of ['platforms', 'locations']) {
  test(`list ${kind} reports one that is broken, lists the others and exits with 1`, async () => {
    const workspace = writeWorkspace({ [kind]: { bad: '{\n' } });
    const found = await osimager(['list', kind], { cwd: workspace });
    const stdout = kind === 'platforms' ? 'bare\n' : 'lab\n';
    assert.equal(found, { status: 1, stdout, stderr: SYNTAX.replace('KIND', kind) });
  });
}

test('list targets reports a row that is wrong, lists the others and exits with 1', async () => {
  const row = { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64' };
  const workspace = writeWorkspace({ matrix: [row, { ...row, platform: 'bear' }] });
  const found = await osimager(['list', 'targets'], { cwd: workspace });
  assert.equal(found, {
    status: 1,
    stdout: 'bare/lab/demo-1.0-x86_64\n',
    stderr: `error: no platform is called "bear"
  --> data/matrix.toml:7:12
  7 | platform = "bear"
    |            ^^^^^^
  = did you mean "bare"?
`,
  });
});

test('a reader that goes away early is no error', async () => {
  const specs = { demo: { provides: { dist: 'demo', versions: ['[1-9999]'], arches: ['x86_64'] } } };
  const workspace = writeWorkspace({ specs });
  await osimager(['--version'], { cwd: workspace });
  const binary = fileURLToPath(new URL('../../bin/osimager.js', import.meta.url));
  const script = '"$0" "$1" list specs | head -n 1';
  const options = { cwd: workspace, encoding: 'utf8' } as const;
  const { stdout, stderr } = spawnSync('sh', ['-c', script, process.execPath, binary], options);
  assert.equal({ stdout, stderr }, { stdout: 'demo-1-x86_64\n', stderr: '' });
});

test.run();
