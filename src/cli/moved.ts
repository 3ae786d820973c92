import { parseQuestion } from '../model/question.ts';
import { formatReference } from '../model/facts.ts';
import type { Fact } from '../tree/state.ts';

/**
 * Why facts made something stale, in words: each once, in order. Values are not named; `shown` makes of a path
 * what the user calls it. Rows of the index come of data files: they are named where no file explains them.
 */
export function explainMoved(
  facts: readonly Pick<Fact, 'question'>[],
  shown: (path: string) => string,
): readonly string[] {
  const first = facts.filter(({ question }) => !question.startsWith('entry '));
  const told = first.length > 0 ? first : facts;
  return [...new Set(told.map(({ question }) => explain(question, shown)))].sort();
}

function explain(text: string, shown: (path: string) => string): string {
  const question = parseQuestion(text);
  switch (question?.kind) {
    case 'text':
      return `${formatReference(question.file)} changed`;
    case 'names':
      return `the names in ${formatReference(question.file)}/ changed`;
    case 'file':
      return `${shown(question.name)} changed`;
    case 'environment':
      return `the environment variable ${question.name} changed`;
    case 'host':
      return `the address of ${question.name} changed`;
    case 'setting':
      return `the setting ${question.name} changed`;
    case 'entry':
      return `the index entry of ${question.name} changed`;
    case 'secret':
      return `the secret ${question.path}:${question.key} changed`;
    case undefined:
      return 'another version of osimager asked otherwise';
  }
}
