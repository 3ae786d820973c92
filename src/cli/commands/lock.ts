import { problem, warning, type Diagnostic } from '../../diagnostics/diagnostic.ts';
import { LOCK_FILE, type Lock } from '../../model/lock.ts';
import { formatJson } from '../../model/value.ts';
import { formatProgress } from '../../report/asking.ts';
import { countStates, formatLockTable, lockRows, type LockRow } from '../../report/lock-table.ts';
import { count } from '../../report/text.ts';
import type { PlannedTarget } from '../../tree/plan.ts';
import { SAVED_AFTER } from '../open-questions.ts';
import { interruption } from '../interruption.ts';
import { updateLock } from '../lock-file.ts';
import { planNamed } from '../named-targets.ts';
import { EXIT, UsageError, type ExitStatus, type Output } from '../output.ts';
import { settle, workspaceAsker, type Settled } from '../settle.ts';
import type { WorkspaceOptions } from '../settings.ts';
import { openWorkspace, type Workspace } from '../workspace.ts';

export interface LockFlags extends WorkspaceOptions {
  readonly refresh?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
}

/** `osimager lock`: asks for what the lock file does not have, and says what came of it. */
export async function lockCommand(
  targets: readonly string[],
  flags: LockFlags,
  output: Output,
): Promise<ExitStatus> {
  if (flags.offline === true) throw new UsageError('lock asks outside this machine: it cannot be --offline');
  if (flags.check === true && flags.refresh === true) {
    throw new UsageError('--check writes nothing, and --refresh is there to write: give one of them');
  }
  const opened = await openWorkspace({ ...flags, secrets: 'deferred' });
  const plan = opened.ok ? planNamed(opened.value, targets) : opened;
  if (!opened.ok || !plan.ok) {
    for (const diagnostic of plan.ok ? [] : plan.diagnostics) output.diagnostic(diagnostic);
    return EXIT.failed;
  }
  const workspace = opened.value;
  const run = await ask(workspace, plan.value.planned, flags, output);
  if (!run) return EXIT.failed;
  const faults = [...plan.value.failed, ...run.settled.failures].flatMap(({ diagnostics }) => diagnostics);
  const isWhole = targets.length === 0 && faults.length === 0 && !run.isInterrupted;
  return conclude(workspace, run, { isWhole, faults }, flags, output);
}

interface Run {
  readonly settled: Settled;
  readonly isInterrupted: boolean;
}

async function ask(
  workspace: Workspace,
  planned: readonly PlannedTarget[],
  flags: LockFlags,
  output: Output,
): Promise<Run | undefined> {
  const stop = interruption();
  try {
    const asker = workspaceAsker(workspace, flags, output.diagnostic, stop.signal);
    if (!asker.ok) {
      asker.diagnostics.forEach(output.diagnostic);
      return undefined;
    }
    const settled = await settle(workspace, planned, asker.value, {
      again: flags.refresh === true || flags.check === true,
      optional: true,
      signal: stop.signal,
      onAnswer: (_answered, done, of) => {
        output.progress(formatProgress(done, of));
        if (flags.check !== true && done % SAVED_AFTER === 0) save(workspace, output);
      },
    });
    await asker.value.close();
    return { settled, isInterrupted: stop.signal.aborted };
  } finally {
    stop.end();
  }
}

function save(workspace: Workspace, output: Output, isWanted?: (id: string) => boolean): boolean {
  const saved = updateLock(workspace.baseDir, workspace.outside.learned(), isWanted);
  if (!saved.ok) saved.diagnostics.forEach(output.diagnostic);
  return saved.ok;
}

interface Ending {
  /** All that the matrix asks is known: a fact that it does not ask for is of no use. */
  readonly isWhole: boolean;
  readonly faults: readonly Diagnostic[];
}

