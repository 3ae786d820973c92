import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Mapping, Value } from '../../src/model/value.ts';
import { createTemplates, expandText } from '../../src/template/expand.ts';
import { expandWith } from '../rig/render-rig.ts';

const DEFINITIONS: Mapping = {
  s: 'text',
  i: 42,
  zero: 0,
  half: 0.5,
  yes: true,
  no: false,
  nothing: null,
  l: ['a', 1, true, null],
  m: { k: [1, 'x'], n: null },
  empty: '',
  path: '/iso/a b/c.iso',
  host: 'gw.lab.test',
  address: '10.0.0.1',
  lost: 'gone.lab.test',
  words: 'one, two three,four',
  a: 6,
  b: 4,
  minus: '-7',
  octal: '010',
  point: '2.5',
  which: 'path',
  location: 'lab',
  var: 'LANG',
  body: "'x' * 3",
};
const OUTSIDE = { environment: { LANG: 'C', EVIL: 'E>1+1<E' }, hosts: { 'gw.lab.test': '10.0.0.254' } };

const expand = (value: Value): Value => expandWith(value, DEFINITIONS, OUTSIDE).value;

/** A string, and what becomes of it. */
const CASES: Readonly<Record<string, readonly (readonly [text: string, value: Value])[]>> = {
  'a whole marker keeps the type of its value': [
    ['>>i<<', 42],
    ['%>i<%', 42],
    ['  %>i<%\t', 42],
    ['%>"i"<%', 42],
    ['>>zero<<', 0],
    ['>>half<<', 0.5],
    ['>>yes<<', true],
    ['>>no<<', false],
    ['>>nothing<<', null],
    ['>>l<<', ['a', 1, true, null]],
    ['%>m<%', { k: [1, 'x'], n: null }],
    ['>>s<<', 'text'],
    ['>>empty<<', ''],
    ['>>unknown<<', ''],
    ['#>a*b<#', 24],
    [' #>i<# ', 42],
    ['E>1+2*3<E', 7],
    ['E>1/2<E', 0.5],
    ['E>[n*2 for n in [1, 2]]<E', [2, 4]],
    ["E>{'a': 1}<E", { a: 1 }],
    ['E>None<E', null],
    ['E>1 < 2<E', true],
  ],
  'inside text values are written as Python writes them': [
    ['(>>i<<)', '(42)'],
    ['(>>half<<)', '(0.5)'],
    ['(>>yes<< >>no<<)', '(True False)'],
    ['(>>nothing<<)', '()'],
    ['(>>l<<)', "(['a', 1, True, None])"],
    ['(>>m<<)', "({'k': [1, 'x'], 'n': None})"],
    ['(>>unknown<<)', '()'],
    ['>>s<<>>i<<', 'text42'],
    ['x E>1 < 2<E', 'x True'],
    ['x E>None<E.', 'x .'],
    ["x E>['it', \"it's\"]<E", "x ['it', \"it's\"]"],
  ],
  'the last path segment': [
    ['+>path<+', 'c.iso'],
    ['f=+>path<+;', 'f=c.iso;'],
    ['+>i<+', '42'],
    ['+>unknown<+', ''],
  ],
  'the address of a host': [
    ['*>host<*', '10.0.0.254'],
    ['at *>host<*!', 'at 10.0.0.254!'],
    ['*>address<*', '10.0.0.1'],
    ['*>lost<*', ''],
    ['*>empty<*', ''],
    ['*>unknown<*', ''],
  ],
  'arithmetic is true division, truncated': [
    ['n=#>a*b+2<#', 'n=26'],
    ['#>a/b<#', 1],
    ['#>minus/2<#', -3],
    ['#>(a - b) * 1024<#', 2048],
    ['#>octal+1<#', 11],
    ['#>point*2<#', 5],
    ['#>yes+yes<#', 2],
    ['#>unknown+1<#', ''],
    ['#>a<##>b<#', '64'],
  ],
  'an environment variable': [
    ['$>LANG<$', 'C'],
    ['[$>LANG<$]', '[C]'],
    ['$>UNSET<$', ''],
    ['$((C>>1))', '$((C>>1))'],
  ],
  'secrets and hashes stay byte for byte': [
    ['|>images/linux:password<|', '|>images/linux:password<|'],
    ['a 1>p:k<1 5>p:k<5 6>p:k<6 b', 'a 1>p:k<1 5>p:k<5 6>p:k<6 b'],
    ['{{vault `images/linux` `password`}}', '{{vault `images/linux` `password`}}'],
    ["E>'|>p:k<|'.upper()<E", "E>'|>p:k<|'.upper()<E"],
    ["x E>int('5>p:k<5')<E y", "x E>int('5>p:k<5')<E y"],
  ],
  'markers nest, in the order of the kinds': [
    ['|>plat/>>location<<:server<|', '|>plat/lab:server<|'],
    ['6>%>location<%/linux:password<6', '6>lab/linux:password<6'],
    ['+>>>which<<<+', 'c.iso'],
    ['*>%>nohost<%host<*', '10.0.0.254'],
    ['#>>>a<<+>>b<<<#', 10],
    ['$>>>var<<<$', 'C'],
    ['E>#>a*b<# + 1<E', 25],
    ["E>'$>LANG<$' * 3<E", 'CCC'],
    ["E>len('+>path<+')<E", 5],
    ["E>'>>s<<'.upper()<E", 'TEXT'],
    ['E>>>body<<<E', 'xxx'],
    ["E>'amd64' if '>>s<<' == 'text' else 'i386'<E", 'amd64'],
    ['$>EVIL<$', 2],
  ],
  'what is no marker is text': [
    ['cat <<EOF >>file', 'cat <<EOF >>file'],
    ['>>has-dash<< >>has.dot<< a >> b << c', '>>has-dash<< >>has.dot<< a >> b << c'],
    ['<t>>>s<<</t>', '<t>text</t>'],
    ['<HideOOBE>true</HideOOBE>', '<HideOOBE>true</HideOOBE>'],
    ['E>import os<E', 'E>import os<E'],
    ['E>open("x")<E', 'E>open("x")<E'],
    ['[>l<] in text', '[>l<] in text'],
    ['2>&1 >/dev/null', '2>&1 >/dev/null'],
    ['+>a b<+ *>a.b<* $>A-B<$ #>a;b<#', '+>a b<+ *>a.b<* $>A-B<$ #>a;b<#'],
  ],
};

