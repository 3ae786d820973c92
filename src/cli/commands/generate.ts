import type { Event } from '../../model/event.ts';
import { formatDiff } from '../../report/diff.ts';
import { formatLocked, formatProgress, formatUnlocked } from '../../report/asking.ts';
import { formatCounts } from '../../report/text.ts';
import { explainStale, jsonEvent, listArtifacts, reportComplaints } from '../event-report.ts';
import { generate, type GenerateOptions, type GenerateResult } from '../generate.ts';
import { interruption } from '../interruption.ts';
import { EXIT, UsageError, type ExitStatus, type Output } from '../output.ts';
import { createProgress } from '../progress.ts';
import { parseDefine, targetFromArguments } from '../target-arguments.ts';
import type { WorkspaceOptions } from '../settings.ts';

export interface GenerateFlags extends WorkspaceOptions {
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly force?: boolean;
  readonly explainStale?: boolean;
  readonly define?: readonly string[];
  readonly fqdn?: string;
  readonly json?: boolean;
}

export interface GenerateArguments {
  readonly target: string | undefined;
  readonly name: string | undefined;
  readonly ip: string | undefined;
}

/** `osimager generate`: renders, and says what it made and where to look. */
export async function generateCommand(
  args: GenerateArguments,
  flags: GenerateFlags,
  output: Output,
): Promise<ExitStatus> {
  const events: Event[] = [];
  const options = generateOptions(args, flags);
  const interrupt = interruption();
  const progress = createProgress(flags.json === true ? () => undefined : output.progress);
  const result = await generate({
    ...options,
    signal: interrupt.signal,
    onProgress: progress.step,
    onEvent: (event) => {
      if (event.type === 'difference') {
        if (flags.diff === true) showDifference(event, flags, output);
      } else if (flags.json === true) output.data(JSON.stringify(jsonEvent(event)));
      else if (event.type === 'asked') output.progress(formatProgress(event.done, event.of));
      else events.push(event);
    },
  });
  interrupt.end();
  progress.end();
  if (flags.json !== true) reportEvents(events, result, flags, output);
  if (result.interrupted) return EXIT.interrupted;
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
    showEdited: flags.diff === true,
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

function reportEvents(
  events: readonly Event[],
  result: GenerateResult,
  flags: GenerateFlags,
  output: Output,
): void {
  const dryRun = flags.check === true || flags.diff === true;
  listArtifacts(events, dryRun, output);
  if (output.verbose || flags.explainStale === true) explainStale(events, output);
  for (const event of events) {
    if (event.type === 'lock') output.message(formatLocked(event.facts, event.written));
    if (event.type === 'unlocked') output.message(formatUnlocked(event, output.verbose));
  }
  reportComplaints(events, output);
  const done = events.find((event) => event.type === 'done');
  if (!done) return;
  if (done.counts.edited > 0 && !dryRun) output.message(EDITED);
  if (!dryRun) output.message(whereToLook(events, done));
  if (flags.check === true) output.message(result.ok ? `${done.out}/ is up to date` : stale(done));
  const seconds = (result.milliseconds / 1000).toFixed(2);
  output.message(`${formatCounts(done.counts, dryRun)} (${seconds} s)`);
}

const EDITED = 'files that somebody edited are left as they are: --force puts back what is rendered';

function stale({ out, counts }: Done): string {
  const isEdited = counts.edited > 0 && counts.new + counts.changed + counts.removed === 0;
  const command = isEdited ? 'osimager generate --force puts back what was edited' : 'run osimager generate';
  return `${out}/ is not up to date: ${command}`;
}

function whereToLook(events: readonly Event[], { out, holdsSecrets }: Done): string {
  const first = events.find((event) => event.type === 'artifact');
  if (!first) return `nothing was rendered into ${out}/`;
  const warned = holdsSecrets ? `\n${out}/ holds secrets: do not commit or share it` : '';
  return `look into ${out}/, for instance ${first.folder}/${warned}`;
}

type Done = Extract<Event, { type: 'done' }>;
