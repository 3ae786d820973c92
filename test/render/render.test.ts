import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deriveSalt, hashPassword } from '../../src/template/crypt.ts';
import { targetName } from '../../src/render/render.ts';
import { complaints, failureOf, valueOf } from '../rig/complaints.ts';
import { renderCase, workbench, type RenderCase } from '../rig/render-rig.ts';

const render = (given: RenderCase) => valueOf(renderCase(given));

/** A spec with installer files of one source each, by name. */
function installers(texts: Readonly<Record<string, string>>, spec: object = {}): RenderCase {
  const names = Object.keys(texts);
  return {
    spec: { ...spec, files: names.map((dest, at) => ({ sources: [`source${at}`], dest })) },
    files: Object.fromEntries(names.map((name, at) => [`data/files/source${at}`, texts[name]])),
  };
}

const SECRETS = {
  'p:k': `<'&">`,
  'p:sum': 'E>1+1<E',
  'p:name': '>>name<<',
  'p:env': '$>HOME<$',
  'p:s': '|>p:k<|',
};
const OUTSIDE = { secrets: SECRETS, environment: { HOME: '/root' } };

test('files come in the order of writing: template, installers, environment, artifact', () => {
  const rendered = render({ ...installers({ 'z.cfg': 'z', 'a.cfg': 'a' }), target: { name: 'h' } });
  assert.is(rendered.name, 'h');
  assert.equal([...rendered.files.keys()], ['h.json', 'z.cfg', 'a.cfg', 'h.env', 'artifact.json']);
});

test('the environment of a build ends with the resolver', () => {
  const spec = {
    evars: { 'A_>>major<<': '>>n<<', RES_OPTIONS: 'mine' },
    defs: { n: 5, dns: { servers: ['10.0.0.2'] } },
  };
  assert.is(
    render({ spec }).files.get('demo-1.2-x86_64.env'),
    'ANSIBLE_RETRY_FILES_ENABLED=False\nANSIBLE_WARNINGS=False\nANSIBLE_NOCOWS=1\n' +
      'ANSIBLE_DISPLAY_SKIPPED_HOSTS=False\nANSIBLE_STDOUT_CALLBACK=minimal\n' +
      'A_1=5\nRES_OPTIONS=nameserver 10.0.0.2\n',
  );
});

test('deferred secrets stay as written, and the artifact lists them', () => {
  const config = { pw: '|>p:k<|', v: '{{vault `v/w` `x`}}', e: "E>'|>p:sum<|'<E" };
  const { files, template } = render(installers({ 'ks.cfg': 'pw 6>p:k<6\n' }, { config }));
  assert.equal(template.builders, [{ type: 'hyp-iso', ...config, name: 'demo-1.2-x86_64' }]);
  assert.is(files.get('ks.cfg'), 'pw 6>p:k<6\n');
  const artifact = JSON.parse(files.get('artifact.json') ?? '') as {
    secrets: unknown;
    secrets_mode: unknown;
  };
  assert.is(artifact.secrets_mode, 'deferred');
  assert.equal(artifact.secrets, [
    { path: 'p', key: 'k', files: ['demo-1.2-x86_64.json', 'ks.cfg'] },
    { path: 'p', key: 'sum', files: ['demo-1.2-x86_64.json'] },
    { path: 'v/w', key: 'x', files: ['demo-1.2-x86_64.json'] },
  ]);
});

test('inline secrets are in all files, escaped in .xml, and never scanned for markers', () => {
  const text = '|>p:k<| |>p:sum<| |>p:name<| |>p:env<| 5>p:k<5\n';
  const config = {
    list: ['|>p:sum<|', { '|>p:env<|': '|>p:name<|' }],
    n: "E>len('|>p:sum<|')<E",
    v: '{{vault `p` `k`}}',
  };
  const { files, template } = render({
    ...installers({ 'a.xml': text, 'a.cfg': text }, { config }),
    ...OUTSIDE,
    inline: true,
  });
  const hash = hashPassword('sha256', SECRETS['p:k'], deriveSalt('sha256', 'p', 'k', SECRETS['p:k']));
  assert.is(files.get('a.cfg'), `<'&"> E>1+1<E >>name<< $>HOME<$ ${hash}\n`);
  assert.is(
    files.get('a.xml'),
    `&lt;&apos;&amp;&quot;&gt; E&gt;1+1&lt;E &gt;&gt;name&lt;&lt; $&gt;HOME&lt;$ ${hash}\n`,
  );
  assert.equal(template.builders, [
    {
      type: 'hyp-iso',
      list: ['E>1+1<E', { '$>HOME<$': '>>name<<' }],
      n: 7,
      v: `<'&">`,
      name: 'demo-1.2-x86_64',
    },
  ]);
  const artifact = JSON.parse(files.get('artifact.json') ?? '') as {
    secrets: unknown;
    secrets_mode: unknown;
  };
  assert.equal([artifact.secrets_mode, artifact.secrets], ['inline', []]);
});

