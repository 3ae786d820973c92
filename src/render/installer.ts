import { problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import type { Source, Span } from '../diagnostics/source.ts';
import { below, placeOf, type Origin } from '../model/origin.ts';
import type { LayeredItem } from '../layers/merge.ts';
import { formatReference, type Facts, type FileReference } from '../model/facts.ts';
import { suggest } from '../model/nearest.ts';
import { createTracker, type Kept, type Tracker } from '../model/tracker.ts';
import { isList, isMapping, toText, type Mapping, type Value } from '../model/value.ts';
import { expandText, expandValue, type Templates } from '../template/expand.ts';
import { compileHandlebars, type HandlebarsTemplate } from '../template/handlebars/handlebars.ts';
import type { Scope } from '../template/scope.ts';
import type { RenderContext } from './definitions.ts';
import { surroundings, textSurroundings, type Findings } from './target-context.ts';

/** Where installer sources lie below the data folder. */
const FOLDER = 'files';

function sourceFile(path: string): FileReference {
  return { root: 'data', path: `${FOLDER}/${path}` };
}

/** A source cut where it may hold markers: text to be copied, and lines to be filled in. */
type Block = string | { readonly line: string; readonly start: number };

type Compiled =
  | { readonly kind: 'text'; readonly source: Source; readonly blocks: readonly Block[] }
  | { readonly kind: 'handlebars'; readonly source: Source; readonly template: HandlebarsTemplate };

/** Installer sources, each read and compiled once a run. */
export interface InstallerSources {
  load(path: string, escaping: 'xml' | 'none', place: Span | undefined): Result<Compiled>;
}

/** The installer sources of a workspace, read through the facts; a missing one is an error at the place that asks. */
export function createInstallerSources(facts: Facts, tracker: Tracker = createTracker()): InstallerSources {
  const compiled = new Map<string, Kept<Result<Compiled> | undefined>>();
  return {
    load(path, escaping, place) {
      const found = tracker.keep(compiled, `${escaping} ${path}`, () => compileSource(facts, path, escaping));
      return found ?? { ok: false, diagnostics: [missingSource(facts, path, place)] };
    },
  };
}

/** Undefined where there is no such file: then the place that asks for it is what the user needs. */
function compileSource(facts: Facts, path: string, escaping: 'xml' | 'none'): Result<Compiled> | undefined {
  const answer = facts.text(sourceFile(path));
  if (answer.kind === 'absent') return undefined;
  if (answer.kind === 'refused') return { ok: false, diagnostics: [answer.diagnostic] };
  const { source } = answer;
  if (!path.endsWith('.hbs')) {
    return { ok: true, value: { kind: 'text', source, blocks: cutBlocks(source.text) } };
  }
  const template = compileHandlebars(source, escaping);
  return template.ok
    ? { ok: true, value: { kind: 'handlebars', source, template: template.value } }
    : template;
}

function missingSource(facts: Facts, path: string, place: Span | undefined): Diagnostic {
  const slash = path.lastIndexOf('/');
  const folder = slash < 0 ? FOLDER : `${FOLDER}/${path.slice(0, slash)}`;
  const near = suggest(path.slice(slash + 1), facts.names({ root: 'data', path: folder }), 'files there');
  const message = `there is no installer source "${path}" in the data folder's "${FOLDER}"`;
  return problem('installer', message, place, ...(near ? [near] : []));
}

const SIGNS = [
  ['>>', '<<'],
  ['E>', '<E'],
  ['%>', '<%'],
  ['#>', '<#'],
  ['+>', '<+'],
  ['*>', '<*'],
  ['$>', '<$'],
] as const;

function mayHoldMarker(line: string): boolean {
  return line.includes('>') && SIGNS.some(([open, close]) => line.includes(open) && line.includes(close));
}

function cutBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let literal = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    if (mayHoldMarker(line)) {
      if (start > literal) blocks.push(text.slice(literal, start));
      blocks.push({ line, start });
      literal = end;
    }
    start = end + 1;
  }
  if (literal < text.length) blocks.push(text.slice(literal));
  return blocks;
}

