import { parseQuestion } from '../model/question.ts';
import { formatReference } from '../model/facts.ts';
import type { Fact } from '../tree/state.ts';

/** Why facts made something stale, in words: each once, in order. Values are not named. */
export function explainMoved(facts: readonly Pick<Fact, 'question'>[]): readonly string[] {
  return [...new Set(facts.map(({ question }) => explain(question)))].sort();
}

function explain(text: string): string {
  const question = parseQuestion(text);
  switch (question?.kind) {
    case 'text':
      return `${formatReference(question.file)} is another`;
    case 'names':
      return `other files are in ${formatReference(question.file)}/`;
    case 'file':
      return `${question.name} is another`;
    case 'environment':
      return `the environment variable ${question.name} is another`;
    case 'host':
      return `the host ${question.name} has another address`;
    case 'setting':
      return `the setting ${question.name} is another`;
    case 'entry':
      return `the spec ${question.name} is provided otherwise`;
    case 'secret':
      return `the secret ${question.path}:${question.key} is another`;
    case undefined:
      return 'another version of osimager asked otherwise';
  }
}
