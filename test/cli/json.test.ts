import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { NO_COUNTS } from '../../src/model/event.ts';
import { osimager } from '../rig/binary.ts';
import { writeFiles } from '../rig/folder.ts';
import { writeWorkspace } from '../rig/workspace.ts';

const GOOD = { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64' };
const FILES = (name: string) => [`${name}.json`, 'ks.cfg', `${name}.env`, 'artifact.json'];
const NOTHING = NO_COUNTS;

/** The events of a run: one JSON text a line on standard output, and no messages beside them. */
async function events(workspace: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = await osimager(['generate', '--json', ...args], { cwd: workspace });
  assert.is(stderr, '');
  const lines = stdout.split('\n');
  assert.is(lines.pop(), '');
  return { status, events: lines.map((line): unknown => JSON.parse(line)) };
}

function artifact(
  name: string,
  state: string,
  files: readonly string[],
  { target = `bare/lab/${name}`, reasons = ['nothing is known of it'] } = {},
) {
  return { type: 'artifact', target, folder: `out/bare/lab/${name}`, state, files, reasons };
}

test('every artifact and the end are events', async () => {
  const workspace = writeWorkspace({ matrix: [GOOD, { ...GOOD, name: 'web' }] });
  const web = 'bare/lab/demo-1.0-x86_64 (web)';
  assert.equal(await events(workspace), {
    status: 0,
    events: [
      artifact('demo-1.0-x86_64', 'new', FILES('demo-1.0-x86_64')),
      artifact('web', 'new', FILES('web'), { target: web }),
      {
        type: 'done',
        out: 'out',
        holdsSecrets: false,
        unpruned: false,
        counts: { ...NOTHING, targets: 2, new: 2, files: 8, rendered: 2 },
      },
    ],
  });
  writeWorkspace(
    { matrix: [{ ...GOOD, name: 'web' }], sources: { 'demo/ks.cfg': 'other >>name<<\n' } },
    workspace,
  );
  assert.equal(await events(workspace), {
    status: 0,
    events: [
      artifact('web', 'changed', ['ks.cfg', 'artifact.json'], {
        target: web,
        reasons: ['data/files/demo/ks.cfg changed'],
      }),
      {
        type: 'removed',
        folder: 'out/bare/lab/demo-1.0-x86_64',
        files: [...FILES('demo-1.0-x86_64').slice(0, 3)].sort().concat('artifact.json'),
      },
      {
        type: 'done',
        out: 'out',
        holdsSecrets: false,
        unpruned: false,
        counts: { ...NOTHING, targets: 1, changed: 1, removed: 1, files: 2, rendered: 1 },
      },
    ],
  });
  assert.equal((await events(workspace)).events, [
    { type: 'artifact', target: web, folder: 'out/bare/lab/web', state: 'unchanged', files: [] },
    {
      type: 'done',
      out: 'out',
      holdsSecrets: false,
      unpruned: false,
      counts: { ...NOTHING, targets: 1, unchanged: 1 },
    },
  ]);
});

test('what is wrong is an event with code, place and notes', async () => {
  const workspace = writeWorkspace({
    locations: { lab: { defs: { domain: 'lab.example' }, plattforms: ['bare'] } },
    matrix: [GOOD, { ...GOOD, name: '..' }, { ...GOOD, spec: 'demo-7-x86_64' }],
  });
  const target = 'bare/lab/demo-1.0-x86_64 (..)';
  assert.equal(await events(workspace), {
    status: 1,
    events: [
      {
        type: 'diagnostic',
        code: 'matrix',
        severity: 'error',
        message: 'no spec is called "demo-7-x86_64"',
        place: 'data/matrix.toml:15:8',
        notes: ['did you mean "demo-1.0-x86_64" or "demo-1.1-x86_64"?'],
      },
      {
        type: 'failed',
        target,
        diagnostics: [
          {
            code: 'target',
            severity: 'error',
            message: `${target}: ".." cannot be the name of an artifact: it names a folder above or itself`,
            place: 'data/matrix.toml:6:3',
            notes: ['a name is one part of a path on every system'],
          },
        ],
      },
      artifact('demo-1.0-x86_64', 'new', FILES('demo-1.0-x86_64')),
      {
        type: 'diagnostic',
        code: 'unknown-key',
        severity: 'warning',
        message: 'osimager knows no key "plattforms" here',
        place: 'data/locations/lab.json:5:3',
        notes: ['did you mean "platforms"?'],
      },
      {
        type: 'done',
        out: 'out',
        holdsSecrets: false,
        unpruned: true,
        counts: { ...NOTHING, targets: 2, new: 1, failed: 1, files: 4, rendered: 1 },
      },
    ],
  });
});

test('with --diff the texts before and after are events', async () => {
  const workspace = writeWorkspace();
  await osimager(['generate'], { cwd: workspace });
  writeFiles(workspace, { 'out/bare/lab/demo-1.0-x86_64/ks.cfg': 'edited\n' });
  const file = 'out/bare/lab/demo-1.0-x86_64/ks.cfg';
  assert.equal(await events(workspace, '--diff', '--check'), {
    status: 1,
    events: [
      {
        type: 'artifact',
        target: 'bare/lab/demo-1.0-x86_64',
        folder: 'out/bare/lab/demo-1.0-x86_64',
        state: 'edited',
        files: ['ks.cfg'],
      },
      { type: 'difference', file, before: 'edited\n', after: 'host demo-1.0-x86_64\n' },
      {
        type: 'done',
        out: 'out',
        holdsSecrets: false,
        unpruned: false,
        counts: { ...NOTHING, targets: 1, edited: 1 },
      },
    ],
  });
});

test('a workspace that cannot be opened is a diagnostic event', async () => {
  const workspace = writeWorkspace({ files: { 'osimager.config.ts': 'export default { out_dri: 1 };\n' } });
  assert.equal(await events(workspace), {
    status: 1,
    events: [
      {
        type: 'diagnostic',
        code: 'unknown-key',
        severity: 'error',
        message: 'osimager knows no key "out_dri" here',
        place: 'osimager.config.ts:1:18',
        notes: ['did you mean "out_dir"?'],
      },
    ],
  });
});

test('what a configuration prints does not come between the events', async () => {
  const text = "console.log('hello');\nexport default {};\n";
  const workspace = writeWorkspace({ files: { 'osimager.config.ts': text } });
  const { stdout } = await osimager(['generate', '--json'], { cwd: workspace });
  assert.not(stdout.includes('hello'));
});

test.run();
