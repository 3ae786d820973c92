import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { listPaths, writeWorkspace } from '../rig/workspace.ts';

interface BadConfig {
  readonly title: string;
  readonly text: string | Uint8Array;
  readonly says: string;
}

const IMPORT = "import { defineConfig } from 'osimager';\n";

const BAD: readonly BadConfig[] = [
  {
    title: 'an unknown key is an error with a suggestion',
    text: `${IMPORT}export default defineConfig({\n  out_dri: 'tree',\n});\n`,
    says: `error: osimager knows no key "out_dri" here
  --> osimager.config.ts:3:3
  3 |   out_dri: 'tree',
    |   ^^^^^^^
  = did you mean "out_dir"?
`,
  },
  {
    title: 'every wrong type is an error at its key',
    text: `${IMPORT}export default defineConfig({\n  data_dir: 5,\n  local_only: 'yes',\n  secrets: 'plain',\n});\n`,
    says: `error: "data_dir" must be text, not the number 5
  --> osimager.config.ts:3:3
  3 |   data_dir: 5,
    |   ^^^^^^^^
error: "local_only" must be true or false, not the text "yes"
  --> osimager.config.ts:4:3
  4 |   local_only: 'yes',
    |   ^^^^^^^^^^
error: "secrets" must be "deferred" or "inline", not the text "plain"
  --> osimager.config.ts:5:3
  5 |   secrets: 'plain',
    |   ^^^^^^^
`,
  },
  {
    title: 'an empty text says what it must be',
    text: "export default {\n  out_dir: '',\n};\n",
    says: `error: "out_dir" must be text that is not empty, not the text ""
  --> osimager.config.ts:2:3
  2 |   out_dir: '',
    |   ^^^^^^^
`,
  },
  {
    title: 'a syntax error is shown at its place',
    text: `${IMPORT}export default defineConfig({\n  out_dir: 'tree'\n  data_dir: 'data',\n});\n`,
    says: `error: Expected "}" but found "data_dir"
  --> osimager.config.ts:4:3
  4 |   data_dir: 'data',
    |   ^^^^^^^^
`,
  },
  {
    title: 'an import that is not there is shown at its place',
    text: "import { out } from './out.ts';\n\nexport default { out_dir: out };\n",
    says: `error: Could not resolve "./out.ts"
  --> osimager.config.ts:1:21
  1 | import { out } from './out.ts';
    |                     ^^^^^^^^^^
`,
  },
  {
    title: 'a configuration that throws says so with its message',
    text: "throw new Error('no such site');\n",
    says: `error: the configuration fails when it is loaded: no such site
  --> osimager.config.ts:1:1
  1 | throw new Error('no such site');
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
`,
  },
  {
    title: 'a configuration that exports nothing by default says what would be right',
    text: "export const out_dir = 'tree';\n",
    says: `error: the configuration must export a mapping by default, not a function or nothing
  --> osimager.config.ts:1:1
  1 | export const out_dir = 'tree';
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = write: export default defineConfig({ out_dir: 'out' });
`,
  },
  {
    title: 'a configuration that exports a function says what would be right',
    text: "export default () => ({ out_dir: 'tree' });\n",
    says: `error: the configuration must export a mapping by default, not a function or nothing
  --> osimager.config.ts:1:1
  1 | export default () => ({ out_dir: 'tree' });
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = write: export default defineConfig({ out_dir: 'out' });
`,
  },
  {
    title: 'a configuration that is not UTF-8 is refused',
    text: new Uint8Array([0x2f, 0x2f, 0xff, 0xfe]),
    says: 'error: osimager.config.ts is not read: it is not UTF-8 text\n',
  },
  {
    title: 'a configuration larger than 16 MB is refused',
    text: Buffer.alloc(16 * 1024 * 1024 + 1, ' '),
    says: 'error: osimager.config.ts is not read: it is larger than 16 MB (16777217 bytes)\n',
  },
];

for (const { title, text, says } of BAD) {
  test(title, async () => {
    const workspace = writeWorkspace({ files: { 'osimager.config.ts': text } });
    const before = listPaths(workspace);
    const found = await osimager(['generate'], { cwd: workspace });
    assert.equal(found, { status: 1, stdout: '', stderr: says });
    assert.equal(listPaths(workspace), before);
  });
}

