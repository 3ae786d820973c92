/**
 * When to render while files are edited: a state machine without a clock, fed with what happens.
 *
 *                 changed                    quiet long enough
 *      +------+ ----------> +----------+ ----------------------> +---------+
 *      | idle |             | settling |                         | working |---+ changed:
 *      +------+             +----------+ <---------------------- +---------+ <-+ noted
 *         ^                   |  ^  changed, or held:   done, something noted
 *         |                   +--+  wait on                          |
 *         +----------------------------------------------------------+
 *                               done, nothing noted
 *
 *      stop, in any state: stopped; nothing begins any more
 *
 * Times are milliseconds of any steady clock.
 */
export type WatchState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'settling'; readonly first: number; readonly last: number; readonly paths: Paths }
  | { readonly kind: 'working'; readonly noted: Noted | undefined }
  | { readonly kind: 'stopped' };

type Paths = ReadonlySet<string>;

interface Noted {
  readonly first: number;
  readonly last: number;
  readonly paths: Paths;
}

export type WatchEvent =
  | { readonly kind: 'changed'; readonly path: string; readonly at: number }
  /** The time has come that a command asked for; `held` while another program is in the middle of a change. */
  | { readonly kind: 'due'; readonly at: number; readonly held: boolean }
  | { readonly kind: 'done'; readonly at: number }
  | { readonly kind: 'stop' };

/** What is to be done: look again after some milliseconds, or render. */
export type WatchCommand =
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'render'; readonly paths: Paths }
  | undefined;

export interface Step {
  readonly state: WatchState;
  readonly command: WatchCommand;
}

/** An editor that saves by rename is done within this time after its first sign. */
const QUIET = 6;
/** Many files at once come from a program, which goes on. */
const QUIET_OF_MANY = 60;
const MANY = 8;
/** However busy it is, something is rendered after this time. */
const LONGEST = 2000;
/** Another program holds the files (git's index.lock): it is looked at again so often, and no longer than this. */
const HELD = 20;
const LONGEST_HELD = 30_000;

/** Nothing has happened yet. */
export const START: WatchState = { kind: 'idle' };

/** The next state and what is to be done; at most one wait is pending in a settling state. */
export function step(state: WatchState, event: WatchEvent): Step {
  if (state.kind === 'stopped' || event.kind === 'stop')
    return { state: { kind: 'stopped' }, command: undefined };
  switch (state.kind) {
    case 'idle':
      if (event.kind !== 'changed') return { state, command: undefined };
      return settle({ first: event.at, last: event.at, paths: new Set([event.path]) }, event.at);
    case 'settling':
      if (event.kind === 'changed')
        return { state: { kind: 'settling', ...note(state, event) }, command: undefined };
      return event.kind === 'due' ? due(state, event) : { state, command: undefined };
    case 'working':
      if (event.kind === 'changed') {
        return { state: { kind: 'working', noted: note(state.noted, event) }, command: undefined };
      }
      if (event.kind !== 'done') return { state, command: undefined };
      return state.noted ? settle(state.noted, event.at) : { state: START, command: undefined };
  }
}

function note(
  before: Noted | undefined,
  { path, at }: { readonly path: string; readonly at: number },
): Noted {
  return { first: before?.first ?? at, last: at, paths: new Set([...(before?.paths ?? []), path]) };
}

function quietOf({ paths }: Noted): number {
  return paths.size >= MANY ? QUIET_OF_MANY : QUIET;
}

function settle(noted: Noted, now: number): Step {
  const milliseconds = Math.max(0, noted.last + quietOf(noted) - now);
  return { state: { kind: 'settling', ...noted }, command: { kind: 'wait', milliseconds } };
}

function due(
  state: Extract<WatchState, { kind: 'settling' }>,
  { at, held }: { readonly at: number; readonly held: boolean },
): Step {
  const age = at - state.first;
  if (held && age < LONGEST_HELD) return { state, command: { kind: 'wait', milliseconds: HELD } };
  const rest = state.last + quietOf(state) - at;
  if (rest > 0 && age < LONGEST) return { state, command: { kind: 'wait', milliseconds: rest } };
  return { state: { kind: 'working', noted: undefined }, command: { kind: 'render', paths: state.paths } };
}
