import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { environmentConfig, loadConfigFile, loadUserConfig } from '../../src/edge/config-file.ts';
import { complaints, failureOf, valueOf } from '../rig/complaints.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';

async function load(text: string | Uint8Array, more: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  writeFiles(folder, { 'osimager.config.ts': text, ...more });
  return loadConfigFile(`${folder}/osimager.config.ts`, 'osimager.config.ts');
}

test('a configuration is compiled, with its types and what it imports', async () => {
  const text = `import { defineConfig } from 'osimager';
import { join } from 'node:path';
import { out } from './shared/out.ts';
const local: boolean = true;
export default defineConfig({ out_dir: join(out, 'x'), local_only: local, matrix: undefined });\n`;
  const loaded = await load(text, { 'shared/out.ts': "export const out = 'tree' as const;\n" });
  const { config, files } = valueOf(loaded);
  assert.equal(config, { out_dir: 'tree/x', local_only: true });
  assert.equal(files.map((path) => path.replace(/.*case-[^/]*\//, 'case/')).sort(), [
    'case/osimager.config.ts',
    'case/shared/out.ts',
  ]);
});

test('nothing is written beside a configuration', async () => {
  const folder = temporaryFolder();
  const files = { 'osimager.config.ts': 'export default {};\n' };
  writeFiles(folder, files);
  await loadConfigFile(`${folder}/osimager.config.ts`, 'osimager.config.ts');
  assert.equal(readFiles(folder), files);
});

test('no configuration is an empty one', async () => {
  assert.equal(valueOf(await loadConfigFile(`${temporaryFolder()}/osimager.config.ts`, 'x')), {
    config: {},
    files: [],
  });
});

const HINT = "write: export default defineConfig({ out_dir: 'out' });";
const FAULTS: readonly (readonly [title: string, text: string, said: readonly string[]])[] = [
  [
    'a syntax error',
    '// one\nexport default { out_dir: };\n',
    ['error setting at osimager.config.ts:2:27 <}>: Unexpected "}"'],
  ],
  [
    'an import of what is not there',
    "import x from './none.ts';\nexport default x;\n",
    [`error setting at osimager.config.ts:1:15 <'./none.ts'>: Could not resolve "./none.ts"`],
  ],
  [
    'code that throws',
    "throw new Error('oh');\nexport default {};\n",
    [
      "error setting at osimager.config.ts:1:1 <throw new Error('oh');\n>: the configuration fails when it is loaded: oh",
    ],
  ],
  [
    'no default export',
    'export const a = 1;\n',
    [
      'error setting at osimager.config.ts:1:1 <export const a = 1;\n>: ' +
        `the configuration must export a mapping by default, not a function or nothing | ${HINT}`,
    ],
  ],
  [
    'a list',
    'export default [];\n',
    [
      'error setting at osimager.config.ts:1:1 <export default [];\n>: ' +
        `the configuration must export a mapping by default, not a list | ${HINT}`,
    ],
  ],
  [
    'an unknown key',
    "export default {\n  out_dirr: 'x',\n};\n",
    [
      'error unknown-key at osimager.config.ts:2:3 <out_dirr>: osimager knows no key "out_dirr" here | did you mean "out_dir"?',
    ],
  ],
  [
    'a wrong type',
    "export default {\n  'local_only': 'yes',\n  secrets: 'open' };\n",
    [
      `error type at osimager.config.ts:2:3 <'local_only'>: "local_only" must be true or false, not the text "yes"`,
      'error type at osimager.config.ts:3:3 <secrets>: "secrets" must be "deferred" or "inline", not the text "open"',
    ],
  ],
];

for (const [title, text, said] of FAULTS) {
  test(`a configuration with ${title} is an error at its place`, async () => {
    assert.equal(failureOf(await load(text)), said);
  });
}

test('places count characters, not bytes', async () => {
  assert.equal(failureOf(await load("const ä = 'öü'; export default { a: };\n")), [
    'error setting at osimager.config.ts:1:37 <}>: Unexpected "}"',
  ]);
});

test('a configuration that is no UTF-8, or too large, is refused', async () => {
  const large = new Uint8Array(16 * 1024 * 1024 + 1).fill(0x20);
  for (const bytes of [Uint8Array.of(0x2f, 0x2f, 0xff, 0x0a), large]) {
    const loaded = await load(bytes);
    assert.not(loaded.ok, 'it is not read, and must not count as absent');
  }
});

test('values that are no data are errors, and throw nothing', async () => {
  for (const [text, reason] of [
    [
      'const a: object[] = []; a.push(a); export default { out_dir: a };\n',
      'Converting circular structure to JSON',
    ],
    ['export default { out_dir: 1n };\n', 'Do not know how to serialize a BigInt'],
  ] as const) {
    assert.equal(failureOf(await load(text)), [
      `error setting at osimager.config.ts:1:1 <${text}>: the configuration fails when it is loaded: ${reason}`,
    ]);
  }
});

test('an error in the code that is loaded is not shown as code', async () => {
  const [said = ''] = failureOf(await load('export default null.x;\n'));
  assert.not.match(said, 'base64');
  assert.match(said, 'the configuration fails when it is loaded: Cannot read properties of null');
});

function userConfig(text: string | Uint8Array) {
  const path = `${temporaryFolder()}/osimager.conf`;
  writeFiles(path.replace(/\/[^/]+$/, ''), { 'osimager.conf': text });
  return { path, loaded: loadUserConfig(path) };
}

test('osimager.conf gives settings in its section, and warns of others', () => {
  const { path, loaded } = userConfig(
    '; c\n[osimager]\npacker_cmd = /opt/p acker\nlocal_only=yes\npaker_cmd=x\nvault_addr = "https://v:1/?a=b"\n[other]\nout_dir=x\n',
  );
  const { config, warnings } = valueOf(loaded);
  assert.equal(config, { packer_cmd: '/opt/p acker', local_only: true, vault_addr: 'https://v:1/?a=b' });
  assert.equal(complaints(warnings), [
    `warning setting at ${path}:5:1 <paker_cmd>: osimager knows no setting "paker_cmd" | did you mean "packer_cmd"?`,
  ]);
});

test('no osimager.conf, and one without the section, give nothing', () => {
  assert.equal(valueOf(loadUserConfig(`${temporaryFolder()}/osimager.conf`)), { config: {}, warnings: [] });
  const loaded = valueOf(userConfig('; nothing\n[other]\nout_dir = x\n').loaded);
  assert.equal(loaded, { config: {}, warnings: [], baseDir: undefined });
});

test('keys before all sections of osimager.conf are errors at their places', () => {
  const { path, loaded } = userConfig('out_dir = x\nlocal_only\n[osimager]\nsecrets = inline\n');
  const fault = 'stands in no section | the line [osimager] comes first';
  assert.equal(failureOf(loaded), [
    `error setting at ${path}:1:1 <out_dir>: "out_dir" ${fault}`,
    `error setting at ${path}:2:1 <local_only>: "local_only" ${fault}`,
  ]);
});

test('osimager.conf may name the workspace, and begin with a byte order mark', () => {
  const { loaded } = userConfig('\ufeff[osimager]\nbase_dir = /srv/images\nlocal_only = true\n');
  assert.equal(valueOf(loaded), { config: { local_only: true }, warnings: [], baseDir: '/srv/images' });
});

test('a setting of osimager.conf that cannot be is an error at its place', () => {
  const { path, loaded } = userConfig('[osimager]\nlocal_only = maybe\ncredential_source = file\n');
  assert.equal(failureOf(loaded), [
    `error setting at ${path}:2:1 <local_only>: the setting local_only cannot be "maybe": it must be true or false`,
    `error setting at ${path}:3:1 <credential_source>: the setting credential_source cannot be "file": it must be vault or config`,
  ]);
});

test('a path that is empty is not told to be true or false', () => {
  const [said = ''] = failureOf(userConfig('[osimager]\ndata_dir =\n').loaded);
  assert.match(said, 'the setting data_dir cannot be ""');
  assert.not.match(said, 'true or false');
});

test('an osimager.conf that is no UTF-8 is refused', () => {
  const { path, loaded } = userConfig(Uint8Array.of(0xff));
  assert.equal(failureOf(loaded), [`error setting: ${path}: it is not UTF-8 text`]);
});

test('OSIMAGER_* variables give settings, and others that begin so are left alone', () => {
  const environment = {
    OSIMAGER_OUT_DIR: 'x',
    OSIMAGER_LOCAL_ONLY: '0',
    OSIMAGER_HOME: 'x',
    out_dir: 'y',
    OSIMAGER_MATRIX: undefined,
  };
  assert.equal(valueOf(environmentConfig(environment)), {
    config: { out_dir: 'x', local_only: false },
    warnings: [],
  });
  assert.equal(failureOf(environmentConfig({ OSIMAGER_SECRETS: 'open' })), [
    'error setting: OSIMAGER_SECRETS: the setting secrets cannot be "open": it must be deferred or inline',
  ]);
});

test.run();
