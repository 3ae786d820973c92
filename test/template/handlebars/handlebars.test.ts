import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatPlace } from '../../../src/diagnostics/source.ts';
import type { Value } from '../../../src/model/value.ts';
import { compileHandlebars } from '../../../src/template/handlebars/handlebars.ts';

type Definitions = Readonly<Record<string, Value>>;

/** The output, or each diagnostic as `line:column: message (notes)`. */
function render(text: string, definitions: Definitions = {}, escaping: 'xml' | 'none' = 'none'): unknown {
  const compiled = compileHandlebars({ path: 'ks.hbs', text }, escaping);
  const result = compiled.ok ? compiled.value.render(definitions) : compiled;
  if (result.ok) return result.value;
  return result.diagnostics.map(({ code, message, span, notes = [] }) => {
    assert.is(code, 'template');
    const place = span ? formatPlace(span).slice('ks.hbs:'.length) : 'nowhere';
    return [`${place}: ${message}`, ...notes.map((note) => note.message)].join(' / ');
  });
}

test('a kickstart file', () => {
  const template = `lang {{default lang "en_US"}}
rootpw --iscrypted {{hash "sha512" "images/linux" "password"}}
{{#if (and (eq dist "rhel") (vge version "9.2"))}}
text --non-interactive
{{else}}
text
{{/if}}
{{#each disks as |disk index|}}
part pv.{{add index 1}} --ondisk={{disk}} --grow={{../grow}}
{{/each}}
network --nameserver={{join dns ","}} --hostname={{lower name}}
`;
  const definitions = {
    dist: 'rhel',
    version: '9.10',
    disks: ['sda', 'sdb'],
    grow: true,
    dns: ['1.1.1.1', '9.9.9.9'],
    name: 'HOST',
  };
  assert.is(
    render(template, definitions),
    `lang en_US
rootpw --iscrypted 6>images/linux:password<6
text --non-interactive
part pv.1 --ondisk=sda --grow=True
part pv.2 --ondisk=sdb --grow=True
network --nameserver=1.1.1.1,9.9.9.9 --hostname=host
`,
  );
});

test('values are written as Python writes them, what is missing as nothing', () => {
  const definitions = { yes: true, list: [1, 'a', null], map: { b: 1.5 }, none: null, big: 1e20 };
  assert.is(
    render(
      '{{yes}}|{{list}}|{{map}}|{{none}}|{{big}}|{{missing}}|{{map.c.d}}|{{#if missing}}y{{else}}n{{/if}}',
      definitions,
    ),
    "True|[1, 'a', None]|{'b': 1.5}||100000000000000000000|||n",
  );
});

test('XML is escaped, markers and triple-stash are not', () => {
  const definitions = { text: `<a b="c">'&'`, pw: '<|>images/linux:password<|&>>name<<', list: ["'"] };
  assert.is(
    render(
      '{{text}} {{{text}}} {{pw}} {{secret "images/linux" "user"}} {{hash "md5" "p" "k"}}{{hash "sha256" "p" "k"}} {{list}}',
      definitions,
      'xml',
    ),
    `&lt;a b=&quot;c&quot;&gt;&apos;&amp;&apos; <a b="c">'&' &lt;|>images/linux:password<|&amp;>>name<< |>images/linux:user<| 1>p:k<15>p:k<5 [&quot;&apos;&quot;]`,
  );
  assert.is(render('{{text}}', definitions), `<a b="c">'&'`);
});

test('helpers', () => {
  const definitions = { n: 9, list: ['a', 'b'], map: { x: 1 }, text: 'a-b-a' };
  const cases: readonly (readonly [string, string])[] = [
    [
      '{{eq "9.0" n}} {{eq "a" "A"}} {{ne n 9}} {{lt "10" "9"}} {{lt "b10" "b9"}} {{le 1 1}} {{gt 2 1}} {{ge 1 2}}',
      'True False False False True True True False',
    ],
    [
      '{{vlt "9.9" "9.10"}} {{vle "9" "9.0"}} {{vgt "9.5" "9.5rc1"}} {{vge "8.10" "9"}}',
      'True True True False',
    ],
    ['{{and 1 "a"}} {{and 1 ""}} {{or 0 list}} {{or "" 0}} {{not missing}}', 'True False True False True'],
    ['{{includes list "b"}} {{includes text "b-a"}} {{includes missing "x"}}', 'True True False'],
    [
      '{{join (split "a,b,c" ",") " "}} {{first list}} {{last list}} {{length list}} {{length map}} {{length "äö"}}',
      'a b c a b 2 1 2',
    ],
    [
      '{{range 3 6}} {{range 2 1}} {{default missing "d"}} {{default 0 "d"}} {{first missing}}',
      '[3, 4, 5, 6] [] d 0 ',
    ],
    [
      '{{lower "AB"}}{{upper "ab"}}{{trim "  x "}}{{replace text "a" "$&"}}{{concat n "-" list}}',
      "abABx$&-b-$&9-['a', 'b']",
    ],
    ['{{add 1 "2"}} {{subtract 1 2}} {{multiply 3 -4}} {{divide 7 -2}} {{divide -1 2}}', '3 -1 -12 -3 0'],
    [
      '{{#each map}}{{@key}}={{this}}{{/each}} {{#with map}}{{x}}{{/with}} {{lookup list 1}} {{#unless n}}no{{/unless}}',
      'x=1 1 b ',
    ],
  ];
  for (const [template, expected] of cases) assert.is(render(template, definitions), expected);
});

