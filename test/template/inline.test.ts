import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import type { Value } from '../../src/model/value.ts';
import { deriveSalt, hashPassword, type HashKind } from '../../src/template/crypt.ts';
import { createTemplates } from '../../src/template/expand.ts';
import { createInliner, type FileKind, type Inliner, type ReportSecret } from '../../src/template/inline.ts';
import { renderFacts } from '../rig/render-rig.ts';
import { plainText } from '../rig/texts.ts';

const SECRETS = {
  'images/linux:password': 'S3cret!pw',
  'p:sum': 'E>1+1<E',
  'p:name': '>>name<<',
  'p:env': '$>HOME<$',
  'p:secret': '|>images/linux:password<|',
  'p:vault': '{{vault `images/linux` `password`}}',
  'p:dollar': "$& $1 $$ $`$'",
  'p:xml': `<a b="c">&'</a>`,
  'p:quote': "it's",
  'p:number': '42',
  'p:empty': '',
};

interface Inlined {
  readonly value: Value;
  readonly complaints: readonly string[];
}

function run(make: (inliner: Inliner, report: ReportSecret) => Value, vaultReferences = true): Inlined {
  const complaints: string[] = [];
  const inliner = createInliner(renderFacts({ secrets: SECRETS }), createTemplates(), { vaultReferences });
  const value = make(inliner, (trouble) => {
    complaints.push(typeof trouble === 'string' ? trouble : trouble.message);
  });
  return { value, complaints };
}

/** A text as a value of the template. */
const inline = (text: string): Inlined => run((inliner, report) => inliner.value(text, report));

/** The text of an installer file. */
const inlineFile = (text: string, kind: FileKind = 'lines', vaultReferences = true): Inlined =>
  run((inliner, report) => inliner.file(text, kind, report), vaultReferences);

test('secrets and vault references become their values, in the middle of text', () => {
  assert.equal(inline('u |>images/linux:password<| {{vault `images/linux` `password`}}|>p:empty<|.'), {
    value: 'u S3cret!pw S3cret!pw.',
    complaints: [],
  });
});

test("Packer's own references stay in the template, where Packer resolves them itself, and nowhere else", () => {
  const text = '{{vault `images/linux` `password`}} {{vault `no` `such`}} |>p:quote<|';
  const valueOf = (of?: 'template' | 'file'): Inlined =>
    run((inliner, report) => inliner.value([text, { a: text }], report, of), false);
  const kept = "{{vault `images/linux` `password`}} {{vault `no` `such`}} it's";
  assert.equal(valueOf(), { value: [kept, { a: kept }], complaints: [] });
  assert.equal(valueOf('template'), valueOf());
  const missing = 'there is no secret no:such';
  const filled = "S3cret!pw  it's";
  assert.equal(valueOf('file'), { value: [filled, { a: filled }], complaints: [missing, missing] });
  assert.equal(inlineFile(text, 'xml', false), { value: 'S3cret!pw  it&apos;s', complaints: [missing] });
});

test('a value that looks like a marker stays as it is', () => {
  for (const [name, value] of Object.entries(SECRETS)) {
    assert.equal(inline(`a |>${name}<| z`), { value: `a ${value} z`, complaints: [] });
    assert.equal(inline(`|>${name}<|`), { value, complaints: [] });
    assert.equal(inline(`E>'|>p:number<|'<E, |>${name}<|`), { value: `42, ${value}`, complaints: [] });
  }
});

test('hashes check out, and have the salt of their secret and place', () => {
  const kinds: readonly (readonly [string, HashKind])[] = [
    ['1', 'md5'],
    ['5', 'sha256'],
    ['6', 'sha512'],
  ];
  for (const [sign, kind] of kinds) {
    const salt = deriveSalt(kind, 'images/linux', 'password', 'S3cret!pw');
    const hash = hashPassword(kind, 'S3cret!pw', salt);
    assert.equal(inline(`pw ${sign}>images/linux:password<${sign}`), { value: `pw ${hash}`, complaints: [] });
  }
});

test('each distinct hash is computed once a run', () => {
  const hashes = new Map<string, string>();
  const computed: string[] = [];
  const counting = Object.assign(hashes, {
    set: (name: string, hash: string) => {
      computed.push(hash.slice(0, 3));
      return Map.prototype.set.call(hashes, name, hash);
    },
  });
  const facts = renderFacts({ secrets: SECRETS });
  const text = '6>images/linux:password<6 5>images/linux:password<5 6>images/linux:password<6\n';
  for (let run = 0; run < 3; run++) {
    const inliner = createInliner(facts, createTemplates(), { vaultReferences: true, hashes: counting });
    for (const kind of ['lines', 'xml'] as const) inliner.file(text, kind, () => undefined);
    inliner.value([text, { text }], () => undefined);
  }
  assert.equal(computed, ['$6$', '$5$']);
});

test('a missing secret is reported by path and key, each time, and leaves nothing', () => {
  assert.equal(inline('a|>no:k<|b6>images/linux:no<6c{{vault `v/w` `x`}}'), {
    value: 'abc',
    complaints: ['there is no secret no:k', 'there is no secret images/linux:no', 'there is no secret v/w:x'],
  });
});

test('values and hashes are escaped for XML, the text around them is not', () => {
  assert.equal(inlineFile('<p a="|>p:xml<|">|>p:quote<|</p> & 1>p:quote<1', 'xml'), {
    value:
      '<p a="&lt;a b=&quot;c&quot;&gt;&amp;&apos;&lt;/a&gt;">it&apos;s</p> & ' +
      hashPassword('md5', "it's", deriveSalt('md5', 'p', 'quote', "it's")),
    complaints: [],
  });
});

