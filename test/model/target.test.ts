import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  compareNaturally,
  compareText,
  describeTarget,
  formatTarget,
  parseTargetPath,
  segmentFault,
} from '../../src/model/target.ts';

const target = { platform: 'vmware', location: 'lab', spec: 'rhel-9.5-x86_64' };

test('a target path has three parts that are not empty', () => {
  assert.equal(parseTargetPath('vmware/lab/rhel-9.5-x86_64'), target);
  for (const text of ['', 'a', 'a/b', 'a/b/', '/b/c', 'a//c', 'a/b/c/', 'a/b/c/d']) {
    assert.is(parseTargetPath(text), undefined, text);
  }
});

test('messages name a target by its path, and by its own name where it has one', () => {
  assert.is(formatTarget({ ...target, name: 'n' }), 'vmware/lab/rhel-9.5-x86_64');
  assert.is(describeTarget(target), 'vmware/lab/rhel-9.5-x86_64');
  assert.is(describeTarget({ ...target, name: 'myhost' }), 'vmware/lab/rhel-9.5-x86_64 (myhost)');
});

test('a name that is one safe path segment everywhere has no fault', () => {
  const names = [
    'a',
    'rhel-9.5-x86_64',
    '.hidden',
    'a b',
    'con1',
    'console',
    'compute',
    'é',
    'x'.repeat(200),
  ];
  assert.equal(
    names.filter((name) => segmentFault(name) !== undefined),
    [],
  );
});

const DEVICE = 'it is the name of a device on Windows';
const FAULTS: Readonly<Record<string, string>> = {
  '': 'it is empty',
  '.': 'it names a folder above or itself',
  '..': 'it names a folder above or itself',
  '.osimager': 'names that begin with .osimager are kept for osimager',
  '.osimager-x': 'names that begin with .osimager are kept for osimager',
  'a/b': 'it holds "/"',
  '../a': 'it holds "/"',
  'a\\b': 'it holds "\\\\"',
  'c:': 'it holds ":"',
  'a*': 'it holds "*"',
  'a?': 'it holds "?"',
  'a"': 'it holds "\\""',
  '<a': 'it holds "<"',
  'a>': 'it holds ">"',
  'a|b': 'it holds "|"',
  'a\n': 'it holds "\\n"',
  'a\u0000b': 'it holds "\\u0000"',
  'a\u007f': `it holds ${JSON.stringify('\u007f')}`,
  'a\ud800': 'it holds "\\ud800"',
  'a.': 'it ends in a dot or a blank',
  'a ': 'it ends in a dot or a blank',
  '...': 'it ends in a dot or a blank',
  ' a': 'it begins with a blank',
  con: DEVICE,
  'NUL.txt': DEVICE,
  Com1: DEVICE,
  'lpt9.a.b': DEVICE,
  ['é'.repeat(101)]: 'it is longer than 200 bytes',
};

test('a name that some system refuses says why', () => {
  const found = Object.fromEntries(Object.keys(FAULTS).map((name) => [name, segmentFault(name)]));
  assert.equal(found, FAULTS);
});

test('natural order takes runs of digits by their number', () => {
  const sorted = [
    '',
    '1',
    '01',
    '2',
    '10',
    '9007199254740993',
    '9007199254740994',
    'a',
    'A-1',
    'a-2',
    'demo-1.8-x86_64',
    'demo-1.9-i386',
    'demo-1.9-x86_64',
    'demo-1.10-x86_64',
    'demo-12.01-i386',
    'demo-12.2-i386',
    'demo-x',
    'windows',
  ];
  assert.equal([...sorted].reverse().sort(compareNaturally), ['', '01', '1', ...sorted.slice(3)]);
});

const names = fc
  .array(fc.constantFrom('a', 'A', 'b', '1', '01', '10', '-', '.', 'é'))
  .map((all) => all.join(''));

test('natural order is a total order: only equal texts are equal', () => {
  fc.assert(
    fc.property(names, names, (a, b) => {
      assert.is(Math.sign(compareNaturally(a, b)) + Math.sign(compareNaturally(b, a)), 0);
      assert.is(compareNaturally(a, b) === 0, a === b);
    }),
  );
});

test('natural order is the same whatever the order at the start', () => {
  fc.assert(
    fc.property(fc.array(names), (all) => {
      const sorted = [...all].sort(compareNaturally);
      assert.equal([...all].reverse().sort(compareNaturally), sorted);
      const [first = '', last = ''] = [sorted[0], sorted.at(-1)];
      assert.ok(compareNaturally(first, last) <= 0);
    }),
  );
});

test('text is compared by code unit, not by a locale', () => {
  assert.equal(['é', 'b', 'Z', 'a'].sort(compareText), ['Z', 'a', 'b', 'é']);
  assert.is(compareText('a', 'a'), 0);
});

test.run();
