import type { AnswerQuestion } from '../edge/answers.ts';
import type { Trace } from '../model/tracker.ts';
import type { Asked, Fact } from './state.ts';

/** Compares what was asked with what is so now: one for each pass over a tree, over one store of facts. */
export interface Freshness {
  /** Whether all that was asked has the same answer now. */
  holds(asked: Asked): boolean;
  /** The facts that are no more so. */
  moved(asked: Asked): readonly Fact[];
  /** The answer of now to one question; `known` is one that was true once. */
  fact(question: string, known?: Fact): Fact;
  /** What was asked, with the answers of now. */
  asked(trace: Trace): Asked;
}

/** The facts that were met, over many passes: equal ones are one object, so that many records share them. */
export interface FactStore {
  readonly sets: Map<string, readonly Fact[]>;
  readonly numbers: WeakMap<Fact, number>;
  count: number;
  /** Whether a signature was learnt of a file whose content was known. */
  learnt: boolean;
}

/** A store with nothing in it. */
export function createFactStore(): FactStore {
  return { sets: new Map(), numbers: new WeakMap(), count: 0, learnt: false };
}

/** Questions that few targets share. */
const OWN = /^(?:entry|host) /;

/** Freshness by the answers of now; each question is asked once. */
export function createFreshness(answer: AnswerQuestion, store: FactStore): Freshness {
  const current = new Map<string, Fact>();
  const truths = new Map<Fact, boolean>();
  const sets = new Map<readonly Fact[], boolean>();
  const flattened = new WeakMap<Trace, readonly Fact[]>();
  const factOf = (question: string, known?: Fact): Fact => {
    const met = current.get(question);
    if (met) return met;
    const now = answer(question, known);
    const isKnown = known !== undefined && known.answer === now.answer;
    if (isKnown && now.signature && now !== known) {
      known.signature = now.signature;
      store.learnt = true;
    }
    const fact = isKnown ? known : { question, answer: now.answer, signature: now.signature };
    current.set(question, fact);
    return fact;
  };
  const isTrue = (fact: Fact): boolean => {
    const known = truths.get(fact);
    if (known !== undefined) return known;
    const made = factOf(fact.question, fact).answer === fact.answer;
    truths.set(fact, made);
    return made;
  };
  const holdAll = (facts: readonly Fact[]): boolean => {
    const known = sets.get(facts);
    if (known !== undefined) return known;
    const made = facts.every(isTrue);
    sets.set(facts, made);
    return made;
  };
  const flatten = (trace: Trace): readonly Fact[] => {
    const known = flattened.get(trace);
    if (known) return known;
    const found = new Set<Fact>();
    for (const question of trace.questions) found.add(factOf(question));
    for (const part of trace.parts) for (const fact of flatten(part)) found.add(fact);
    const made = [...found];
    flattened.set(trace, made);
    return made;
  };
  return {
    fact: factOf,
    holds: ({ common, own }) => holdAll(common) && own.every(isTrue),
    moved: ({ common, own }) => [...common, ...own].filter((fact) => !isTrue(fact)),
    asked(trace) {
      const facts = flatten(trace);
      const common = facts.filter(({ question }) => !OWN.test(question));
      return { common: share(common, store), own: facts.filter(({ question }) => OWN.test(question)) };
    },
  };
}

/** The one list of these facts, in whatever order they come. */
function share(facts: readonly Fact[], store: FactStore): readonly Fact[] {
  const keys = facts.map((fact) => {
    const number = store.numbers.get(fact) ?? store.count++;
    store.numbers.set(fact, number);
    return number;
  });
  const key = keys.sort((a, b) => a - b).join(' ');
  const known = store.sets.get(key);
  if (known) return known;
  store.sets.set(key, facts);
  return facts;
}