function conclude(
  workspace: Workspace,
  { settled, isInterrupted }: Run,
  { isWhole, faults }: Ending,
  flags: LockFlags,
  output: Output,
): ExitStatus {
  const isCheck = flags.check === true;
  const rows = [
    ...lockRows(outcomesOf(workspace, settled), workspace.lock, isCheck),
    ...(isWhole && flags.refresh === true ? unusedRows(workspace, settled) : []),
  ];
  const isSaved =
    isCheck ||
    save(workspace, output, isWhole && flags.refresh === true ? (id) => settled.needs.has(id) : undefined);
  printRows(rows, flags, output);
  const remarks = [...settled.answers.values()].flatMap((answered) => answered.remarks);
  for (const diagnostic of [...onceEach(remarks), ...onceEach(faults), ...workspace.complaints()]) {
    output.diagnostic(diagnostic);
  }
  reportSecurity(rows, isCheck, output);
  output.message(summary(workspace, rows, settled, isInterrupted, isCheck));
  if (isInterrupted) return EXIT.interrupted;
  const isIncomplete = rows.some(({ state }) => state === 'no answer');
  const differs = isCheck && rows.some(({ state }) => state !== 'unchanged');
  return isSaved && !isIncomplete && !differs && faults.length === 0 ? EXIT.good : EXIT.failed;
}

/** What was asked, with the facts as they are to be locked. */
function outcomesOf(workspace: Workspace, { answers }: Settled) {
  return [...answers.values()].map(({ question, learned, reason, addresses }) => {
    const locked = question.kind === 'host' ? workspace.lock.hosts.get(question.key) : undefined;
    const isStill = typeof locked?.address === 'string' && addresses.includes(locked.address);
    return { question, fact: isStill ? locked : learned?.fact, reason };
  });
}

function unusedRows({ lock }: Workspace, { needs }: Settled): readonly LockRow[] {
  const row = (kind: 'host' | 'medium', key: string): LockRow => ({
    state: 'removed',
    kind,
    key,
    says: 'no target of the matrix asks for it',
    isSecurity: false,
  });
  const unused = (kind: 'host' | 'medium', keys: Iterable<string>): readonly LockRow[] =>
    [...keys].filter((key) => !needs.has(`${kind} ${key}`)).map((key) => row(kind, key));
  return [...unused('host', lock.hosts.keys()), ...unused('medium', lock.media.keys())];
}

function printRows(rows: readonly LockRow[], flags: LockFlags, output: Output): void {
  if (flags.json === true) {
    output.data(formatJson(rows.map(({ isSecurity, ...row }) => ({ ...row, security: isSecurity }))));
    return;
  }
  const shown = output.verbose ? rows : rows.filter(({ state }) => state !== 'unchanged');
  for (const line of formatLockTable(shown)) output.data(line);
}

function reportSecurity(rows: readonly LockRow[], isCheck: boolean, output: Output): void {
  const alarming = rows.filter(({ isSecurity }) => isSecurity);
  if (alarming.length === 0) return;
  const keys = new Set(alarming.map(({ key }) => key));
  const message = `security: ${keys.size === 1 ? '1 locked medium' : `${keys.size} locked media`} may have other bytes now, or nobody vouches for them any more`;
  const hint = isCheck
    ? 'ask the vendor why; osimager lock --refresh takes the new answers'
    : `ask the vendor why before you commit ${LOCK_FILE}`;
  output.diagnostic((isCheck ? problem : warning)('checksum', message, undefined, hint));
}

function goneAmong(needs: Settled['needs'], { media }: Lock): string {
  const gone = [...needs.values()].filter(({ question }) => media.get(question.key)?.gone !== undefined);
  return gone.length === 0 ? '' : `, ${gone.length} of them that a URL is gone`;
}

function summary(
  { lock }: Workspace,
  rows: readonly LockRow[],
  { needs, answers }: Settled,
  isInterrupted: boolean,
  isCheck: boolean,
): string {
  const facts = count(needs.size, 'fact');
  if (isInterrupted) {
    const kept = isCheck
      ? 'nothing is written'
      : 'what was answered is kept: osimager lock goes on from there';
    return `interrupted after ${count(answers.size, 'answer')}; ${kept}`;
  }
  if (rows.length === 0) return `${LOCK_FILE} has all that is needed: ${facts}${goneAmong(needs, lock)}`;
  return `${count(answers.size, 'question')} of ${facts} asked: ${countStates(rows)}`;
}

function onceEach(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [
    ...new Map(
      diagnostics.map((diagnostic) => [JSON.stringify([diagnostic.code, diagnostic.message]), diagnostic]),
    ).values(),
  ];
}
