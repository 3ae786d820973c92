import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { readFiles, writeFiles } from '../rig/folder.ts';
import { listPaths, writeWorkspace } from '../rig/workspace.ts';

const FOLDER = 'out/bare/lab/demo-1.0-x86_64';
const FILES = 'demo-1.0-x86_64.json, ks.cfg, demo-1.0-x86_64.env, artifact.json';

test('--check of a tree that is not there writes nothing and exits with 1', async () => {
  const workspace = writeWorkspace();
  const found = await osimager(['generate', '--check'], { cwd: workspace });
  assert.equal(found, {
    status: 1,
    stdout: `new: ${FOLDER} (${FILES})\n`,
    stderr: `out/ is not up to date: run osimager generate
1 target: 1 new, 0 changed, 0 unchanged; 4 files to be written (TIME)
`,
  });
  assert.not(listPaths(workspace).includes('out/'));
});

test('--check of a tree that is as it should be exits with 0', async () => {
  const workspace = writeWorkspace();
  await osimager(['generate'], { cwd: workspace });
  const found = await osimager(['generate', '--check'], { cwd: workspace });
  const says = 'out/ is up to date\n1 target: 0 new, 0 changed, 1 unchanged; 0 files to be written (TIME)\n';
  assert.equal(found, { status: 0, stdout: '', stderr: says });
});

test('--check names what is changed and what is to be removed, and leaves both', async () => {
  const row = { platform: 'bare', location: 'lab', spec: 'demo-1.1-x86_64' };
  const workspace = writeWorkspace({ matrix: [row] });
  await osimager(['generate'], { cwd: workspace });
  writeWorkspace({}, workspace);
  const before = readFiles(`${workspace}/out`);
  const found = await osimager(['generate', '--check'], { cwd: workspace });
  assert.equal(found, {
    status: 1,
    stdout: `new: ${FOLDER} (${FILES})\nto be removed: out/bare/lab/demo-1.1-x86_64\n`,
    stderr: `out/ is not up to date: run osimager generate
1 target: 1 new, 0 changed, 0 unchanged, 1 to be removed; 4 files to be written (TIME)
`,
  });
  assert.equal(readFiles(`${workspace}/out`), before);
});

test('--diff prints what would change on standard output and writes nothing', async () => {
  const workspace = writeWorkspace();
  await osimager(['generate'], { cwd: workspace });
  writeFiles(workspace, { 'data/files/demo/ks.cfg': 'host >>name<<\nreboot\n' });
  const before = readFiles(`${workspace}/out`);
  const { status, stdout, stderr } = await osimager(['generate', '--diff'], { cwd: workspace });
  assert.is(
    stdout,
    `--- a/${FOLDER}/ks.cfg
+++ b/${FOLDER}/ks.cfg
@@ -1,1 +1,2 @@
 host demo-1.0-x86_64
+reboot
--- a/${FOLDER}/artifact.json
+++ b/${FOLDER}/artifact.json
@@ -10,7 +10,7 @@
   "files": {
     "demo-1.0-x86_64.env": "d1aa1dd0736b8953cd18c277c17f3cb8c0b91984903c90218989208fe6956482",
     "demo-1.0-x86_64.json": "7176bcd9d02183c3aed15046a2e13de672239f5a1785bad663857e1d1fa0c849",
-    "ks.cfg": "f5358cfdf3172802e209195cf09e1dc372236d7e7f03de0bf7ba1ef973882e75"
+    "ks.cfg": "38e9c2f701496ff6d4747fe919387a7cf52d6a51192d55fcfd7967ad8fd578a2"
   },
   "secrets_mode": "deferred",
   "secrets": [],
changed: ${FOLDER} (ks.cfg, artifact.json)
`,
  );
  assert.is(stderr, '1 target: 0 new, 1 changed, 0 unchanged; 2 files to be written (TIME)\n');
  assert.is(status, 0);
  assert.equal(readFiles(`${workspace}/out`), before);
});

test('--check and --diff together print the difference and exit with 1', async () => {
  const workspace = writeWorkspace();
  await osimager(['generate'], { cwd: workspace });
  writeFiles(workspace, { [`${FOLDER}/ks.cfg`]: 'edited\n' });
  const found = await osimager(['generate', '--check', '--diff'], { cwd: workspace });
  assert.equal(found, {
    status: 1,
    stdout: `--- a/${FOLDER}/ks.cfg
+++ b/${FOLDER}/ks.cfg
@@ -1,1 +1,1 @@
-edited
+host demo-1.0-x86_64
edited: ${FOLDER} (ks.cfg)
`,
    stderr: `out/ is not up to date: osimager generate --force puts back what was edited
1 target: 0 new, 0 changed, 0 unchanged, 1 edited; 0 files to be written (TIME)
`,
  });
});

test('--check of one target looks at that one alone', async () => {
  const workspace = writeWorkspace();
  const target = ['generate', '--check', 'bare/lab/demo-1.1-x86_64', 'own'];
  assert.is((await osimager(target, { cwd: workspace })).status, 1);
  await osimager(['generate', 'bare/lab/demo-1.1-x86_64', 'own'], { cwd: workspace });
  assert.is((await osimager(target, { cwd: workspace })).status, 0);
});

test('--check of a workspace in which something is wrong exits with 1 though nothing is stale', async () => {
  const good = { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64' };
  const workspace = writeWorkspace({ matrix: [good, { ...good, name: '..' }] });
  await osimager(['generate'], { cwd: workspace });
  const { status, stdout } = await osimager(['generate', '--check'], { cwd: workspace });
  assert.equal({ status, stdout }, { status: 1, stdout: '' });
});

test.run();
