import { problem, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { isIPv4 } from '../model/address.ts';
import { chooseSource, type HostFact, type Lock, type MediumFact } from '../model/lock.ts';
import {
  hostQuestion,
  mediumQuestion,
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

/** A question that somebody asked, and whether a fact answers it. */
export interface AskedQuestion {
  readonly question: OpenQuestion;
  readonly open: boolean;
}

/** Answers to what the core asks of the outside, from facts that are there: nothing is asked of a network. */
export interface Outside {
  readonly host: (name: string, by: NameServers) => HostAnswer;
  readonly medium: (question: MediumQuestion) => MediumAnswer;
  /** The questions that are asked while some work is done, each once. */
  readonly during: <T>(work: () => T) => { readonly value: T; readonly asked: readonly AskedQuestion[] };
  readonly learn: (fact: Learned) => void;
  /** The facts that are there now, as they are to be written. */
  readonly lock: () => Lock;
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
  const passedOver = new Set<string>();
  let asked: Map<string, AskedQuestion> | undefined;
  const note = (question: OpenQuestion, open: boolean): void => {
    asked?.set(`${question.kind} ${question.key}`, { question, open });
  };
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
      if (local) return localAnswer(sources, media);
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
    during(work) {
      const outer = asked;
      const mine = (asked = new Map<string, AskedQuestion>());
      try {
        return { value: work(), asked: [...mine.values()] };
      } finally {
        asked = outer;
      }
    },
    learn({ kind, key, fact }) {
      if (kind === 'host') hosts.set(key, fact);
      else media.set(key, fact);
    },
    lock: () => ({
      hosts,
      // That there was no answer is a fact only where another source stands in.
      media: new Map(
        [...media].filter(
          ([key, { gone }]) => gone !== 'no answer' || passedOver.has(key) || lock.media.has(key),
        ),
      ),
    }),
  };
}

function hostAnswer({ address }: HostFact): HostAnswer {
  return address === null ? { kind: 'none' } : { kind: 'address', address };
}

/** `local_only`: what is known of the first source counts; what is not is never asked. */
function localAnswer(sources: readonly MediumSource[], media: ReadonlyMap<string, MediumFact>): MediumAnswer {
  const question = sources[0] && mediumQuestion(sources[0]);
  const checksum = question && media.get(question.key)?.checksum;
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
