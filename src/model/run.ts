import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** Where a build failed, as far as its log tells; `preflight`: before Packer was started. */
export type FailureClass = 'preflight' | 'download' | 'boot' | 'communicator' | 'provisioner' | 'builder';

/** What a build came to. `waiting` and `running` are left in the ledger only by a run that was killed. */
export type BuildState = 'waiting' | 'running' | 'good' | 'failed' | 'interrupted' | 'not started';

/** One build in the ledger of runs. Times are ISO 8601, in UTC; digests SHA-256. */
export interface BuildRecord {
  /** The folder as it was shown: `out/vmware/lab/myhost`. */
  readonly artifact: string;
  /** The same, absolute. */
  readonly folder: string;
  /** `platform/location/spec`. */
  readonly target: string;
  /** Of `artifact.json`, which has a digest of every other file. */
  readonly digest: string;
  /** Of the target and of the data files that the artifact was made from. */
  readonly inputs: string;
  readonly state: BuildState;
  readonly started?: string;
  readonly ended?: string;
  readonly failure?: FailureClass;
  /** Packer's last words on what went wrong, or what osimager found. */
  readonly reason?: string;
  readonly image?: string;
  /** The path of the log, seen from the folder of the ledger. */
  readonly log?: string;
}

/** One run in the ledger: `.osimager/runs/<id>.json`. */
export interface RunRecord {
  readonly format: 1;
  readonly id: string;
  readonly command: 'run' | 'refit' | 'build';
  /** The process that ran it: where it is no more and nothing ended, the run was killed. */
  readonly process: number;
  readonly packer?: string;
  readonly started: string;
  readonly ended?: string;
  readonly builds: readonly BuildRecord[];
}

/** How many builds came to what. */
export type RunCounts = Readonly<Record<'good' | 'failed' | 'interrupted' | 'not started', number>>;

/** Everything that a run announces, in the order in which it happens. `--json` prints it as it is. */
export type RunEvent =
  | { readonly type: 'diagnostic'; readonly diagnostic: Diagnostic }
  | { readonly type: 'run-started'; readonly id: string; readonly packer: string; readonly builds: number }
  | { readonly type: 'build-started'; readonly artifact: string; readonly log: string }
  | { readonly type: 'step'; readonly artifact: string; readonly step: string }
  | { readonly type: 'build-ended'; readonly build: BuildRecord }
  | {
      readonly type: 'run-ended';
      readonly id: string;
      readonly interrupted: boolean;
      readonly counts: RunCounts;
    };
