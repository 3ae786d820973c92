/**
 * Marks the branches of installer sources, so that a rendering tells which of them it went through. The text that comes
 * out is good for nothing else.
 */

/** A source with marks in it, and the marks that a rendering of every branch would show. */
export interface Marked {
  readonly text: string;
  /** `then` and `else` of conditions, and the inside of loops, as `file:line then`. */
  readonly branches: readonly string[];
  /** Lines that are worked out by a condition: they come out in more than one way. */
  readonly lines: readonly string[];
}

const MARK = /@@(.+?)@@/g;

/** The marks of a rendered text. */
export function branchMarks(text: string): readonly string[] {
  return Array.from(text.matchAll(MARK), ([, mark = '']) => mark).filter((mark) => !mark.endsWith(' line'));
}

/** The marked lines of a rendered text, without what stands before them. */
export function lineMarks(text: string): ReadonlyMap<string, string> {
  const marked = text.split('\n').flatMap((line) => {
    const [, mark, rest] = /@@([^@]+ line)@@(.*)$/.exec(line) ?? [];
    return mark === undefined ? [] : [[mark, rest ?? ''] as const];
  });
  return new Map(marked);
}

/** Marks a source, Handlebars or plain. */
export function markSource(path: string, text: string): Marked {
  const marked = path.endsWith('.hbs') ? markBlocks(path, text) : { text, branches: [] };
  return { ...marked, ...markLines(path, marked.text) };
}

/** A tag that opens, divides or closes a block. */
const TAG = /\{\{~?(?:#(if|unless|each)\b[^}]*|(else)|\/(if|unless|each))~?\}\}\n?/g;

function markBlocks(
  path: string,
  text: string,
): { readonly text: string; readonly branches: readonly string[] } {
  if (/\{\{~?else (if|unless|each)/.test(text)) throw new Error(`${path}: {{else if}} is not known here`);
  const branches: string[] = [];
  const open: { readonly place: string; readonly kind: string; divided: boolean }[] = [];
  const mark = (place: string, branch: string): string => {
    branches.push(`${place} ${branch}`);
    return `@@${place} ${branch}@@`;
  };
  const marked = text.replaceAll(TAG, (tag: string, ...found: unknown[]) => {
    const [opened, divides, closed, at] = found as [string?, string?, string?, number?];
    const block = open.at(-1);
    if (opened !== undefined) {
      const line = text.slice(0, at).split('\n').length;
      const place = `${path}:${line}:${(at ?? 0) - text.lastIndexOf('\n', at ?? 0)}`;
      open.push({ place, kind: opened, divided: false });
      return `${tag}${mark(place, 'then')}`;
    }
    if (!block) throw new Error(`${path}: ${tag} closes nothing`);
    if (divides !== undefined) {
      block.divided = true;
      return `${tag}${mark(block.place, 'else')}`;
    }
    open.pop();
    // A loop over nothing is no case of its own; a condition that does not hold is.
    const needsElse = closed !== 'each' && !block.divided;
    return needsElse ? `{{else}}${mark(block.place, 'else')}${tag}` : tag;
  });
  return { text: marked, branches };
}

/** An expression with a condition, or one that makes a list of lines. */
const CONDITION = /E>.* (if|for) .*<E/;

function markLines(path: string, text: string): { readonly text: string; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const marked = text.split('\n').map((line, at) => {
    if (!CONDITION.test(line)) return line;
    const mark = `${path}:${at + 1} line`;
    lines.push(mark);
    return `@@${mark}@@${line}`;
  });
  return { text: marked.join('\n'), lines };
}
