import { problem, type Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Source } from '../../diagnostics/source.ts';
import { suggest } from '../../model/nearest.ts';
import { HELPERS } from './helper-table.ts';
import { spanOf, type Location } from './syntax.ts';

/** Helpers that a template cannot name: they write each value, so that it looks as Python writes it. */
export const WRITE = ' write';
export const WRITE_PLAIN = ' write plain';

/** Handlebars' own helpers, with the number of arguments; the blocks among them. */
const BLOCKS: ReadonlySet<string> = new Set(['if', 'unless', 'each', 'with']);
const BUILT_IN: ReadonlyMap<string, number> = new Map([
  ['if', 1],
  ['unless', 1],
  ['each', 1],
  ['with', 1],
  ['lookup', 2],
]);

const DEEPEST = 100;

/** A node of Handlebars' syntax tree, as far as it matters here. */
export interface TemplateNode {
  type: string;
  loc: Location;
  body?: TemplateNode[];
  path?: TemplateNode;
  params?: TemplateNode[];
  hash?: TemplateNode | undefined;
  pairs?: TemplateNode[];
  value?: unknown;
  program?: TemplateNode | undefined;
  inverse?: TemplateNode | undefined;
  escaped?: boolean;
  parts?: string[];
  original?: unknown;
  depth?: number;
  data?: boolean;
}

/**
 * Finds what a template asks for that is not there, and makes every value be written by our own helpers. In: the tree of
 * Handlebars' parser, which is changed. Out: all problems, in the order of the file.
 *
 * Rules: handlebarsjs.com/guide (helpers before definitions, `this.name` for a definition of the same name); DESIGN.md
 * "Expressions" (last paragraph).
 */
export function checkTemplate(program: TemplateNode, source: Source): readonly Diagnostic[] {
  const checker = new Checker(source);
  checker.program(program, 0);
  return checker.problems;
}

class Checker {
  readonly problems: Diagnostic[] = [];
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  program(node: TemplateNode | undefined, depth: number): void {
    if (node === undefined) return;
    if (depth > DEEPEST) {
      this.#add(node.loc, `blocks are nested more than ${DEEPEST} deep`);
      return;
    }
    for (const statement of node.body ?? []) this.#statement(statement, depth);
  }

