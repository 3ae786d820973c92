import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatQuestion, parseQuestion, trackFacts, type Question } from '../../src/model/question.ts';
import { createTracker } from '../../src/model/tracker.ts';
import { memoryFacts } from '../rig/memory-facts.ts';

const QUESTIONS: Readonly<Record<string, Question>> = {
  'text data/specs/a b/spec.toml': { kind: 'text', file: { root: 'data', path: 'specs/a b/spec.toml' } },
  'names user/locations': { kind: 'names', file: { root: 'user', path: 'locations' } },
  'file /w/my matrix.toml': { kind: 'file', name: '/w/my matrix.toml' },
  'environment HOME': { kind: 'environment', name: 'HOME' },
  'host h.example': { kind: 'host', name: 'h.example' },
  'setting venv_dir': { kind: 'setting', name: 'venv_dir' },
  'entry rhel-9.5-x86_64': { kind: 'entry', name: 'rhel-9.5-x86_64' },
  'secret images/a:b:password': { kind: 'secret', path: 'images/a:b', key: 'password' },
};

test('each question is a line of text and back', () => {
  for (const [text, question] of Object.entries(QUESTIONS)) {
    assert.is(formatQuestion(question), text);
    assert.equal(parseQuestion(text), question);
  }
});

test('what this version does not ask is no question', () => {
  for (const text of ['', 'text', 'text other/x', 'medium data/x']) assert.is(parseQuestion(text), undefined);
});

test('facts that are tracked answer as before, and each question is noted', () => {
  const tracker = createTracker();
  const facts = memoryFacts({
    files: { 'data/a.json': 'a' },
    environment: { E: 'e' },
    secrets: { 'p:k': 's' },
    hosts: { h: '10.0.0.1' },
  });
  const tracked = trackFacts(facts, tracker);
  const { value, trace } = tracker.trace(() => [
    tracked.text({ root: 'data', path: 'a.json' }),
    tracked.text({ root: 'data', path: 'b.json' }),
    tracked.names({ root: 'data', path: 'specs' }),
    tracked.environment('E'),
    tracked.secret('p', 'k'),
    tracked.host('h'),
  ]);
  assert.equal(value, [
    { kind: 'text', source: { path: 'data/a.json', text: 'a' } },
    { kind: 'absent', path: 'data/b.json' },
    [],
    'e',
    { kind: 'value', value: 's' },
    '10.0.0.1',
  ]);
  assert.equal(
    [...trace.questions],
    ['text data/a.json', 'text data/b.json', 'names data/specs', 'environment E', 'secret p:k', 'host h'],
  );
});

test.run();
