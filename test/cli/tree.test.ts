import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager, type Outcome } from '../rig/binary.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { lockOfKilled } from '../rig/lock.ts';
import { listPaths, writeWorkspace, type Row, type WorkspaceParts } from '../rig/workspace.ts';

const ONE = { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64', name: 'one' };
const TWO = { platform: 'bare', location: 'lab', spec: 'demo-1.1-x86_64', name: 'two' };
const FOLDER = 'out/bare/lab';

interface Tree {
  readonly workspace: string;
  /** Writes parts again, and renders; with the paths and bytes of the tree afterwards. */
  readonly again: (
    parts: WorkspaceParts,
    ...args: readonly string[]
  ) => Promise<Outcome & { readonly tree: Record<string, string> }>;
  readonly before: Record<string, string>;
}

/** A workspace of two targets that has been rendered once. */
async function rendered(rows: readonly Row[] = [ONE, TWO]): Promise<Tree> {
  const workspace = writeWorkspace({ matrix: rows });
  const { status } = await osimager(['generate'], { cwd: workspace });
  assert.is(status, 0);
  const again = async (parts: WorkspaceParts, ...args: readonly string[]) => {
    writeWorkspace({ matrix: rows, ...parts }, workspace);
    const outcome = await osimager(['generate', ...args], { cwd: workspace });
    return { ...outcome, tree: readFiles(`${workspace}/out`) };
  };
  return { workspace, again, before: readFiles(`${workspace}/out`) };
}

function only(tree: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(tree).filter(([path]) => path.startsWith(`bare/lab/${name}/`)));
}

test('the artifact of a row that is gone is removed with its folder, and said so', async () => {
  const { workspace, again, before } = await rendered();
  const { status, stderr, tree } = await again({ matrix: [ONE] });
  assert.is(
    stderr,
    `removed: ${FOLDER}/two
look into out/, for instance ${FOLDER}/one/
1 target: 0 new, 0 changed, 1 unchanged, 1 removed; 0 files written (TIME)
`,
  );
  assert.is(status, 0);
  assert.equal(tree, only(before, 'one'));
  assert.not(listPaths(`${workspace}/out`).includes('bare/lab/two/'));
});

test('with the last row its platform and location folders go too', async () => {
  const { workspace, again } = await rendered();
  const moved = { ...ONE, platform: 'other' };
  const { status } = await again({ platforms: { other: { config: { type: 'null' } } }, matrix: [moved] });
  assert.is(status, 0);
  assert.equal(
    listPaths(`${workspace}/out`).filter((path) => path.endsWith('/')),
    ['other/', 'other/lab/', 'other/lab/one/'],
  );
});

test('an installer file that a spec gives no more is removed', async () => {
  const { again, before } = await rendered([ONE]);
  const { status, tree, stderr } = await again({
    specs: { demo: { provides: { dist: 'demo', versions: ['1.[0-1]'], arches: ['x86_64'] } } },
  });
  assert.is(status, 0);
  assert.is(stderr.split('\n')[0], `changed: ${FOLDER}/one (artifact.json, ks.cfg)`);
  assert.equal(
    Object.keys(tree),
    Object.keys(before).filter((path) => !path.endsWith('ks.cfg')),
  );
});

const BROKEN: readonly { readonly title: string; readonly parts: WorkspaceParts }[] = [
  {
    title: 'a spec that is broken removes no artifact',
    parts: { specs: { demo: '{ "provides": ' } },
  },
  {
    title: 'a row with an unknown key removes no artifact',
    parts: { matrix: [{ ...ONE, colour: 'red' }] },
  },
  {
    title: 'a row with a name that does not exist removes no artifact',
    parts: { matrix: [ONE, { ...TWO, spec: 'demo-9-x86_64' }] },
  },
  {
    title: 'a broken location removes no artifact',
    parts: { locations: { lab: '{' } },
  },
  {
    title: 'a missing installer source removes no artifact',
    parts: {
      specs: {
        demo: {
          provides: { dist: 'demo', versions: ['1.[0-1]'], arches: ['x86_64'] },
          files: [{ sources: ['gone.cfg'], dest: 'ks.cfg' }],
        },
      },
    },
  },
  {
    title: 'a matrix that is broken removes no artifact',
    parts: { matrix: '[[target]]\nplatform = bare\n' },
  },
];

for (const { title, parts } of BROKEN) {
  test(`${title} and leaves the last good one as it is`, async () => {
    const { again, before } = await rendered();
    const { status, tree } = await again(parts);
    assert.is(status, 1);
    assert.equal(tree, before);
  });
}

test('an artifact of a target from the command line survives a run of the matrix', async () => {
  const { workspace, again, before } = await rendered([ONE]);
  const target = ['generate', 'bare/lab/demo-1.1-x86_64', 'own'];
  assert.is((await osimager(target, { cwd: workspace })).status, 0);
  const own = only(readFiles(`${workspace}/out`), 'own');
  const { status, tree } = await again({});
  assert.is(status, 0);
  assert.equal(tree, { ...before, ...own });
  assert.is(Object.keys(own).length, 4);
});

