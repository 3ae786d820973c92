import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTerminal, type Terminal } from '../../src/cli/terminal.ts';
import { KnownSecrets } from '../../src/edge/known-secrets.ts';
import { formatJson } from '../../src/model/value.ts';
import { encodingsOf, scanForSecrets } from '../rig/secret-scan.ts';

interface Rig {
  readonly terminal: Terminal;
  readonly learn: (...values: readonly string[]) => void;
  readonly printed: () => { readonly out: string; readonly err: string };
}

function rig(...values: readonly string[]): Rig {
  const secrets = new KnownSecrets();
  const written = { out: '', err: '' };
  const sink = (name: 'out' | 'err') => ({ write: (text: string) => (written[name] += text) });
  const learn = (...more: readonly string[]): void => {
    for (const value of more) secrets.add({ path: 'p', key: 'k', value });
  };
  learn(...values);
  return {
    terminal: createTerminal(sink('out'), sink('err'), secrets),
    learn,
    printed: () => ({ ...written }),
  };
}

const SIGNS = Array.from('aZb09é漢😀\'"\\&<>\n\r\t +/%=_-.$`()[]{}|^?!#~;:,@\u2028\u0001');
const text = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...SIGNS), minLength, maxLength });
const secret = text(4, 24).filter((value) => Array.from(value).length > 3);

function formsOf(value: string): readonly string[] {
  const base64 = Buffer.from(value).toString('base64');
  return [...Object.values(encodingsOf(value)), base64, Buffer.from(value).toString('base64url')];
}

test('no secret comes out of either side, in any encoding, however the text is cut into pieces', () => {
  const cuts = fc.array(fc.nat(), { maxLength: 8 });
  fc.assert(
    fc.property(secret, text(0, 12), text(0, 12), cuts, (value, before, after, places) => {
      for (const form of formsOf(value)) {
        const whole = `> ${before}${form}${after}`;
        const cutAt = [...new Set(places.map((place) => place % whole.length))].sort((a, b) => a - b);
        const { terminal, printed } = rig(value);
        for (const side of ['out', 'err'] as const) {
          let from = 0;
          for (const at of [...cutAt, whole.length]) {
            terminal[side](whole.slice(from, at));
            from = at;
          }
        }
        terminal.flush();
        const { out, err } = printed();
        assert.equal(scanForSecrets({ out, err }, [{ path: 'p', key: 'k', value }]), []);
        assert.is(out, err, 'each side has a stream of its own');
      }
    }),
    { numRuns: 150 },
  );
});

test('JSON stays JSON without secrets, whatever the secret is', () => {
  const awkward = fc.constantFrom(
    '","a',
    '":"v',
    '{"a":',
    '4711',
    'null',
    'true',
    'false',
    'name',
    '": 1',
    '\\"\\"',
  );
  const value = fc.oneof(secret, awkward);
  const layout = fc.constantFrom(formatJson, (tree: unknown) => `${JSON.stringify(tree)}\n`);
  fc.assert(
    fc.property(value, text(0, 9), layout, (hidden, around, format) => {
      const forms = formsOf(hidden).map((form) => `${around}${form}`);
      const tree = { name: forms, [`x${hidden}`]: { n: 4711, yes: true, no: null, a: '","a' } };
      const { terminal, printed } = rig(hidden);
      terminal.out(format(tree));
      terminal.flush();
      const texts: string[] = [];
      JSON.parse(printed().out, (key, item: unknown) => {
        texts.push(key, ...(typeof item === 'string' || typeof item === 'number' ? [String(item)] : []));
        return item;
      });
      // Without the indices of lists, which are keys for the reviver.
      const shown = texts.filter((item) => !/^\d$/.test(item)).join('\n\n');
      assert.equal(scanForSecrets({ shown }, [{ path: 'p', key: 'k', value: hidden }]), []);
    }),
    { numRuns: 300 },
  );
});

test('JSON without a secret in it comes out byte for byte, and with one in its own layout', () => {
  const { terminal, printed } = rig('hunter22', '4711');
  terminal.out('{"a": 1.0,  "b":"x"}\n');
  terminal.out('{"type":"x","n":4711,"text":"pw hunter22","on":true}\n');
  terminal.out(formatJson([{ hunter22: 'a"hunter22' }, null]));
  assert.is(
    printed().out,
    '{"a": 1.0,  "b":"x"}\n{"type":"x","n":"***","text":"pw ***","on":true}\n' +
      '[\n  {\n    "***": "a\\"***"\n  },\n  null\n]\n',
  );
});

test('a secret is masked from the moment at which it is known', () => {
  const { terminal, learn, printed } = rig();
  terminal.err('hunter22 is not known yet\n');
  learn('hunter22');
  terminal.err('now hunter22 is\n');
  terminal.out('hunter22\n');
  assert.equal(printed(), { out: '***\n', err: 'hunter22 is not known yet\nnow *** is\n' });
});

test('what may be the start of a secret waits for what follows, and comes at the end', () => {
  const { terminal, printed } = rig('hunter22');
  terminal.out('password: hunter');
  assert.is(printed().out, 'password: ');
  terminal.out('22.');
  assert.is(printed().out, 'password: ***.');
  terminal.out('hunt');
  terminal.flush();
  terminal.flush();
  assert.is(printed().out, 'password: ***.hunt');
});

test('text that only looks like JSON is masked as text', () => {
  const { terminal, printed } = rig('hunter22');
  terminal.out('[hunter22\n');
  terminal.out('{hunter22}\n');
  assert.is(printed().out, '[***\n{***}\n');
});

test.run();
