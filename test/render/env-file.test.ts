import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Mapping } from '../../src/model/value.ts';
import { envFile } from '../../src/render/env-file.ts';

function write(evars: Mapping): { text: string; complaints: readonly (readonly string[])[] } {
  const complaints: (readonly string[])[] = [];
  const text = envFile(evars, (...complaint) => complaints.push(complaint));
  return { text, complaints };
}

test('one variable is one line, in the order given, values as Python writes them', () => {
  assert.equal(write({ Z: 'a b="c"', A_1: true, _n: 3, empty: '', none: null, list: ['x', 1] }), {
    text: 'Z=a b="c"\nA_1=True\n_n=3\nempty=\nnone=\nlist=[\'x\', 1]\n',
    complaints: [],
  });
});

test('no variables are an empty file', () => {
  assert.equal(write({}), { text: '', complaints: [] });
});

test('what one line cannot hold is left out and complained about, without the value', () => {
  const broken = 'has a line break in it';
  assert.equal(
    write({ A: 'x\ny', B: 'x\r', C: '\0', ok: '1', 'a-b': 'v', '1a': 'v', '': 'v', 'a\nb': 'v' }),
    {
      text: 'ok=1\n',
      complaints: [
        ...['A', 'B', 'C'].map((key) => [
          key,
          `the environment variable ${key} ${broken}`,
          'one line is one variable',
        ]),
        ...['a-b', '1a', '', 'a\nb'].map((key) => [
          key,
          `"${key}" is no name of an environment variable`,
          'use letters, digits and _',
        ]),
      ],
    },
  );
});

test.run();
