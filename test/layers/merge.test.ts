import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLibrary } from '../../src/documents/load.ts';
import { foldDocument, startSections, type Layered, type Sections } from '../../src/layers/merge.ts';
import { placeOf } from '../../src/model/origin.ts';
import { complaints, shownSpan, valueOf } from '../rig/complaints.ts';
import { memoryFacts } from '../rig/memory-facts.ts';

const VALUES = { platform: 'vmware', location: 'lab', dist: 'rhel', version: '9.5', arch: 'x86_64' };

type Specs = Readonly<Record<string, unknown>>;

function libraryOf(specs: Specs) {
  const files = Object.entries(specs).map(([name, content]) => [`data/specs/${name}/spec.json`, content]);
  return createLibrary(memoryFacts({ files: Object.fromEntries(files) as Specs }));
}

/** Folds the specs that `order` names, one after the other. */
function fold(
  specs: Specs,
  order: readonly string[],
  start: Parameters<typeof startSections>[0] = {},
): Sections {
  const library = libraryOf(specs);
  const sections = startSections(start);
  for (const name of order) {
    assert.equal(foldDocument(sections, valueOf(library.load('spec', name)), VALUES), []);
  }
  return sections;
}

const defsOf = (sections: Sections) =>
  Object.fromEntries([...sections.mappings.defs].map(([key, { value }]) => [key, value]));
const trail = (sections: Sections) =>
  sections.lists.provisioners.map(({ value }) => (value as { type: string }).type);
/** A layer that leaves its mark in a list. */
const mark = (type: string, more: object = {}) => ({ provisioners: [{ type }], ...more });

test('later keys replace earlier ones, shallowly', () => {
  const sections = fold(
    {
      a: { defs: { keep: 1, map: { x: 1 }, list: [1] } },
      b: { defs: { map: { y: 2 }, list: [], none: null } },
    },
    ['a', 'b'],
    { defs: { keep: 0, start: 0 } },
  );
  assert.equal(defsOf(sections), { keep: 1, start: 0, map: { y: 2 }, list: [], none: null });
});

test('keys that merge names are combined: mapping by key, list appended, anything else replaced', () => {
  const merge = [
    'map',
    'list',
    'text',
    'mixed',
    'fresh',
    'falsy',
    'zero',
    'e1',
    'e2',
    'e3',
    'e4',
    'newEmpty',
  ];
  const sections = fold(
    {
      a: {
        defs: {
          ...{ map: { x: 1, y: { deep: 1 } }, list: [1], text: 'a', mixed: [1], falsy: true, zero: 5 },
          ...{ e1: 'x', e2: ['x'], e3: { x: 1 }, e4: 'x', other: { x: 1 } },
        },
      },
      b: {
        defs: {
          merge,
          ...{
            map: { y: { other: 2 }, z: 3 },
            list: [1, 2],
            text: 'b',
            mixed: 'm',
            fresh: [3],
            falsy: false,
            zero: 0,
          },
          ...{ e1: '', e2: [], e3: {}, e4: null, newEmpty: '', other: { y: 2 } },
        },
      },
    },
    ['a', 'b'],
  );
  assert.equal(defsOf(sections), {
    ...{ map: { x: 1, y: { other: 2 }, z: 3 }, list: [1, 1, 2], text: 'b', mixed: 'm', fresh: [3] },
    ...{ falsy: false, zero: 0, e1: 'x', e2: ['x'], e3: { x: 1 }, e4: 'x', other: { y: 2 } },
  });
});

test('every mapping section merges by its own list', () => {
  const sections = fold(
    {
      a: { evars: { k: ['1'] }, variables: { k: ['1'] } },
      b: { evars: { merge: ['k'], k: ['2'] }, variables: { k: ['2'] } },
    },
    ['a', 'b'],
  );
  assert.equal(sections.mappings.evars.get('k')?.value, ['1', '2']);
  assert.equal(sections.mappings.variables.get('k')?.value, ['2']);
});

