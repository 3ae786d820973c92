import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { problem } from '../../src/diagnostics/diagnostic.ts';
import { createLibrary, topLevel, type Loaded } from '../../src/documents/load.ts';
import { complaints, failureOf, valueOf } from '../rig/complaints.ts';
import { memoryFacts } from '../rig/memory-facts.ts';

/** Specs by name, as a library. */
function specs(all: Readonly<Record<string, unknown>>) {
  const files = Object.entries(all).map(([name, content]) => [`data/specs/${name}/spec.json`, content]);
  return createLibrary(memoryFacts({ files: Object.fromEntries(files) as Record<string, unknown> }));
}

const includedNames = ({ included }: Loaded) => [...included.keys()];

test('includes are found depth first, each once', () => {
  const library = specs({
    a: { include: ['b', 'c', 'd'] },
    b: { include: 'd' },
    c: { include: ['e', 'b'] },
    d: {},
    e: { include: ['d'] },
  });
  const loaded = valueOf(library.load('spec', 'a'));
  assert.equal(includedNames(loaded), ['b', 'd', 'c', 'e']);
  assert.equal(
    loaded.files,
    ['a', 'b', 'd', 'c', 'e'].map((name) => `data/specs/${name}/spec.json`),
  );
});

test('what a specific object includes belongs to the chain, matching or not', () => {
  const library = specs({
    a: { version_specific: [{ version: '1', include: 'b' }] },
    b: { arch_specific: [{ arch: 'x', dist_specific: [{ dist: 'y', include: ['c'] }] }] },
    c: {},
  });
  assert.equal(includedNames(valueOf(library.load('spec', 'a'))), ['b', 'c']);
});

test('includes that go round name the circle and its files, and not what leads to it', () => {
  const library = specs({
    start: { include: 'a' },
    a: { include: 'b' },
    b: { include: ['c'] },
    c: { include: 'a' },
  });
  const said = (start: string) => failureOf(library.load('spec', start));
  const circle = (names: string, file: string, files: readonly string[]) => [
    `error cycle at data/specs/${file}: includes go round in a circle: ${names} | the files in it: ${files
      .map((name) => `data/specs/${name}/spec.json`)
      .join(', ')}`,
  ];
  const fromA = circle('a → b → c → a', 'c/spec.json:2:14 <"a">', ['a', 'b', 'c']);
  assert.equal(said('start'), fromA);
  assert.equal(said('a'), fromA);
  assert.equal(said('b'), circle('b → c → a → b', 'a/spec.json:2:14 <"b">', ['b', 'c', 'a']));
});

test('a file that includes itself is a circle of one', () => {
  assert.equal(failureOf(specs({ a: { include: ['a'] } }).load('spec', 'a')), [
    'error cycle at data/specs/a/spec.json:3:5 <"a">: includes go round in a circle: a → a | the files in it: data/specs/a/spec.json',
  ]);
});

test('an include that is not there is an error where it is asked for, with the nearest name', () => {
  const library = specs({ a: { include: ['rehl', 'rhel', '../b'] }, rhel: {} });
  assert.equal(failureOf(library.load('spec', 'a')), [
    'error not-found at data/specs/a/spec.json:3:5 <"rehl">: there is no spec "rehl" to include | did you mean "rhel"?',
    'error not-found at data/specs/a/spec.json:5:5 <"../b">: there is no spec "../b" to include | specs here: a, rhel',
  ]);
});

test('an include that is broken is an error where it is broken, and says who includes it', () => {
  const library = specs({ a: { include: 'b' }, b: '{"defs": 1}' });
  assert.equal(failureOf(library.load('spec', 'a')), [
    'error type at data/specs/b/spec.json:1:10 <1>: "defs" must be a mapping, not the number 1 | included here at data/specs/a/spec.json:2:14 <"b">',
  ]);
});

test('a document that is not there names the nearest ones and where it was looked for', () => {
  const library = createLibrary(
    memoryFacts({ files: { 'data/locations/lab.toml': '', 'user/locations/labs.json': {} } }),
  );
  assert.equal(failureOf(library.load('location', 'lap')), [
    'error not-found: there is no location "lap" | did you mean "lab" or "labs"? | looked for data/locations/lap.json, data/locations/lap.toml, user/locations/lap.json, user/locations/lap.toml',
  ]);
  assert.equal(failureOf(library.load('platform', 'qemu')), [
    'error not-found: there is no platform "qemu" | looked for data/platforms/qemu.json, data/platforms/qemu.toml',
  ]);
});

test('a name that is no path segment is asked of nobody', () => {
  const facts = memoryFacts({});
  const library = createLibrary(facts);
  for (const name of ['', '.', '..', '../x', 'a/b', 'a\\b', 'a\u0000']) {
    assert.equal(failureOf(library.read('platform', name)), [
      `error not-found: "${name}" is no name of a platform`,
    ]);
  }
  assert.equal(facts.asked, []);
});

