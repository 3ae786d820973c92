import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { complaints, failureOf, valueOf } from '../rig/complaints.ts';
import { renderCase, type RenderCase } from '../rig/render-rig.ts';

const warningsOf = (given: RenderCase): readonly string[] => complaints(valueOf(renderCase(given)).warnings);

const HINT = 'definitions stand in it as text: quote them, and mind true and false, which are True and False';
const unread = (place: string, text: string): string =>
  `warning expression at ${place}: this stays as it is, for it is no expression: ${text} | ${HINT}`;

test('a value that is one expression by its signs and none by what is between stays, with a warning', () => {
  const given = { spec: { config: { note: ' E>1 +<E ', list: ['fine', { deep: 'E>>>gone<< + 1 )<E' }] } } };
  const rendered = valueOf(renderCase(given));
  assert.equal(rendered.template.builders, [
    {
      type: 'hyp-iso',
      note: ' E>1 +<E ',
      list: ['fine', { deep: 'E> + 1 )<E' }],
      name: 'demo-1.2-x86_64',
    },
  ]);
  assert.equal(complaints(rendered.warnings), [
    unread('data/specs/demo/spec.json:12:13 <" E>1 +<E ">', 'E>1 +<E'),
    unread('data/specs/demo/spec.json:16:17 <"E>>>gone<< + 1 )<E">', 'E> + 1 )<E'),
  ]);
});

test('a line of an installer file that is no expression is warned of at its place', () => {
  const files = { 'data/files/f': 'a\n  E>true and<E\n' };
  const given = { spec: { files: [{ sources: ['f'], dest: 'f' }] }, files };
  assert.is(valueOf(renderCase(given)).files.get('f'), 'a\n  E>true and<E\n');
  assert.equal(warningsOf(given), [unread('data/files/f:2:1 <  E>true and<E>', 'E>true and<E')]);
});

test('text that only holds the signs warns of nothing, and neither does an expression', () => {
  const config = {
    tag: '<HideOOBE>true</HideOOBE>',
    part: 'x E>1 +<E',
    sum: 'E>1 + 1<E',
    pw: "E>'|>p:k<|'<E",
  };
  assert.equal(warningsOf({ spec: { config } }), []);
});

test('an error that many values have at one place is said once, and at each place anew', () => {
  const spec = { defs: { bad: 'E>1/0<E' }, config: { a: '>>bad<< >>bad<<', b: '>>bad<<', c: 'E>1/0<E' } };
  const fault = 'the expression 1/0 fails: division by zero';
  assert.equal(failureOf(renderCase({ spec })), [
    `error expression at data/specs/demo/spec.json:12:12 <"E>1/0<E">: ${fault}`,
    `error expression at data/specs/demo/spec.json:17:10 <"E>1/0<E">: ${fault}`,
  ]);
});

test.run();