test('lists are appended; method replace empties first those that the same object gives', () => {
  const list = (type: string) => [{ type }];
  const sections = fold(
    {
      a: { pre_provisioners: list('pre-a'), provisioners: list('a'), post_provisioners: list('post-a') },
      b: { method: 'replace', provisioners: list('b'), post_provisioners: [] },
      c: {
        method: 'append',
        provisioners: list('c'),
        arch_specific: [{ arch: '.*', pre_provisioners: list('pre-c') }],
      },
    },
    ['a', 'b', 'c'],
    { provisioners: [{ type: 'start' }] },
  );
  const types = Object.fromEntries(
    Object.entries(sections.lists).map(([name, items]) => [name, items.map(({ value }) => value)]),
  );
  assert.equal(types, {
    files: [],
    pre_provisioners: [{ type: 'pre-a' }, { type: 'pre-c' }],
    provisioners: [{ type: 'b' }, { type: 'c' }],
    post_provisioners: [],
  });
});

test('includes are loaded first, depth first, each once', () => {
  const specs = {
    a: mark('a', {
      include: ['b', 'c', 'd'],
      arch_specific: [mark('a arch', { arch: '.*', include: ['d', 'f'] })],
    }),
    b: mark('b', { include: 'd', version_specific: [mark('b version', { version: '9.*' })] }),
    c: mark('c', { include: ['e', 'b'] }),
    d: mark('d'),
    e: mark('e', { include: ['d'] }),
    f: mark('f'),
  };
  assert.equal(trail(fold(specs, ['a'])), ['d', 'b', 'b version', 'e', 'c', 'a', 'f', 'a arch']);
});

test('what the including file says overrides what it includes', () => {
  const specs = {
    a: { include: 'b', defs: { x: 'a' }, venv: 'a' },
    b: { defs: { x: 'b', y: 'b' }, venv: 'b' },
  };
  const sections = fold(specs, ['a']);
  assert.equal([defsOf(sections), sections.venv?.value], [{ x: 'a', y: 'b' }, 'a']);
});

test('specific objects apply by kind, then as in the file, right after what holds them, and nest', () => {
  const words = {
    firmware: 'firmware',
    arch: 'arch',
    version: 'version',
    dist: 'dist',
    location: 'location',
    platform: 'platform',
  };
  const inner = {
    arch_specific: [mark('2 arch', { arch: '.*' })],
    platform_specific: [mark('2 platform', { platform: '.*' })],
  };
  const specifics = Object.keys(words).map((word) => [`${word}_specific`, [mark(word, { [word]: '.*' })]]);
  const specs = {
    a: mark('a', {
      ...(Object.fromEntries(specifics) as object),
      version_specific: [
        mark('2', { version: '9.*', ...inner, defs: { firmware: 'efi' } }),
        mark('1', { version: '.*5' }),
        mark('no', { version: '9' }),
      ],
    }),
  };
  assert.equal(trail(fold(specs, ['a'])), [
    ...['a', 'platform', 'location', 'dist', '2', '2 platform', '2 arch', '1', 'arch', 'firmware'],
  ]);
});

test('a pattern must match the whole value and ignores case', () => {
  const rows: Readonly<Record<string, boolean>> = {
    '9.5': true,
    '9': false,
    '5': false,
    '9.*': true,
    '9\\.5': true,
    '8|9.5': true,
    '9.5|x': true,
    '': false,
    '(?i)9.5': true,
  };
  const matched = (pattern: string) =>
    trail(fold({ a: { version_specific: [mark('yes', { version: pattern })] } }, ['a'])).length === 1;
  assert.equal(Object.fromEntries(Object.keys(rows).map((pattern) => [pattern, matched(pattern)])), rows);
  assert.equal(trail(fold({ a: { platform_specific: [mark('yes', { platform: 'VMware' })] } }, ['a'])), [
    'yes',
  ]);
});