test('JSON wins over TOML, and the data folder over the user folder', () => {
  const file = (value: number) => ({ defs: { value } });
  const toml = (value: number) => `[defs]\nvalue = ${value}\n`;
  const library = createLibrary(
    memoryFacts({
      files: {
        'data/platforms/p.json': file(1),
        'data/platforms/p.toml': toml(2),
        'data/specs/s/spec.toml': toml(3),
        'data/specs/s/spec.json': file(4),
        'data/locations/a.toml': toml(5),
        'user/locations/a.json': file(6),
        'user/locations/b.json': file(7),
        'user/locations/b.toml': toml(8),
        'user/locations/c.toml': toml(9),
        'user/platforms/u.json': file(10),
      },
    }),
  );
  const defs = (kind: 'platform' | 'location' | 'spec', name: string) =>
    valueOf(library.read(kind, name)).layer.mappings.map(({ entries }) => entries.map(({ value }) => value));
  assert.equal(
    [defs('platform', 'p'), defs('spec', 's'), ...['a', 'b', 'c'].map((name) => defs('location', name))],
    [[[1]], [[4]], [[5]], [[7]], [[9]]],
  );
  assert.equal(
    [library.names('platform'), library.names('spec'), library.names('location')],
    [['p'], ['s'], ['a', 'b', 'c']],
  );
  assert.is(library.read('platform', 'u').ok, false);
});

test('names are sorted by code unit, and only files of data count', () => {
  const files = ['a.json', 'Z.toml', 'é.json', 'README.md', 'x.json.bak', 'b.tar.toml'];
  const library = createLibrary(
    memoryFacts({
      files: {
        ...Object.fromEntries(files.map((name) => [`data/platforms/${name}`, ''])),
        'data/specs/one/spec.json': {},
        'data/specs/two/other.json': {},
      },
    }),
  );
  assert.equal(library.names('platform'), ['Z', 'a', 'b.tar', 'é']);
  assert.equal(library.names('spec'), ['one']);
});

test('a file is asked for once, however often it is included', () => {
  const facts = memoryFacts({
    files: {
      'data/platforms/a.json': { include: ['b', 'c'] },
      'data/platforms/b.json': { include: 'c' },
      'data/platforms/c.json': {},
    },
  });
  const library = createLibrary(facts);
  assert.is(library.load('platform', 'a'), library.load('platform', 'a'));
  library.load('platform', 'b');
  library.read('platform', 'c');
  assert.equal(facts.asked, ['data/platforms/a.json', 'data/platforms/b.json', 'data/platforms/c.json']);
});

test('a file that is refused is not looked for under another ending', () => {
  const library = createLibrary(
    memoryFacts({
      files: { 'data/platforms/a.toml': '' },
      refused: { 'data/platforms/a.json': problem('encoding', 'it is not UTF-8 text') },
    }),
  );
  assert.equal(failureOf(library.load('platform', 'a')), ['error encoding: it is not UTF-8 text']);
});

test('warnings are those of all files that were read, each once', () => {
  const library = specs({ a: { include: 'b', defz: 1 }, b: { _ok: 1, venvv: 'x' }, unread: { x: 1 } });
  library.load('spec', 'a');
  library.load('spec', 'b');
  assert.equal(complaints(library.warnings()), [
    'warning unknown-key at data/specs/a/spec.json:3:3 <"defz">: osimager knows no key "defz" here | did you mean "defs"?',
    'warning unknown-key at data/specs/b/spec.json:3:3 <"venvv">: osimager knows no key "venvv" here | did you mean "venv"?',
  ]);
});

test('a top-level key is that of the file itself, else of the last loaded include that has it', () => {
  const rows: readonly [all: Readonly<Record<string, object>>, owner: string | undefined][] = [
    [{ a: { platforms: 'a', include: 'b' }, b: { platforms: 'b' } }, 'a'],
    [{ a: { include: ['b', 'c'] }, b: { platforms: 'b' }, c: { platforms: 'c' } }, 'c'],
    [{ a: { include: ['b', 'c'] }, b: { platforms: 'b' }, c: {} }, 'b'],
    [{ a: { include: 'b' }, b: { include: 'c' }, c: { platforms: 'c' } }, 'c'],
    [
      {
        a: { include: ['b', 'c'] },
        b: { include: 'd', platforms: 'b' },
        c: { include: 'd' },
        d: { platforms: 'd' },
      },
      'b',
    ],
    [{ a: { include: 'b' }, b: {} }, undefined],
  ];
  const found = rows.map(([all]) => {
    const loaded = valueOf(specs(all).load('spec', 'a'));
    return [all, topLevel(loaded, ({ platforms }) => platforms)?.document.name];
  });
  assert.equal(found, rows);
});

test('a top-level key is looked for once in each file, however often it is included', () => {
  const levels = Array.from({ length: 12 }, (_none, at) => at);
  const both = (at: number) => ({ include: [`x${at}`, `y${at}`] });
  const all = levels.flatMap((at) => [
    [`x${at}`, at === 11 ? {} : both(at + 1)],
    [`y${at}`, at === 11 ? {} : both(at + 1)],
  ]);
  const loaded = valueOf(specs({ a: both(0), ...(Object.fromEntries(all) as object) }).load('spec', 'a'));
  const asked: string[] = [];
  topLevel(loaded, ({ name }) => void asked.push(name));
  assert.equal(new Set(asked), new Set(['a', ...loaded.included.keys()]));
  assert.is(asked.length, 25);
});

test.run();
