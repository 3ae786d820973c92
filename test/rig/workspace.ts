import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import { temporaryFolder, writeFiles } from './folder.ts';

/** A row of the matrix, or the whole matrix as text where its places matter. */
export type Row = Readonly<Record<string, unknown>>;

/** The parts of a workspace, by name; text is written as it is, anything else as JSON. */
export interface WorkspaceParts {
  readonly platforms?: Readonly<Record<string, unknown>>;
  readonly locations?: Readonly<Record<string, unknown>>;
  readonly specs?: Readonly<Record<string, unknown>>;
  readonly matrix?: readonly Row[] | string;
  /** Installer sources, below `data/files`. */
  readonly sources?: Readonly<Record<string, unknown>>;
  /** Any other files, by path in the workspace. */
  readonly files?: Readonly<Record<string, unknown>>;
}

/** A workspace of one platform, location and spec, and of one target. */
export const SMALL = {
  platforms: { bare: { arches: ['x86_64'], config: { type: 'null', communicator: 'none' } } },
  locations: { lab: { defs: { domain: 'lab.example' } } },
  specs: {
    demo: {
      provides: { dist: 'demo', versions: ['1.[0-1]'], arches: ['x86_64'] },
      files: [{ sources: ['demo/ks.cfg'], dest: 'ks.cfg' }],
    },
  },
  sources: { 'demo/ks.cfg': 'host >>name<<\n' },
  matrix: [{ platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64' }],
} as const satisfies WorkspaceParts;

/** Writes the small workspace with parts added or replaced, by name; returns its folder. */
export function writeWorkspace(parts: WorkspaceParts = {}, folder = temporaryFolder()): string {
  writeFiles(folder, workspaceFiles(parts));
  return folder;
}

function workspaceFiles(parts: WorkspaceParts): Record<string, unknown> {
  const { matrix = SMALL.matrix } = parts;
  return {
    ...named('data/platforms', '.json', { ...SMALL.platforms, ...parts.platforms }),
    ...named('data/locations', '.json', { ...SMALL.locations, ...parts.locations }),
    ...named('data/specs', '/spec.json', { ...SMALL.specs, ...parts.specs }),
    ...named('data/files', '', { ...SMALL.sources, ...parts.sources }),
    'data/matrix.toml': typeof matrix === 'string' ? matrix : stringify({ target: matrix }),
    ...parts.files,
  };
}

function named(folder: string, ending: string, parts: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(parts).map(([name, content]) => [`${folder}/${name}${ending}`, content]),
  );
}

/** Every path below a folder in order, folders with a slash at the end: nothing is overlooked. */
export function listPaths(folder: string, below = ''): readonly string[] {
  const entries = readdirSync(join(folder, below), { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${below}${entry.name}`;
      return entry.isDirectory() ? [`${path}/`, ...listPaths(folder, `${path}/`)] : [path];
    });
}
