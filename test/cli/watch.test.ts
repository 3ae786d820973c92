import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { watched, type WatchedEvent } from '../rig/watched.ts';
import { listPaths, writeWorkspace } from '../rig/workspace.ts';

const FOLDER = 'out/bare/lab/demo-1.0-x86_64';
const SOURCE = 'data/files/demo/ks.cfg';

/** What a batch says, its time aside. */
function said(events: readonly WatchedEvent[]): unknown {
  const { changed, counts } = events.at(-1) as unknown as {
    changed: readonly string[];
    counts: Readonly<Record<string, number>>;
  };
  const { rendered, files, failed, removed } = counts;
  return { changed, rendered, files, failed, removed };
}

/** The tree that a run from nothing makes of the same workspace. */
async function cleanTree(workspace: string, ...args: readonly string[]): Promise<Record<string, string>> {
  const out = join(temporaryFolder(), 'out');
  await osimager(['generate', '--out', out, ...args], { cwd: workspace });
  return readFiles(out);
}

const replace = (path: string, text: string): void => {
  // As editors do that save by rename.
  writeFileSync(`${path}~`, text);
  renameSync(`${path}~`, path);
};

test('an edit is in the tree, and told in one batch', async () => {
  const workspace = writeWorkspace();
  const watch = watched(workspace);
  assert.is((await watch.batch()).at(-1)?.initial, true);
  writeFiles(workspace, { [SOURCE]: 'edited >>name<<\n' });
  const events = await watch.batch();
  assert.equal(events[0], {
    type: 'artifact',
    target: 'bare/lab/demo-1.0-x86_64',
    folder: FOLDER,
    state: 'changed',
    files: ['ks.cfg', 'artifact.json'],
    reasons: [`${SOURCE} changed`],
  });
  assert.equal(said(events), {
    changed: [`${SOURCE} changed`],
    rendered: 1,
    files: 2,
    failed: 0,
    removed: 0,
  });
  assert.is(readFileSync(`${workspace}/${FOLDER}/ks.cfg`, 'utf8'), 'edited demo-1.0-x86_64\n');
  replace(`${workspace}/${SOURCE}`, 'by rename\n');
  assert.equal(said(await watch.batch()), {
    changed: [`${SOURCE} changed`],
    rendered: 1,
    files: 2,
    failed: 0,
    removed: 0,
  });
  assert.equal(await watch.end(), { status: 130, signal: null });
  assert.equal(readFiles(`${workspace}/out`), await cleanTree(workspace));
  assert.not(listPaths(workspace).includes('.osimager/out.lock'));
});

test('while a file is broken the last good artifacts stay, and the next save mends', async () => {
  const workspace = writeWorkspace();
  const watch = watched(workspace);
  await watch.batch();
  const good = readFiles(`${workspace}/out`);
  const path = `${workspace}/data/locations/lab.json`;
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, 10));
  const events = await watch.batch();
  assert.is((events.at(-1)?.counts as { failed: number }).failed, 1);
  assert.equal(readFiles(`${workspace}/out`), good);
  writeFileSync(path, text.replace('lab.example', 'mended.example'));
  assert.equal(said(await watch.batch()), {
    changed: ['data/locations/lab.json changed'],
    rendered: 1,
    files: 2,
    failed: 0,
    removed: 0,
  });
  await watch.end();
  assert.equal(readFiles(`${workspace}/out`), await cleanTree(workspace));
});

