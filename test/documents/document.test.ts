import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileDocument, type Kind, type Layer } from '../../src/documents/document.ts';
import { parseText } from '../../src/documents/parse.ts';
import { placeOf } from '../../src/model/origin.ts';
import { complaints, failureOf, shownSpan, valueOf } from '../rig/complaints.ts';

function compile(kind: Kind, text: string, path = 'a.json') {
  return compileDocument(kind, 'a', { root: 'data', path }, valueOf(parseText({ path, text })));
}

const values = (entries: readonly { readonly value: unknown }[]) => entries.map(({ value }) => value);

/** A layer without its places. */
function outline(layer: Layer): object {
  return {
    includes: layer.includes.map(({ name }) => name),
    mappings: layer.mappings.map(({ section, entries }) => [
      section,
      entries.map(({ key, value, merge }) => [key, value, merge]),
    ]),
    lists: layer.lists.map(({ section, replace, entries }) => [section, replace, values(entries)]),
    specifics: layer.specifics.map(({ word, layer: inner }) => [word, outline(inner)]),
    arches: layer.arches,
    venv: layer.venv?.value,
    requiredFiles: values(layer.requiredFiles),
  };
}

const EMPTY = {
  includes: [],
  mappings: [],
  lists: [],
  specifics: [],
  arches: undefined,
  venv: undefined,
  requiredFiles: [],
};

test('an empty file is an empty document', () => {
  for (const kind of ['platform', 'location', 'spec'] as const) {
    const { layer, parsed, definitions, ...rest } = valueOf(compile(kind, '{}'));
    assert.equal(outline(layer), EMPTY);
    assert.equal([parsed.value, [...definitions]], [{}, []]);
    assert.equal(rest, {
      kind,
      name: 'a',
      file: { root: 'data', path: 'a.json' },
      platforms: undefined,
      locations: undefined,
      provides: undefined,
      plugins: undefined,
      warnings: [],
    });
  }
});

test('sections are taken apart, with the keys that are merged', () => {
  const text = `{"include": ["b", "c"], "method": "replace", "venv": "v", "arches": "x86_64",
    "defs": {"a": 1, "m": [2], "merge": ["m", "unknown"]}, "config": {}, "evars": {"merge": []},
    "files": [{"sources": "s", "dest": "d"}], "provisioners": [], "required_files": [{"file": "f"}]}`;
  assert.equal(outline(valueOf(compile('spec', text)).layer), {
    ...EMPTY,
    includes: ['b', 'c'],
    mappings: [
      ['evars', []],
      [
        'defs',
        [
          ['a', 1, false],
          ['m', [2], true],
        ],
      ],
      ['config', []],
    ],
    lists: [
      ['files', true, [{ sources: 's', dest: 'd' }]],
      ['provisioners', true, []],
    ],
    arches: ['x86_64'],
    venv: 'v',
    requiredFiles: [{ file: 'f' }],
  });
});

test('specifics stand in the order of their kinds, then of the file, whatever the order in the file', () => {
  const text = `{"firmware_specific": [{"firmware": "f"}], "arch_specific": [{"arch": "a"}],
    "version_specific": [{"version": "2", "venv": "second"}, {"version": "1", "venv": "first",
      "dist_specific": [{"dist": "inner"}], "platform_specific": [{"platform": "inner"}]}],
    "dist_specific": [{"dist": "d"}], "location_specific": [{"location": "l"}],
    "platform_specific": [{"platform": "p"}]}`;
  const nested = {
    specifics: [
      ['platform', EMPTY],
      ['dist', EMPTY],
    ],
  };
  assert.equal(outline(valueOf(compile('spec', text)).layer), {
    ...EMPTY,
    specifics: [
      ['platform', EMPTY],
      ['location', EMPTY],
      ['dist', EMPTY],
      ['version', { ...EMPTY, venv: 'second' }],
      ['version', { ...EMPTY, venv: 'first', ...nested }],
      ['arch', EMPTY],
      ['firmware', EMPTY],
    ],
  });
});

test('limits, provides and plugins of a document; numbers count as their text', () => {
  const spec = valueOf(
    compile(
      'spec',
      '{"platforms": "qemu", "locations": [], "provides": {"dist": "x", "versions": [8.5, "9.[0-1]"], "arches": "x86_64"}}',
    ),
  );
  assert.equal([spec.platforms, spec.locations], [['qemu'], []]);
  assert.equal(spec.provides && { ...spec.provides, versions: values(spec.provides.versions) }, {
    dist: 'x',
    versions: [8.5, '9.[0-1]'],
    arches: ['x86_64'],
  });
  const plugin = { name: 'q', source: 's', version: 'v' };
  assert.equal(valueOf(compile('platform', JSON.stringify({ plugin }))).plugins, [plugin]);
});

