import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { matcher } from '../../src/config/matrix.ts';
import { selectArtifacts, shownFrom } from '../../src/run/selection.ts';
import { complaints } from '../rig/complaints.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';

const cwd = temporaryFolder();
const out = join(cwd, 'out');

function artifact(path: string, spec: string): Record<string, unknown> {
  const [platform, location] = path.split('/');
  return {
    [`out/${path}/artifact.json`]: {
      target: { platform, location, spec },
      files: {},
      requested_by: 'matrix',
    },
  };
}

writeFiles(cwd, {
  ...artifact('qemu/lab/web2', 'alma-9.8-x86_64'),
  ...artifact('qemu/lab/web10', 'alma-9.8-x86_64'),
  ...artifact('vmware/dc/alma-9.8-x86_64', 'alma-9.8-x86_64'),
  'out/qemu/lab/notes/readme.txt': 'not an artifact',
  'elsewhere/artifact.json': { target: {}, files: {} },
});

const planned = [{ folder: 'qemu/lab/later', target: 'qemu/lab/rocky-9.8-x86_64' }];

function select(...words: readonly string[]): {
  readonly found: readonly string[];
  readonly said: readonly string[];
} {
  const { selected, diagnostics } = selectArtifacts(words, { out, cwd, planned, matcher });
  return { found: selected.map(({ shown }) => shown), said: complaints(diagnostics) };
}

for (const [title, words, found] of [
  ['a folder', ['out/qemu/lab/web2'], ['out/qemu/lab/web2']],
  ['a folder with a slash and a dot', ['./out/qemu/lab/web2/'], ['out/qemu/lab/web2']],
  ['an absolute folder', [join(out, 'qemu/lab/web2')], ['out/qemu/lab/web2']],
  ['a folder outside the tree', ['elsewhere'], ['elsewhere']],
  ['a glob, in natural order', ['out/*/lab/web*'], ['out/qemu/lab/web2', 'out/qemu/lab/web10']],
  ['a bracket range', ['out/qemu/lab/web[1-3]'], ['out/qemu/lab/web2']],
  ['what the list of targets names', ['vmware/dc/alma-9.8-x86_64'], ['out/vmware/dc/alma-9.8-x86_64']],
  [
    'a target with artifacts of other names',
    ['qemu/lab/alma-9.8-x86_64'],
    ['out/qemu/lab/web2', 'out/qemu/lab/web10'],
  ],
  [
    'a glob of targets',
    ['*/*/alma-9.8-*'],
    ['out/qemu/lab/web2', 'out/qemu/lab/web10', 'out/vmware/dc/alma-9.8-x86_64'],
  ],
  ['the same by several words, once', ['qemu/lab/web2', 'out/qemu/*/web2'], ['out/qemu/lab/web2']],
] as const) {
  test(`named by ${title}`, () => {
    assert.equal(select(...words), { found, said: [] });
  });
}

for (const [title, word, said] of [
  [
    'a name that is almost right',
    'out/qemu/lab/web3',
    'error not-found: no artifact is called "out/qemu/lab/web3" | did you mean "out/qemu/lab/web2" or "out/qemu/lab/web10"? | osimager list targets names those of the matrix',
  ],
  [
    'a target without an artifact',
    'qemu/lab/rocky-9.8-x86_64',
    'error not-found: qemu/lab/rocky-9.8-x86_64 is a target of the matrix and has no artifact yet | osimager generate makes it',
  ],
  [
    'a folder above artifacts',
    'out/qemu/',
    "error not-found: out/qemu/ is no artifact, and has 2 below it | all of them: 'out/qemu/*/*'",
  ],
  [
    'a folder of other things',
    'out/qemu/lab/notes',
    'error not-found: out/qemu/lab/notes is no artifact: it has no artifact.json',
  ],
] as const) {
  test(`nothing is named by ${title}`, () => {
    assert.equal(select(word), { found: [], said: [said] });
  });
}

test('the empty word names nothing', () => {
  assert.is(select('').said.length, 1);
  assert.equal(select('').found, []);
});

test('folders are shown as they are typed where they are below the current one', () => {
  assert.is(shownFrom('/a/b', '/a/b/out/x'), 'out/x');
  assert.is(shownFrom('/a/b', '/a/c'), '/a/c');
  assert.is(shownFrom('/a/b', '/a/b'), '/a/b');
});

test.run();