test('an inline file that is one expression keeps its blanks and is escaped', () => {
  const text = '\n  E>"|>p:k<|"[0:3]<E\n\n';
  const secrets = { 'p:k': `<&'x` };
  const { files } = render({ ...installers({ 'a.xml': text, 'a.cfg': text }), secrets, inline: true });
  assert.is(files.get('a.cfg'), `\n  <&'\n\n`);
  assert.is(files.get('a.xml'), '\n  &lt;&amp;&apos;\n\n');
});

test('an inline secret that looks like a marker is not listed as needed', () => {
  const { files } = render({ ...installers({ 'a.cfg': '|>p:s<|\n' }), ...OUTSIDE, inline: true });
  assert.is(files.get('a.cfg'), '|>p:k<|\n');
  const artifact = JSON.parse(files.get('artifact.json') ?? '') as { secrets: unknown };
  assert.equal(artifact.secrets, []);
});

test('missing inline secrets are named by path and key, with their places', () => {
  const given = installers({ 'ks.cfg': 'x\npw 6>p:gone<6\n' }, { config: { a: '|>no/path:key<|' } });
  assert.equal(failureOf(renderCase({ ...given, ...OUTSIDE, inline: true })), [
    'error secret at data/specs/demo/spec.json:12:10 <"|>no/path:key<|">: there is no secret no/path:key',
    'error secret at data/specs/demo/spec.json:19:15 <"ks.cfg">: there is no secret p:gone',
  ]);
});

test('what is complained about never shows a secret', () => {
  const secrets = { 'p:k': 'Hush!', 'p:line': 'Hush\nhush' };
  const evars = { '|>p:k<|': '1', A: '|>p:line<|', 'B|>p:k<|': 'x' };
  const config = { e: "E>int('|>p:k<|')<E", f: "E>[]['|>p:k<|']<E" };
  const said = failureOf(renderCase({ spec: { evars, config }, secrets, inline: true }));
  assert.is(said.length, 5);
  assert.not.match(said.join('\n'), /hush/i);
});

test('all that is wrong with a target comes at once', () => {
  const spec = {
    config: { a: 'E>1/0<E', b: '#>name*2<#' },
    evars: { 'no-name': 1 },
    files: [{ sources: ['gone'], dest: '../up' }],
  };
  const codes = failureOf(renderCase({ spec })).map((complaint) => complaint.split(' ')[1]);
  assert.equal(codes, ['expression', 'marker', 'installer', 'installer', 'type']);
});

const BAD_DESTINATIONS = {
  '': 'it is empty',
  '../ks.cfg': 'it names a folder above or itself',
  '/etc/passwd': 'it is empty',
  'a//b': 'it is empty',
  'a/../b': 'it names a folder above or itself',
  'a\\b': 'it holds "\\\\"',
  'C:x': 'it holds ":"',
  '.osimager-1': 'names that begin with .osimager are kept for osimager',
  'artifact.json': 'osimager writes a file of this name itself',
  'demo-1.2-x86_64.env': 'osimager writes a file of this name itself',
  'demo-1.2-x86_64.json': 'osimager writes a file of this name itself',
  'Artifact.json': 'osimager writes a file of this name itself',
};

for (const [dest, fault] of Object.entries(BAD_DESTINATIONS)) {
  test(`an installer file cannot be called "${dest}"`, () => {
    const said = failureOf(renderCase(installers({ [dest]: 'x' })));
    assert.is(said.length, 1);
    assert.match(
      said[0] ?? '',
      `: "${dest}" cannot be the name of an installer file: ${fault} | it is a path inside`,
    );
  });
}

test('a later installer file replaces one of the same name', () => {
  const files = [
    { sources: ['a'], dest: 'ks.cfg' },
    { sources: ['b'], dest: '>>k<<.cfg' },
  ];
  const sources = { 'data/files/a': 'a', 'data/files/b': 'b' };
  assert.is(render({ spec: { files, defs: { k: 'ks' } }, files: sources }).files.get('ks.cfg'), 'b');
});

