import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { createInstallerSources } from '../../src/render/installer.ts';
import { failureOf, valueOf } from '../rig/complaints.ts';
import { memoryFacts } from '../rig/memory-facts.ts';
import { renderCase, type RenderCase } from '../rig/render-rig.ts';
import { markerLike, plainText } from '../rig/texts.ts';

/** The file `out` that one source gives. */
function fill(text: string, given: RenderCase & { readonly defs?: object } = {}): string | undefined {
  return valueOf(
    renderCase({
      ...given,
      spec: { defs: given.defs ?? {}, files: [{ sources: ['f'], dest: 'out' }] },
      files: { 'data/files/f': text },
    }),
  ).files.get('out');
}

function renderFiles(
  files: readonly unknown[],
  sources: Readonly<Record<string, string>>,
  defs: object = {},
) {
  const given = Object.fromEntries(
    Object.entries(sources).map(([path, text]) => [`data/files/${path}`, text]),
  );
  return renderCase({ spec: { files, defs }, files: given });
}

test('a source without markers comes out unchanged, whatever it holds', () => {
  fc.assert(
    fc.property(plainText, (text) => {
      assert.is(fill(text), text);
    }),
    { numRuns: 300 },
  );
});

test('lines without markers come out unchanged beside those with markers', () => {
  // Joining lines would make markers of their ends: only lines that are one are taken.
  const line = plainText.filter((text) => !/[\n\r]|E>/.test(text));
  fc.assert(
    fc.property(line, line, fc.constantFrom('\n', '\r\n'), (before, after, end) => {
      const text = (marker: string): string => [before, marker, ` ${marker}\t`, after].join(end);
      assert.is(fill(text('>>version<<')), text('1.2'));
    }),
    { numRuns: 300 },
  );
});

test('a source of marker-like text never throws', () => {
  fc.assert(
    fc.property(markerLike, (text) => {
      const files = { 'data/files/f': text };
      renderCase({ spec: { files: [{ sources: ['f'], dest: 'out' }] }, files });
    }),
    { numRuns: 300 },
  );
});

test('markers are replaced line by line, blanks around them kept', () => {
  const source = [
    'host=>>name<<',
    '  %>n<%  ',
    '\t>>l<<\r',
    '>>none<<',
    '',
    'x=#>n*2<# E>1+1<E',
    '\tE>[1]<E ',
    'E>1+',
    '1<E',
  ];
  assert.is(
    fill(source.join('\n'), { defs: { n: 4, l: ['a', true] } }),
    ['host=demo-1.2-x86_64', '  4  ', "\t['a', True]\r", '', '', 'x=8 2', '\t[1] ', 'E>1+', '1<E'].join('\n'),
  );
});

test('every kind is replaced, secrets stay byte for byte', () => {
  const source =
    "+>p<+ *>h<* $>E<$ |>a/>>version<<:b<| 6>a:b<6 {{vault `a` `b`}} E>'|>a:b<|'.upper()<E [>l<] {{user `x`}}\n  E>len('|>a:b<|')<E\n";
  assert.is(
    fill(source, {
      defs: { p: '/x/y', h: 'gw.test', l: [1] },
      environment: { E: 'v' },
      hosts: { 'gw.test': '10.0.0.1' },
    }),
    "y 10.0.0.1 v |>a/1.2:b<| 6>a:b<6 {{vault `a` `b`}} E>'|>a:b<|'.upper()<E [>l<] {{user `x`}}\n  E>len('|>a:b<|')<E\n",
  );
});

test('a line of many tags is read to its end', () => {
  const tags = '<NAME>x</NAME>'.repeat(20);
  assert.is(fill(`${tags}E>1+1<E\n`), `${tags}2\n`);
});

