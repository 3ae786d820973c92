/** Tells when somebody wants the program to end, so that what is done can be kept first. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Signals do again what they did before. */
  readonly end: () => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Listens for signals: the first is told, the second ends the program at once. */
export function interruption(): Interruption {
  const stop = new AbortController();
  const end = (): void => {
    for (const name of SIGNALS) process.removeListener(name, onSignal);
  };
  const onSignal = (): void => {
    end();
    stop.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return { signal: stop.signal, end };
}