test('a name that is no safe path segment is an error', () => {
  for (const name of [
    '',
    '.',
    '..',
    'a/b',
    'a\\b',
    '.osimager-x',
    'con',
    'x.',
    'a:b',
    '>>gone<<',
    '>>up<<',
  ]) {
    const { target, stack, renderer } = workbench({ target: { name }, spec: { defs: { up: '../x' } } });
    const [said = ''] = failureOf(targetName(target, stack, renderer));
    assert.match(said, `error target: hyp/lab/demo-1.2-x86_64 (${name}): "`);
    assert.match(said, '" cannot be the name of an artifact: ');
  }
});

test('the name is that of the spec, the given one with its markers, or its own definition', () => {
  const nameOf = (given: RenderCase): string => {
    const { target, stack, renderer } = workbench(given);
    return valueOf(targetName(target, stack, renderer));
  };
  assert.is(nameOf({}), 'demo-1.2-x86_64');
  assert.is(nameOf({ target: { name: 'h->>major<<' } }), 'h-1');
  assert.is(nameOf({ target: { name: 'h', define: { name: 'own' } } }), 'own');
});

test('rendering is a pure function of its input', () => {
  const given = { ...installers({ 'a.cfg': '6>p:k<6 >>name<<\n' }), ...OUTSIDE, inline: true };
  assert.equal([...render(given).files], [...render(given).files]);
});

test('the artifact names what it was made from, and the environment that was asked for', () => {
  const given = installers(
    { 'a.cfg': '$>HOME<$ $>GONE<$\n' },
    { venv: 'v->>major<<', required_files: [{ file: 'f-%>major<%' }] },
  );
  const artifact = JSON.parse(render({ ...given, ...OUTSIDE }).files.get('artifact.json') ?? '') as Record<
    string,
    unknown
  >;
  delete artifact.files;
  assert.equal(artifact, {
    format: 1,
    target: { platform: 'hyp', location: 'lab', spec: 'demo-1.2-x86_64', name: 'demo-1.2-x86_64' },
    requested_by: 'matrix',
    secrets_mode: 'deferred',
    secrets: [],
    environment: ['GONE', 'HOME'],
    plugins: [],
    venv: 'v-1',
    required_files: [{ file: 'f-1' }],
    sources: [
      'data/files/source0',
      'data/locations/lab.json',
      'data/platforms/hyp.json',
      'data/specs/demo/spec.json',
    ],
  });
});

const FIRMWARE = {
  defs: { firmware: 'bios' },
  firmware_specific: [
    { firmware: 'bios', config: { boot: 'b' } },
    { firmware: 'efi', config: { boot: 'e' } },
  ],
};

test('a firmware of the target itself is a warning where objects were chosen by another', () => {
  const { template, warnings } = render({ spec: FIRMWARE, target: { define: { firmware: 'efi' } } });
  assert.equal(template.builders, [{ type: 'hyp-iso', boot: 'b', name: 'demo-1.2-x86_64' }]);
  assert.equal(complaints(warnings), [
    'warning unusual: hyp/lab/demo-1.2-x86_64: firmware is efi by a definition of the target, and its firmware_specific objects are those for bios' +
      ' | define firmware in the location or the spec',
  ]);
});

test('a firmware of the target itself warns of nothing where it chooses nothing else', () => {
  for (const [spec, firmware] of [
    [FIRMWARE, 'bios'],
    [{ defs: { firmware: 'bios' } }, 'efi'],
    [{}, 'efi'],
  ] as const) {
    assert.equal(complaints(render({ spec, target: { define: { firmware } } }).warnings), []);
  }
});

test('an address that is meant as IPv4 and is none is a warning', () => {
  const warned = (ip: string): readonly string[] => complaints(render({ target: { ip } }).warnings);
  for (const ip of ['10.0.0.256', '10.0.0', '1.2.3.4.5', '5']) {
    assert.equal(warned(ip), [
      `warning unusual: hyp/lab/demo-1.2-x86_64: "${ip}" is no IPv4 address | an address is four numbers up to 255, parted by dots; or dhcp`,
    ]);
  }
  for (const ip of ['10.0.0.255', '', 'dhcp', 'fd00::1']) assert.equal(warned(ip), [], ip);
});

test('what is wrong in venv and required_files fails the target, as anywhere', () => {
  const fails = (spec: Readonly<Record<string, unknown>>) =>
    failureOf(renderCase({ spec })).map((said) => said.replace(/^.*?: /, '').replace(/ \|.*$/, ''));
  assert.equal(fails({ venv: 'E>1/0<E' }), ['the expression 1/0 fails: division by zero']);
  assert.equal(fails({ required_files: [{ file: "E>int('x')<E" }] }), [
    "the expression int('x') fails: invalid literal for int() with base 10: 'x'",
  ]);
});

test.run();