test('the definitions of a document are named, those of its specifics too', () => {
  const text =
    '{"defs": {"a": 1, "merge": ["a"]}, "arch_specific": [{"arch": "x", "defs": {"b": 1}, "version_specific": [{"version": 1, "defs": {"c": 1}}]}], "config": {"d": 1}}';
  assert.equal([...valueOf(compile('location', text)).definitions], ['a', 'b', 'c']);
});

test('every entry knows its place', () => {
  const { layer } = valueOf(
    compile('spec', '{"include": "b",\n "arch_specific": [{"arch": "x", "defs": {"a": [1]}}]}'),
  );
  const [specific] = layer.specifics;
  const entry = specific?.layer.mappings[0]?.entries[0];
  const origins = [layer.includes[0]?.origin, specific?.origin, entry?.origin];
  assert.equal(
    origins.map((origin) => origin && shownSpan(placeOf(origin))),
    ['a.json:1:13 <"b">', 'a.json:2:29 <"x">', 'a.json:2:48 <[1]>'],
  );
});

test('unknown keys are warnings with suggestions and change nothing; comments warn of nothing', () => {
  const text =
    '{"defz": {"a": 1},\n "_c": 1, "notes": [], "$schema": "s", "config": {"anything": 1},\n "dist_specific": [{"dist": "d", "_x": 1, "conifg": {}}]}';
  const document = valueOf(compile('spec', text));
  assert.equal(complaints(document.warnings), [
    'warning unknown-key at a.json:3:43 <"conifg">: osimager knows no key "conifg" here | did you mean "config"?',
    'warning unknown-key at a.json:1:2 <"defz">: osimager knows no key "defz" here | did you mean "defs"?',
  ]);
  assert.equal(outline(document.layer), {
    ...EMPTY,
    mappings: [['config', [['anything', 1, false]]]],
    specifics: [['dist', EMPTY]],
  });
});

test('in TOML too an unknown table is a warning at its place', () => {
  const text = '[defs]\na = 1\n[defz.dns]\nb = 1\n[[version_specifc]]\nversion = "1"\n';
  assert.equal(complaints(valueOf(compile('location', text, 'a.toml')).warnings), [
    'warning unknown-key at a.toml:3:2 <defz.dns>: osimager knows no key "defz" here | did you mean "defs"?',
    'warning unknown-key at a.toml:5:3 <version_specifc>: osimager knows no key "version_specifc" here | did you mean "version_specific"?',
  ]);
});

test('a document that is no mapping is refused', () => {
  assert.equal(failureOf(compile('platform', '[]')), [
    'error type at a.json:1:1 <[>: a platform file must hold a mapping, not a list',
  ]);
});

test('wrong types are errors at their places, in the file and in its specifics', () => {
  const text = `{"defs": [], "files": [{"sources": 1, "dest": "d"}],
"version_specific": [{"version": "1", "evars": 3}, {}], "method": "swap",
"required_files": [{"url": "u"}], "provisioners": {}}`;
  assert.equal([...failureOf(compile('spec', text))].sort(), [
    'error type at a.json:1:10 <[]>: "defs" must be a mapping, not a list',
    'error type at a.json:1:36 <1>: "sources" must be text or a list, not the number 1',
    'error type at a.json:2:48 <3>: "evars" must be a mapping, not the number 3',
    'error type at a.json:2:52 <{}>: "version" is missing | it must be text or a number',
    'error type at a.json:2:67 <"swap">: "method" must be "merge" or "append" or "replace", not the text "swap"',
    'error type at a.json:3:20 <{"url": "u"}>: "file" is missing | it must be text',
    'error type at a.json:3:35 <"provisioners">: "provisioners" must be a list, not a mapping',
  ]);
});

const HINT =
  'it is a regular expression of Python that must match the whole value; a plain dot or bracket is written \\\\.';

test('a regular expression that cannot be read is an error at the sign at fault, at any depth', () => {
  const text =
    '{"version_specific": [{"version": "9.[", "arch_specific": [{"arch": "a)"}]}, {"version": "x*"}]}';
  const nested = '{"dist_specific": [{"dist": "d", "arch_specific": [{"arch": "a)"}]}]}';
  assert.equal(failureOf(compile('spec', text)), [
    `error pattern at a.json:1:38 <[>: the regular expression "9.[" cannot be read: unterminated character set | ${HINT}`,
  ]);
  assert.equal(failureOf(compile('spec', nested)), [
    `error pattern at a.json:1:63 <)>: the regular expression "a)" cannot be read: unbalanced parenthesis | ${HINT}`,
  ]);
  assert.equal(failureOf(compile('spec', "[[arch_specific]]\narch = '(a'\n", 'a.toml')), [
    `error pattern at a.toml:2:9 <(>: the regular expression "(a" cannot be read: missing ), unterminated subpattern | ${HINT}`,
  ]);
  assert.equal(failureOf(compile('spec', '{"arch_specific": [{"arch": "\\\\w("}]}')), [
    `error pattern at a.json:1:29 <"\\\\w(">: the regular expression "\\w(" cannot be read: missing ), unterminated subpattern | ${HINT}`,
  ]);
});

test.run();
