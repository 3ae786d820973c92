import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildablePlatforms, buildCatalog, supportedArches } from '../../src/documents/catalog.ts';
import { createLibrary } from '../../src/documents/load.ts';
import { complaints, valueOf } from '../rig/complaints.ts';
import { memoryFacts } from '../rig/memory-facts.ts';

const provides = (versions: unknown, arches: unknown = ['x86_64'], dist = 'demo') => ({
  dist,
  versions,
  arches,
});

/** The catalog of specs by name, and of other files by path. */
function catalog(specs: Readonly<Record<string, unknown>>, others: Readonly<Record<string, unknown>> = {}) {
  const files = Object.entries(specs).map(([name, content]) => [`data/specs/${name}/spec.json`, content]);
  const all = { ...(Object.fromEntries(files) as Record<string, unknown>), ...others };
  return buildCatalog(createLibrary(memoryFacts({ files: all })));
}

const namesOf = ({ entries }: ReturnType<typeof catalog>) => entries.map(({ name }) => name);

test('each version and arch is an entry that knows its parts and its spec file', () => {
  const { entries, byName, diagnostics } = catalog({
    folder: { provides: provides(['7'], ['x86_64', 'arm-64'], 'my-dist-2') },
  });
  const entry = (arch: string) => ({
    name: `my-dist-2-7-${arch}`,
    dist: 'my-dist-2',
    version: '7',
    arch,
    spec: 'folder',
    newestMinor: '7',
  });
  assert.equal(entries, [entry('arm-64'), entry('x86_64')]);
  assert.equal(byName, new Map([entry('x86_64'), entry('arm-64')].map((row) => [row.name, row])));
  assert.equal(diagnostics, []);
});

test('each entry knows the newest version of its dist, major version and arch', () => {
  const { entries } = catalog({
    demo: {
      provides: provides(['8.[3-10]', '10.[0-2]', 'stream-9'], ['x86_64', 'aarch64']),
      version_specific: [{ version: '8\\.10', arches: ['x86_64'] }],
    },
  });
  const newest = entries.map(
    ({ version, arch, newestMinor }) => `${version.split('.')[0] ?? ''} ${arch} ${newestMinor}`,
  );
  assert.equal(
    [...new Set(newest)],
    [
      '8 aarch64 8.9',
      '8 x86_64 8.10',
      '10 aarch64 10.2',
      '10 x86_64 10.2',
      'stream-9 aarch64 stream-9',
      'stream-9 x86_64 stream-9',
    ],
  );
});

test('brackets unfold and the index is in natural order, over all specs', () => {
  const index = catalog({
    b: { provides: provides(['1.[8-11]', '12.[01-02]', '[4-5].[0-1]', 3]) },
    a: { provides: provides('1', ['x86_64'], 'Demo-x') },
    none: { defs: {} },
  });
  assert.equal(namesOf(index), [
    'demo-1.8-x86_64',
    'demo-1.9-x86_64',
    'demo-1.10-x86_64',
    'demo-1.11-x86_64',
    'demo-3-x86_64',
    'demo-4.0-x86_64',
    'demo-4.1-x86_64',
    'demo-5.0-x86_64',
    'demo-5.1-x86_64',
    'demo-12.01-x86_64',
    'demo-12.02-x86_64',
    'Demo-x-1-x86_64',
  ]);
});

test('a version_specific object replaces the arches of its versions, and the last that matches wins', () => {
  const index = catalog({
    a: {
      provides: provides(['1.[8-10]', '2'], ['a', 'b']),
      version_specific: [
        { version: '1.*', arches: ['c'] },
        { version: '1.9', arches: ['d', 'e'] },
        { version: '1.1', arches: ['not-whole'] },
        { version: '2', defs: { arches: ['no'] } },
        { version: '1.10', arches: [] },
      ],
      arch_specific: [{ arch: '.*', arches: ['other-word'] }],
    },
  });
  assert.equal(namesOf(index), ['demo-1.8-c', 'demo-1.9-d', 'demo-1.9-e', 'demo-2-a', 'demo-2-b']);
});

test('the index is limited to arches that some platform or location lists', () => {
  const specs = { a: { provides: provides('1', ['x86_64', 'amd64', 'i386', 'arm', 'mips']) } };
  assert.equal(namesOf(catalog(specs, { 'data/platforms/p.json': { arches: ['x86_64'] } })), [
    'demo-1-amd64',
    'demo-1-x86_64',
  ]);
  assert.equal(
    namesOf(
      catalog(specs, {
        'data/platforms/p.json': { arches: 'amd64' },
        'data/platforms/q.json': { dist_specific: [{ dist: 'other', arches: ['arm'] }] },
        'user/locations/l.json': { arches: ['i386'] },
      }),
    ),
    ['demo-1-amd64', 'demo-1-arm', 'demo-1-i386'],
  );
});