const NO_DATA: readonly { readonly title: string; readonly text: string; readonly reason: string }[] = [
  {
    title: 'a number of any length',
    text: 'export default { out_dir: 10n };\n',
    reason: 'Do not know how to serialize a BigInt',
  },
  {
    title: 'a mapping that holds itself',
    text: 'const all: any = {}; all.out_dir = all; export default all;\n',
    reason: 'Converting circular structure to JSON',
  },
];

for (const { title, text, reason } of NO_DATA) {
  test(`${title} in the configuration is an error and no stack trace`, async () => {
    const workspace = writeWorkspace({ files: { 'osimager.config.ts': text } });
    const line = text.trimEnd();
    assert.equal(await osimager(['generate'], { cwd: workspace }), {
      status: 1,
      stdout: '',
      stderr: `error: the configuration fails when it is loaded: ${reason}
  --> osimager.config.ts:1:1
  1 | ${line}
    | ${'^'.repeat(line.length)}
`,
    });
  });
}

test('a configuration may import files of its own and be typed', async () => {
  const workspace = writeWorkspace({
    files: {
      'site/names.ts': "export const out: string = 'tree';\n",
      'osimager.config.ts': `${IMPORT}import { out } from './site/names.ts';\n\nexport default defineConfig({ out_dir: out });\n`,
    },
  });
  const before = listPaths(workspace);
  const { status, stderr } = await osimager(['generate', '--quiet'], { cwd: workspace });
  assert.equal({ status, stderr }, { status: 0, stderr: '' });
  const made = listPaths(workspace).filter((path) => !before.includes(path));
  assert.ok(made.every((path) => path.startsWith('tree/') || path.startsWith('.osimager/')));
  assert.is(made.filter((path) => path.startsWith('tree/')).length, 8);
});

test('a configuration that does not run is no obstacle to --help, --version and init', async () => {
  const workspace = writeWorkspace({ files: { 'osimager.config.ts': 'throw 1;\n' } });
  const found = await osimager(['init', 'new'], { cwd: workspace });
  assert.is(found.status, 0);
});

interface BadText {
  readonly title: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly conf?: string;
  readonly says: string;
}

const BAD_TEXTS: readonly BadText[] = [
  {
    title: 'a variable that is no switch is named',
    environment: { OSIMAGER_LOCAL_ONLY: 'maybe' },
    says: 'error: OSIMAGER_LOCAL_ONLY: the setting local_only cannot be "maybe": it must be true or false\n',
  },
  {
    title: 'a variable that is none of the choices is named with them',
    environment: { OSIMAGER_SECRETS: 'plain' },
    says: 'error: OSIMAGER_SECRETS: the setting secrets cannot be "plain": it must be deferred or inline\n',
  },
  {
    title: 'an empty variable of a folder says what it must be',
    environment: { OSIMAGER_DATA_DIR: '' },
    says: 'error: OSIMAGER_DATA_DIR: the setting data_dir cannot be "": it must be text that is not empty\n',
  },
  {
    title: 'a value of osimager.conf that is no switch is shown at its place',
    conf: '[osimager]\nlocal_only = perhaps\n',
    says: `error: the setting local_only cannot be "perhaps": it must be true or false
  --> USER/osimager.conf:2:1
  2 | local_only = perhaps
    | ^^^^^^^^^^
`,
  },
  {
    title: 'an osimager.conf whose section is not closed is an error, not silence',
    conf: '[osimager\npacker_cmd = x\n',
    says: `error: "[osimager" stands in no section
  --> USER/osimager.conf:1:1
  1 | [osimager
    | ^^^^^^^^^
  = the line [osimager] comes first
error: "packer_cmd" stands in no section
  --> USER/osimager.conf:2:1
  2 | packer_cmd = x
    | ^^^^^^^^^^
  = the line [osimager] comes first
`,
  },
];

for (const { title, environment = {}, conf, says } of BAD_TEXTS) {
  test(title, async () => {
    const user = temporaryFolder();
    if (conf !== undefined) writeFiles(user, { 'osimager.conf': conf });
    const workspace = writeWorkspace();
    const found = await osimager(['generate', '--user-dir', user], { cwd: workspace, environment });
    const shown = found.stderr.replaceAll(user, 'USER');
    assert.equal({ ...found, stderr: shown }, { status: 1, stdout: '', stderr: says });
    assert.not(listPaths(workspace).includes('out/'));
  });
}

test.run();
