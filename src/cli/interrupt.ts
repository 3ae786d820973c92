/** A signal that Ctrl-C and a polite kill set off, until it is dropped. */
export interface Interrupt {
  readonly signal: AbortSignal;
  drop(): void;
}

/**
 * Waits for SIGINT and SIGTERM. What works under the signal comes to a clean end; a second Ctrl-C ends the
 * process on the spot, which the next run mends.
 */
export function awaitInterrupt(): Interrupt {
  const controller = new AbortController();
  const interrupt = (): void => {
    drop();
    controller.abort();
  };
  const drop = (): void => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return { signal: controller.signal, drop };
}