  #statement(node: TemplateNode, depth: number): void {
    switch (node.type) {
      case 'MustacheStatement':
        this.#mustache(node);
        return;
      case 'BlockStatement':
        this.#block(node, depth);
        return;
      case 'PartialStatement':
      case 'PartialBlockStatement':
        this.#add(node.loc, 'partials ({{> name}}) are not supported', 'shared text can be a definition');
        return;
      case 'Decorator':
      case 'DecoratorBlock':
        this.#add(node.loc, 'decorators ({{* name}}) are not supported');
    }
  }

  /** `{{x}}` becomes `{{write x}}`: only so can a value be told from text when it is written. */
  #mustache(node: TemplateNode): void {
    const { path, params = [], hash, loc } = node;
    if (path === undefined) return;
    let written = asPath(path);
    if (isCall(node)) {
      written = { type: 'SubExpression', path: written, params, hash, loc };
      this.#expression(written, 0);
    }
    node.params = [written];
    node.path = pathTo(node.escaped === false ? WRITE_PLAIN : WRITE, loc);
    node.hash = undefined;
    node.escaped = false;
  }

  #block(node: TemplateNode, depth: number): void {
    const name = helperName(node);
    if (!BLOCKS.has(name)) this.#refuseBlock(node, name);
    else this.#count(node, name);
    this.#arguments(node, 0);
    this.program(node.program, depth + 1);
    this.program(node.inverse, depth + 1);
  }

  #refuseBlock(node: TemplateNode, name: string): void {
    const place = node.path?.loc ?? node.loc;
    if (HELPERS.has(name) || BUILT_IN.has(name)) {
      this.#add(place, `helper "${name}" is not a block`, `write {{#if (${name} ...)}} ... {{/if}}`);
      return;
    }
    this.#add(
      place,
      `unknown block "${name}"`,
      suggest(name, BLOCKS, 'the blocks are') ?? '',
      `a definition is tested with {{#if ${name}}}, its items are listed with {{#each ${name}}}`,
    );
  }

  #expression(node: TemplateNode, depth: number): void {
    if (node.type !== 'SubExpression') return;
    if (depth > DEEPEST) {
      this.#add(node.loc, `expressions are nested more than ${DEEPEST} deep`);
      return;
    }
    this.#call(node);
    this.#arguments(node, depth);
  }

  #arguments(node: TemplateNode, depth: number): void {
    for (const param of node.params ?? []) this.#expression(param, depth + 1);
    for (const pair of node.hash?.pairs ?? []) {
      if (isNode(pair.value)) this.#expression(pair.value, depth + 1);
    }
  }

  #call(node: TemplateNode): void {
    const name = helperName(node);
    const place = node.path?.loc ?? node.loc;
    const known = [...HELPERS.keys(), 'lookup'];
    if (BLOCKS.has(name)) {
      this.#add(place, `"${name}" is a block`, `write {{#${name} ...}} ... {{/${name}}}`);
    } else if (!known.includes(name) || !isSimple(node.path)) {
      this.#add(
        place,
        `unknown helper "${name}"`,
        suggest(name, known) ?? `the helpers are ${known.join(', ')}`,
      );
    } else this.#count(node, name);
  }

  /** Handlebars would hand over nothing for what is missing, and drop what is too much. */
  #count(node: TemplateNode, name: string): void {
    const count = node.params?.length ?? 0;
    const helper = HELPERS.get(name);
    const least = helper?.least ?? BUILT_IN.get(name) ?? 0;
    const most = helper?.most ?? least;
    if (count < least || count > most) {
      const wanted = `${most === least ? '' : 'at least '}${least} ${least === 1 ? 'argument' : 'arguments'}`;
      const usage = helper ? [`usage: ${helper.usage}`] : [];
      const other = helper && count === 0 ? [`a definition of that name is written {{this.${name}}}`] : [];
      this.#add(node.loc, `helper "${name}" takes ${wanted}, not ${count}`, ...usage, ...other);
    }
    const [pair] = node.hash?.pairs ?? [];
    if (helper && pair)
      this.#add(pair.loc, `helper "${name}" takes no named arguments`, `usage: ${helper.usage}`);
  }

  #add(place: Location, message: string, ...notes: readonly string[]): void {
    const sentences = notes.filter((note) => note !== '');
    this.problems.push(problem('template', message, spanOf(this.#source, place), ...sentences));
  }
}

/** With arguments, or with the name of a helper: Handlebars looks for helpers before definitions. */
function isCall(node: TemplateNode): boolean {
  if ((node.params?.length ?? 0) > 0 || (node.hash?.pairs?.length ?? 0) > 0) return true;
  const name = helperName(node);
  return isSimple(node.path) && (HELPERS.has(name) || BUILT_IN.has(name));
}

function isSimple(path: TemplateNode | undefined): boolean {
  if (path?.parts?.length !== 1 || path.data === true || path.depth !== 0) return false;
  return !/^(?:\.|this\b)/.test(String(path.original));
}

function helperName(node: TemplateNode): string {
  const original = node.path?.original;
  return typeof original === 'string' ? original : '';
}

/** `{{"a name"}}` and `{{12}}` look a definition up, in Handlebars. */
function asPath(node: TemplateNode): TemplateNode {
  return node.type === 'PathExpression' ? node : pathTo(String(node.original ?? node.value), node.loc);
}

function pathTo(name: string, loc: Location): TemplateNode {
  return { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc };
}

function isNode(value: unknown): value is TemplateNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}
