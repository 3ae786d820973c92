import { join } from 'node:path';
import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { isInside, isThere, readText } from '../edge/files.ts';
import type { Target } from '../model/target.ts';
import { isList, isMapping, type Mapping, type Value } from '../model/value.ts';
import { digest } from '../template/crypt.ts';
import { artifactFiles, readManifest } from '../tree/manifest.ts';

/** A Packer plugin that an artifact needs, as its platform names it. */
export interface NeededPlugin {
  readonly name: string;
  readonly source: string;
  /** A version constraint as Packer writes them: `>= 1.1.0`. */
  readonly version: string;
}

/** A file that must be there before the build: people fetch it. */
export interface RequiredFile {
  readonly file: string;
  readonly description: string;
  readonly url: string;
  readonly location: string;
}

/** An artifact as it lies in its folder: what a run must know of it, and the text of each file. */
export interface Artifact {
  /** Absolute. */
  readonly folder: string;
  /** How messages name the folder. */
  readonly shown: string;
  readonly name: string;
  readonly target: Target;
  readonly requestedBy: 'matrix' | 'command line';
  readonly secretsMode: 'deferred' | 'inline';
  /** SHA-256 of `artifact.json`. */
  readonly digest: string;
  readonly texts: ReadonlyMap<string, string>;
  /** Files that somebody edited since they were generated; none unless that is accepted. */
  readonly edited: readonly string[];
  readonly template: Mapping;
  readonly plugins: readonly NeededPlugin[];
  readonly venv: string | undefined;
  readonly requiredFiles: readonly RequiredFile[];
  /** The data files that it was made from: `data/platforms/all.json`. */
  readonly sources: readonly string[];
}

/**
 * Reads an artifact. All that is wrong comes back at once: a file that is missing, was edited since it was
 * generated (its digest in `artifact.json` differs; with `acceptModified` that is no fault), or leads out of the
 * folder.
 */
export function readArtifact(folder: string, shown: string, acceptModified = false): Result<Artifact> {
  const manifest = readManifest(folder);
  if (!manifest) {
    return bad(problem('not-found', `${shown} is no artifact: it has no artifact.json that can be read`));
  }
  const texts = new Map<string, string>();
  const trouble: Diagnostic[] = [];
  for (const name of artifactFiles(manifest)) {
    const read = readOwnFile(folder, shown, name);
    if (read.ok) texts.set(name, read.value);
    else trouble.push(...read.diagnostics);
  }
  const facts = JSON.parse(texts.get('artifact.json') ?? '{}') as Mapping;
  const edited = editedFiles(texts, isMapping(facts.files) ? facts.files : {});
  if (!acceptModified) trouble.push(...edited.map((name) => editedProblem(`${shown}/${name}`)));
  if (trouble.length > 0) return bad(...trouble);
  const target = (isMapping(facts.target) ? facts.target : {}) as unknown as Target;
  const name = target.name ?? '';
  const template = parseTemplate(texts.get(`${name}.json`));
  if (!template) return bad(problem('syntax', `${shown}/${name}.json is no Packer template in JSON`));
  return good({
    folder,
    shown,
    name,
    target,
    requestedBy: manifest.requestedBy,
    secretsMode: facts.secrets_mode === 'inline' ? 'inline' : 'deferred',
    digest: digest(texts.get('artifact.json') ?? ''),
    texts,
    edited,
    template,
    plugins: mappingsOf(facts.plugins).map(neededPlugin),
    venv: textOf(facts.venv) || undefined,
    requiredFiles: mappingsOf(facts.required_files).map(requiredFile),
    sources: isList(facts.sources) ? facts.sources.map(textOf) : [],
  });
}

function readOwnFile(folder: string, shown: string, name: string): Result<string> {
  const path = join(folder, name);
  const answer = readText(path);
  if (answer.kind === 'absent') {
    const what = isThere(path) ? 'is a link that leads nowhere' : 'is not there';
    return bad(problem('not-found', `${shown}/${name} ${what}`, undefined, GENERATE));
  }
  if (answer.kind === 'refused')
    return bad(problem(answer.code, `${shown}/${name} is not read: ${answer.reason}`));
  if (!isInside(path, [folder]))
    return bad(problem('outside', `${shown}/${name} is a link out of its folder`));
  return good(answer.text);
}

const GENERATE = 'osimager generate writes it again';

function editedFiles(texts: ReadonlyMap<string, string>, digests: Mapping): readonly string[] {
  return [...texts]
    .filter(([name, text]) => name !== 'artifact.json' && digests[name] !== digest(text))
    .map(([name]) => name);
}

function editedProblem(shown: string): Diagnostic {
  const hint =
    'change the data that it is made from, and osimager generate --force brings the file back; --accept-modified runs it as it is';
  return problem('edited', `${shown} was edited since it was generated`, undefined, hint);
}

function parseTemplate(text: string | undefined): Mapping | undefined {
  try {
    const template = JSON.parse(text ?? '') as Value;
    return isMapping(template) && mappingsOf(template.builders).length === 1 ? template : undefined;
  } catch {
    return undefined;
  }
}

/** The items of a list that are mappings; none where it is no list. */
export function mappingsOf(value: Value | undefined): readonly Mapping[] {
  return isList(value) ? value.filter(isMapping) : [];
}

/** The one builder of a template. */
export function builderOf(template: Mapping): Mapping {
  return mappingsOf(template.builders)[0] ?? {};
}

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

function neededPlugin({ name, source, version }: Mapping): NeededPlugin {
  return { name: textOf(name), source: textOf(source), version: textOf(version) };
}

function requiredFile({ file, description, url, location }: Mapping): RequiredFile {
  return {
    file: textOf(file),
    description: textOf(description),
    url: textOf(url),
    location: textOf(location),
  };
}
