import { join } from 'node:path';
import type { Settings } from '../../config/schema.ts';
import type { BuildRecord } from '../../model/run.ts';
import { formatTarget } from '../../model/target.ts';
import type { Artifact } from '../../run/artifact.ts';
import type { BuildOrder } from '../../run/build.ts';
import { hostsOf } from '../../run/hosts.ts';
import type { QueueLimits, Queued } from '../../run/queue.ts';
import { venvFolder, type ToolPlaces } from '../../run/tools.ts';
import { digest } from '../../template/crypt.ts';
import type { Workspace } from '../workspace.ts';
import type { RunSettings } from './options.ts';
import type { Chosen } from './preflight.ts';

/** A build in the queue of a run, with its place in the ledger. */
export interface QueuedBuild extends Queued {
  readonly at: number;
  readonly order: BuildOrder;
}

/** What the queue takes: each build with its logs in the folder of the run. */
export function queuedBuilds(
  chosen: readonly Chosen[],
  folder: string,
  { packer, keep, packerLog }: RunSettings,
  places: ToolPlaces,
): readonly QueuedBuild[] {
  return chosen.map(({ artifact, change }, at) => {
    const { platform, location } = artifact.target;
    const log = join(folder, logName(artifact, 'log'));
    const beside = join(folder, logName(artifact, 'packer.log'));
    return {
      at,
      platform,
      location,
      hosts: change ? ['localhost'] : hostsOf(artifact.template),
      order: {
        artifact,
        options: packer,
        changeTemplate: change,
        keep,
        log,
        packerLog: packerLog === true ? beside : packerLog,
        venv: venvFolder(artifact, places),
      },
    };
  });
}

/** `vmware/lab/myhost.log`: seen from the folder of the run. */
function logName({ target, name }: Artifact, ending: string): string {
  return `${target.platform}/${target.location}/${name}.${ending}`;
}

/** How a build stands in the ledger before it starts. */
export function waitingRecord(artifact: Artifact, workspace: Workspace): BuildRecord {
  return {
    artifact: artifact.shown,
    folder: artifact.folder,
    target: formatTarget(artifact.target),
    digest: artifact.digest,
    inputs: inputsDigest(artifact, workspace),
    state: 'waiting',
  };
}

/** The path of a build's log in the ledger: seen from the folder of the ledger. */
export function ledgerLog(id: string, artifact: Artifact): string {
  return `${id}/${logName(artifact, 'log')}`;
}

/** One digest for the target and each data file that the artifact was made from, as they are now. */
function inputsDigest({ target, sources }: Artifact, { facts }: Workspace): string {
  const inputs = sources.map((source) => {
    const slash = source.indexOf('/');
    const root = source.slice(0, slash) === 'user' ? 'user' : 'data';
    const answer = facts.text({ root, path: source.slice(slash + 1) });
    return [source, answer.kind === 'text' ? digest(answer.source.text) : null];
  });
  return digest(JSON.stringify([target, inputs]));
}

/** The limits of the configuration; `--jobs` is stronger than theirs. One build at a time where nobody says. */
export function queueLimits({ limits }: Settings, jobs: number | undefined): QueueLimits {
  return {
    jobs: jobs ?? limits.jobs ?? 1,
    platforms: limits.platforms ?? {},
    locations: limits.locations ?? {},
    hosts: limits.hosts ?? {},
  };
}
