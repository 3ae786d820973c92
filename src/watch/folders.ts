import { dirname, isAbsolute, join, relative, sep } from 'node:path';

/** A folder whose files matter: with all below it, or some names in it alone. */
export interface WatchedFolder {
  /** Absolute. */
  readonly path: string;
  /** The names that matter in it; undefined where all does, at any depth. */
  readonly names?: readonly string[] | undefined;
}

/** Which folders are to be watched, and which paths matter. */
export interface WatchPlan {
  /** Folders that are there, above all that matters: what is moved away and comes back is seen from them. */
  readonly roots: readonly string[];
  /** Whether a folder is on the way to something that matters, or matters itself. */
  leadsTo(folder: string): boolean;
  matters(path: string): boolean;
}

/**
 * Works out what to watch. A folder is watched from the one above it, so that it is seen to come and go; one of
 * which names alone matter, from itself. Where that is not there, from the nearest one above that is (`exists`
 * tells). What lies in `without` is left out.
 */
export function planWatch(
  folders: readonly WatchedFolder[],
  without: readonly string[],
  exists: (folder: string) => boolean,
): WatchPlan {
  const rootOf = ({ path, names }: WatchedFolder): string => {
    let at = names ? path : dirname(path);
    while (!exists(at) && dirname(at) !== at) at = dirname(at);
    return at;
  };
  const isLeftOut = (path: string): boolean => without.some((other) => isWithin(path, other));
  return {
    roots: [...new Set(folders.map(rootOf))],
    leadsTo: (folder) =>
      !isLeftOut(folder) &&
      folders.some(
        ({ path, names }) =>
          isWithin(path, folder) || (isWithin(folder, path) && (!names || leadsToName(folder, path, names))),
      ),
    matters: (path) =>
      !isLeftOut(path) &&
      folders.some(
        (folder) =>
          isWithin(folder.path, path) ||
          (isWithin(path, folder.path) && (!folder.names || leadsToName(path, folder.path, folder.names))),
      ),
  };
}

/** Names may be paths: `locations` matters with all that is in it. */
function leadsToName(path: string, folder: string, names: readonly string[]): boolean {
  return names.some((name) => isWithin(path, join(folder, name)));
}

/** Whether a path is a folder, or lies in it. */
function isWithin(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return inside === '' || (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside));
}
