import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRedactor, emptyRedactor, type Redactor } from '../../src/report/redact.ts';
import { encodingsOf, scanForSecrets } from '../rig/secret-scan.ts';

function redactorOf(...values: readonly string[]): Redactor {
  const made = createRedactor(values.map((value, at) => ({ path: 'images/linux', key: `k${at}`, value })));
  if (!made.ok) throw new Error(made.diagnostics.map(({ message }) => message).join('\n'));
  return made.value;
}

/** What comes of a text that is written in pieces, cut at the given places. */
function streamed(redactor: Redactor, text: string, cuts: readonly number[]): string {
  const stream = redactor.stream();
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  let out = '';
  for (const place of [...places, text.length]) {
    out += stream.write(text.slice(from, place));
    from = place;
  }
  return out + stream.end();
}

// No asterisk: the mask itself may complete a secret that holds some.
const SIGNS = Array.from('aZb09é漢😀\'"\\&<>\n\r\t +/%=_-.$`()[]{}|^?!#~;:,@\u2028\u0001');
const secrets = fc
  .string({ unit: fc.constantFrom(...SIGNS), minLength: 4, maxLength: 24 })
  .filter((value) => Array.from(value).length > 3);
const around = fc.string({ unit: fc.constantFrom(...SIGNS), maxLength: 20 });
const cuts = fc.array(fc.nat(), { maxLength: 12 });

function everyForm(value: string, before: string, after: string): readonly string[] {
  const inBase64 = (['utf8', 'utf16le'] as const).flatMap((encoding) => {
    const whole = Buffer.from(before + value + after, encoding);
    const alone = Buffer.from(value, encoding);
    return [whole, alone].flatMap((bytes) => [bytes.toString('base64'), bytes.toString('base64url')]);
  });
  return [...Object.values(encodingsOf(value)), ...inBase64];
}

test('a secret in any encoding never comes out, whatever is around it and however it is cut', () => {
  fc.assert(
    fc.property(secrets, around, around, cuts, (value, before, after, places) => {
      const secret = { path: 'p', key: 'k', value };
      const redactor = redactorOf(value);
      for (const form of everyForm(value, before, after)) {
        const text = `${before} ${form} ${after}`;
        assert.not.equal(scanForSecrets({ text }, [secret]), []);
        const whole = redactor.text(text);
        assert.equal(scanForSecrets({ whole }, [secret]), []);
        assert.is(streamed(redactor, text, places), whole);
      }
    }),
    { numRuns: 300 },
  );
});

test('several secrets that overlap never come out, and a stream equals the whole', () => {
  const few = fc.string({ unit: fc.constantFrom('a', 'b', '"'), minLength: 4, maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '"', '\\'), maxLength: 80 });
  fc.assert(
    fc.property(fc.array(few, { minLength: 1, maxLength: 4 }), text, cuts, (values, input, places) => {
      const redactor = redactorOf(...values);
      const whole = redactor.text(input);
      assert.equal(
        values.filter((value) => whole.includes(value)),
        [],
      );
      assert.is(streamed(redactor, input, places), whole);
    }),
    { numRuns: 2000 },
  );
});

test('a text without secrets comes out unchanged', () => {
  // Signs that no encoding of these secrets has alone.
  const unit = fc.constantFrom(...Array.from('aZb09é漢\'"\\&<>\n%+/_'));
  const value = fc
    .string({ unit, minLength: 4, maxLength: 24 })
    .filter((text) => Array.from(text).length > 3);
  const other = fc.string({
    unit: fc.constantFrom(...Array.from(' .,;:()[]{}#@!~^*?αβ😀\t')),
    maxLength: 200,
  });
  fc.assert(
    fc.property(value, other, cuts, (hidden, text, places) => {
      const redactor = redactorOf(hidden);
      assert.is(redactor.text(text), text);
      assert.is(streamed(redactor, text, places), text);
    }),
  );
});

test('the beginning of a secret is none, and comes out at the end', () => {
  const letters = fc.string({
    unit: fc.constantFrom(...Array.from('abcdefgh')),
    minLength: 8,
    maxLength: 40,
  });
  fc.assert(
    fc.property(letters, (value) => {
      const redactor = redactorOf(`${value}Z`);
      assert.is(redactor.text(`(${value})`), `(${value})`);
      const stream = redactor.stream();
      assert.is(stream.write('password: '), 'password: ');
      assert.is(stream.write(value), '');
      assert.is(stream.end(), value);
    }),
  );
});

const CASES: readonly (readonly [title: string, secrets: readonly string[], text: string, shown: string])[] =
  [
    ['plain', ['hunter22'], 'pw=hunter22;', 'pw=***;'],
    ['twice', ['hunter22'], 'hunter22 hunter22hunter22', '*** ******'],
    ['the longer of two', ['hunter22', 'hunter2222'], '<hunter2222>', '<***>'],
    ['two that overlap', ['abcdef', 'efghij'], '<abcdefghij>', '<***>'],
    ['one inside another', ['abcdefgh', 'cdef'], '<abcdefgh cdef>', '<*** ***>'],
    ['JSON inside a shell', ["it's"], `'{"p":"it'\\''s"}'`, `'{"p":"***"}'`],
    ['JSON inside JSON', ['a"b\\c'], JSON.stringify(JSON.stringify('a"b\\c')), '"\\"***\\""'],
    ['an address', ['p@ss w'], 'https://u:p%40ss%20w@host/?p=p%40ss+w', 'https://u:***@host/?p=***'],
    ['Basic authentication', ['hunter22'], btoa('root:hunter22'), 'cm9vdDp***'],
    ['a line of many', ['-- key --\nlongenough\nfoot'], '  vmware: longenough\n', '  vmware: ***\n'],
    ['line ends of a terminal', ['ab\ncd'], 'ab\r\ncd', '***'],
    ['the blanks around it cut off', ['hunter\n'], 'p hunter.', 'p ***.'],
    ['asterisks', ['a***b'], '<a***b>', '<***>'],
  ];

for (const [title, values, text, shown] of CASES) {
  test(`masked: ${title}`, () => {
    assert.is(redactorOf(...values).text(text), shown);
  });
}

test('values of three characters or less are refused, by path and key', () => {
  const values = { a: 'abc', b: '', c: '😀😀😀', d: 'long enough' };
  const given = Object.entries(values).map(([key, value]) => ({ path: 'images/linux', key, value }));
  const hint =
    'so short a value cannot be kept out of logs: choose a longer one, or write it into the data as it is';
  const refused = (key: string) => ({
    code: 'secret',
    severity: 'error',
    message: `the secret images/linux:${key} has three characters or less`,
    notes: [{ message: hint }],
  });
  assert.equal(createRedactor(given), { ok: false, diagnostics: ['a', 'b', 'c'].map(refused) });
});

test('a value that is learned later is masked from then on, in a stream that has begun too', () => {
  const redactor = emptyRedactor();
  const stream = redactor.stream();
  assert.is(stream.write('hunter22 is known: '), 'hunter22 is known: ');
  redactor.learn('hunter22');
  assert.is(stream.write('hunter'), '');
  redactor.learn('hunter2299');
  assert.is(stream.write('22 and 2299: hunter2299'), '*** and 2299: ***');
  redactor.learn('abc');
  assert.is(redactor.text('abc hunter22'), 'abc ***', 'three characters are left as they are');
});

test('without secrets everything comes out as it is', () => {
  assert.is(redactorOf().text('anything'), 'anything');
});

test.run();
