import { problem, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { isIPv4 } from '../model/address.ts';
import { chooseSource, type HostFact, type Lock, type MediumFact } from '../model/lock.ts';
import {
  hostQuestion,
  mediumQuestion,
  questionId,
  type HostAnswer,
  type MediumAnswer,
  type MediumQuestion,
  type MediumSource,
  type NameServers,
  type OpenQuestion,
} from '../model/outside.ts';

/** A fact that was asked for, under the key of its question. */
export type Learned =
  | { readonly kind: 'host'; readonly key: string; readonly fact: HostFact }
  | { readonly kind: 'medium'; readonly key: string; readonly fact: MediumFact };

/** A question that somebody asked. */
export interface AskedQuestion {
  readonly question: OpenQuestion;
  /** No fact answers it. */
  readonly open: boolean;
  /** It can be done without: the medium lies on this machine. */
  readonly optional: boolean;
}

/** Answers to what the core asks of the outside, from facts that are there: nothing is asked of a network. */
export interface Outside {
  readonly host: (name: string, by: NameServers) => HostAnswer;
  readonly medium: (question: MediumQuestion) => MediumAnswer;
  /** The questions that are asked while some work is done, each once. */
  readonly during: <T>(work: () => T) => { readonly value: T; readonly asked: readonly AskedQuestion[] };
  readonly learn: (fact: Learned) => void;
  /** The facts that were learned in this run, as they are to be written. */
  readonly learned: () => Lock;
  /** What was asked so far and no fact answers. */
  readonly unanswered: () => readonly OpenQuestion[];
}

export interface OutsideOptions {
  /** What the lock file says. */
  readonly lock: Lock;
  /** `hosts.json` by name in lower case. Where it is there, it is the whole answer to every name. */
  readonly hostsFile: () => ReadonlyMap<string, string> | undefined;
  /** What is not known is an error (`--frozen`). */
  readonly frozen: boolean;
}

/** Answers from the lock file, and from what is learned in this run. */
export function createOutside({ lock, hostsFile, frozen }: OutsideOptions): Outside {
  const hosts = new Map(lock.hosts);
  const media = new Map(lock.media);
  const learned = { hosts: new Map<string, HostFact>(), media: new Map<string, MediumFact>() };
  const passedOver = new Set<string>();
  const { note, during, unanswered } = createNotes();
  return {
    host(name, by) {
      if (isIPv4(name)) return { kind: 'address', address: name };
      const listed = hostsFile();
      if (listed) return hostAnswer({ address: listed.get(name.toLowerCase().replace(/\.$/, '')) ?? null });
      const question = hostQuestion(name, by);
      if (!question) return { kind: 'none' };
      const fact = hosts.get(question.key);
      note(question, fact === undefined);
      return fact ? hostAnswer(fact) : unknown(frozen, `the address of ${question.key}`);
    },
    medium({ sources, local }) {
      if (local) return localAnswer(sources, media, note);
      const choice = chooseSource(sources, (key) => media.get(key));
      const last = choice.kind === 'none' ? sources.length - 1 : choice.at;
      sources.slice(0, last + 1).forEach((source, at) => {
        const question = mediumQuestion(source);
        if (!question) return;
        note(question, choice.kind === 'open' && choice.at === at);
        if (choice.kind === 'chosen' && at < last) passedOver.add(question.key);
      });
      if (choice.kind === 'none') return { kind: 'none' };
      if (choice.kind === 'open') return unknown(frozen, sources[choice.at]?.url ?? '');
      return { kind: 'medium', at: choice.at, checksum: choice.fact?.checksum ?? '' };
    },
    during,
    learn(fact) {
      for (const store of [{ hosts, media }, learned]) {
        if (fact.kind === 'host') store.hosts.set(fact.key, fact.fact);
        else store.media.set(fact.key, fact.fact);
      }
    },
    unanswered,
    learned: () => ({
      hosts: learned.hosts,
      // That there was no answer is a fact only where another source stands in.
      media: new Map(
        [...learned.media].filter(([key, { gone }]) => gone !== 'no answer' || passedOver.has(key)),
      ),
    }),
  };
}

type Notes = Pick<Outside, 'during' | 'unanswered'> & {
  readonly note: (question: OpenQuestion, open: boolean, optional?: boolean) => void;
};

/** Keeps what was asked: of some work, and of the whole run. */
function createNotes(): Notes {
  const unanswered = new Map<string, OpenQuestion>();
  let asked: Map<string, AskedQuestion> | undefined;
  return {
    note(question, open, optional = false) {
      const id = questionId(question);
      asked?.set(id, { question, open, optional: optional && asked.get(id)?.optional !== false });
      if (open && !optional) unanswered.set(id, question);
      else if (!open) unanswered.delete(id);
    },
    unanswered: () => [...unanswered.values()],
    during(work) {
      const outer = asked;
      const mine = (asked = new Map<string, AskedQuestion>());
      try {
        return { value: work(), asked: [...mine.values()] };
      } finally {
        asked = outer;
      }
    },
  };
}

function hostAnswer({ address }: HostFact): HostAnswer {
  return address === null ? { kind: 'none' } : { kind: 'address', address };
}

/** `local_only`: what is known of the first source counts, and what is not can be done without. */
function localAnswer(
  sources: readonly MediumSource[],
  media: ReadonlyMap<string, MediumFact>,
  note: Notes['note'],
): MediumAnswer {
  const question = sources[0] && mediumQuestion(sources[0]);
  const fact = question && media.get(question.key);
  if (question) note(question, fact === undefined, true);
  const checksum = fact?.checksum;
  return checksum === undefined ? { kind: 'unknown' } : { kind: 'medium', at: 0, checksum };
}

function unknown(
  frozen: boolean,
  what: string,
): { readonly kind: 'unknown' } | { readonly kind: 'refused'; readonly diagnostic: Diagnostic } {
  if (!frozen) return { kind: 'unknown' };
  const hint = 'osimager lock asks for it; with --frozen nothing is asked';
  return {
    kind: 'refused',
    diagnostic: problem('lock', `${what} is not in osimager.lock`, undefined, hint),
  };
}
