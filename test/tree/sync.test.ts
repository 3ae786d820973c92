import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bad, good, problem } from '../../src/diagnostics/diagnostic.ts';
import { NO_COUNTS, type Counts, type Event } from '../../src/model/event.ts';
import type { Target } from '../../src/model/target.ts';
import type { RequestedBy } from '../../src/render/artifact.ts';
import type { Plan } from '../../src/tree/plan.ts';
import type { RenderedFiles, SyncOptions } from '../../src/tree/pass.ts';
import { outFault, syncTree } from '../../src/tree/sync.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { artifact, digestsOf } from '../rig/tree.ts';
import { createMemory } from '../rig/tree-memory.ts';

/** What is to be rendered, by name: files, or a failure. */
type Wanted = Readonly<Record<string, Readonly<Record<string, string>> | 'fails'>>;

const target = (spec: string): Target => ({ platform: 'hyp', location: 'lab', spec });

interface Ran {
  readonly counts: Counts;
  /** Events as `type: what`. */
  readonly events: readonly string[];
}

async function run(
  out: string,
  wanted: Wanted,
  options: Partial<SyncOptions & Plan & { by: RequestedBy }> = {},
): Promise<Ran> {
  const events: string[] = [];
  const { by = 'matrix', failed = [], skipped = 0 } = options;
  const plan: Plan = {
    planned: Object.keys(wanted).map((spec) => ({ target: target(spec), folder: `hyp/lab/${spec}` })),
    failed,
    skipped,
    warnings: [],
  };
  const counts = await syncTree(
    plan,
    ({ target: { spec } }) => {
      const wantedFiles = wanted[spec] ?? 'fails';
      const files = wantedFiles === 'fails' ? undefined : artifact(wantedFiles, by, spec);
      const result = files
        ? good({ files, digests: digestsOf(files), warnings: [] })
        : bad<RenderedFiles>(problem('marker', `${spec} fails`));
      return { result, requestedBy: by, asked: () => ({ common: [], own: [] }) };
    },
    createMemory(),
    { out, shownOut: 'out', dryRun: false, force: false, mode: 0o644, prune: true, ...options },
    (event) => events.push(shown(event)),
  );
  return { counts, events };
}

function shown(event: Event): string {
  if (event.type === 'artifact') return `${event.state} ${event.folder}: ${event.files.join(' ')}`;
  if (event.type === 'removed') return `removed ${event.folder}: ${event.files.join(' ')}`;
  if (event.type === 'failed') return `failed ${event.target}: ${event.diagnostics[0]?.message ?? ''}`;
  if (event.type === 'difference') return `difference ${event.file}`;
  return event.type === 'diagnostic' ? `diagnostic ${event.diagnostic.message}` : event.type;
}

/** Installer files of the tree, by path below `hyp/lab`. */
function filesOf(out: string): Record<string, string> {
  const entries = Object.entries(readFiles(out)).filter(([name]) => !name.endsWith('artifact.json'));
  return Object.fromEntries(entries.map(([name, text]) => [name.replace('hyp/lab/', ''), text]));
}

const COUNTS = NO_COUNTS;

test('targets are rendered one after the other, and counted', async () => {
  const out = temporaryFolder();
  assert.equal(await run(out, { a: { x: '1' }, b: { x: '1' } }, { skipped: 3 }), {
    counts: { ...COUNTS, targets: 2, new: 2, files: 4, skipped: 3, rendered: 2 },
    events: [
      'new out/hyp/lab/a: x artifact.json',
      'difference out/hyp/lab/a/x',
      'difference out/hyp/lab/a/artifact.json',
      'new out/hyp/lab/b: x artifact.json',
      'difference out/hyp/lab/b/x',
      'difference out/hyp/lab/b/artifact.json',
    ],
  });
  assert.equal(await run(out, { a: { x: '2' }, b: { x: '1' }, c: {} }), {
    counts: { ...COUNTS, targets: 3, new: 1, changed: 1, unchanged: 1, files: 2, rendered: 3 },
    events: [
      'changed out/hyp/lab/a: x',
      'difference out/hyp/lab/a/x',
      'unchanged out/hyp/lab/b: ',
      'new out/hyp/lab/c: artifact.json',
      'difference out/hyp/lab/c/artifact.json',
    ],
  });
  assert.equal(filesOf(out), { 'a/x': '2', 'b/x': '1' });
});

test('a target that fails keeps its last good artifact, and does not stop the others', async () => {
  const out = temporaryFolder();
  await run(out, { a: { x: '1' }, b: { x: '1' }, c: { x: '1' } });
  const failed = [{ target: target('b'), diagnostics: [problem('target', 'b is planned wrong')] }];
  assert.equal(await run(out, { a: 'fails', c: { x: '2' } }, { failed }), {
    counts: { ...COUNTS, targets: 3, changed: 1, failed: 2, files: 1, rendered: 2 },
    events: [
      'failed hyp/lab/b: b is planned wrong',
      'failed hyp/lab/a: a fails',
      'changed out/hyp/lab/c: x',
      'difference out/hyp/lab/c/x',
    ],
  });
  assert.equal(filesOf(out), { 'a/x': '1', 'b/x': '1', 'c/x': '2' });
});

