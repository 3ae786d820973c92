import { join } from 'node:path';
import { readText } from '../edge/files.ts';
import type { Target } from '../model/target.ts';
import { ARTIFACT_FILE, type RequestedBy } from '../render/artifact.ts';

/** What `artifact.json` in a folder says: who asked for it, and which files are osimager's. */
export interface Manifest {
  readonly requestedBy: RequestedBy;
  readonly target: Pick<Target, 'platform' | 'location' | 'spec'>;
  readonly files: readonly string[];
  /** The SHA-256 digests of the files, as hexadecimal digits, where they are given. */
  readonly digests: ReadonlyMap<string, string>;
  /** Whether secrets were put into the files. */
  readonly holdsSecrets: boolean;
}

/** Reads what a folder says of itself; undefined where it is no artifact, or a damaged one. */
export function readManifest(folder: string): Manifest | undefined {
  const answer = readText(join(folder, ARTIFACT_FILE));
  if (answer.kind !== 'text') return undefined;
  try {
    const { requested_by, target, files, secrets_mode } = JSON.parse(answer.text) as Record<string, unknown>;
    if (typeof files !== 'object' || files === null || typeof target !== 'object' || target === null) {
      return undefined;
    }
    const { platform, location, spec } = target as Record<string, unknown>;
    const listed = Object.entries(files as Record<string, unknown>).filter(([name]) => isInnerPath(name));
    return {
      requestedBy: requested_by === 'command line' ? 'command line' : 'matrix',
      target: { platform: String(platform), location: String(location), spec: String(spec) },
      files: listed.map(([name]) => name),
      digests: new Map(listed.flatMap(([name, digest]) => (isDigest(digest) ? [[name, digest]] : []))),
      holdsSecrets: secrets_mode === 'inline',
    };
  } catch {
    return undefined;
  }
}

/** A manifest is a file that anybody can write: it must not lead out of its folder. */
function isInnerPath(name: string): boolean {
  return (
    name.split('/').every((step) => step !== '' && step !== '.' && step !== '..') && !name.includes('\\')
  );
}

function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** The files that are osimager's in a folder; last of all the one that says that the others are. */
export function artifactFiles(manifest: Manifest): readonly string[] {
  return [...manifest.files, ARTIFACT_FILE];
}
