/**
 * What was asked of the outside while something was made: questions as text (see `question.ts`), and the
 * traces of kept values that it used.
 */
export interface Trace {
  readonly questions: ReadonlySet<string>;
  readonly parts: ReadonlySet<Trace>;
}

/** A value that is kept, with what was asked for it. */
export interface Kept<T> {
  readonly value: T;
  readonly trace: Trace;
  /** When it was made, and when it was last known to be true. */
  readonly made: number;
  checked: number;
}

/**
 * Notes what is asked while values are made, and keeps values as long as nothing that they asked has another
 * answer. One record serves freshness, the watch list and the messages that say why something is stale.
 */
export interface Tracker {
  /** Notes a question in everything that is being made. */
  ask(question: string): void;
  /** Makes a value, and says what was asked for it. */
  trace<T>(make: () => T): { readonly value: T; readonly trace: Trace };
  /** The value under a key, made anew where a question behind it has another answer since. */
  keep<T>(store: Map<string, Kept<T>>, key: string, make: () => T): T;
  /** What is asked inside is nobody's: for what is noted by a question of its own. */
  aside<T>(make: () => T): T;
  /** From now on these questions may have other answers than before. */
  renew(questions: Iterable<string>): void;
  /** All questions that were ever asked. */
  readonly questions: ReadonlySet<string>;
}

interface OpenTrace {
  readonly questions: Set<string>;
  readonly parts: Set<Trace>;
}

/** A tracker that has seen nothing yet. */
export function createTracker(): Tracker {
  const renewed = new Map<string, number>();
  const questions = new Set<string>();
  const open: OpenTrace[] = [];
  let now = 0;
  const trace = <T>(make: () => T): { value: T; trace: Trace } => {
    const made: OpenTrace = { questions: new Set(), parts: new Set() };
    open.push(made);
    try {
      return { value: make(), trace: made };
    } finally {
      open.pop();
    }
  };
  const isTrue = (kept: Kept<unknown>): boolean => {
    if (kept.checked === now) return true;
    for (const question of questionsOf(kept.trace)) {
      if ((renewed.get(question) ?? 0) > kept.made) return false;
    }
    kept.checked = now;
    return true;
  };
  return {
    trace,
    questions,
    ask(question) {
      questions.add(question);
      open.at(-1)?.questions.add(question);
    },
    keep<T>(store: Map<string, Kept<T>>, key: string, make: () => T): T {
      let kept = store.get(key);
      if (!kept || !isTrue(kept)) {
        kept = { ...trace(make), made: now, checked: now };
        store.set(key, kept);
      }
      open.at(-1)?.parts.add(kept.trace);
      return kept.value;
    },
    aside: (make) => trace(make).value,
    renew(questions) {
      now++;
      for (const question of questions) renewed.set(question, now);
    },
  };
}

/** All questions of a trace, those of its parts included, each once. */
export function questionsOf(trace: Trace): ReadonlySet<string> {
  if (trace.parts.size === 0) return trace.questions;
  const found = new Set(trace.questions);
  const seen = new Set<Trace>();
  const visit = ({ parts }: Trace): void => {
    for (const part of parts) {
      if (seen.has(part)) continue;
      seen.add(part);
      for (const question of part.questions) found.add(question);
      visit(part);
    }
  };
  visit(trace);
  return found;
}
