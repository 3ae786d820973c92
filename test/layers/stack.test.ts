import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildCatalog } from '../../src/documents/catalog.ts';
import { createLibrary } from '../../src/documents/load.ts';
import { createStacker, startingEvars, startingProvisioner } from '../../src/layers/stack.ts';
import { failureOf, valueOf } from '../rig/complaints.ts';
import { memoryFacts } from '../rig/memory-facts.ts';

const TARGET = { platform: 'qemu', location: 'lab', spec: 'demo-1-x86_64' };
const PROVIDES = { provides: { dist: 'demo', versions: ['1'], arches: ['x86_64'] } };

/** A workspace of one platform, location and spec, and what else is given. */
function stackerOf(
  files: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, string>> = {},
) {
  const facts = memoryFacts({
    files: {
      'data/platforms/qemu.json': {},
      'user/locations/lab.json': {},
      'data/specs/demo/spec.json': PROVIDES,
      ...files,
    },
  });
  const library = createLibrary(facts);
  const catalog = buildCatalog(library);
  return createStacker(library, () => catalog, settings);
}

const spec = (more: object) => ({ 'data/specs/demo/spec.json': { ...PROVIDES, ...more } });
const location = (more: object) => ({ 'user/locations/lab.json': more });
const platform = (more: object) => ({ 'data/platforms/qemu.json': more });

test('the layers are settings, platform, location and spec, and later ones win', () => {
  const layer = (name: string) => ({ defs: { last: name, [name]: 1 }, provisioners: [{ type: name }] });
  const settings = { last: 'settings', data_dir: 'data' };
  const stack = valueOf(
    stackerOf({ ...platform(layer('p')), ...location(layer('l')), ...spec(layer('s')) }, settings).stack(
      TARGET,
    ),
  );
  const values = (entries: Iterable<readonly [string, { readonly value: unknown }]>) =>
    Object.fromEntries([...entries].map(([key, { value }]) => [key, value]));
  assert.equal(values(stack.sections.mappings.defs), { last: 's', data_dir: 'data', p: 1, l: 1, s: 1 });
  assert.equal(values(stack.sections.mappings.evars), startingEvars());
  assert.equal(
    stack.sections.lists.provisioners.map(({ value }) => value),
    [startingProvisioner(), { type: 'p' }, { type: 'l' }, { type: 's' }],
  );
});

test('every target starts with the environment of DESIGN.md', () => {
  assert.equal(startingEvars(), {
    ANSIBLE_RETRY_FILES_ENABLED: 'False',
    ANSIBLE_WARNINGS: 'False',
    ANSIBLE_NOCOWS: '1',
    ANSIBLE_DISPLAY_SKIPPED_HOSTS: 'False',
    ANSIBLE_STDOUT_CALLBACK: 'minimal',
  });
});

test('specific objects see the target as the index splits it, never its name', () => {
  const seen = {
    version_specific: [{ version: '2-b', venv: 'whole' }],
    arch_specific: [{ arch: 'x86_64', defs: { arch: 1 } }],
  };
  const provides = { dist: 'my-dist', versions: ['2-b'], arches: ['x86_64'] };
  const stacker = stackerOf({
    ...spec({ ...seen, provides, dist_specific: [{ dist: 'my-dist', defs: { dist: 1 } }] }),
  });
  const stack = valueOf(stacker.stack({ ...TARGET, spec: 'my-dist-2-b-x86_64' }));
  assert.equal(stack.entry, {
    name: 'my-dist-2-b-x86_64',
    dist: 'my-dist',
    version: '2-b',
    arch: 'x86_64',
    spec: 'demo',
  });
  assert.equal(
    [stack.sections.venv?.value, [...stack.sections.mappings.defs.keys()]],
    ['whole', ['dist', 'arch']],
  );
});

test('the files of a stack are those of its layers, in their order', () => {
  const stacker = stackerOf({
    ...platform({ include: 'all' }),
    'data/platforms/all.json': {},
    ...spec({ include: ['base', 'more'] }),
    'data/specs/base/spec.json': {},
    'data/specs/more/spec.json': { include: 'base' },
  });
  assert.equal(valueOf(stacker.stack(TARGET)).files, [
    ...['data/platforms/qemu.json', 'data/platforms/all.json', 'user/locations/lab.json'],
    ...['data/specs/demo/spec.json', 'data/specs/base/spec.json', 'data/specs/more/spec.json'],
  ]);
});

test('plugins of a platform override those of what it includes', () => {
  const plugin = (name: string) => ({ plugin: { name, source: 's', version: 'v' } });
  const names = (own: object) =>
    valueOf(
      stackerOf({
        ...platform({ include: ['a', 'b'], ...own }),
        'data/platforms/a.json': plugin('a'),
        'data/platforms/b.json': plugin('b'),
      }).stack(TARGET),
    ).plugins;
  assert.equal(names(plugin('own')), [plugin('own').plugin]);
  assert.equal(names({}), [plugin('b').plugin]);
});

