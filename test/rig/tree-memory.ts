import type { Memory } from '../../src/tree/pass.ts';
import type { TargetRecord } from '../../src/tree/state.ts';

export interface TestMemory extends Memory {
  readonly records: Map<string, TargetRecord>;
}

/** A memory over records; a target is fresh where the test says so. Nothing is known at first. */
export function createMemory(
  isFresh: (folder: string) => boolean = () => false,
  saved = Infinity,
): TestMemory {
  const records = new Map<string, TargetRecord>();
  return {
    records,
    saved,
    record: (folder) => records.get(folder),
    isFresh: ({ folder }) => isFresh(folder),
    reasons: () => ['the test says so'],
    remember: (record) => {
      records.set(record.folder, record);
    },
    forget: (folder) => {
      records.delete(folder);
    },
    forgetOthers: () => undefined,
  };
}
