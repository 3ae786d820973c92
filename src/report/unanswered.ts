import { warning, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { MediumFact } from '../model/lock.ts';
import type { OpenQuestion } from '../model/outside.ts';
import { count } from './text.ts';

/** What asking for something came to, as far as it is reported. */
export interface ReportedAnswer {
  readonly question: OpenQuestion;
  readonly learned: { readonly kind: 'host' | 'medium'; readonly fact: object } | undefined;
  readonly reason: string;
}

/** The most that are named in one complaint. */
const MOST_NAMED = 5;

/** Warnings about names and media without an answer, one for each reason, and about media that are gone. */
export function unansweredWarnings(answers: readonly ReportedAnswer[]): readonly Diagnostic[] {
  const silent = new Map<string, OpenQuestion[]>();
  const gone: string[] = [];
  for (const { question, learned, reason } of answers) {
    if (learned === undefined) {
      const group = JSON.stringify([question.kind, reason]);
      silent.set(group, [...(silent.get(group) ?? []), question]);
    } else if (question.kind === 'medium') {
      const status = (learned.fact as MediumFact).gone;
      if (status !== undefined && status !== 'no answer') gone.push(`${question.url} (${status})`);
    }
  }
  const warnings = [...silent].map(([group, questions]) => silence(group, questions));
  if (gone.length === 0) return warnings;
  const message = `${count(gone.length, 'URL')} of media ${gone.length === 1 ? 'is' : 'are'} gone: ${some(gone)}`;
  const hint = 'give another iso_url, or a list of urls';
  return [...warnings, warning('lock', message, undefined, hint)];
}

function silence(group: string, questions: readonly OpenQuestion[]): Diagnostic {
  const [kind, reason] = JSON.parse(group) as [OpenQuestion['kind'], string];
  const what = count(questions.length, kind === 'host' ? 'name' : 'URL');
  const named = some(questions.map((question) => (question.kind === 'host' ? question.key : question.url)));
  const left = kind === 'host' ? 'the addresses stay empty' : 'the media stay as the data files write them';
  return warning('lock', `no answer for ${what}: ${reason}`, undefined, named, `${left}, and are not locked`);
}

function some(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, MOST_NAMED).join(', ');
  return names.length > MOST_NAMED ? `${shown} and ${names.length - MOST_NAMED} more` : shown;
}