for (const [title, cases] of Object.entries(CASES)) {
  test(title, () => {
    assert.equal(
      cases.map(([text]) => [text, expand(text)]),
      cases.map(([text, value]) => [text, value]),
    );
  });
}

test('the items of a list come in place, others as one item, and what is unknown vanishes', () => {
  const list = [
    'first',
    '[>l<]',
    '[>words<]',
    '[>i<]',
    '[>no<]',
    '[>m<]',
    '[>nothing<]',
    '[>empty<]',
    '[>unknown<]',
  ];
  assert.equal(expandWith(list, DEFINITIONS), {
    value: ['first', 'a', 1, true, null, 'one', 'two', 'three', 'four', 42, false, { k: [1, 'x'], n: null }],
    complaints: [],
    unknown: ['unknown'],
    unread: [],
  });
});

test('a splice may be named by a definition, and stands in lists of any depth', () => {
  const splicing = { deep: [['[>words<]'], { k: ['[>>>pick<<<]'] }], not: '[>words<]' };
  assert.equal(expandWith(splicing, { ...DEFINITIONS, pick: 'l' }).value, {
    deep: [['one', 'two', 'three', 'four'], { k: ['a', 1, true, null] }],
    not: '[>words<]',
  });
});

test('mapping keys are expanded, as text', () => {
  assert.equal(expand({ '>>s<<': '>>i<<', 'k->>i<<': { '%>no<%': ['>>no<<'] }, plain: null }), {
    text: 42,
    'k-42': { False: [false] },
    plain: null,
  });
});

test('a key that comes out as __proto__ is refused', () => {
  const { value, complaints } = expandWith({ '>>p<<': { polluted: 1 }, k: 1 }, { p: '__proto__' });
  assert.equal(value, { k: 1 });
  assert.is(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(complaints, ['marker at >>p<<: a key with markers came out as "__proto__"']);
});

test('what fails is reported at its place and is empty', () => {
  const value = {
    list: ['ok', { sum: '#>s+1<#' }],
    zero: 'x #>1/zero<#',
    expression: '(E>[][3]<E)',
    text: 'E>1/0<E',
  };
  assert.equal(expandWith(value, DEFINITIONS), {
    value: { list: ['ok', { sum: '' }], zero: 'x ', expression: '()', text: '' },
    complaints: [
      'marker at list.1.sum: "s" is "text", which is no number, in #>s+1<#',
      'marker at zero: #>1/zero<# cannot be added up: division by zero',
      'expression at expression: the expression [][3] fails: list index out of range',
      'expression at text: the expression 1/0 fails: division by zero',
    ],
    unknown: [],
    unread: [],
  });
});

test('an unknown definition is told of, by every kind that asks for it', () => {
  const { unknown } = expandWith(['>>u1<<', 'a%>u2<%', '+>u3<+', '*>u4<*', '#>u5<#', '[>u6<]'], {});
  assert.equal(unknown, ['u1', 'u2', 'u3', 'u4', 'u5', 'u6']);
});

test('a text that is an expression by its signs alone is told of', () => {
  const value = ['E>x y<E', ' E>import os<E ', 'in E>x y<E text', '<HideE>true<E>', 'E>1+1<E'];
  assert.equal(expandWith(value, {}), {
    value: ['E>x y<E', ' E>import os<E ', 'in E>x y<E text', '<HideE>true<E>', 2],
    complaints: [],
    unknown: [],
    unread: ['E>x y<E', 'E>import os<E'],
  });
});

test('values are not changed, and one without markers is the same value', () => {
  const value = Object.freeze({ a: Object.freeze(['>>i<<', Object.freeze({ '>>s<<': 1 })]), b: 'plain' });
  const plain = { a: ['x', { k: null }] };
  expand(value);
  assert.equal(value, { a: ['>>i<<', { '>>s<<': 1 }], b: 'plain' });
  assert.is(expand(plain), plain);
});

test('a text gives each target its own value', () => {
  const templates = createTemplates();
  const of = (name: string): Value =>
    expandText("E>'>>name<<' * 2<E", templates, {
      path: [],
      definition: () => name,
      environment: () => undefined,
      host: () => undefined,
      report: () => undefined,
      unread: () => undefined,
      unknown: () => undefined,
    });
  assert.equal([of('a'), of('b'), of('a')], ['aa', 'bb', 'aa']);
});

test.run();
