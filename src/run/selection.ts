import { join, relative, resolve, sep } from 'node:path';
import { problem, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { isFolder, listFolders } from '../edge/files.ts';
import { suggest } from '../model/nearest.ts';
import { compareNaturally, formatTarget, parseTargetPath } from '../model/target.ts';
import { readManifest } from '../tree/manifest.ts';

/** A folder that is to be run, absolute, and how messages name it. */
export interface Selected {
  readonly folder: string;
  readonly shown: string;
}

/** What the words of the command line are held against. */
export interface SelectionPlaces {
  /** The absolute folder of the tree. */
  readonly out: string;
  /** What relative paths are seen from. */
  readonly cwd: string;
  /** `platform/location/name` of every target of the matrix, with its `platform/location/spec`. */
  readonly planned: readonly { readonly folder: string; readonly target: string }[];
  /** A test for names by a glob; throws nothing. */
  readonly matcher: (pattern: string) => (name: string) => boolean;
}

/** The artifacts that words name, each once, in natural order; what names nothing is complained of. */
export function selectArtifacts(
  words: readonly string[],
  places: SelectionPlaces,
): { readonly selected: readonly Selected[]; readonly diagnostics: readonly Diagnostic[] } {
  const tree = treeArtifacts(places);
  const found = new Map<string, Selected>();
  const diagnostics: Diagnostic[] = [];
  for (const word of words) {
    const matched = findArtifacts(word, tree, places);
    if ('code' in matched) diagnostics.push(matched);
    else for (const one of matched) found.set(one.folder, one);
  }
  const selected = [...found.values()].sort((a, b) => compareNaturally(a.shown, b.shown));
  return { selected, diagnostics };
}

interface TreeArtifact extends Selected {
  /** `platform/location/name`. */
  readonly path: string;
  readonly target: string;
}

/** All artifacts of the tree, read when the first is asked for that is not simply a folder. */
function treeArtifacts({ out, cwd }: SelectionPlaces): () => readonly TreeArtifact[] {
  let known: readonly TreeArtifact[] | undefined;
  return () => (known ??= readTree(out, cwd));
}

function readTree(out: string, cwd: string): readonly TreeArtifact[] {
  const below = (path: string): readonly string[] =>
    listFolders(join(out, path))
      .filter((name) => !name.startsWith('.'))
      .map((name) => (path === '' ? name : `${path}/${name}`));
  return below('')
    .flatMap(below)
    .flatMap(below)
    .flatMap((path) => {
      const folder = join(out, path);
      const manifest = readManifest(folder);
      return manifest
        ? [{ folder, shown: shownFrom(cwd, folder), path, target: formatTarget(manifest.target) }]
        : [];
    });
}

/** A path as it is typed: from the current folder where it lies in it, with slashes. */
export function shownFrom(cwd: string, folder: string): string {
  const inside = relative(cwd, folder);
  return inside === '' || inside.startsWith('..') ? folder : inside.split(sep).join('/');
}

function findArtifacts(
  word: string,
  tree: () => readonly TreeArtifact[],
  places: SelectionPlaces,
): readonly Selected[] | Diagnostic {
  const folder = resolve(places.cwd, word);
  if (word !== '' && readManifest(folder)) return [{ folder, shown: shownFrom(places.cwd, folder) }];
  const pattern = word.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  const matches = pattern === '' ? () => false : places.matcher(pattern);
  const matched = tree().filter(
    ({ folder: absolute, shown, path, target }) =>
      matches(shown) || matches(absolute) || matches(path) || matches(target),
  );
  if (matched.length > 0) return matched;
  return nothingFound(word, folder, pattern, tree(), places);
}

function nothingFound(
  word: string,
  folder: string,
  pattern: string,
  tree: readonly TreeArtifact[],
  places: SelectionPlaces,
): Diagnostic {
  const matches = pattern === '' ? () => false : places.matcher(pattern);
  const wanted = places.planned.filter((one) => matches(one.folder) || matches(one.target));
  if (wanted.length > 0) {
    const message = `${word} is a target of the matrix and has no artifact yet`;
    return problem('not-found', message, undefined, 'osimager generate makes it');
  }
  const inside = tree.filter(({ folder: absolute }) => absolute.startsWith(`${folder}${sep}`));
  if (inside.length > 0) {
    const message = `${word} is no artifact, and has ${inside.length} below it`;
    const depth = '/*'.repeat(relative(folder, inside[0]?.folder ?? '').split(sep).length);
    return problem('not-found', message, undefined, `all of them: '${pattern}${depth}'`);
  }
  if (isFolder(folder)) {
    return problem('not-found', `${word} is no artifact: it has no artifact.json`);
  }
  const names = parseTargetPath(pattern)
    ? tree.flatMap(({ path, target }) => [path, target])
    : tree.map(({ shown }) => shown);
  const hint = suggest(pattern, [...new Set(names)], 'artifacts here');
  const message = `no artifact is called "${word}"`;
  return problem(
    'not-found',
    message,
    undefined,
    ...(hint ? [hint] : []),
    'osimager list targets names those of the matrix',
  );
}
