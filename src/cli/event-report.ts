import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { formatPlace } from '../diagnostics/source.ts';
import type { Event } from '../model/event.ts';
import { count, groupDiagnostics, jsonDiagnostic } from '../report/text.ts';
import type { Output } from './output.ts';

/** The most artifacts that are named one by one without `--verbose`. */
const MOST_NAMED = 12;

/** What was wrong or odd on the way, each once. */
export function reportComplaints(events: readonly Event[], output: Output): void {
  for (const diagnostic of onceAPlace(events)) output.diagnostic(diagnostic);
  if (events.some((event) => event.type === 'done' && event.unpruned)) {
    output.message('artifacts that no target asks for are left, until the matrix and all specs can be read');
  }
  const failures = events.filter((event) => event.type === 'failed');
  for (const { diagnostic, targets } of groupDiagnostics(failures)) {
    output.diagnostic(withTargets(diagnostic, targets));
  }
}

/** An event as one JSON text. */
export function jsonEvent(event: Event): object {
  if (event.type === 'diagnostic') return { type: event.type, ...jsonDiagnostic(event.diagnostic) };
  if (event.type !== 'failed') return event;
  return { ...event, diagnostics: event.diagnostics.map(jsonDiagnostic) };
}

/** Why each target was rendered. */
export function explainStale(events: readonly Event[], output: Output): void {
  for (const event of events) {
    if ((event.type !== 'artifact' && event.type !== 'failed') || !event.reasons) continue;
    output.message(`stale: ${event.target}: ${event.reasons.join(', ')}`);
  }
}

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
export function listArtifacts(events: readonly Event[], dryRun: boolean, output: Output): void {
  const lines = events.flatMap((event) => {
    if (event.type === 'removed') return [`${dryRun ? 'to be removed' : 'removed'}: ${event.folder}`];
    if (event.type !== 'artifact' || event.state === 'unchanged' || event.state === 'edited') return [];
    return [`${event.state}: ${event.folder} (${event.files.join(', ')})`];
  });
  const shown = output.verbose || dryRun ? lines : lines.slice(0, MOST_NAMED);
  const print = dryRun ? output.data : output.message;
  for (const line of shown) print(line);
  listEdited(events, output, print);
  if (lines.length > shown.length) {
    output.message(`... and ${lines.length - shown.length} more (--verbose names them all)`);
  }
}

/** Names every file that somebody edited: those that were left, and those that were put aside. */
export function listEdited(events: readonly Event[], output: Output, print = output.message): void {
  for (const event of events) {
    if (event.type !== 'artifact') continue;
    if (event.state === 'edited') print(`edited: ${event.folder} (${event.files.join(', ')})`);
    for (const name of event.aside ?? []) print(`kept: ${event.folder}/${name}, which somebody edited`);
  }
}