test('a target of the matrix that is rendered alone is still of the matrix', async () => {
  const { workspace, before } = await rendered();
  const alone = await osimager(['generate', 'bare/lab/demo-1.0-x86_64', 'one'], { cwd: workspace });
  assert.is(alone.status, 0);
  assert.equal(readFiles(`${workspace}/out`), before);
  assert.is((await osimager(['generate', '--check'], { cwd: workspace })).status, 0);
});

test('a file of an artifact that is lost is made again', async () => {
  const { workspace, again, before } = await rendered();
  rmSync(`${workspace}/${FOLDER}/two/two.env`);
  const { status, stderr, tree } = await again({});
  assert.is(
    stderr,
    `changed: ${FOLDER}/two (two.env)
look into out/, for instance ${FOLDER}/one/
2 targets: 0 new, 1 changed, 1 unchanged; 1 file written (TIME)
`,
  );
  assert.is(status, 0);
  assert.equal(tree, before);
});

test('files that osimager did not write stay, beside artifacts and in those that go', async () => {
  const { workspace, again, before } = await rendered();
  const foreign = {
    'bare/lab/one/notes.txt': 'mine\n',
    'bare/lab/two/notes.txt': 'mine\n',
    'README.md': '#\n',
  };
  writeFiles(`${workspace}/out`, foreign);
  const { status, tree } = await again({ matrix: [ONE] });
  assert.is(status, 0);
  assert.equal(tree, { ...only(before, 'one'), ...foreign });
});

test('a file in the way that osimager did not write is an error, and --force writes over it', async () => {
  const workspace = writeWorkspace({ matrix: [ONE, TWO] });
  writeFiles(workspace, { [`${FOLDER}/one/ks.cfg`]: 'mine\n' });
  const refused = await osimager(['generate'], { cwd: workspace });
  assert.is(
    refused.stderr.replaceAll(`${workspace}/`, ''),
    `new: ${FOLDER}/two (two.json, ks.cfg, two.env, artifact.json)
error: ${FOLDER}/one/ks.cfg is in the way: osimager did not write it
  = move it away, or write over it with --force
  = not rendered: bare/lab/demo-1.0-x86_64 (one)
look into out/, for instance ${FOLDER}/two/
2 targets: 1 new, 0 changed, 0 unchanged, 1 failed; 4 files written (TIME)
`,
  );
  assert.is(refused.status, 1);
  assert.equal(only(readFiles(`${workspace}/out`), 'one'), { 'bare/lab/one/ks.cfg': 'mine\n' });
  const forced = await osimager(['generate', '--force'], { cwd: workspace });
  assert.is(forced.status, 0);
  assert.equal(readFiles(`${workspace}/out`), (await rendered()).before);
});

test('--force writes every file again and counts them', async () => {
  const { workspace, again, before } = await rendered();
  const file = `${workspace}/${FOLDER}/one/ks.cfg`;
  const first = statSync(file).ino;
  const { status, stderr, tree } = await again({}, '--force');
  assert.is(status, 0);
  assert.is.not(statSync(file).ino, first);
  assert.equal(tree, before);
  assert.is(stderr.split('\n').at(-2), '2 targets: 0 new, 0 changed, 2 unchanged; 8 files written (TIME)');
});

test('what a killed run left unfinished is cleared away', async () => {
  const { workspace, again, before } = await rendered();
  writeFiles(workspace, {
    'out/bare/lab/.osimager-99/ks.cfg': 'half',
    'out/bare/lab/one/.osimager-99': 'half',
    '.osimager/out.lock': lockOfKilled(),
  });
  const { status, tree } = await again({});
  assert.is(status, 0);
  assert.equal(tree, before);
});

const LINKS = ['bare', 'bare/lab', 'bare/lab/one'];

for (const link of LINKS) {
  test(`the folder ${link} of the tree that is a link out of it is not followed`, async () => {
    const workspace = writeWorkspace({ matrix: [ONE] });
    const elsewhere = temporaryFolder();
    mkdirSync(`${workspace}/out/${link}/..`, { recursive: true });
    rmSync(`${workspace}/out/${link}`, { recursive: true, force: true });
    symlinkSync(elsewhere, `${workspace}/out/${link}`);
    const { status, stdout, stderr } = await osimager(['generate'], { cwd: workspace });
    assert.equal({ status, stdout }, { status: 1, stdout: '' });
    assert.match(
      stderr,
      /^error: \S+ (?:leads out of \S+|is a link: osimager writes into folders of its own)$/m,
    );
    assert.equal(listPaths(elsewhere), []);
  });
}

test('files of the tree are for everybody, and those with secrets for their owner alone', async () => {
  const user = temporaryFolder();
  writeFiles(user, { 'osimager.conf': '[osimager]\ncredential_source = config\n', secrets: 'a b=c\n' });
  const modes: number[] = [];
  for (const secrets of ['deferred', 'inline']) {
    const workspace = writeWorkspace({ matrix: [ONE] });
    await osimager(['generate', '--user-dir', user, '--secrets', secrets], { cwd: workspace });
    const file = `${workspace}/${FOLDER}/one/ks.cfg`;
    assert.is(readFileSync(file, 'utf8'), 'host one\n');
    modes.push(statSync(file).mode & 0o077);
  }
  const usual = statSync(`${user}/osimager.conf`).mode & 0o044;
  assert.equal(modes, [usual, 0]);
});

test.run();