test('sources are joined as they are, and may be named by markers', () => {
  const files = [
    { sources: ['>>dist<</a', 'demo/b', 'demo/a'], dest: '>>name<<.cfg' },
    { sources: 'demo/b', dest: 'sub/b' },
    { sources: [], dest: 'empty' },
  ];
  const rendered = valueOf(renderFiles(files, { 'demo/a': 'a >>major<<', 'demo/b': 'b\n' }));
  const own = new Set(['demo-1.2-x86_64.json', 'demo-1.2-x86_64.env', 'artifact.json']);
  assert.equal(
    [...rendered.files].filter(([name]) => !own.has(name)),
    [
      ['demo-1.2-x86_64.cfg', 'a 1b\na 1'],
      ['sub/b', 'b\n'],
      ['empty', ''],
    ],
  );
});

test('a Handlebars source sees the definitions, and its output passes the markers', () => {
  const source = '<a>{{name}}</a>{{#each l}}<i>{{this}}</i>{{/each}} >>n<< {{{mark}}}\n';
  const files = [
    { sources: ['f.hbs'], dest: 'f.xml' },
    { sources: ['f.hbs'], dest: 'f.sh' },
  ];
  const { files: made } = valueOf(
    renderFiles(files, { 'f.hbs': source }, { l: ['&', 'b'], n: 5, mark: '#>n+1<#' }),
  );
  const rest = '<a>demo-1.2-x86_64</a>';
  assert.is(made.get('f.xml'), `${rest}<i>&amp;</i><i>b</i> 5 6\n`);
  assert.is(made.get('f.sh'), `${rest}<i>&</i><i>b</i> 5 6\n`);
});

test('a missing source is an error at the place that asks for it, with the nearest names', () => {
  const files = [{ sources: ['demo/ks.cfgg', 'none/x'], dest: 'ks.cfg' }];
  assert.equal(failureOf(renderFiles(files, { 'demo/ks.cfg': '' })), [
    'error installer at data/specs/demo/spec.json:14:9 <"demo/ks.cfgg">: ' +
      'there is no installer source "demo/ks.cfgg" in the data folder\'s "files" | did you mean "ks.cfg"?',
    'error installer at data/specs/demo/spec.json:15:9 <"none/x">: there is no installer source "none/x" in the data folder\'s "files"',
  ]);
});

test('an expression that fails is an error at its line', () => {
  const files = [{ sources: ['f'], dest: 'f' }];
  assert.equal(failureOf(renderFiles(files, { f: 'fine\nx E>1/0<E y\n' })), [
    'error expression at data/files/f:2:1 <x E>1/0<E y>: the expression 1/0 fails: division by zero',
  ]);
});

test('an unknown definition is known with its line', () => {
  const { unknown } = valueOf(renderFiles([{ sources: ['f'], dest: 'f' }], { f: 'a\nb >>gone<<\n' }));
  const place = unknown.get('gone')?.();
  assert.equal([place?.source.path, place?.start, place?.end], ['data/files/f', 2, 12]);
});

test('a source is read and compiled once, also where it is missing', () => {
  const facts = memoryFacts({ files: { 'data/files/f': 'x' } });
  const sources = createInstallerSources(facts);
  assert.is(sources.load('f', 'none', undefined), sources.load('f', 'none', undefined));
  assert.equal(
    failureOf(sources.load('g', 'none', undefined)),
    failureOf(sources.load('g', 'none', undefined)),
  );
  assert.equal(facts.asked, ['data/files/f', 'data/files/g']);
});

test('sources take the items of a list in place of [>x<], and nothing for one that is unknown', () => {
  const sources = { a: 'a', b: 'b', c: 'c' };
  const defs = { list: ['a', 'b'], text: 'c, a b', none: [] };
  const files = [
    { sources: ['c', '[>list<]', '[>gone<]', '[>none<]'], dest: 'list' },
    { sources: ['[>text<]'], dest: 'text' },
    { sources: '[>list<]', dest: 'alone' },
  ];
  const { files: made } = valueOf(renderFiles(files, sources, defs));
  assert.equal([made.get('list'), made.get('text'), made.get('alone')], ['cab', 'cab', 'ab']);
  const artifact = JSON.parse(made.get('artifact.json') ?? '') as { readonly sources: readonly string[] };
  assert.equal(
    artifact.sources.filter((path) => path.startsWith('data/files/')),
    ['data/files/a', 'data/files/b', 'data/files/c'],
  );
});

test.run();
