const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What the user wants of a run that goes on: nothing, that it stops, or that it ends at once. */
export interface Interrupts {
  /** Aborted by the first signal: no new build starts, and those that run are asked to stop. */
  readonly stop: AbortSignal;
  /** Aborted by the second: what runs is killed. */
  readonly kill: AbortSignal;
  /** Stops listening: signals do again what they did before. */
  release(): void;
}

/** Listens for SIGINT (Ctrl-C), SIGTERM and SIGHUP; `announce` is told of each that counts. */
export function listenForInterrupts(announce: (which: 'stop' | 'kill') => void): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  const onSignal = (): void => {
    if (kill.signal.aborted) return;
    announce(stop.signal.aborted ? 'kill' : 'stop');
    (stop.signal.aborted ? kill : stop).abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    stop: stop.signal,
    kill: kill.signal,
    release() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
