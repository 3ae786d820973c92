import { resolve } from 'node:path';
import { good, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { formatPlace } from '../diagnostics/source.ts';
import { shownPath } from '../edge/facts.ts';
import { NO_COUNTS, type Counts, type Event } from '../model/event.ts';
import { formatTarget } from '../model/target.ts';
import { createFactStore, type Freshness } from '../tree/freshness.ts';
import type { Plan } from '../tree/plan.ts';
import { loadState, saveState, signState } from '../tree/state-file.ts';
import type { Asked, PlanRecord, TargetRecord } from '../tree/state.ts';
import type { Memory } from '../tree/sync.ts';
import { explainMoved } from './moved.ts';
import { createPassAnswers } from './pass-answers.ts';
import { createPlanner, type PlanOptions } from './planning.ts';
import { fetchKnownSecrets, fetchSecretsOf } from './session-secrets.ts';
import type { ResolvedSettings } from './settings.ts';
import { syncWorkspace } from './sync-workspace.ts';
import { BUILD } from './version.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

export interface PassOptions extends PlanOptions {
  readonly dryRun: boolean;
  readonly force: boolean;
  /** More passes will follow: the data files are read, and all answers kept to be held against. */
  readonly watched?: boolean | undefined;
  /** What was fresh in the last pass is not looked at. */
  readonly staleOnly?: boolean | undefined;
  /** A run before this one was killed. */
  readonly mend?: boolean | undefined;
  readonly showEdited?: boolean | undefined;
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
  /** Ends the pass early; what is done is kept. */
  readonly signal?: AbortSignal | undefined;
}

/** What a pass came to. */
export interface PassResult {
  /** Whether it is known what is asked for; if not, the matrix as a whole is wrong, and that is announced. */
  readonly isPlanned: boolean;
  readonly counts: Counts;
  /** What is another than in the pass before, in words. */
  readonly moved: readonly string[];
}

/** A workspace and its tree, over one run or, when it is watched, over many passes. */
export interface Session {
  readonly workspace: Workspace;
  /** Brings the tree to what is asked for, and announces what is done and what is wrong. */
  pass(options: PassOptions, emit: (event: Event) => void): Promise<PassResult>;
  /** Writes what is known of the tree, where that changed; what is wrong where it cannot be written. */
  save(): Diagnostic | undefined;
  /** Whether nobody else wrote what is known of the tree since this session read or wrote it. */
  isCurrent(): boolean;
}

/** The plan of a pass, made anew or remembered. */
interface PassPlan {
  readonly plan: Plan;
  readonly broken: readonly Diagnostic[];
  readonly complaints: () => readonly Diagnostic[];
  readonly asked: () => Asked;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Opens a tree with what is known of it. Data files are read only when something may have changed. */
export function openSession(resolved: ResolvedSettings, environment: Environment): Session {
  const workspace = createWorkspace(resolved, environment);
  const planner = createPlanner(workspace);
  const loaded = loadState(resolved.out, BUILD, resolved.baseDir);
  const { key } = loaded.state;
  const answers = createPassAnswers(workspace, key);
  const shown = (path: string): string => shownPath(path, resolved.baseDir);
  const tree = createTreeMemory(loaded.state.records, shown);
  let plan = loaded.state.plan;
  let store = createFactStore();
  let complained: ReadonlySet<string> = new Set();
  let { signature } = loaded;

  const keyOf = ({ define = {} }: PassOptions): string => JSON.stringify([resolved.matrix, define]);
  /** The plan of the last run, where all that it was made from is as it was. */
  const recall = (freshness: Freshness, options: PassOptions): PassPlan | undefined => {
    if (options.target || options.watched === true || plan?.key !== keyOf(options)) return undefined;
    if (!freshness.holds(plan.asked)) return undefined;
    const { broken, complaints, asked } = plan;
    return { plan, broken, complaints: () => complaints, asked: () => asked };
  };
  const planAnew = (freshness: Freshness, options: PassOptions): Result<PassPlan> => {
    const planned = planner.plan(options);
    if (!planned.ok) return planned;
    const { trace, broken } = planned.value;
    return good({
      ...planned.value,
      broken,
      complaints: () => workspace.library.warnings(),
      asked: () => freshness.asked(trace),
    });
  };
  const rememberPlan = ({ plan: made, broken, complaints, asked }: PassPlan, options: PassOptions): void => {
    const planned = made.planned.flatMap(({ folder }) => tree.records.get(folder) ?? []);
    const { common, own } = asked();
    if (plan?.asked.common !== common || plan.planned.length !== planned.length) tree.touch();
    plan = {
      ...made,
      key: keyOf(options),
      // Rows of the index come from the data files, whose texts are in `common`.
      asked: { common, own: own.filter(({ question }) => !question.startsWith('entry ')) },
      planned,
      broken,
      complaints: complaints(),
    };
    if (planned.length !== made.planned.length) plan = undefined;
  };
  /** Each complaint once, until it is gone. */
  const complain = (found: readonly Diagnostic[], emit: (event: Event) => void): void => {
    for (const diagnostic of found) {
      if (!complained.has(nameOf(diagnostic))) emit({ type: 'diagnostic', diagnostic });
    }
    complained = new Set(found.map(nameOf));
  };

  return {
    workspace,
    async pass(options, emit) {
      const { freshness, moved } = answers.begin(store);
      await fetchKnownSecrets(workspace, tree.records.values());
      const recalled = recall(freshness, options);
      answers.trustIndex(recalled !== undefined);
      const made = recalled ? good(recalled) : planAnew(freshness, options);
      const told = explainMoved(moved, shown);
      if (!made.ok) {
        for (const diagnostic of [...made.diagnostics, ...workspace.outsideWarnings()]) {
          emit({ type: 'diagnostic', diagnostic });
        }
        if (options.watched === true) answers.end(freshness);
        return { isPlanned: false, counts: NO_COUNTS, moved: told };
      }
      const memory = tree.over(freshness, options, loaded.saved);
      await fetchSecretsOf(workspace, made.value.plan.planned, memory, options.force);
      for (const diagnostic of made.value.broken) emit({ type: 'diagnostic', diagnostic });
      // What a broken row or spec stands for is not known: nothing is taken for gone then.
      const isWhole = made.value.broken.every(({ severity }) => severity === 'warning');
      const prune = isWhole && !options.target;
      const counts = await syncWorkspace(
        workspace,
        made.value.plan,
        freshness,
        memory,
        { ...options, prune },
        emit,
      );
      complain([...workspace.outsideWarnings(), ...made.value.complaints()], emit);
      emit({
        type: 'done',
        out: shownPath(resolved.out, resolve('.')),
        counts,
        holdsSecrets: resolved.settings.secrets === 'inline',
        unpruned: !isWhole && !options.target,
      });
      const isDone = options.signal?.aborted !== true;
      if (isDone && !options.dryRun && !options.target) rememberPlan(made.value, options);
      if (options.target && plan) plan = { ...plan, planned: tree.asTheyAre(plan.planned) };
      if (options.watched === true) answers.end(freshness);
      if (store.sets.size > 2 * tree.records.size + 1000) store = createFactStore();
      return { isPlanned: true, counts, moved: told };
    },
    save() {
      if (!tree.isTouched() && !store.learnt) return undefined;
      store.learnt = false;
      const fault = saveState(resolved.out, { key, records: tree.records, plan }, BUILD);
      signature = signState(resolved.out);
      return fault;
    },
    isCurrent: () => signature === signState(resolved.out),
  };
}

function nameOf({ code, message, span }: Diagnostic): string {
  return JSON.stringify([code, message, span ? formatPlace(span) : '']);
}

/** The records of a tree, over many passes. */
interface TreeMemory {
  readonly records: ReadonlyMap<string, TargetRecord>;
  over(freshness: Freshness, options: PassOptions, saved: number): Memory;
  touch(): void;
  /** Whether something is to be saved; from then on nothing is. */
  isTouched(): boolean;
  /** The records that stand in the place of older ones of the same rows. */
  asTheyAre(older: readonly TargetRecord[]): readonly TargetRecord[];
}

function createTreeMemory(
  known: ReadonlyMap<string, TargetRecord>,
  shown: (path: string) => string,
): TreeMemory {
  const records = new Map(known);
  let touched = false;
  const isSameRow = (record: TargetRecord, target: TargetRecord['target']): boolean =>
    record.target === target || JSON.stringify(record.target) === JSON.stringify(target);
  return {
    records,
    over: (freshness, options, saved) => ({
      saved,
      record: (folder) => records.get(folder),
      isFresh: (record, { target }) =>
        isSameRow(record, target) &&
        (options.target !== undefined || record.requestedBy === 'matrix') &&
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