test('nothing can be looked up beyond a value', () => {
  const definitions = { a: {}, list: [1] };
  for (const name of [
    'constructor',
    '__proto__',
    'toString',
    'a.constructor',
    'a.__proto__.toString',
    'list.map',
    'lookup a "constructor"',
  ]) {
    assert.is(render(`[{{${name}}}]`, definitions), '[]', name);
  }
});

test('what is wrong is told with its place and what would be right', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['a\n  {{uper name}}', ['2:5: unknown helper "uper" / did you mean "upper"?']],
    ['{{#if (includ a b)}}x{{/if}}', ['1:8: unknown helper "includ" / did you mean "includes"?']],
    ['{{> part}}', ['1:1: partials ({{> name}}) are not supported / shared text can be a definition']],
    ['{{eq 1}}', ['1:1: helper "eq" takes 2 arguments, not 1 / usage: eq a b']],
    [
      '{{length}}',
      [
        '1:1: helper "length" takes 1 argument, not 0 / usage: length list-or-text / a definition of that name is written {{this.length}}',
      ],
    ],
    ['{{#eq a b}}x{{/eq}}', ['1:4: helper "eq" is not a block / write {{#if (eq ...)}} ... {{/if}}']],
    [
      '{{#iff a}}x{{/iff}}',
      [
        '1:4: unknown block "iff" / did you mean "if"? / a definition is tested with {{#if iff}}, its items are listed with {{#each iff}}',
      ],
    ],
    ['{{if a}}', ['1:3: "if" is a block / write {{#if ...}} ... {{/if}}']],
    ['{{lower a b=1}}', ['1:11: helper "lower" takes no named arguments / usage: lower text']],
    ['{{add 1 "x"}}', ['1:1: helper "add" needs a whole number as argument 2, not text ("x")']],
    ['\n {{upper list}}', ['2:2: helper "upper" needs text as argument 1, not a list']],
    ['{{divide 1 0}}', ['1:1: helper "divide" cannot divide by zero']],
    [
      '{{hash "sha1" "p" "k"}}',
      ['1:1: helper "hash" knows no kind "sha1" / the kinds are md5, sha256 and sha512'],
    ],
    ['a\n{{#if x}}\n{{/each}}', ['2:4: this is not Handlebars: {{#if}} is closed by {{/each}}']],
    [
      'text\n{{#if a}} b',
      [
        '2:12: this is not Handlebars: the end of the file cannot stand here / a block is opened with {{#name}} and closed with {{/name}}',
      ],
    ],
    [
      'some text before it\n x {{else}}',
      [
        '2:4: this is not Handlebars: "{{else}}" cannot stand here / what could stand here: the end of the file',
      ],
    ],
    [
      'pw {{vault `a` `b`}}',
      [
        '1:12: this is not Handlebars: this cannot stand here / a secret is written {{secret "path" "key"}} in a template',
      ],
    ],
    [
      '{{uper 1}}{{lengt 2}}',
      [
        '1:3: unknown helper "uper" / did you mean "upper"?',
        '1:13: unknown helper "lengt" / did you mean "length"?',
      ],
    ],
  ];
  for (const [template, expected] of cases) assert.equal(render(template, { list: [] }), expected, template);
});

test('work and output are bounded', () => {
  assert.equal(render('{{range 1 10001}}'), ['1:1: helper "range" makes at most 10000 numbers, not 10001']);
  assert.equal(render('{{#each (range 1 9999)}}{{#each (range 1 9999)}}{{/each}}{{/each}}'), [
    '1:25: the loops go round more than 1000000 times',
  ]);
  assert.equal(render(`{{#each (range 1 9999)}}${'x'.repeat(9999)}{{/each}}`), [
    '1:1: this loop writes more than 16 MB',
  ]);
  const text = 'x'.repeat(9_000_000);
  assert.equal(render('{{text}}{{text}}', { text }), ['1:9: this template writes more than 16 MB']);
  assert.equal(render('{{length (concat text text)}}', { text }), [
    '1:10: helper "concat" makes a text of more than 16 MB',
  ]);
  assert.equal(render('{{#if a}}'.repeat(20_000) + '{{/if}}'.repeat(20_000)), [
    '1:4501: blocks are nested too deeply',
  ]);
});

test('definitions are asked only for what is named, and what they throw comes through', () => {
  const trouble = new Error('a cycle');
  const definitions = {
    name: 'x',
    get broken(): string {
      throw trouble;
    },
  };
  assert.is(render('{{name}}', definitions), 'x');
  for (const template of [
    '{{broken}}',
    '{{upper broken}}',
    '{{#if broken}}{{/if}}',
    '{{#each (range 1 2)}}{{../broken}}{{/each}}',
  ]) {
    let thrown: unknown;
    try {
      render(template, definitions);
    } catch (error) {
      thrown = error;
    }
    assert.is(thrown, trouble, template);
  }
});

test.run();
