import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLineCutter, readMachineLine } from '../../src/run/packer-output.ts';

test('what Packer says is text, its commas and line ends decoded', () => {
  assert.equal(readMachineLine('1795690324,,ui,say,==> demo: Connected to SSH!'), {
    kind: 'text',
    text: '==> demo: Connected to SSH!',
    error: false,
  });
  assert.equal(readMachineLine('1795690324,,ui,message,    demo: a%!(PACKER_COMMA)b'), {
    kind: 'text',
    text: '    demo: a,b',
    error: false,
  });
  assert.equal(readMachineLine('1,,ui,error,\\n==> Some builds had errors:\\r'), {
    kind: 'text',
    text: '\n==> Some builds had errors:',
    error: true,
  });
});

test('artifacts come by field', () => {
  assert.equal(readMachineLine('1,demo,artifact,0,file,0,out/disk.qcow2'), {
    kind: 'artifact',
    field: 'file',
    values: ['0', 'out/disk.qcow2'],
  });
  assert.equal(readMachineLine('1,demo,artifact,0,id,eu-west-1:ami-0123'), {
    kind: 'artifact',
    field: 'id',
    values: ['eu-west-1:ami-0123'],
  });
});

test('other records are nothing for people, and what has not this form is text', () => {
  assert.equal(readMachineLine('1,,error-count,1'), { kind: 'other' });
  assert.equal(readMachineLine('panic: runtime error, index out of range'), {
    kind: 'text',
    text: 'panic: runtime error, index out of range',
    error: false,
  });
});

function cut(pieces: readonly string[]): readonly string[] {
  const lines: string[] = [];
  const cutter = createLineCutter((line) => lines.push(line));
  for (const piece of pieces) cutter.write(piece);
  cutter.end();
  return lines;
}

test('property: however a text is cut into pieces, its lines are the same', () => {
  const texts = fc.array(fc.constantFrom('a', 'bc', '\n', '\r\n', ' ', 'é'), { maxLength: 30 });
  fc.assert(
    fc.property(texts, (pieces) => {
      const text = pieces.join('');
      const whole = text.split('\n').map((line) => line.replace(/\r$/, ''));
      // What follows the last line end is a line only where there is something.
      const last = text.slice(text.lastIndexOf('\n') + 1);
      assert.equal(cut(pieces), [...whole.slice(0, -1), ...(last === '' ? [] : [last])]);
    }),
  );
});

test('a line without an end is cut, and held no longer', () => {
  const lines = cut(Array.from({ length: 5 }, () => 'x'.repeat(50_000)));
  assert.equal(
    lines.map(({ length }) => length),
    [65_536, 65_536, 65_536, 53_392],
  );
});

test.run();
