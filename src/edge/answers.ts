import { createHmac, hash } from 'node:crypto';
import type { TextAnswer } from '../model/facts.ts';
import { parseQuestion, type Question } from '../model/question.ts';
import type { FileFacts } from './facts.ts';
import { signFile, type Signature } from './files.ts';

/** An answer as it is kept and compared. */
export interface Answer {
  /** The value itself where anybody may know it; else a digest. */
  readonly answer: string;
  /** The signature of the file that was asked for, as four numbers, where it can stand for its content. */
  readonly signature?: readonly number[] | undefined;
}

export interface AnswerOptions {
  readonly facts: FileFacts;
  /** The key of the digests of what nobody may know: secrets, and the environment. */
  readonly key: string;
  /** The row of a spec name in the index, as text. */
  readonly entry: (name: string) => string;
  readonly setting: (name: string) => string;
}

/** Answers to questions, as the state of a tree keeps them; `known` is an answer that was true once. */
export type AnswerQuestion = (question: string, known: Answer | undefined) => Answer;

/** A file is at least this old, in milliseconds, when its times can tell it from a later one: see `recorded-files.ts`. */
const SETTLED = 20;

/**
 * Answers from the outside (docs/incremental.md). A file that has the signature of a known answer is not read.
 * A question that this version does not know has no answer that was ever given.
 */
export function createAnswers(options: AnswerOptions): AnswerQuestion {
  const { facts } = options;
  return (text, known) => {
    const question = parseQuestion(text);
    if (!question) return { answer: 'unknown question' };
    if (question.kind === 'text') {
      const now = known?.signature && facts.sign(question.file);
      if (known && now && isSame(known.signature, now)) return known;
      return {
        answer: textAnswer(facts.text(question.file)),
        signature: settled(facts.signed(question.file)),
      };
    }
    if (question.kind === 'file') return fileAnswer(facts, question.name, known);
    return { answer: plainAnswer(question, options) };
  };
}

function plainAnswer(
  question: Exclude<Question, { kind: 'text' | 'file' }>,
  { facts, key, entry, setting }: AnswerOptions,
): string {
  if (question.kind === 'names') return digest(facts.names(question.file).join('\n'));
  if (question.kind === 'host') return facts.host(question.name) ?? '';
  if (question.kind === 'entry') return entry(question.name);
  if (question.kind === 'setting') return setting(question.name);
  if (question.kind === 'environment') return keyed(key, facts.environment(question.name));
  const answer = facts.secret(question.path, question.key);
  return keyed(key, answer.kind === 'value' ? answer.value : undefined);
}

function keyed(key: string, value: string | undefined): string {
  return value === undefined ? '' : createHmac('sha256', key).update(value).digest('base64');
}

function textAnswer(answer: TextAnswer): string {
  if (answer.kind === 'text') return digest(answer.source.text);
  return answer.kind === 'absent' ? '' : `refused: ${answer.diagnostic.message}`;
}

function fileAnswer(facts: FileFacts, path: string, known: Answer | undefined): Answer {
  const now = known?.signature && signFile(path);
  if (known && now && isSame(known.signature, now)) return known;
  const found = facts.file(path);
  if (found.kind === 'text') return { answer: digest(found.text), signature: settled(found.signature) };
  return { answer: found.kind === 'absent' ? '' : `refused: ${found.reason}` };
}

function digest(text: string): string {
  return hash('sha256', text, 'base64');
}

function isSame(known: readonly number[] | undefined, now: Signature): boolean {
  if (!known) return false;
  const [size, modified, changed, inode] = known;
  return modified === now.modified && changed === now.changed && size === now.size && inode === now.inode;
}

/** A file that was changed a moment ago may be changed again with the same times: they tell nothing. */
function settled(signature: Signature | undefined): readonly number[] | undefined {
  if (!signature) return undefined;
  const { size, modified, changed, inode } = signature;
  if (Date.now() - Math.max(modified, changed) <= SETTLED) return undefined;
  return [size, modified, changed, inode];
}
