import { performance } from 'node:perf_hooks';

/** Shows how far a run is, in one line that is written over; it is gone at the end. */
export interface Progress {
  readonly step: (done: number, all: number) => void;
  end(): void;
}

/** A run that is quicker than this, in milliseconds, shows nothing; and so often it is shown anew. */
const PATIENCE = 500;
const PAUSE = 100;

/** A line that `show` puts on the terminal, if there is one; empty text takes it away. */
export function createProgress(
  show: (text: string) => void,
  now: () => number = () => performance.now(),
): Progress {
  const started = now();
  let shown = 0;
  return {
    step(done, all) {
      const time = now();
      if (time - started < PATIENCE || time - shown < PAUSE) return;
      shown = time;
      show(`${done} of ${all} targets (${Math.floor((100 * done) / all)} %)`);
    },
    end() {
      if (shown > 0) show('');
    },
  };
}
