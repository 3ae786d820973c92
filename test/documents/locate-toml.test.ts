import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { locateToml } from '../../src/documents/locate-toml.ts';
import { shownSpan } from '../rig/complaints.ts';

type Row = readonly [path: (string | number)[], key: string, value: string];

function check(text: string, rows: readonly Row[]): void {
  const locate = locateToml({ path: 'a.toml', text });
  assert.equal(
    rows.map(([path]) => [path, shownSpan(locate(path, 'key')), shownSpan(locate(path))]),
    rows.map(([path, key, value]) => [path, `a.toml:${key}`, `a.toml:${value}`]),
  );
}

test('keys and values are found in tables, lists and inline tables', () => {
  check(`x = "é😀" # c\n[a.b]\nc = [1, {d = 2}]\n"q k" = '''\ntext'''\n`, [
    [['x'], '1:1 <x>', '1:5 <"é😀">'],
    [['a', 'b'], '2:2 <a.b>', '2:2 <a.b>'],
    [['a', 'b', 'c'], '3:1 <c>', '3:5 <[1, {d = 2}]>'],
    [['a', 'b', 'c', 0], '3:6 <1>', '3:6 <1>'],
    [['a', 'b', 'c', 1, 'd'], '3:10 <d>', '3:14 <2>'],
    [['a', 'b', 'q k'], '4:1 <"q k">', "4:9 <'''\ntext'''>"],
  ]);
});

test('the tables of a list are found by their number, and what is in them', () => {
  check('[[t]]\nx = 1\n[[t]]\nx = 2\n[t.u]\ny = 3\n[[t.v]]\nz = 4\n', [
    [['t', 0], '1:3 <t>', '1:3 <t>'],
    [['t', 0, 'x'], '2:1 <x>', '2:5 <1>'],
    [['t', 1], '3:3 <t>', '3:3 <t>'],
    [['t', 1, 'x'], '4:1 <x>', '4:5 <2>'],
    [['t', 1, 'u'], '5:2 <t.u>', '5:2 <t.u>'],
    [['t', 1, 'u', 'y'], '6:1 <y>', '6:5 <3>'],
    [['t', 1, 'v', 0, 'z'], '8:1 <z>', '8:5 <4>'],
  ]);
});

test('what is not in the text is found at the nearest thing above it', () => {
  check('[a]\nb = 1\n[[t]]\nx = 1\n', [
    [['a', 'nope'], '1:2 <a>', '1:2 <a>'],
    [['a', 'b', 'deeper', 0], '2:1 <b>', '2:1 <b>'],
    [['t', 0, 'nope'], '3:3 <t>', '3:3 <t>'],
    [['nope'], '1:1 <[>', '1:1 <[>'],
    [[], '1:1 <[>', '1:1 <[>'],
  ]);
});

test('a list of tables is found at its first table', () => {
  check('q = 1\n[[t]]\nx = 1\n[[t]]\n', [[['t'], '2:3 <t>', '2:3 <t>']]);
});

test('a table that only keys below it name is found at the first of them', () => {
  check('q = 1\n[a.b]\nc = 1\n[a.d]\n[x]\ny.z = 1\ny.w = 2\n', [
    [['a'], '2:2 <a.b>', '2:2 <a.b>'],
    [['x', 'y'], '6:1 <y.z>', '6:1 <y.z>'],
    [['x', 'y', 'w'], '7:1 <y.w>', '7:7 <2>'],
  ]);
});

test('places are found in what the parser of values takes too: inline tables over several lines', () => {
  check('q = {\n  b = 1,\n  c = 2,\n}\ne = "\\e"\n', [
    [['q', 'c'], '3:3 <c>', '3:7 <2>'],
    [['e'], '5:1 <e>', '5:5 <"\\e">'],
  ]);
});

test('a text that cannot be read has its start as the only place', () => {
  check('a = \nb = 1\n', [[['b'], '1:1 <a>', '1:1 <a>']]);
  check('', [[[], '1:1 <>', '1:1 <>']]);
});

test.run();