test('a new spec, a new location and a row that goes are seen', async () => {
  const row = { platform: 'bare', location: '*', spec: '*-1.0-x86_64' };
  const workspace = writeWorkspace({ matrix: [row] });
  const watch = watched(workspace);
  await watch.batch();
  writeFiles(workspace, {
    'data/specs/second/spec.json': { provides: { dist: 'second', versions: ['1.0'], arches: ['x86_64'] } },
  });
  await watch.batch((batch) => (batch.counts as { targets: number }).targets === 2);
  writeFiles(workspace, { 'data/locations/site.json': { defs: { domain: 'site.example' } } });
  await watch.batch((batch) => (batch.counts as { targets: number }).targets === 4);
  writeWorkspace({ matrix: [{ ...row, location: 'site' }] }, workspace);
  const events = await watch.batch((batch) => (batch.counts as { removed: number }).removed === 2);
  assert.equal(
    events.flatMap((event) => (event.type === 'removed' ? [event.folder] : [])),
    ['out/bare/lab/demo-1.0-x86_64', 'out/bare/lab/second-1.0-x86_64'],
  );
  await watch.end();
  assert.equal(readFiles(`${workspace}/out`), await cleanTree(workspace));
});

test('a data folder that is moved away and back leaves the tree as it was', async () => {
  const workspace = writeWorkspace();
  const watch = watched(workspace);
  await watch.batch();
  const before = readFiles(`${workspace}/out`);
  renameSync(`${workspace}/data`, `${workspace}/away`);
  const gone = await watch.batch((batch) => (batch.counts as { targets: number }).targets === 0);
  assert.is(gone.find(({ type }) => type === 'diagnostic')?.message, 'there is no matrix data/matrix.toml');
  assert.equal(readFiles(`${workspace}/out`), before);
  renameSync(`${workspace}/away`, `${workspace}/data`);
  await watch.batch((batch) => (batch.counts as { targets: number }).targets === 1);
  writeFiles(workspace, { [SOURCE]: 'after the move\n' });
  await watch.batch((batch) => (batch.counts as { rendered: number }).rendered === 1);
  await watch.end();
  assert.equal(readFiles(`${workspace}/out`), await cleanTree(workspace));
});

test('a configuration that changes, or what it imports, is loaded without a restart', async () => {
  const workspace = writeWorkspace({
    files: {
      'site.ts': "export const playbook = 'one.yml';\n",
      'osimager.config.ts':
        "import { playbook } from './site.ts';\nexport default { ansible_playbook: playbook };\n",
    },
  });
  const watch = watched(workspace);
  await watch.batch();
  writeFiles(workspace, { 'site.ts': "export const playbook = 'two.yml';\n" });
  const events = await watch.batch();
  assert.equal(events.at(-1)?.changed, ['the configuration changed']);
  assert.match(readFileSync(`${workspace}/${FOLDER}/demo-1.0-x86_64.json`, 'utf8'), '"two.yml"');
  writeFiles(workspace, { 'site.ts': 'export const playbook = ;\n' });
  const broken = await watch.batch();
  assert.is(broken[0]?.code, 'setting');
  writeFiles(workspace, { 'site.ts': "export const playbook = 'three.yml';\n" });
  await watch.batch((batch) => (batch.counts as { rendered: number }).rendered === 1);
  assert.match(readFileSync(`${workspace}/${FOLDER}/demo-1.0-x86_64.json`, 'utf8'), '"three.yml"');
  // The watch goes on after it has begun anew.
  writeFiles(workspace, { [SOURCE]: 'after the reload\n' });
  await watch.batch((batch) => (batch.counts as { rendered: number }).rendered === 1);
  await watch.end();
  assert.equal(readFiles(`${workspace}/out`), await cleanTree(workspace));
});

