import type { Target } from '../model/target.ts';
import { compareText } from '../model/target.ts';
import { formatJson, type Value } from '../model/value.ts';
import { findSecrets } from '../template/secrets.ts';

/** The name of the file that says what a folder was made from and what it needs to run. */
export const ARTIFACT_FILE = 'artifact.json';

/** Who asked for an artifact: only those of the matrix go away with their rows. */
export type RequestedBy = 'matrix' | 'command line';

export interface ArtifactFacts {
  readonly target: Target;
  readonly name: string;
  readonly requestedBy: RequestedBy;
  readonly secretsMode: 'deferred' | 'inline';
  /** Rendered files by name. */
  readonly files: ReadonlyMap<string, string>;
  /** Their digests, by name. */
  readonly digests: ReadonlyMap<string, string>;
  /** Paths of the data files and installer sources that were read. */
  readonly sources: readonly string[];
  readonly environment: readonly string[];
  readonly plugins: readonly Value[];
  readonly venv: string | undefined;
  readonly requiredFiles: readonly Value[];
}

/** The text of `artifact.json`: nothing in it differs between machines or runs. */
export function artifactFile(facts: ArtifactFacts): string {
  const { platform, location, spec, ip, fqdn, define, tags } = facts.target;
  return formatJson({
    format: 1,
    target: { platform, location, spec, name: facts.name, ip, fqdn, define, tags },
    requested_by: facts.requestedBy,
    files: Object.fromEntries([...facts.digests].sort(([a], [b]) => compareText(a, b))),
    secrets_mode: facts.secretsMode,
    // Inline there is none to be had any more, and a value that looks like a marker must not be printed.
    secrets: facts.secretsMode === 'inline' ? [] : neededSecrets(facts.files),
    environment: [...facts.environment].sort(compareText),
    plugins: facts.plugins,
    venv: facts.venv,
    required_files: facts.requiredFiles,
    sources: [...new Set(facts.sources)].sort(compareText),
  });
}

/** A secret that an artifact asks for, and the files that ask. */
export interface NeededSecret {
  readonly path: string;
  readonly key: string;
  readonly files: readonly string[];
}

/** The secrets that the files still ask for, by path and key, and which file asks. */
export function neededSecrets(files: ReadonlyMap<string, string>): readonly NeededSecret[] {
  const needed = new Map<string, { path: string; key: string; files: Set<string> }>();
  for (const [name, text] of files) {
    for (const { path, key } of findSecrets(text)) {
      const id = JSON.stringify([path, key]);
      const entry = needed.get(id) ?? { path, key, files: new Set() };
      entry.files.add(name);
      needed.set(id, entry);
    }
  }
  return [...needed.values()]
    .map(({ path, key, files: names }) => ({ path, key, files: [...names].sort(compareText) }))
    .sort((a, b) => compareText(a.path, b.path) || compareText(a.key, b.key));
}