/** An installer file: its sources joined, markers replaced, secrets still as markers. */
export interface InstallerFile {
  readonly dest: string;
  readonly text: string;
  readonly origin: Origin | undefined;
  /** The sources, as `formatReference` writes them. */
  readonly sources: readonly string[];
}

/** Renders one entry of the `files` section. What is wrong goes to the findings. */
export function renderInstaller(
  entry: LayeredItem,
  scope: Scope,
  context: RenderContext,
  sources: InstallerSources,
  findings: Findings,
): InstallerFile | undefined {
  if (!isMapping(entry.value)) return undefined;
  const expand = (value: Value, key: string): Value => {
    const origin = entry.origin && below(entry.origin, key);
    return expandValue(value, context.templates, surroundings(scope, context.facts, findings, origin));
  };
  const dest = toText(expand(entry.value.dest ?? '', 'dest'));
  const given = entry.value.sources ?? [];
  // As a list, so that [>x<] brings its items in.
  const expanded = expand(isList(given) ? given : [given], 'sources');
  const paths = isList(expanded) ? expanded.map(toText) : [];
  const escaping = dest.endsWith('.xml') ? 'xml' : 'none';
  let text = '';
  paths.forEach((path, at) => {
    const place = entry.origin && placeOf(below(entry.origin, 'sources', at));
    const loaded = sources.load(path, escaping, place);
    if (!loaded.ok) findings.diagnostics.push(...loaded.diagnostics.map((found) => placed(found, place)));
    else text += renderSource(loaded.value, scope, context, findings);
  });
  return {
    dest,
    text,
    origin: entry.origin,
    sources: paths.map((path) => formatReference(sourceFile(path))),
  };
}

/** A source that cannot be read is complained about where it is asked for. */
function placed(diagnostic: Diagnostic, place: Span | undefined): Diagnostic {
  return diagnostic.span || !place ? diagnostic : { ...diagnostic, span: place };
}

function renderSource(compiled: Compiled, scope: Scope, context: RenderContext, findings: Findings): string {
  const { source } = compiled;
  if (compiled.kind === 'text') {
    return fillBlocks(compiled.blocks, source, scope, context, findings);
  }
  const rendered = compiled.template.render(definitionsObject(scope));
  if (!rendered.ok) {
    findings.diagnostics.push(...rendered.diagnostics);
    return '';
  }
  const produced = { path: source.path, text: rendered.value };
  return fillBlocks(cutBlocks(produced.text), undefined, scope, context, findings, source);
}

function fillBlocks(
  blocks: readonly Block[],
  source: Source | undefined,
  scope: Scope,
  { facts, templates }: RenderContext,
  findings: Findings,
  template?: Source,
): string {
  let text = '';
  for (const block of blocks) {
    if (typeof block === 'string') {
      text += block;
      continue;
    }
    const around = textSurroundings(scope, facts, findings, () => blockPlace(block, source, template));
    text += toText(fillLine(block.line, templates, around));
  }
  return text;
}

/** A line that is one marker keeps its blanks: in a file they are part of the text. */
function fillLine(line: string, templates: Templates, around: Parameters<typeof expandText>[2]): Value {
  const inner = line.trim();
  const start = line.indexOf(inner);
  const filled = toText(expandText(inner, templates, around));
  return line.slice(0, start) + filled + line.slice(start + inner.length);
}

/** Places in what a template produced are not places of the user's: then the template is named. */
function blockPlace(
  block: { readonly line: string; readonly start: number },
  source: Source | undefined,
  template: Source | undefined,
): Span | undefined {
  if (source) return { source, start: block.start, end: block.start + block.line.length };
  return template && { source: template, start: 0, end: 1 };
}

/** The definitions as own properties that are worked out when a template asks for them. */
function definitionsObject(scope: Scope): Mapping {
  const definitions: Record<string, Value> = {};
  for (const name of scope.names()) {
    Object.defineProperty(definitions, name, { enumerable: true, get: () => scope.value(name) });
  }
  return definitions;
}
