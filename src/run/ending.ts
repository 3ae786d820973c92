const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const pending = new Set<() => void>();

/**
 * Calls `clean` when the process ends before the returned function was called: by a signal, by
 * `process.exit`, by an error that nobody caught. `clean` must be synchronous and must not throw. There are
 * handlers only while something is pending. After a signal the process ends as it would have: by that signal.
 * Where somebody else listens for it, they decide: what is pending waits until the process ends.
 */
export function atEnd(clean: () => void): () => void {
  if (pending.size === 0) install();
  pending.add(clean);
  return () => {
    if (pending.delete(clean) && pending.size === 0) uninstall();
  };
}

function install(): void {
  process.on('exit', cleanAll);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function uninstall(): void {
  process.off('exit', cleanAll);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  cleanAll();
  uninstall();
  process.kill(process.pid, signal);
}

function cleanAll(): void {
  for (const clean of pending) clean();
  pending.clear();
}
