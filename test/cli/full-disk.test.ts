import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { readFiles, writeFiles } from '../rig/folder.ts';
import { writeWorkspace } from '../rig/workspace.ts';

const SIZE = '200k';

/** A small file system at a place, until the test ends; false where this user may not mount one. */
function mountSmall(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'none', folder]);
  if (status !== 0) {
    process.stderr.write(
      'full-disk.test.ts: no small file system may be mounted here (root may): not tested\n',
    );
    return false;
  }
  return true;
}

test('on a full disk each target that does not fit is an error, and old artifacts are intact', async () => {
  const workspace = writeWorkspace({
    specs: {
      many: {
        provides: { dist: 'many', versions: ['[1-30]'], arches: ['x86_64'] },
        files: [{ sources: ['demo/ks.cfg'], dest: 'ks.cfg' }],
      },
    },
    matrix: [{ platform: 'bare', location: 'lab', spec: 'many-[1-4]-x86_64' }],
  });
  if (!mountSmall(`${workspace}/out`)) return;
  try {
    await fillUp(workspace);
  } finally {
    spawnSync('umount', [`${workspace}/out`]);
  }
});

async function fillUp(workspace: string): Promise<void> {
  assert.is((await osimager(['generate'], { cwd: workspace })).status, 0);
  const before = readFiles(`${workspace}/out`);
  writeWorkspace({ matrix: [{ platform: 'bare', location: 'lab', spec: 'many-*' }] }, workspace);
  const full = await osimager(['generate'], { cwd: workspace });
  assert.is(full.status, 1);
  assert.match(
    full.stderr,
    /error: .*\/out\/bare\/lab\/many-\d+-x86_64 cannot be written: no space left on the disk/,
  );
  assert.match(full.stderr, /30 targets: \d+ new, 0 changed, 4 unchanged, \d+ failed/);
  const after = readFiles(`${workspace}/out`);
  for (const [path, text] of Object.entries(before)) assert.is(after[path], text, path);
  // What grows does not fit either: each file holds its old bytes or its new ones.
  writeFiles(workspace, { 'data/files/demo/ks.cfg': `${'x'.repeat(60_000)}\n` });
  await osimager(['generate'], { cwd: workspace });
  const grown = readFiles(`${workspace}/out`);
  for (const [path, text] of Object.entries(after)) {
    assert.ok(grown[path] === text || path.endsWith('ks.cfg') || path.endsWith('artifact.json'), path);
  }
  assert.not(
    Object.keys(grown).some((path) => path.includes('.osimager-')),
    'nothing unfinished is left',
  );
}

test.run();
