import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Mapping, Value } from '../../src/model/value.ts';
import { createTemplates } from '../../src/template/expand.ts';
import { createScope, type Scope } from '../../src/template/scope.ts';

interface Parts {
  readonly layered?: Mapping;
  readonly derived?: Readonly<Record<string, (scope: Scope) => Value | undefined>>;
  readonly own?: Mapping;
}

interface Observed {
  readonly scope: Scope;
  readonly circles: (readonly [names: string, origin: string | undefined])[];
  readonly unknown: string[];
  /** Origins in the order in which values are expanded. */
  readonly expanded: (string | undefined)[];
}

function observe({ layered = {}, derived = {}, own = {} }: Parts): Observed {
  const circles: Observed['circles'] = [];
  const unknown: string[] = [];
  const expanded: Observed['expanded'] = [];
  const raw = (values: Mapping, kind: string) =>
    new Map(Object.entries(values).map(([name, value]) => [name, { value, origin: `${kind} ${name}` }]));
  const scope = createScope<string>(
    {
      layered: raw(layered, 'layer'),
      derived: {
        has: (name) => Object.hasOwn(derived, name),
        derive: (name, asking) => derived[name]?.(asking),
        names: () => Object.keys(derived),
      },
      own: raw(own, 'own'),
      around: (scopeAround, origin) => {
        expanded.push(origin);
        return {
          path: [],
          definition: (name) => scopeAround.value(name),
          environment: () => undefined,
          host: () => undefined,
          report: (_code, message) => {
            assert.unreachable(message);
          },
          unread: () => undefined,
          unknown: (name) => {
            unknown.push(name);
          },
        };
      },
      circle: (names, origin) => circles.push([names.join(' '), origin]),
    },
    createTemplates(),
  );
  return { scope, circles, unknown, expanded };
}

const text = (value: Value | undefined): string => (typeof value === 'string' ? value : 'no text');

/** All values by name. */
function valuesOf(parts: Parts): Record<string, Value | undefined> {
  const { scope } = observe(parts);
  return Object.fromEntries(scope.names().map((name) => [name, scope.value(name)]));
}

test('definitions refer to definitions, to any depth and in any order', () => {
  const chain = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`d${at}`, `>>d${at + 1}<<`]));
  assert.equal(valuesOf({ layered: { a: '[>>b<<]', c: '{>>e<<}', b: '(>>c<<)', e: 'v' } }), {
    a: '[({v})]',
    c: '{v}',
    b: '({v})',
    e: 'v',
  });
  assert.is(observe({ layered: { ...chain, d200: 7 } }).scope.value('d0'), 7);
});

test('values keep their types on the way through other definitions', () => {
  assert.equal(valuesOf({ layered: { l: ['>>n<<', { k: '>>no<<' }], n: 5, no: false, all: '%>l<%' } }), {
    l: [5, { k: false }],
    n: 5,
    no: false,
    all: [5, { k: false }],
  });
});

test('a derived definition stands above the layers, and may ask for what they give', () => {
  const parts = {
    layered: { iso: '/iso/>>sub<</', sub: 'a' },
    derived: { iso: (scope: Scope) => `${text(scope.layered('iso'))}derived`, gone: () => undefined },
  };
  assert.equal(valuesOf(parts), { iso: '/iso/a/derived', sub: 'a', gone: undefined });
});

test("the target's own definitions stand above derived ones and layers, and do not feed what is derived", () => {
  const parts = {
    layered: { cidr: 'from layers', seen: '>>cidr<< >>gateway<<' },
    derived: { gateway: (scope: Scope) => `of ${text(scope.value('cidr'))}`, fqdn: () => 'derived' },
    own: { cidr: 'own', fqdn: 'own>>x<<', x: 9 },
  };
  assert.equal(valuesOf(parts), {
    cidr: 'own',
    seen: 'own of from layers',
    gateway: 'of from layers',
    fqdn: 'own9',
    x: 9,
  });
});

test('an own definition with markers sees the layers and the other own ones', () => {
  const parts = { layered: { a: 'layer', b: 'b' }, own: { a: '>>b<<->>c<<', c: '>>b<<' } };
  assert.equal(valuesOf(parts), { a: 'b-b', b: 'b', c: 'b' });
});

const CIRCLES: readonly (readonly [
  title: string,
  layered: Mapping,
  ask: string,
  names: string,
  origin: string,
])[] = [
  ['one that names itself', { a: 'x>>a<<' }, 'a', 'a a', 'layer a'],
  ['two that name each other', { a: '>>b<<', b: '(>>a<<)' }, 'a', 'a b a', 'layer a'],
  ['a circle behind a way into it', { a: '>>b<<', b: '>>c<<', c: '>>b<<' }, 'a', 'b c b', 'layer b'],
  ['a circle through a list and a key', { a: ['>>b<<'], b: { '>>a<<': 1 } }, 'a', 'a b a', 'layer a'],
  ['a circle through a splice', { a: ['[>b<]'], b: ['[>a<]'] }, 'a', 'a b a', 'layer a'],
  ['a circle through a sum', { a: '#>b+1<#', b: '#>a+1<#' }, 'a', 'a b a', 'layer a'],
  ['a circle through an expression', { a: "E>'>>b<<'<E", b: '>>a<<' }, 'a', 'a b a', 'layer a'],
];

for (const [title, layered, ask, names, origin] of CIRCLES) {
  test(`a cycle is named once: ${title}`, () => {
    const { scope, circles } = observe({ layered });
    scope.value(ask);
    scope.value(ask);
    for (const name of scope.names()) scope.value(name);
    assert.equal(circles, [[names, origin]]);
  });
}

test('a cycle through what is derived is found too', () => {
  const { scope, circles } = observe({
    layered: { domain: '>>fqdn<<' },
    derived: { fqdn: (asking) => `h.${text(asking.value('domain'))}` },
  });
  scope.value('fqdn');
  assert.equal(circles, [['fqdn domain fqdn', undefined]]);
});

test('a definition that is derived from the layers under its own name is no cycle', () => {
  const { scope, circles } = observe({
    layered: { path: '/x>>name<<' },
    derived: { path: (asking) => asking.layered('path'), name: () => 'n' },
  });
  assert.is(scope.value('path'), '/xn');
  assert.equal(circles, []);
});

test('a value is worked out once, and only when it is asked for', () => {
  const { scope, expanded } = observe({ layered: { a: '>>b<<>>b<<', b: '>>c<<', c: 1, never: '>>d<<' } });
  scope.value('a');
  scope.value('a');
  scope.value('b');
  assert.equal(expanded, ['layer a', 'layer b']);
});

test('what is not there is undefined, and is told of where a definition asks for it', () => {
  const { scope, unknown } = observe({ layered: { a: 'x>>gone<<' } });
  assert.equal([scope.value('gone'), scope.layered('gone'), scope.value('a')], [undefined, undefined, 'x']);
  assert.equal(unknown, ['gone']);
});

test('names are those of layers, derived and own definitions, each once', () => {
  const { scope } = observe({
    layered: { a: 1, b: 1 },
    derived: { b: () => 2, c: () => 2 },
    own: { c: 3, d: 3 },
  });
  assert.equal(scope.names(), ['a', 'b', 'c', 'd']);
});

test.run();