test('firmware is the definition of that moment', () => {
  const specs = {
    a: {
      firmware_specific: [
        mark('bios', { firmware: 'bios' }),
        mark('none', { firmware: '' }),
        mark('efi', { firmware: 'EFI' }),
      ],
      arch_specific: [{ arch: 'x86_64', defs: { firmware: 'bios' } }],
    },
    b: {
      defs: { firmware: 'efi' },
      firmware_specific: [
        mark('b efi', { firmware: 'efi', defs: { firmware: 'x' } }),
        mark('b x', { firmware: 'x' }),
      ],
    },
    c: { firmware_specific: [mark('c x', { firmware: 'x' })] },
    d: { firmware_specific: [mark('d none', { firmware: '' })] },
  };
  assert.equal(trail(fold(specs, ['a', 'b', 'c'])), ['bios', 'b efi', 'b x', 'c x']);
  assert.equal(trail(fold(specs, ['d'])), ['d none']);
});

test('venv and required files count at the top and in matching specific objects only', () => {
  const file = (name: string) => ({ required_files: [{ file: name }] });
  const specs = {
    a: {
      ...file('1'),
      venv: 'top',
      version_specific: [
        { version: '9.*', ...file('2'), venv: 'nine' },
        { version: '8', ...file('3'), venv: 'no' },
      ],
    },
    b: file('4'),
  };
  const sections = fold(specs, ['a', 'b']);
  assert.equal(
    [sections.venv?.value, sections.requiredFiles.map(({ value }) => value)],
    ['nine', [{ file: '1' }, { file: '2' }, { file: '4' }]],
  );
});

test('a key remembers its place and what it replaced', () => {
  const sections = fold({ a: { defs: { x: 1 } }, b: { defs: { merge: ['y'], x: 2, y: '' } } }, ['a', 'b'], {
    defs: { x: 0, y: 5 },
  });
  const history = (layered: Layered | undefined): unknown[] =>
    layered
      ? [layered.value, layered.origin && shownSpan(placeOf(layered.origin)), ...history(layered.before)]
      : [];
  assert.equal(history(sections.mappings.defs.get('x')), [
    ...[2, 'data/specs/b/spec.json:6:10 <2>', 1, 'data/specs/a/spec.json:3:10 <1>', 0, undefined],
  ]);
  assert.equal(history(sections.mappings.defs.get('y')), [5, undefined]);
});

test('folding changes no value: a document may be folded for many targets', () => {
  const library = libraryOf({
    a: { include: 'b', defs: { merge: ['m', 'l'], m: { y: 2 }, l: [2] } },
    b: { defs: { m: { x: 1 }, l: [1] } },
  });
  const loaded = valueOf(library.load('spec', 'a'));
  const before =
    JSON.stringify(loaded.document.parsed.value) + JSON.stringify(loaded.included.get('b')?.parsed.value);
  const results = [1, 2, 3].map(() => {
    const sections = startSections({});
    foldDocument(sections, loaded, VALUES);
    return defsOf(sections);
  });
  assert.equal(
    results,
    [1, 2, 3].map(() => ({ m: { x: 1, y: 2 }, l: [1, 2] })),
  );
  assert.is(
    JSON.stringify(loaded.document.parsed.value) + JSON.stringify(loaded.included.get('b')?.parsed.value),
    before,
  );
});

test('a regular expression that runs away is an error at its place', () => {
  const loaded = valueOf(libraryOf({ a: { version_specific: [{ version: '(a+)+$' }] } }).load('spec', 'a'));
  const values = { ...VALUES, version: `${'a'.repeat(40)}b` };
  assert.equal(complaints(foldDocument(startSections({}), loaded, values)), [
    'error pattern at data/specs/a/spec.json:4:18 <"(a+)+$">: this regular expression needs too many steps to match | repetitions inside repetitions, such as (a+)+, take endless time: write it with one repetition',
  ]);
});

test.run();
