import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { formatPlace } from '../../diagnostics/source.ts';
import type { Event } from '../../model/event.ts';
import { formatDiff } from '../../report/diff.ts';
import { formatLocked, formatProgress, formatUnlocked } from '../../report/asking.ts';
import { count, formatCounts, groupDiagnostics, jsonDiagnostic } from '../../report/text.ts';
import { generate, type GenerateOptions, type GenerateResult } from '../generate.ts';
import { EXIT, UsageError, type ExitStatus, type Output } from '../output.ts';
import { parseDefine, targetFromArguments } from '../target-arguments.ts';
import type { WorkspaceOptions } from '../settings.ts';

export interface GenerateFlags extends WorkspaceOptions {
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly force?: boolean;
  readonly define?: readonly string[];
  readonly fqdn?: string;
  readonly json?: boolean;
}

export interface GenerateArguments {
  readonly target: string | undefined;
  readonly name: string | undefined;
  readonly ip: string | undefined;
}

/** The most artifacts that are named one by one without `--verbose`. */
const MOST_NAMED = 12;

/** `osimager generate`: renders, and says what it made and where to look. */
export async function generateCommand(
  args: GenerateArguments,
  flags: GenerateFlags,
  output: Output,
): Promise<ExitStatus> {
  const events: Event[] = [];
  const options = generateOptions(args, flags);
  const result = await generate({
    ...options,
    onEvent: (event) => {
      if (event.type === 'difference') {
        if (flags.diff === true) showDifference(event, flags, output);
      } else if (flags.json === true) output.data(JSON.stringify(jsonEvent(event)));
      else if (event.type === 'asked') output.progress(formatProgress(event.done, event.of));
      else events.push(event);
    },
  });
  if (flags.json !== true) reportEvents(events, result, flags, output);
  const failed = result.diagnostics.some(({ severity }) => severity === 'error');
  return failed || (flags.check === true && !result.ok) ? EXIT.failed : EXIT.good;
}

function generateOptions(
  { target: path, name, ip }: GenerateArguments,
  flags: GenerateFlags,
): GenerateOptions {
  if (path === undefined && flags.fqdn !== undefined) {
    throw new UsageError('--fqdn goes with a target: give one before it');
  }
  const define = parseDefine(flags.define ?? []);
  const target = path === undefined ? undefined : targetFromArguments(path, name, ip, flags.fqdn);
  return {
    ...flags,
    target,
    define: Object.keys(define).length > 0 ? define : undefined,
    dryRun: flags.check === true || flags.diff === true,
  };
}

function showDifference(
  event: Extract<Event, { type: 'difference' }>,
  flags: GenerateFlags,
  output: Output,
): void {
  if (flags.json === true) output.data(JSON.stringify(event));
  else output.data(formatDiff(event.file, event.before, event.after, output.paint));
}

function jsonEvent(event: Event): object {
  if (event.type === 'diagnostic') return { type: event.type, ...jsonDiagnostic(event.diagnostic) };
  if (event.type !== 'failed') return event;
  return { ...event, diagnostics: event.diagnostics.map(jsonDiagnostic) };
}

function reportEvents(
  events: readonly Event[],
  result: GenerateResult,
  flags: GenerateFlags,
  output: Output,
): void {
  const dryRun = flags.check === true || flags.diff === true;
  listArtifacts(events, dryRun, output);
  for (const event of events) {
    if (event.type === 'lock') output.message(formatLocked(event.facts, event.written));
    if (event.type === 'unlocked') output.message(formatUnlocked(event, output.verbose));
  }
  for (const diagnostic of onceAPlace(events)) output.diagnostic(diagnostic);
  const failures = events.filter((event) => event.type === 'failed');
  if (events.some((event) => event.type === 'done' && event.unpruned)) {
    output.message('artifacts that no target asks for are left, until the matrix and all specs can be read');
  }
  for (const { diagnostic, targets } of groupDiagnostics(failures)) {
    output.diagnostic(withTargets(diagnostic, targets));
  }
  const done = events.find((event) => event.type === 'done');
  if (!done) return;
  const seconds = (result.milliseconds / 1000).toFixed(2);
  output.message(`${formatCounts(done.counts, dryRun)} (${seconds} s)`);
  if (!dryRun) output.message(whereToLook(events, done));
  if (flags.check === true) output.message(result.ok ? `${done.out}/ is up to date` : stale(done.out));
}

function stale(out: string): string {
  return `${out}/ is not up to date: run osimager generate`;
}

function whereToLook(events: readonly Event[], { out, holdsSecrets }: Done): string {
  const first = events.find((event) => event.type === 'artifact');
  if (!first) return `nothing was rendered into ${out}/`;
  const warned = holdsSecrets ? `\n${out}/ holds secrets: do not commit or share it` : '';
  return `look into ${out}/, for instance ${first.folder}/${warned}`;
}

type Done = Extract<Event, { type: 'done' }>;

/** What many targets are warned of at one place is said once. */
function onceAPlace(events: readonly Event[]): readonly Diagnostic[] {
  const groups = new Map<string, { readonly first: Diagnostic; count: number }>();
  for (const event of events) {
    if (event.type !== 'diagnostic') continue;
    const { code, message, severity, span } = event.diagnostic;
    const place = span ? formatPlace(span) : '';
    // Errors at one place may each want mending: only those that say the same are one.
    const key = JSON.stringify([code, place, severity === 'error' || !span ? message : '']);
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, { first: event.diagnostic, count: 1 });
  }
  return [...groups.values()].map(({ first, count: times }) => {
    const more = { message: `and ${count(times - 1, 'more warning')} at this place` };
    return times === 1 || first.severity === 'error'
      ? first
      : { ...first, notes: [...(first.notes ?? []), more] };
  });
}

function withTargets(diagnostic: Diagnostic, targets: readonly string[]): Diagnostic {
  const [first = '', ...rest] = targets;
  const more = rest.length > 0 ? ` and ${count(rest.length, 'other target')}` : '';
  const notes = [...(diagnostic.notes ?? []), { message: `not rendered: ${first}${more}` }];
  return { ...diagnostic, notes };
}

/** Names what is new, changed or removed: all of it with `--verbose` and `--check`, a few else. */
function listArtifacts(events: readonly Event[], dryRun: boolean, output: Output): void {
  const lines = events.flatMap((event) => {
    if (event.type === 'removed') return [`${dryRun ? 'to be removed' : 'removed'}: ${event.folder}`];
    if (event.type !== 'artifact' || event.state === 'unchanged') return [];
    return [`${event.state}: ${event.folder} (${event.files.join(', ')})`];
  });
  const shown = output.verbose || dryRun ? lines : lines.slice(0, MOST_NAMED);
  const print = dryRun ? output.data : output.message;
  for (const line of shown) print(line);
  if (lines.length > shown.length) {
    output.message(`... and ${lines.length - shown.length} more (--verbose names them all)`);
  }
}
