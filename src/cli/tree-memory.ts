import { formatTarget } from '../model/target.ts';
import type { Freshness } from '../tree/freshness.ts';
import type { Memory } from '../tree/pass.ts';
import type { TargetRecord } from '../tree/state.ts';
import { explainMoved } from './moved.ts';

/** The records of a tree, over many passes. */
export interface TreeMemory {
  readonly records: ReadonlyMap<string, TargetRecord>;
  over(freshness: Freshness, isOneTarget: boolean, saved: number): Memory;
  touch(): void;
  /** Whether something is to be saved; from then on nothing is. */
  isTouched(): boolean;
  /** The records that stand in the place of older ones of the same rows. */
  asTheyAre(older: readonly TargetRecord[]): readonly TargetRecord[];
}

/** A memory over the records of the last run; `shown` makes of a path what the user calls it. */
export function createTreeMemory(
  known: ReadonlyMap<string, TargetRecord>,
  shown: (path: string) => string,
): TreeMemory {
  const records = new Map(known);
  let touched = false;
  const isSameRow = (record: TargetRecord, target: TargetRecord['target']): boolean =>
    record.target === target || JSON.stringify(record.target) === JSON.stringify(target);
  return {
    records,
    over: (freshness, isOneTarget, saved) => ({
      saved,
      record: (folder) => records.get(folder),
      isFresh: (record, { target }) =>
        isSameRow(record, target) &&
        (isOneTarget || record.requestedBy === 'matrix') &&
        freshness.holds(record.asked),
      reasons(record, { target }) {
        if (!record) return ['nothing is known of it'];
        if (!isSameRow(record, target)) return ['its row, or an option, is another'];
        const moved = explainMoved(freshness.moved(record.asked), shown);
        return moved.length > 0 ? moved : ['the matrix asks for it now'];
      },
      remember(record) {
        records.set(record.folder, record);
        touched = true;
      },
      forget(folder) {
        records.delete(folder);
        touched = true;
      },
      forgetOthers(folders, targets) {
        for (const { folder, target, requestedBy } of records.values()) {
          if (requestedBy !== 'matrix' || folders.has(folder) || targets.has(formatTarget(target))) continue;
          records.delete(folder);
          touched = true;
        }
      },
    }),
    touch() {
      touched = true;
    },
    isTouched() {
      const was = touched;
      touched = false;
      return was;
    },
    asTheyAre: (older) =>
      older.map((record) => {
        const now = records.get(record.folder);
        return now && isSameRow(now, record.target) ? now : record;
      }),
  };
}
