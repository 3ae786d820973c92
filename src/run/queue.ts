/** How many builds may run at a time. What is not named has no limit of its own. */
export interface QueueLimits {
  readonly jobs: number;
  readonly platforms: Readonly<Record<string, number>>;
  readonly locations: Readonly<Record<string, number>>;
  readonly hosts: Readonly<Record<string, number>>;
}

/** What of a build the limits look at. */
export interface Queued {
  readonly platform: string;
  readonly location: string;
  /** The machines that the build loads: none where the template names none. */
  readonly hosts: readonly string[];
}

/** The first build that may start beside those that run, or undefined. */
export function nextToStart<T extends Queued>(
  waiting: readonly T[],
  running: readonly Queued[],
  limits: QueueLimits,
): T | undefined {
  if (running.length >= limits.jobs) return undefined;
  return waiting.find((item) => mayStart(item, running, limits));
}

function mayStart(item: Queued, running: readonly Queued[], limits: QueueLimits): boolean {
  const fits = (
    limit: Readonly<Record<string, number>>,
    name: string,
    uses: (other: Queued) => boolean,
  ): boolean => !Object.hasOwn(limit, name) || running.filter(uses).length < (limit[name] ?? 0);
  return (
    fits(limits.platforms, item.platform, ({ platform }) => platform === item.platform) &&
    fits(limits.locations, item.location, ({ location }) => location === item.location) &&
    item.hosts.every((host) => fits(limits.hosts, host, ({ hosts }) => hosts.includes(host)))
  );
}

/**
 * Runs builds side by side within the limits, started in their order as far as the limits let. `run` says
 * whether a build was good; with `failFast`, none starts after one that was not, and none after `stop`.
 * Returns those that were never started.
 */
export async function runQueue<T extends Queued>(
  items: readonly T[],
  limits: QueueLimits,
  run: (item: T) => Promise<boolean>,
  { stop, failFast }: { readonly stop: AbortSignal; readonly failFast: boolean },
): Promise<readonly T[]> {
  const waiting = [...items];
  const running = new Map<T, Promise<void>>();
  let closed = false;
  const fill = (): void => {
    while (!closed && !stop.aborted) {
      const item = nextToStart(waiting, [...running.keys()], limits);
      if (!item) return;
      waiting.splice(waiting.indexOf(item), 1);
      running.set(item, finish(item));
    }
  };
  const finish = async (item: T): Promise<void> => {
    const isGood = await run(item);
    if (!isGood && failFast) closed = true;
    running.delete(item);
  };
  fill();
  while (running.size > 0) {
    await Promise.race(running.values());
    fill();
  }
  return waiting;
}