test('where no platform or location lists any, nothing is limited', () => {
  const index = catalog({ a: { provides: provides('1', ['b', 'a']) } }, { 'data/platforms/p.json': {} });
  assert.equal(namesOf(index), ['demo-1-a', 'demo-1-b']);
});

test('a version that is written as a number is the text of that number', () => {
  const text = '{"provides": {"dist": "demo", "versions": [9.0, 9, 9.10], "arches": "a"}}';
  assert.equal(namesOf(catalog({ a: text })), ['demo-9-a', 'demo-9.0-a', 'demo-9.1-a']);
});

test('what an included spec provides is not provided again', () => {
  const index = catalog({ child: { include: 'parent' }, parent: { provides: provides('1') } });
  assert.equal([index.entries.map(({ spec }) => spec), index.diagnostics], [['parent'], []]);
});

test('a version that one spec gives twice counts once', () => {
  const index = catalog({ a: { provides: provides(['1', '[1-2]', '1']) } });
  assert.equal([namesOf(index), index.diagnostics], [['demo-1-x86_64', 'demo-2-x86_64'], []]);
});

test('a version that two specs give is a warning at both places, and the first spec counts', () => {
  const index = catalog({ b: { provides: provides('[1-2]') }, a: { provides: provides('1') } });
  assert.equal(
    index.entries.map(({ name, spec }) => [name, spec]),
    [
      ['demo-1-x86_64', 'a'],
      ['demo-2-x86_64', 'b'],
    ],
  );
  assert.equal(complaints(index.diagnostics), [
    'warning duplicate-spec at data/specs/b/spec.json:2:3 <"provides">: demo-1-x86_64 is provided by two specs; the one of "a" counts | provided here too at data/specs/a/spec.json:2:3 <"provides">',
  ]);
});

test('brackets that cannot be unfolded and specs that are broken are errors; the others stand', () => {
  const index = catalog({
    a: { provides: provides(['1', '2.[5-3]']) },
    b: '{',
    c: { provides: provides('3') },
  });
  assert.equal(namesOf(index), ['demo-1-x86_64', 'demo-3-x86_64']);
  assert.equal(complaints(index.diagnostics), [
    'error version-range at data/specs/a/spec.json:6:7 <"2.[5-3]">: "2.[5-3]" cannot be unfolded: 5 is greater than 3 | write 8.[3-10] for a range, 5.[1,9,10] for a list, 12.[01-05] for numbers of two digits',
    'error syntax at data/specs/b/spec.json:1:2 <>: this is not JSON: a closing brace "}" is expected here',
  ]);
});

test('a platform lists its own arches over those that it includes, and those of specific objects', () => {
  const rows: readonly [platform: object, included: object, arches: readonly string[] | undefined][] = [
    [{}, {}, undefined],
    [{ arches: ['x86_64', 'arm'] }, {}, ['x86_64', 'arm', 'amd64']],
    [{ arches: 'amd64' }, {}, ['amd64']],
    [{}, { arches: ['arm'] }, ['arm']],
    [{ arches: ['arm'] }, { arches: ['x86_64'] }, ['arm']],
    [{ arches: ['arm'], dist_specific: [{ dist: 'd', arches: ['mips'] }] }, {}, ['arm', 'mips']],
    [{ arches: ['arm'] }, { dist_specific: [{ dist: 'd', arches: ['mips'] }] }, ['arm', 'mips']],
  ];
  const found = rows.map(([platform, included]) => {
    const files = {
      'data/platforms/p.json': { include: 'all', ...platform },
      'data/platforms/all.json': included,
    };
    const loaded = valueOf(createLibrary(memoryFacts({ files })).load('platform', 'p'));
    const arches = supportedArches(loaded);
    return [platform, included, arches && [...arches]];
  });
  assert.equal(found, rows);
});

test('platforms that give a builder its type can be built, others are there to be included', () => {
  const files = {
    'data/platforms/all.json': { defs: { cpus: 2 }, config: { headless: true } },
    'data/platforms/base.json': { include: 'all', config: { type: 'x-iso' } },
    'data/platforms/broken.json': '{',
    'data/platforms/includes.toml': 'include = "base"\n',
    'data/platforms/includes-none.json': { include: 'all' },
    'data/platforms/nested.json': {
      arch_specific: [{ arch: 'arm', dist_specific: [{ dist: 'd', config: { type: 'y' } }] }],
    },
  };
  const found = buildablePlatforms(createLibrary(memoryFacts({ files })));
  assert.equal(found, ['base', 'broken', 'includes', 'nested']);
});

test.run();
