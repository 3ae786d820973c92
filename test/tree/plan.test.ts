import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bad, good, problem } from '../../src/diagnostics/diagnostic.ts';
import type { Span } from '../../src/diagnostics/source.ts';
import type { Target } from '../../src/model/target.ts';
import { planTargets, type RequestedTarget, type TargetNames } from '../../src/tree/plan.ts';
import { complaints } from '../rig/complaints.ts';

const MATRIX = {
  path: 'data/matrix.toml',
  text: Array.from({ length: 9 }, (_, at) => `row${at}\n`).join(''),
};

const row = (number: number): Span => ({ source: MATRIX, start: number * 5, end: number * 5 + 4 });

function target(name: string, spec = 'demo-1-x86_64', location = 'lab'): Target {
  return { platform: 'hyp', location, spec, name };
}

const ask = (target: Target, at = 0, fromGlob = false): RequestedTarget => ({
  target,
  fromGlob,
  row: row(at),
});

/** A spec that begins with a code fails with it; "odd" is no supported architecture. */
const NAMES: TargetNames = {
  name({ spec, name }) {
    const code = (['unsupported', 'not-found'] as const).find((word) => spec.startsWith(word));
    if (!code) return good(name ?? spec);
    return bad(problem(code, 'no', spec.endsWith('here') ? row(8) : undefined, 'a hint'));
  },
  archFault: ({ spec }) => (spec.startsWith('odd') ? 'it is odd' : undefined),
};

function plan(...requested: readonly RequestedTarget[]) {
  const { planned, failed, skipped, warnings } = planTargets(requested, NAMES);
  return {
    planned: planned.map(({ folder }) => folder),
    failed: failed.map((one) => [one.target.name, complaints(one.diagnostics)]),
    skipped,
    warnings: complaints(warnings),
  };
}

const NOTHING = { planned: [], failed: [], skipped: 0, warnings: [] };

test('nothing asked for is nothing planned', () => {
  assert.equal(plan(), NOTHING);
});

test('targets are planned in natural order of their folders', () => {
  const asked = ['h10', 'h2', 'H1', 'h1a'].map((name) => ask(target(name)));
  assert.equal(plan(...asked, ask(target('a', 'x', 'b'))), {
    ...NOTHING,
    planned: ['hyp/b/a', 'hyp/lab/H1', 'hyp/lab/h1a', 'hyp/lab/h2', 'hyp/lab/h10'],
  });
});

test('a combination that is not supported fails where it was named, and is skipped where a glob gave it', () => {
  const asked = [ask(target('a', 'unsupported'), 1), ask(target('b', 'unsupported'), 2, true)];
  assert.equal(plan(...asked), {
    ...NOTHING,
    failed: [['a', ['error unsupported at data/matrix.toml:2:1 <row1>: no | a hint']]],
    skipped: 1,
  });
});

test('other failures are failures, also of a glob, with the row as a second place', () => {
  assert.equal(plan(ask(target('a', 'not-found-here'), 1, true)), {
    ...NOTHING,
    failed: [
      [
        'a',
        [
          'error not-found at data/matrix.toml:9:1 <row8>: no | a hint | asked for by this row at data/matrix.toml:2:1 <row1>',
        ],
      ],
    ],
  });
});

test('a target of the command line has no row to point at', () => {
  assert.equal(plan({ target: target('a', 'not-found'), fromGlob: false }), {
    ...NOTHING,
    failed: [['a', ['error not-found: no | a hint']]],
  });
});

test('an architecture that is not listed is a warning where it was named, and skipped where a glob gave it', () => {
  assert.equal(plan(ask(target('a', 'odd'), 1), ask(target('b', 'odd'), 2, true)), {
    planned: ['hyp/lab/a'],
    failed: [],
    skipped: 1,
    warnings: [
      'warning unusual at data/matrix.toml:2:1 <row1>: hyp/lab/odd (a): it is odd' +
        ' | it is rendered all the same; add the architecture to "arches", or take the target away',
    ],
  });
});

const HINT = 'give one of them another "name", or leave it out with "exclude"';

test('two targets with one folder both fail, and name both rows; others do not', () => {
  const asked = [ask(target('h', 'a'), 1), ask(target('other'), 2), ask(target('h', 'b'), 3)];
  const said =
    'error collision at data/matrix.toml:2:1 <row1>: 2 targets have one folder, hyp/lab/h: ' +
    `hyp/lab/a (h), hyp/lab/b (h) | the other row at data/matrix.toml:4:1 <row3> | ${HINT}`;
  assert.equal(plan(...asked), {
    ...NOTHING,
    planned: ['hyp/lab/other'],
    failed: [
      ['h', [said]],
      ['h', [said]],
    ],
  });
});

test('targets of one row with one folder are told to put a marker into the name', () => {
  const asked = ['a', 'b', 'c', 'd', 'e'].map((spec) => ask(target('h', spec), 1));
  const said =
    'error collision at data/matrix.toml:2:1 <row1>: 5 targets have one folder, hyp/lab/h: hyp/lab/a (h), ' +
    'hyp/lab/b (h), hyp/lab/c (h) and 2 more | put a marker into "name", such as host-%>version<%, so that each target has its own';
  assert.equal(plan(...asked), { ...NOTHING, failed: asked.map(() => ['h', [said]]) });
});

test('folders that differ in case, or in how letters are composed, collide', () => {
  const pairs: readonly (readonly [Target, Target])[] = [
    [target('Host'), target('hOST')],
    [target('h', 'a', 'Lab'), target('h', 'a', 'lab')],
    [target('caf\u00e9'), target('cafe\u0301')],
    [target('ÄÖ'), target('äö')],
  ];
  for (const [first, second] of pairs) {
    const { planned, failed } = planTargets([ask(first, 1), ask(second, 2)], NAMES);
    assert.equal(planned, []);
    const shown = (one: Target): string => `${one.platform}/${one.location}/${one.name ?? ''}`;
    const message = `2 targets have one folder, ${shown(first)} = ${shown(second)} (case does not count)`;
    assert.equal(
      failed.map(({ diagnostics }) => diagnostics[0]?.message.split(': ')[0]),
      [message, message],
    );
  }
});

test('of three targets with one folder, all fail', () => {
  const asked = ['a', 'b', 'c'].map((spec, at) => ask(target('h', spec), at));
  assert.equal(planTargets(asked, NAMES).failed.length, 3);
  assert.equal(planTargets(asked, NAMES).planned, []);
});

test('a target that fails does not collide with one that is right', () => {
  assert.equal(plan(ask(target('h', 'not-found')), ask(target('h'), 1)).planned, ['hyp/lab/h']);
});

test.run();