test('an expression is worked out with the secrets that it holds', () => {
  const cases: readonly (readonly [string, Value])[] = [
    ["E>'|>images/linux:password<|'.upper()<E", 'S3CRET!PW'],
    ["a E>len('|>images/linux:password<|')<E z", 'a 9 z'],
    ["E>int('|>p:number<|') + 1<E", 43],
    ["E>{'k': '|>p:number<|'}<E", { k: '42' }],
    ["E>'|>p:number<|'<E-E>'|>p:sum<|'<E", '42-E>1+1<E'],
    ["E>'5>p:number<5'[:3]<E", '$5$'],
    ['<NAME>|>p:number<|</NAME>E>no |>p:number<| python<E', '<NAME>42</NAME>E>no 42 python<E'],
    ["<HideE>true</HideE>E>'|>p:number<|' * 2<E<E1>", '<HideE>true</HideE>4242<E1>'],
  ];
  assert.equal(
    cases.map(([text]) => inline(text)),
    cases.map(([, value]) => ({ value, complaints: [] })),
  );
});

test('an expression without secrets beside one with secrets is left alone: its turn is over', () => {
  assert.equal(inline("E>1+1<E and E>'|>p:number<|'<E").value, 'E>1+1<E and 42');
});

test('what comes of an expression is escaped for XML inside a text', () => {
  assert.is(inlineFile('<p>E>"|>p:quote<|" + "&"<E</p>', 'xml').value, '<p>it&apos;s&amp;</p>');
  assert.is(inlineFile('E>"|>p:quote<|" + "&"<E', 'xml').value, 'it&apos;s&amp;');
});

test('an expression that fails with its secrets is reported without them', () => {
  assert.equal(inline("x E>int('|>images/linux:password<|')<E"), {
    value: 'x ',
    complaints: ['an expression fails with the secrets that it holds'],
  });
});

test('an expression is found far behind tags that look like signs', () => {
  const tags = '<NAME>x</NAME>\n'.repeat(30);
  assert.is(inline(`${tags}E>'|>p:number<|' * 2<E\n`).value, `${tags}4242\n`);
  assert.is(inlineFile(`${tags}E>'|>p:number<|' * 2<E\n`).value, `${tags}4242\n`);
});

test('a file is read line by line, and is text even where one expression is all of it', () => {
  const lines = ["E>len('|>p:number<|')<E", "E>'|>p:number<|' + ", "'x'<E |>p:number<|\r", ''];
  assert.equal(inlineFile(lines.join('\n')), {
    value: ['2', "E>'42' + ", "'x'<E 42\r", ''].join('\n'),
    complaints: [],
  });
  assert.equal(inlineFile("E>len('|>p:number<|')<E"), { value: '2', complaints: [] });
});

test('all strings of a value are inlined, keys included, and the value itself is not changed', () => {
  const given = Object.freeze({
    '|>p:number<|': Object.freeze(['|>p:quote<|', 1, null, false]),
    k: { x: '|>p:sum<|' },
  });
  assert.equal(
    run((inliner, report) => inliner.value(given, report)),
    {
      value: { '42': ["it's", 1, null, false], k: { x: 'E>1+1<E' } },
      complaints: [],
    },
  );
  assert.equal(given, { '|>p:number<|': ['|>p:quote<|', 1, null, false], k: { x: '|>p:sum<|' } });
});

test('text without secrets comes out unchanged', () => {
  const none = plainText.filter((text) => !/[|156]>[\p{L}\p{N}_/,:]+<|\{\{/u.test(text));
  fc.assert(
    fc.property(none, (text) => {
      assert.equal(inlineFile(text, 'xml'), { value: text, complaints: [] });
      assert.equal(inline(text), { value: text, complaints: [] });
    }),
    { numRuns: 300 },
  );
});

test('any value comes into plain text as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (secret) => {
      const facts = renderFacts({ secrets: { 'p:k': secret } });
      const inliner = createInliner(facts, createTemplates(), { vaultReferences: true });
      const said: unknown[] = [];
      const text = inliner.file('a|>p:k<|b{{vault `p` `k`}}c', 'lines', (trouble) => said.push(trouble));
      assert.is(text, `a${secret}b${secret}c`);
      // All but what would break its line.
      assert.is(said.length, /[\n\r\0]/.test(secret) ? 2 : 0);
    }),
  );
});

test('in a .json file a value is what stands inside a string of JSON', () => {
  assert.is(inlineFile('{"p": "|>p:quote<|"}', 'json').value, '{"p": "it\'s"}');
});

test('a value that its file cannot hold is an error with path and key, and without the value', () => {
  const facts = renderFacts({ secrets: { 'p:lines': 'one\ntwo', 'p:nul': 'a\0b', 'p:bell': '\u0007' } });
  const inliner = createInliner(facts, createTemplates(), { vaultReferences: true });
  const said = (text: string, kind: FileKind): readonly unknown[] => {
    const troubles: unknown[] = [];
    inliner.file(text, kind, (trouble) => troubles.push(trouble));
    return troubles;
  };
  assert.equal(said('|>p:lines<| |>p:nul<| |>p:bell<|', 'lines'), [
    'the secret p:lines holds a line break, which would break its line',
    'the secret p:nul holds a NUL character',
  ]);
  assert.equal(said('|>p:lines<| |>p:bell<|', 'xml'), [
    'the secret p:bell holds a character that XML forbids',
  ]);
});

test.run();
