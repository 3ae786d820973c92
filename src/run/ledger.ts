import { join } from 'node:path';
import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { exists, isSystemError, listNames, readText, reasonOf } from '../edge/files.ts';
import { createFolder, replaceFile } from '../edge/write-files.ts';
import type { BuildRecord, RunRecord } from '../model/run.ts';
import { formatJson } from '../model/value.ts';

/** The ledger of one run: written anew, whole, whenever something is known. */
export interface Ledger {
  readonly id: string;
  /** The folder of the logs of this run. */
  readonly folder: string;
  /** What is in the ledger now. */
  current(): RunRecord;
  /** Replaces the record of one build, by its place in the run. */
  build(at: number, change: Partial<BuildRecord>): BuildRecord;
  end(time: string): RunRecord;
  /** Why the ledger is not what it should be; undefined where it is. */
  fault(): Diagnostic | undefined;
}

/** Runs are private: what is built where is nobody else's business. */
const MODE = 0o600;

/**
 * Begins a run in the ledger: `<runs>/<id>.json`, and the folder `<runs>/<id>/` for its logs. The id is the
 * time at which it began, with a number behind it where two begin in one second.
 */
export function openLedger(runs: string, first: Omit<RunRecord, 'format' | 'id'>): Result<Ledger> {
  const base = first.started.replace(/\.\d+Z$/, 'Z').replaceAll(':', '-');
  try {
    const id = freeId(runs, base);
    const builds = [...first.builds];
    let record: RunRecord = { format: 1, id, ...first, builds };
    const write = (): void => {
      replaceFile(join(runs, `${id}.json`), formatJson(record), MODE);
    };
    write();
    let fault: string | undefined;
    // A run is not ended because its ledger cannot be written any more.
    const rewrite = (): void => {
      try {
        write();
      } catch (error) {
        if (!isSystemError(error)) throw error;
        fault ??= reasonOf(error);
      }
    };
    return good({
      id,
      folder: join(runs, id),
      current: () => record,
      build(at, change) {
        const before = builds[at];
        if (!before) throw new Error(`the run has no build ${at}`);
        const changed = { ...before, ...change };
        builds[at] = changed;
        rewrite();
        return changed;
      },
      end(time) {
        record = { ...record, ended: time };
        rewrite();
        return record;
      },
      fault: () => (fault === undefined ? undefined : unwritten(runs, fault)),
    });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return bad(unwritten(runs, reasonOf(error)));
  }
}

function unwritten(runs: string, reason: string): Diagnostic {
  return problem('ledger', `${runs} cannot be written: ${reason}`);
}

/** Takes the first id of a time that nobody has, by making its folder. */
function freeId(runs: string, base: string): string {
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (exists(join(runs, id)) || exists(join(runs, `${id}.json`))) continue;
    createFolder(join(runs, id), new Map(), MODE);
    return id;
  }
}

/** All runs in the ledger, oldest first. What cannot be read is left out. */
export function readRuns(runs: string): readonly RunRecord[] {
  return listNames(runs)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readRun(join(runs, name)) ?? [])
    .sort((a, b) => (a.started < b.started ? -1 : a.started > b.started ? 1 : a.id.length - b.id.length));
}

function readRun(path: string): RunRecord | undefined {
  const answer = readText(path);
  if (answer.kind !== 'text') return undefined;
  try {
    const record = JSON.parse(answer.text) as Partial<RunRecord> | null;
    return record?.format === 1 && Array.isArray(record.builds) ? (record as RunRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** The folders of a run that came to no good end: failed, interrupted, not started, or cut off. */
export function unfinished(run: RunRecord): readonly string[] {
  return run.builds.filter(({ state }) => state !== 'good').map(({ folder }) => folder);
}
