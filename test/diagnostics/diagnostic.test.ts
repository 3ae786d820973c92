import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bad, good, problem, warning } from '../../src/diagnostics/diagnostic.ts';

const span = { source: { path: 'a.toml', text: 'a = 1' }, start: 0, end: 1 };

test('a problem is an error, with its place and its notes', () => {
  const note = { message: 'provided here too', span };
  assert.equal(problem('type', 'this is wrong', span, 'do that', note), {
    code: 'type',
    severity: 'error',
    message: 'this is wrong',
    span,
    notes: [{ message: 'do that' }, note],
  });
});

test('what is not given is not there', () => {
  assert.equal(problem('usage', 'no'), { code: 'usage', severity: 'error', message: 'no' });
});

test('a warning differs in its severity only', () => {
  assert.equal(warning('unusual', 'hm', span, 'look'), {
    ...problem('unusual', 'hm', span, 'look'),
    severity: 'warning',
  });
});

test('a result holds a value or all diagnostics', () => {
  const [first, second] = [problem('type', 'one'), problem('type', 'two')];
  assert.equal(good(undefined), { ok: true, value: undefined });
  assert.equal(bad(first, second), { ok: false, diagnostics: [first, second] });
});

test.run();
