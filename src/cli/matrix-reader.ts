import { expandMatrix } from '../config/matrix.ts';
import { bad, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { buildablePlatforms, type Catalog, type IndexEntry } from '../documents/catalog.ts';
import type { Library } from '../documents/load.ts';
import { parseText } from '../documents/parse.ts';
import { shownPath, type FileFacts } from '../edge/facts.ts';
import type { ReadAnswer } from '../edge/files.ts';
import { formatQuestion } from '../model/question.ts';
import type { Tracker } from '../model/tracker.ts';
import type { RequestedTarget } from '../tree/plan.ts';
import type { ResolvedSettings } from './settings.ts';

/** What the matrix asks for, and what is wrong with its rows. */
export interface Requested {
  readonly targets: readonly RequestedTarget[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What the matrix is read with: it is read again where one of these is another. */
interface MatrixParts {
  readonly answer: ReadAnswer;
  readonly platform: readonly string[];
  readonly location: readonly string[];
  readonly catalog: Catalog;
}

/** Reads the matrix whenever it is asked for, anew where something that it is read with is another. */
export function createMatrixReader(
  resolved: ResolvedSettings,
  facts: FileFacts,
  library: Library,
  tracker: Tracker,
  catalog: () => Catalog,
): () => Result<Requested> {
  let last: { readonly parts: MatrixParts; readonly read: Result<Requested> } | undefined;
  return () => {
    tracker.ask(formatQuestion({ kind: 'file', name: resolved.matrix }));
    const parts: MatrixParts = {
      answer: facts.file(resolved.matrix),
      platform: buildablePlatforms(library),
      location: library.names('location'),
      catalog: catalog(),
    };
    const read = last && isSameMatrix(last.parts, parts) ? last.read : readMatrix(resolved, parts);
    last = { parts, read };
    return read;
  };
}

function isSameMatrix(left: MatrixParts, right: MatrixParts): boolean {
  const isSameText =
    left.answer.kind === 'text' && right.answer.kind === 'text' && left.answer.text === right.answer.text;
  return (
    isSameText &&
    left.catalog === right.catalog &&
    isSameList(left.platform, right.platform) &&
    isSameList(left.location, right.location)
  );
}

/** Whether two lists hold the same things in the same order. */
export function isSameList<T>(left: readonly T[], right: readonly T[]): boolean {
  return left.length === right.length && left.every((item, at) => item === right[at]);
}

/** Whether two indexes say the same, and nothing is wrong with them that would have to be said again. */
export function isSameCatalog(left: Catalog, right: Catalog): boolean {
  if (left.diagnostics.length > 0 || right.diagnostics.length > 0) return false;
  if (left.entries.length !== right.entries.length) return false;
  return left.entries.every((entry, at) => {
    const other = right.entries[at];
    return entry === other || (entry.name === other?.name && isSameEntry(entry, other));
  });
}

function isSameEntry(left: IndexEntry, right: IndexEntry): boolean {
  return (['dist', 'version', 'arch', 'spec'] as const).every((key) => left[key] === right[key]);
}

function readMatrix(
  { matrix, baseDir }: ResolvedSettings,
  { answer, platform, location, catalog }: MatrixParts,
): Result<Requested> {
  const shown = shownPath(matrix, baseDir);
  if (answer.kind === 'absent') {
    const hint =
      'write one with a [[target]] row, name another with --matrix, or make a workspace with osimager init';
    return bad(problem('matrix', `there is no matrix ${shown}`, undefined, hint));
  }
  if (answer.kind === 'refused') return bad(problem(answer.code, `${shown} is not read: ${answer.reason}`));
  const parsed = parseText({ path: shown, text: answer.text });
  if (!parsed.ok) return parsed;
  const spec = catalog.entries.map(({ name }) => name);
  return expandMatrix(parsed.value, { platform, location, spec });
}