test('a target that cannot be written fails, and does not stop the others', async () => {
  const out = temporaryFolder();
  writeFiles(out, { 'hyp/lab/a/x': 'foreign' });
  const { counts, events } = await run(out, { a: { x: '1' }, b: { x: '1' } });
  assert.equal(counts, { ...COUNTS, targets: 2, new: 1, failed: 1, files: 2, rendered: 2 });
  assert.is(events[0], `failed hyp/lab/a: ${out}/hyp/lab/a/x is in the way: osimager did not write it`);
  assert.equal(filesOf(out), { 'a/x': 'foreign', 'b/x': '1' });
});

test('artifacts of the matrix that nobody asks for go, with the folders that are empty then', async () => {
  const out = temporaryFolder();
  await run(out, { a: { x: '1' }, b: { x: '1', 'sub/y': '2' } });
  assert.equal(await run(out, { a: { x: '1' } }), {
    counts: { ...COUNTS, targets: 1, unchanged: 1, removed: 1, rendered: 1 },
    events: ['unchanged out/hyp/lab/a: ', 'removed out/hyp/lab/b: x sub/y artifact.json'],
  });
  await run(out, {});
  assert.equal(readFiles(out), {});
});

test('what is not of the matrix stays: artifacts of the command line, foreign folders and files', async () => {
  const out = temporaryFolder();
  await run(out, { cli: { x: '1' } }, { by: 'command line' });
  const foreign = {
    'hyp/lab/mine/x': 'foreign',
    'hyp/lab/broken/artifact.json': '{',
    'hyp/lab/file': 'f',
    'hyp/README': 'r',
    README: 'r',
    'hyp/artifact.json': '{}',
  };
  writeFiles(out, foreign);
  const before = readFiles(out);
  assert.equal(await run(out, {}), { counts: COUNTS, events: [] });
  assert.equal(readFiles(out), before);
});

test('nothing is removed where not all that is asked for is known', async () => {
  const out = temporaryFolder();
  await run(out, { a: { x: '1' } });
  assert.equal(await run(out, {}, { prune: false }), { counts: COUNTS, events: [] });
  assert.equal(filesOf(out), { 'a/x': '1' });
});

test('a dry run announces what the run then does, and writes nothing', async () => {
  const out = temporaryFolder();
  await run(out, { a: { x: '1' }, b: { x: '1' }, gone: { x: '1', y: '1' } });
  const next: Wanted = { a: { x: '2', z: '3' }, b: { x: '1' }, c: { x: '1' }, d: 'fails' };
  const before = readFiles(out);
  const dry = await run(out, next, { dryRun: true });
  assert.equal(readFiles(out), before);
  assert.equal(dry, await run(out, next));
});

test('a dry run of a new tree does not make its folder', async () => {
  const out = `${temporaryFolder()}/out`;
  assert.equal((await run(out, { a: { x: '1' } }, { dryRun: true })).counts, {
    ...COUNTS,
    targets: 1,
    new: 1,
    files: 2,
    rendered: 1,
  });
  assert.throws(() => readFiles(out), /ENOENT/);
});

test('what a killed run left unfinished is cleared away, and not by a dry run', async () => {
  const out = temporaryFolder();
  await run(out, { a: { x: '1' } });
  const clean = readFiles(out);
  const leftovers = {
    '.osimager-1/x': 'half',
    'hyp/.osimager-2/lab/x': 'half',
    'hyp/lab/.osimager-3/artifact.json': [...artifact({ x: '' })].at(-1)?.[1] ?? '',
    'hyp/lab/a/.osimager-4': 'half',
  };
  writeFiles(out, leftovers);
  const { counts } = await run(out, { a: { x: '1' } }, { dryRun: true });
  assert.equal(counts, { ...COUNTS, targets: 1, unchanged: 1, rendered: 1 });
  assert.equal(
    readFiles(out),
    Object.fromEntries(Object.entries({ ...clean, ...leftovers }).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
  await run(out, { a: { x: '1' } });
  assert.equal(readFiles(out), clean);
});

test('an artifact that moved is written at its new place and removed from the old one', async () => {
  const out = temporaryFolder();
  await run(out, { a: { x: '1' } });
  const { events } = await run(out, { b: { x: '1' } });
  assert.equal(events.at(-1), 'removed out/hyp/lab/a: x artifact.json');
  assert.equal(filesOf(out), { 'b/x': '1' });
});

test('a tree must not lie over what it is made from', () => {
  const faults = ['/w/data', '/w', '/', '/w/data/out'].map((out) => outFault(out, '/w/data')?.message);
  const message = (out: string): string =>
    `the tree cannot be written to ${out}: it must not hold the data folder or lie in it`;
  assert.equal(faults, ['/w/data', '/w', '/', '/w/data/out'].map(message));
  assert.equal(
    ['/w/out', '/w/data2', '/x', '/w/dat'].map((out) => outFault(out, '/w/data')),
    [undefined, undefined, undefined, undefined],
  );
});

test.run();
