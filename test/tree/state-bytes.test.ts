import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { problem, warning } from '../../src/diagnostics/diagnostic.ts';
import { decodeState, encodeState } from '../../src/tree/state-bytes.ts';
import { NO_FILES, type Fact, type TargetRecord, type TreeState } from '../../src/tree/state.ts';

const SOURCE = { path: 'data/specs/a/spec.toml', text: 'x = 1\n' };
const readSource = (path: string) => (path === SOURCE.path ? SOURCE : undefined);
const SPAN = { source: SOURCE, start: 0, end: 1 };

const FACTS: readonly Fact[] = [
  { question: 'text data/specs/a/spec.toml', answer: 'digest', signature: [6, 1.25, 2.5, 7] },
  { question: 'host ü.example', answer: '', signature: undefined },
  { question: 'entry a-1-x86_64', answer: '{}', signature: undefined },
];
const [text, host, entry] = FACTS as readonly [Fact, Fact, Fact];

const GOOD: TargetRecord = {
  folder: 'p/l/a',
  target: { platform: 'p', location: 'l', spec: 'a-1-x86_64', define: { n: 1 } },
  requestedBy: 'matrix',
  asked: { common: [text], own: [entry, host] },
  files: {
    names: ['a.json', 'artifact.json'],
    signatures: Float64Array.from([1, 2.5, 3, 4, 5, 6, 7, 8.125]),
    digests: Uint8Array.from({ length: 64 }, (_, at) => at),
  },
  warnings: [warning('unusual', 'odd', SPAN, { message: 'see', span: SPAN }, 'so')],
  failed: undefined,
};
const BAD: TargetRecord = {
  ...GOOD,
  folder: 'p/l/b',
  requestedBy: 'command line',
  asked: { common: [], own: [] },
  files: NO_FILES,
  warnings: [],
  failed: [problem('marker', 'wrong', { ...SPAN, source: { path: 'gone', text: '' } })],
};
const STATE: TreeState = {
  key: 'a2V5',
  records: new Map([GOOD, BAD].map((record) => [record.folder, record])),
  plan: {
    key: '[]',
    asked: { common: [text], own: [] },
    planned: [GOOD],
    failed: [{ target: BAD.target, diagnostics: [problem('target', 'no', SPAN)] }],
    skipped: 3,
    warnings: [warning('unusual', 'w')],
    broken: [problem('matrix', 'b', SPAN)],
    complaints: [],
  },
};

test('a state comes back as it was written; a place is lost with its file', () => {
  const read = decodeState(encodeState(STATE, '1'), '1', readSource);
  const lost = { ...BAD, failed: [problem('marker', 'wrong')] };
  assert.equal(read, { ...STATE, records: new Map([GOOD, lost].map((record) => [record.folder, record])) });
  assert.is(read?.records.get('p/l/a'), read?.plan?.planned[0]);
});

test('a state of nothing is one too', () => {
  const empty: TreeState = { key: 'k', records: new Map(), plan: undefined };
  assert.equal(decodeState(encodeState(empty, '1'), '1', readSource), empty);
});

test('a plan of records that are gone is not kept', () => {
  const read = decodeState(encodeState({ ...STATE, records: new Map() }, '1'), '1', readSource);
  assert.is(read?.plan, undefined);
});

test('another version, a shorter file and any other byte are no state', () => {
  const bytes = encodeState(STATE, '1');
  assert.is(decodeState(bytes, '2', readSource), undefined);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ change;
      // The last four bytes of the head say nothing.
      if (at < 28 || at >= 32) assert.is(decodeState(damaged, '1', readSource), undefined);
      assert.is(decodeState(bytes.subarray(0, at), '1', readSource), undefined);
    }),
  );
});

test.run();
