import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { listPaths, writeWorkspace } from '../rig/workspace.ts';

const BIN = fileURLToPath(new URL('../../bin/osimager.js', import.meta.url));
const MANY = {
  specs: {
    many: {
      provides: { dist: 'many', versions: ['[1-60]'], arches: ['x86_64'] },
      files: [{ sources: ['demo/ks.cfg'], dest: 'ks.cfg' }],
    },
  },
  matrix: [{ platform: 'bare', location: 'lab', spec: 'many-*' }],
} as const;

test('a run that is killed at any moment leaves a tree that the next run mends', async () => {
  const workspace = writeWorkspace(MANY);
  const environment = { PATH: process.env.PATH, HOME: temporaryFolder() };
  for (let round = 0; round < 12; round++) {
    writeFiles(workspace, { 'data/files/demo/ks.cfg': `round ${round} >>name<<\n` });
    const child = spawn(process.execPath, [BIN, 'generate'], {
      cwd: workspace,
      env: environment,
      stdio: 'ignore',
    });
    await sleep(60 + round * 25);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  const { status, stderr } = await osimager(['generate'], { cwd: workspace });
  assert.is(status, 0, stderr);
  const out = `${temporaryFolder()}/out`;
  await osimager(['generate', '--out', out], { cwd: workspace });
  assert.equal(readFiles(`${workspace}/out`), readFiles(out));
  assert.equal(listPaths(`${workspace}/.osimager`), ['out.state']);
});

test('Ctrl-C ends a run with exit status 130, and what is done is not done again', async () => {
  const workspace = writeWorkspace({
    ...MANY,
    specs: {
      many: {
        ...MANY.specs.many,
        provides: { dist: 'many', versions: ['[1-9].[0-199]'], arches: ['x86_64'] },
      },
    },
  });
  const child = spawn(process.execPath, [BIN, 'generate', '--json'], {
    cwd: workspace,
    env: { PATH: process.env.PATH, HOME: temporaryFolder() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (text === '') child.kill('SIGINT');
    text += chunk.toString();
  });
  const status = await new Promise((resolve) => child.once('exit', resolve));
  assert.is(status, 130);
  const made = text.split('\n').filter((line) => line.includes('"state":"new"')).length;
  assert.ok(made < 1800);
  const next = await osimager(['generate', '--json'], { cwd: workspace });
  const done = JSON.parse(next.stdout.trim().split('\n').at(-1) ?? '') as { counts: { rendered: number } };
  assert.is(done.counts.rendered, 1800 - made);
});

test('a state that is damaged only means rendering again', async () => {
  const workspace = writeWorkspace();
  await osimager(['generate'], { cwd: workspace });
  const before = readFiles(`${workspace}/out`);
  for (const damage of [
    '',
    'osimager state 1',
    readFileSync(`${workspace}/.osimager/out.state`).subarray(0, 200),
  ]) {
    writeFileSync(`${workspace}/.osimager/out.state`, damage);
    const { status, stderr } = await osimager(['generate'], { cwd: workspace });
    assert.is(status, 0);
    assert.match(stderr, '1 target: 0 new, 0 changed, 1 unchanged; 0 files written');
  }
  assert.equal(readFiles(`${workspace}/out`), before);
});

test('a state that cannot be written is an error, and the tree is as it should be', async () => {
  const workspace = writeWorkspace();
  mkdirSync(`${workspace}/.osimager/out.state`, { recursive: true });
  const { status, stderr } = await osimager(['generate'], { cwd: workspace });
  assert.match(
    stderr.replaceAll(workspace, 'W'),
    `error: W/.osimager/out.state cannot be written: a folder is where a file should be
  = the tree is up to date; the next run renders all of it again`,
  );
  assert.is(status, 1);
  assert.is(Object.keys(readFiles(`${workspace}/out`)).length, 4);
});

test('the state is for the owner alone', async () => {
  const workspace = writeWorkspace();
  await osimager(['generate'], { cwd: workspace });
  assert.is(statSync(`${workspace}/.osimager/out.state`).mode & 0o777, 0o600);
  assert.equal(listPaths(`${workspace}/.osimager`), ['out.state']);
  rmSync(`${workspace}/.osimager`, { recursive: true });
  assert.is((await osimager(['generate', '--check'], { cwd: workspace })).status, 0);
  assert.not(listPaths(workspace).includes('.osimager/'), '--check writes nothing');
});

test.run();
