import { resolve } from 'node:path';
import { good, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { formatPlace } from '../diagnostics/source.ts';
import { shownPath } from '../edge/facts.ts';
import { NO_COUNTS, type Counts, type Event } from '../model/event.ts';
import { createFactStore, type FactStore, type Freshness } from '../tree/freshness.ts';
import { openJournal, type Journal } from '../tree/journal.ts';
import type { Plan } from '../tree/plan.ts';
import { loadState, saveState, signState } from '../tree/state-file.ts';
import type { Asked, PlanRecord } from '../tree/state.ts';
import { explainMoved } from './moved.ts';
import { createPassAnswers, type PassAnswers } from './pass-answers.ts';
import type { PassOptions, PassResult } from './pass.ts';
import { createPlanner, type Planner } from './planning.ts';
import { fetchKnownSecrets, fetchSecretsOf } from './session-secrets.ts';
import { answerOpen, isForbidden, lacksAnswer, reportUnlocked } from './open-questions.ts';
import type { ResolvedSettings, WorkspaceOptions } from './settings.ts';
import { syncWorkspace } from './sync-workspace.ts';
import { createTreeMemory, type TreeMemory } from './tree-memory.ts';
import { BUILD } from './version.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

/** The plan of a pass, made anew or remembered. */
interface PassPlan {
  readonly plan: Plan;
  readonly broken: readonly Diagnostic[];
  readonly complaints: () => readonly Diagnostic[];
  readonly asked: () => Asked;
}

type Emit = (event: Event) => void;

/**
 * A workspace and its tree with what is known of it, over one run or, when it is watched, over many passes.
 * Data files are read only when something may have changed.
 */
export class Session {
  readonly #resolved: ResolvedSettings;
  readonly #options: WorkspaceOptions;
  /** What was asked of name servers and web servers, once for all passes. */
  readonly #questions = new Set<string>();
  readonly #workspace: Workspace;
  readonly #planner: Planner;
  readonly #answers: PassAnswers;
  readonly #tree: TreeMemory;
  readonly #key: string;
  readonly #journal: Journal;
  readonly #saved: number;
  /** That of the pass under way, where something was learned. */
  #freshness: Freshness | undefined;
  #signature: string;
  #plan: PlanRecord | undefined;
  #store: FactStore = createFactStore();
  #complained: ReadonlySet<string> = new Set();

  /** Opens a workspace with what is known of its tree; an error where its lock file cannot be used. */
  static open(resolved: ResolvedSettings, options: WorkspaceOptions): Result<Session> {
    const workspace = createWorkspace(resolved, options);
    return workspace.ok ? good(new Session(resolved, workspace.value, options)) : workspace;
  }

  private constructor(resolved: ResolvedSettings, workspace: Workspace, options: WorkspaceOptions) {
    const { state, saved, signature } = loadState(resolved.out, BUILD, resolved.baseDir);
    this.#resolved = resolved;
    this.#options = options;
    this.#workspace = workspace;
    this.#planner = createPlanner(this.#workspace);
    this.#answers = createPassAnswers(this.#workspace, state.key);
    this.#tree = createTreeMemory(state.records, (path) => this.#shown(path));
    this.#key = state.key;
    this.#journal = openJournal(resolved.out);
    this.#saved = saved;
    this.#signature = signature;
    this.#plan = state.plan;
  }

  /** Brings the tree to what is asked for, and announces what is done and what is wrong. */
  async pass(options: PassOptions, emit: Emit): Promise<PassResult> {
    const { freshness, moved } = this.#answers.begin(this.#store);
    const told = explainMoved(moved, (path) => this.#shown(path));
    await fetchKnownSecrets(this.#workspace, this.#tree.records.values());
    const recalled = this.#recall(freshness, options);
    this.#answers.trustIndex(recalled !== undefined);
    const made = recalled ? good(recalled) : this.#planAnew(freshness, options);
    let counts = NO_COUNTS;
    if (made.ok) counts = await this.#sync(made.value, freshness, options, emit);
    else {
      for (const diagnostic of [...made.diagnostics, ...this.#workspace.outsideWarnings()]) {
        emit({ type: 'diagnostic', diagnostic });
      }
    }
    if (options.watched === true) this.#answers.end(this.#freshness ?? freshness);
    this.#freshness = undefined;
    if (this.#store.sets.size > 2 * this.#tree.records.size + 1000) this.#store = createFactStore();
    return { counts, moved: told };
  }

  /** Asks what is not known of the outside; the plan and the freshness that hold then. */
  async #settle(
    made: PassPlan,
    before: Freshness,
    options: PassOptions,
    emit: Emit,
  ): Promise<{ readonly made: PassPlan; readonly freshness: Freshness }> {
    if (isForbidden(this.#workspace, this.#options)) return { made, freshness: before };
    const known = this.#tree.over(before, options.target !== undefined, this.#saved);
    const open = made.plan.planned.filter((planned) => {
      const record = known.record(planned.folder);
      if (!record || options.force || !known.isFresh(record, planned)) return true;
      return options.staleOnly !== true && lacksAnswer(record);
    });
    const { dryRun, signal } = options;
    const asking = { ...this.#options, dryRun, signal };
    const learned = await answerOpen(this.#workspace, open, asking, this.#questions, emit);
    if (!learned) return { made, freshness: before };
    const freshness = this.#answers.afterLearning(this.#store);
    // A name may be made of an address that was not known before.
    const again = this.#planAnew(freshness, options);
    return { made: again.ok ? again.value : made, freshness };
  }

  async #sync(first: PassPlan, before: Freshness, options: PassOptions, emit: Emit): Promise<Counts> {
    const { made, freshness } = await this.#settle(first, before, options, emit);
    const { plan, broken } = made;
    const memory = this.#tree.over(freshness, options.target !== undefined, this.#saved);
    await fetchSecretsOf(this.#workspace, plan.planned, memory, options.force);
    for (const diagnostic of broken) emit({ type: 'diagnostic', diagnostic });
    for (const diagnostic of plan.warnings) emit({ type: 'diagnostic', diagnostic });
    // What a broken row or spec stands for is not known: nothing is taken for gone then.
    const isWhole = broken.every(({ severity }) => severity === 'warning');
    const asked = { ...options, journal: this.#journal, prune: isWhole && !options.target };
    const counts = await syncWorkspace(this.#workspace, plan, freshness, memory, asked, emit);
    this.#complain([...this.#workspace.outsideWarnings(), ...made.complaints()], emit);
    reportUnlocked(this.#workspace, this.#options, emit);
    const { out, settings } = this.#resolved;
    emit({
      type: 'done',
      out: shownPath(out, resolve('.')),
      counts,
      holdsSecrets: settings.secrets === 'inline',
      unpruned: !isWhole && !options.target,
    });
    if (!options.dryRun && options.signal?.aborted !== true) this.#remember(made, options);
    this.#freshness = freshness;
    return counts;
  }

  /** Writes what is known of the tree, where that changed; what is wrong where it cannot be written. */
  save(): Diagnostic | undefined {
    if (!this.#tree.isTouched() && !this.#store.learnt) return undefined;
    this.#store.learnt = false;
    const state = { key: this.#key, records: this.#tree.records, plan: this.#plan };
    const fault = saveState(this.#resolved.out, state, BUILD);
    this.#signature = signState(this.#resolved.out);
    if (!fault) this.#journal.clear();
    return fault;
  }

  /** Whether nobody else wrote what is known of the tree since this session read or wrote it. */
  isCurrent(): boolean {
    return this.#signature === signState(this.#resolved.out);
  }

  #shown(path: string): string {
    return shownPath(path, this.#resolved.baseDir);
  }

  #keyOf({ define = {} }: PassOptions): string {
    return JSON.stringify([this.#resolved.matrix, define]);
  }

  /** The plan of the last run, where all that it was made from is as it was. */
  #recall(freshness: Freshness, options: PassOptions): PassPlan | undefined {
    const plan = this.#plan;
    if (options.target || options.watched === true || plan?.key !== this.#keyOf(options)) return undefined;
    if (!freshness.holds(plan.asked)) return undefined;
    const { broken, complaints, asked } = plan;
    return { plan, broken, complaints: () => complaints, asked: () => asked };
  }

  #planAnew(freshness: Freshness, options: PassOptions): Result<PassPlan> {
    const planned = this.#planner.plan(options);
    if (!planned.ok) return planned;
    const { plan, broken, trace } = planned.value;
    const complaints = (): readonly Diagnostic[] => this.#workspace.library.warnings();
    return good({ plan, broken, complaints, asked: () => freshness.asked(trace) });
  }

  #remember({ plan: made, broken, complaints, asked }: PassPlan, options: PassOptions): void {
    if (options.target) {
      this.#plan &&= { ...this.#plan, planned: this.#tree.asTheyAre(this.#plan.planned) };
      return;
    }
    const planned = made.planned.flatMap(({ folder }) => this.#tree.records.get(folder) ?? []);
    const { common, own } = asked();
    const { skipped, failed, warnings } = made;
    const isSame = this.#plan?.asked.common === common && this.#plan.planned.length === planned.length;
    if (!isSame) this.#tree.touch();
    this.#plan = {
      key: this.#keyOf(options),
      // Rows of the index come from the data files, whose texts are in `common`.
      asked: { common, own: own.filter(({ question }) => !question.startsWith('entry ')) },
      planned,
      failed,
      skipped,
      warnings,
      broken,
      complaints: complaints(),
    };
    if (planned.length !== made.planned.length) this.#plan = undefined;
  }

  /** Each complaint once, until it is gone. */
  #complain(found: readonly Diagnostic[], emit: Emit): void {
    for (const diagnostic of found) {
      if (!this.#complained.has(nameOf(diagnostic))) emit({ type: 'diagnostic', diagnostic });
    }
    this.#complained = new Set(found.map(nameOf));
  }
}

function nameOf({ code, message, span }: Diagnostic): string {
  return JSON.stringify([code, message, span ? formatPlace(span) : '']);
}