const LIMITS: readonly [about: string, files: Readonly<Record<string, unknown>>, says: readonly string[]][] =
  [
    [
      'what is listed',
      { ...location({ platforms: ['x', 'qemu'] }), ...spec({ platforms: 'qemu', locations: ['lab'] }) },
      [],
    ],
    ['empty lists', { ...location({ platforms: [] }), ...spec({ platforms: [], locations: [] }) }, []],
    [
      'empty lists over included limits',
      {
        ...spec({ include: 'base', platforms: [], locations: [] }),
        'data/specs/base/spec.json': { platforms: ['aws'], locations: ['home'] },
      },
      [],
    ],
    [
      'platforms of a location',
      location({ platforms: ['vmware', 'aws'] }),
      [
        'error unsupported at user/locations/lab.json:2:3 <"platforms">: location lab does not support platform qemu | it supports vmware, aws',
      ],
    ],
    [
      'both limits of a spec',
      spec({ platforms: 'aws', locations: ['home'] }),
      [
        'error unsupported at data/specs/demo/spec.json:11:3 <"platforms">: spec demo-1-x86_64 does not support platform qemu | it supports aws',
        'error unsupported at data/specs/demo/spec.json:12:3 <"locations">: spec demo-1-x86_64 does not support location lab | it supports home',
      ],
    ],
    [
      'an included limit',
      { ...spec({ include: 'base' }), 'data/specs/base/spec.json': { platforms: ['aws'] } },
      [
        'error unsupported at data/specs/base/spec.json:2:3 <"platforms">: spec demo-1-x86_64 does not support platform qemu | it supports aws',
      ],
    ],
    [
      'an own limit over an included one',
      {
        ...spec({ include: 'base', platforms: ['qemu'] }),
        'data/specs/base/spec.json': { platforms: ['aws'] },
      },
      [],
    ],
    [
      'the last of several included limits',
      {
        ...spec({ include: ['b', 'c'] }),
        'data/specs/b/spec.json': { platforms: ['aws'] },
        'data/specs/c/spec.json': { platforms: ['qemu'] },
      },
      [],
    ],
    [
      'what overrides an include that is loaded once, and before it',
      {
        ...spec({ include: ['b', 'c'] }),
        'data/specs/b/spec.json': { include: 'd', platforms: ['qemu'] },
        'data/specs/c/spec.json': { include: 'd' },
        'data/specs/d/spec.json': { platforms: ['aws'] },
      },
      [],
    ],
  ];

test('platforms and locations limit what may be combined', () => {
  for (const [about, files, says] of LIMITS) {
    const made = stackerOf(files).stack(TARGET);
    assert.equal(made.ok ? [] : failureOf(made), says, about);
  }
});

test('all that is unknown in a target is said at once, with the nearest names', () => {
  assert.equal(failureOf(stackerOf({}).stack({ platform: 'qmeu', location: 'lb', spec: 'demo-2-x86_64' })), [
    'error not-found: there is no platform "qmeu" | did you mean "qemu"? | looked for data/platforms/qmeu.json, data/platforms/qmeu.toml',
    'error not-found: there is no location "lb" | did you mean "lab"? | looked for data/locations/lb.json, data/locations/lb.toml, user/locations/lb.json, user/locations/lb.toml',
    'error target: there is no spec "demo-2-x86_64" | did you mean "demo-1-x86_64"? | osimager list specs shows them all',
  ]);
});

test('the entry of a target fails as its stack does', () => {
  const good = stackerOf({});
  assert.is(valueOf(good.entry(TARGET)), valueOf(good.stack(TARGET)).entry);
  const limited = stackerOf(location({ platforms: ['aws'] }));
  assert.equal(limited.entry(TARGET), limited.stack(TARGET));
  assert.is(limited.entry(TARGET).ok, false);
});

test('an architecture that platform or location do not list is a fault', () => {
  const fault = (files: Readonly<Record<string, unknown>>) => stackerOf(files).archFault(TARGET);
  const others = { 'data/platforms/other.json': { arches: ['x86_64'] } };
  assert.is(fault({}), undefined);
  assert.is(fault({ ...platform({ arches: ['x86_64'] }), ...location({ arches: 'x86_64' }) }), undefined);
  assert.is(
    fault({ ...others, ...platform({ arches: ['arm'] }) }),
    'platform qemu does not list the architecture x86_64',
  );
  assert.is(
    fault({ ...others, ...location({ arches: ['arm'] }) }),
    'location lab does not list the architecture x86_64',
  );
});

test('a stack is the same one for all targets of a combination, and is not mixed up among many', () => {
  const versions = { provides: { ...PROVIDES.provides, versions: ['[1-100]'] } };
  const stacker = stackerOf({ 'data/specs/demo/spec.json': versions });
  assert.is(stacker.stack({ ...TARGET, name: 'a' }), stacker.stack({ ...TARGET, name: 'b' }));
  for (const at of [...Array(100).keys(), 0, 99]) {
    const name = `demo-${at + 1}-x86_64`;
    assert.is(valueOf(stacker.stack({ ...TARGET, spec: name })).entry.name, name);
  }
});

test.run();