test('a branch that is switched, with hundreds of files, is one batch', async () => {
  const specs = (text: string) =>
    Object.fromEntries(
      Array.from({ length: 200 }, (_, at) => [
        `data/specs/s${at}/spec.json`,
        { provides: { dist: `s${at}`, versions: ['1'], arches: ['x86_64'] }, config: { note: text } },
      ]),
    );
  const row = { platform: 'bare', location: 'lab', spec: '*' };
  const workspace = writeWorkspace({
    matrix: [row],
    files: { '.gitignore': 'out/\n.osimager/\n', ...specs('main') },
  });
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      cwd: workspace,
      stdio: 'ignore',
    });
  };
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'main');
  git('checkout', '-qb', 'other');
  writeFiles(workspace, specs('other'));
  git('commit', '-qam', 'other');
  git('checkout', '-q', 'main');
  const watch = watched(workspace);
  await watch.batch();
  git('checkout', '-q', 'other');
  const [batch] = (await watch.batch()).slice(-1);
  assert.is((batch?.counts as { rendered: number }).rendered, 200);
  await watch.end();
  assert.equal(readFiles(`${workspace}/out`), await cleanTree(workspace));
});

test('the secrets file counts by its digest where secrets are in the tree', async () => {
  const workspace = writeWorkspace({
    sources: { 'demo/ks.cfg': 'rootpw |>images/linux:password<|\n' },
    files: { 'user/other': '' },
  });
  const secrets = `${workspace}/user/secrets`;
  writeFileSync(secrets, 'images/linux password=first-value\n', { mode: 0o600 });
  const args = ['--user-dir', 'user', '--secrets', 'inline'];
  const watch = watched(workspace, args, { OSIMAGER_CREDENTIAL_SOURCE: 'config' });
  await watch.batch();
  writeFileSync(secrets, 'images/linux password=second-value\n');
  const events = await watch.batch();
  assert.equal(events.at(-1)?.changed, ['the secret images/linux:password changed']);
  assert.not.match(JSON.stringify(events), 'second-value');
  await watch.end();
  assert.is(readFileSync(`${workspace}/${FOLDER}/ks.cfg`, 'utf8'), 'rootpw second-value\n');
  assert.not.match(readFileSync(`${workspace}/.osimager/out.state`, 'latin1'), /first-value|second-value/);
});

test('without --json each batch is one line', async () => {
  const workspace = writeWorkspace();
  const bin = fileURLToPath(new URL('../../bin/osimager.js', import.meta.url));
  const child = spawn(process.execPath, [bin, 'generate', '--watch'], {
    cwd: workspace,
    env: { PATH: process.env.PATH, HOME: temporaryFolder() },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  const lines = async (number: number): Promise<void> => {
    for await (const chunk of child.stderr.iterator({ destroyOnReturn: false })) {
      text += String(chunk);
      if (text.split('\n').length > number) return;
    }
  };
  await lines(1);
  writeFiles(workspace, { [SOURCE]: 'edited\n' });
  await lines(2);
  child.kill('SIGINT');
  await new Promise((resolve) => child.once('exit', resolve));
  assert.is(
    text.replace(/\d+ ms/g, 'TIME'),
    `watching 1 target: 1 target rendered, 4 files written (TIME)
${SOURCE} changed: 1 target rendered, 2 files written (TIME)
`,
  );
});

test('what does not go with --watch is said', async () => {
  const cwd = writeWorkspace();
  for (const [args, says] of [
    [['--check'], '--watch and --check do not go together'],
    [['--force'], '--watch and --force do not go together'],
    [['bare/lab/demo-1.0-x86_64'], '--watch renders the whole matrix: give it no target'],
  ] as const) {
    const found = await osimager(['generate', '--watch', ...args], { cwd });
    assert.equal(found, { status: 2, stdout: '', stderr: `error: ${says}\n` });
  }
});

test('a watch that is killed leaves a tree that the next run mends', async () => {
  const workspace = writeWorkspace();
  const watch = watched(workspace);
  await watch.batch();
  writeFiles(workspace, { [SOURCE]: 'before the kill\n' });
  assert.is((await watch.end('SIGKILL')).signal, 'SIGKILL');
  const { status } = await osimager(['generate'], { cwd: workspace });
  assert.is(status, 0);
  assert.equal(readFiles(`${workspace}/out`), await cleanTree(workspace));
  rmSync(`${workspace}/.osimager`, { recursive: true });
});

test.run();
