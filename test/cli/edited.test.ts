import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { readFiles, writeFiles } from '../rig/folder.ts';
import { writeWorkspace } from '../rig/workspace.ts';

const FOLDER = 'out/bare/lab/demo-1.0-x86_64';
const FILES = 'demo-1.0-x86_64.json, ks.cfg, demo-1.0-x86_64.env, artifact.json';
const LEFT = 'files that somebody edited are left as they are: --force puts back what is rendered';
const LOOK = `look into out/, for instance ${FOLDER}/`;

/** A workspace that was rendered, and one of whose files somebody edited then. */
async function edited() {
  const workspace = writeWorkspace();
  await osimager(['generate'], { cwd: workspace });
  const before = readFiles(`${workspace}/out`);
  writeFiles(workspace, { [`${FOLDER}/ks.cfg`]: 'edited\n' });
  const generate = async (...args: readonly string[]) => {
    const outcome = await osimager(['generate', ...args], { cwd: workspace });
    return { ...outcome, tree: readFiles(`${workspace}/out`) };
  };
  return { workspace, generate, before, after: readFiles(`${workspace}/out`) };
}

test('a file that somebody edited is named and left, time after time', async () => {
  const { generate, after } = await edited();
  const stderr = `edited: ${FOLDER} (ks.cfg)
${LEFT}
${LOOK}
1 target: 0 new, 0 changed, 0 unchanged, 1 edited; 0 files written (TIME)
`;
  assert.equal(await generate(), { status: 0, stdout: '', stderr, tree: after });
  assert.equal(await generate(), { status: 0, stdout: '', stderr, tree: after });
});

test('--force puts the rendered bytes back', async () => {
  const { generate, before } = await edited();
  const { stderr, tree } = await generate('--force');
  assert.is(
    stderr,
    `changed: ${FOLDER} (ks.cfg, artifact.json, demo-1.0-x86_64.json, demo-1.0-x86_64.env)
${LOOK}
1 target: 0 new, 1 changed, 0 unchanged; 4 files written (TIME)
`,
  );
  assert.equal(tree, before);
});

test('what somebody edited stays beside when the target is rendered anyway, each time under another name', async () => {
  const { workspace, generate, before } = await edited();
  for (const [content, aside] of [
    ['once', 'ks.cfg.orig'],
    ['twice', 'ks.cfg.orig.2'],
  ] as const) {
    writeFiles(workspace, { 'data/files/demo/ks.cfg': `${content} >>name<<\n` });
    const { status, stderr, tree } = await generate();
    assert.equal(
      { status, stderr },
      {
        status: 0,
        stderr: `changed: ${FOLDER} (ks.cfg, artifact.json)
kept: ${FOLDER}/${aside}, which somebody edited
${LOOK}
1 target: 0 new, 1 changed, 0 unchanged; 2 files written (TIME)
`,
      },
    );
    assert.is(tree[`bare/lab/demo-1.0-x86_64/ks.cfg`], `${content} demo-1.0-x86_64\n`);
    assert.is(tree[`bare/lab/demo-1.0-x86_64/${aside}`], 'edited\n');
    writeFiles(workspace, { [`${FOLDER}/ks.cfg`]: 'edited\n' });
  }
  assert.equal(Object.keys(before).length, 4);
});

test('without what was known of the tree, an edit is seen by the digests of the artifact', async () => {
  const { workspace, generate, after } = await edited();
  renameSync(`${workspace}/.osimager`, `${workspace}/.away`);
  const { stderr, tree } = await generate();
  assert.match(stderr, `kept: ${FOLDER}/ks.cfg.orig, which somebody edited`);
  assert.is(tree['bare/lab/demo-1.0-x86_64/ks.cfg.orig'], after['bare/lab/demo-1.0-x86_64/ks.cfg']);
});

test('a tree of another branch is no edit: it is rendered, and nothing is kept', async () => {
  const workspace = writeWorkspace();
  await osimager(['generate'], { cwd: workspace });
  const branch = readFiles(`${workspace}/${FOLDER}`);
  writeFiles(workspace, { 'data/files/demo/ks.cfg': 'main >>name<<\n' });
  await osimager(['generate'], { cwd: workspace });
  const main = readFiles(`${workspace}/${FOLDER}`);
  // A checkout writes the older files of out/ and leaves the data alone.
  writeFiles(`${workspace}/${FOLDER}`, branch);
  const { stderr } = await osimager(['generate'], { cwd: workspace });
  assert.is(
    stderr,
    `changed: ${FOLDER} (ks.cfg, artifact.json)
${LOOK}
1 target: 0 new, 1 changed, 0 unchanged; 2 files written (TIME)
`,
  );
  assert.equal(readFiles(`${workspace}/${FOLDER}`), main);
});

test('an artifact.json that somebody edited is left like any other file', async () => {
  const workspace = writeWorkspace();
  await osimager(['generate'], { cwd: workspace });
  const path = `${workspace}/${FOLDER}/artifact.json`;
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, before.replace('"format": 1', '"format":  1'));
  const { stderr } = await osimager(['generate'], { cwd: workspace });
  assert.match(stderr, `edited: ${FOLDER} (artifact.json)`);
});

test('what somebody edited in an artifact that goes stays beside', async () => {
  const { workspace, generate } = await edited();
  writeWorkspace({ matrix: [{ platform: 'bare', location: 'lab', spec: 'demo-1.1-x86_64' }] }, workspace);
  const { tree } = await generate();
  assert.is(tree['bare/lab/demo-1.0-x86_64/ks.cfg.orig'], 'edited\n');
  assert.equal(
    Object.keys(tree).filter((path) => path.startsWith('bare/lab/demo-1.0')),
    ['bare/lab/demo-1.0-x86_64/ks.cfg.orig'],
  );
});

test('--explain-stale tells why a target is rendered', async () => {
  const workspace = writeWorkspace();
  const first = await osimager(['generate', '--explain-stale'], { cwd: workspace });
  assert.is(
    first.stderr,
    `new: ${FOLDER} (${FILES})
stale: bare/lab/demo-1.0-x86_64: nothing is known of it
${LOOK}
1 target: 1 new, 0 changed, 0 unchanged; 4 files written (TIME)
`,
  );
  writeFiles(workspace, { 'data/files/demo/ks.cfg': 'other >>name<<\n' });
  const second = await osimager(['generate', '--explain-stale'], { cwd: workspace });
  assert.match(second.stderr, 'stale: bare/lab/demo-1.0-x86_64: data/files/demo/ks.cfg changed\n');
  const third = await osimager(['generate', '--explain-stale'], { cwd: workspace });
  assert.not.match(third.stderr, 'stale:');
});

test.run();
