import { count } from '../../report/text.ts';
import { explainStale, jsonEvent, listEdited, reportComplaints } from '../event-report.ts';
import { awaitInterrupt } from '../interrupt.ts';
import { EXIT, UsageError, type ExitStatus, type Output } from '../output.ts';
import { parseDefine } from '../target-arguments.ts';
import { watchTree, type Batch } from '../watch.ts';
import type { GenerateArguments, GenerateFlags } from './generate.ts';

/** `osimager generate --watch`: keeps the tree true until Ctrl-C, and says what each change came to. */
export async function watchCommand(
  { target }: Pick<GenerateArguments, 'target'>,
  flags: GenerateFlags,
  output: Output,
): Promise<ExitStatus> {
  const others = (['check', 'diff', 'force'] as const).find((name) => flags[name] === true);
  if (others) throw new UsageError(`--watch and --${others} do not go together`);
  if (target !== undefined) throw new UsageError('--watch renders the whole matrix: give it no target');
  const define = parseDefine(flags.define ?? []);
  const interrupt = awaitInterrupt();
  try {
    const watched = await watchTree({
      ...flags,
      define: Object.keys(define).length > 0 ? define : undefined,
      signal: interrupt.signal,
      onBatch: (batch) => {
        if (flags.json === true) for (const event of batchEvents(batch)) output.data(JSON.stringify(event));
        else reportBatch(batch, flags, output);
      },
    });
    if (!watched.ok) {
      for (const diagnostic of watched.diagnostics) output.diagnostic(diagnostic);
      return EXIT.failed;
    }
    return EXIT.interrupted;
  } finally {
    interrupt.drop();
  }
}

function batchEvents({ changed, counts, events, milliseconds, initial }: Batch): readonly object[] {
  const told = events.filter(
    (event) => event.type !== 'done' && !(event.type === 'artifact' && event.state === 'unchanged'),
  );
  return [
    ...told.map(jsonEvent),
    { type: 'batch', initial, changed, counts, milliseconds: tenths(milliseconds) },
  ];
}

function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

function reportBatch(batch: Batch, flags: GenerateFlags, output: Output): void {
  listEdited(batch.events, output);
  if (output.verbose || flags.explainStale === true) explainStale(batch.events, output);
  reportComplaints(batch.events, output);
  output.message(formatBatch(batch));
}

/** The most changes that are named in a line. */
const MOST_NAMED = 3;

/** One line: what changed, how many targets it reached, how many files were written, how long it took. */
export function formatBatch({ changed, counts, milliseconds, initial }: Batch): string {
  const named = changed.slice(0, MOST_NAMED).join(', ');
  const more = changed.length > MOST_NAMED ? ` and ${changed.length - MOST_NAMED} more` : '';
  const what =
    initial && changed.length === 0 ? `watching ${count(counts.targets, 'target')}` : `${named}${more}`;
  const parts = [
    `${count(counts.rendered, 'target')} rendered`,
    `${count(counts.files, 'file')} written`,
    ...(counts.removed > 0 ? [`${counts.removed} removed`] : []),
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(counts.edited > 0 ? [`${counts.edited} edited`] : []),
  ];
  return `${what}: ${parts.join(', ')} (${Math.round(milliseconds)} ms)`;
}
