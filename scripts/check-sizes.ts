/**
 * Holds `src` to its budgets: lines of files and functions, names of files and folders, no `any`.
 * Run by `npm run check:sizes`; prints what is over and fails then.
 */
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const FILE = { median: 110, most: 300 };
const FUNCTION = { median: 10, most: 60 };
const FORBIDDEN_NAMES = /^(util|utils|helper|helpers|common|misc|manager)s?$/i;

interface Measured {
  readonly place: string;
  readonly lines: number;
}

function sourcePaths(): readonly string[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .sort();
}

const faults: string[] = [];
const files: Measured[] = [];
const functions: Measured[] = [];

function measureFile(path: string): void {
  const text = readFileSync(path, 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  files.push({ place: path, lines: text.split('\n').length - 1 });
  const lineOf = (at: number): number => source.getLineAndCharacterOfPosition(at).line + 1;
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) faults.push(`${path}:${lineOf(node.pos)}: any`);
    if (ts.isFunctionLike(node) && 'body' in node && node.body && ts.isBlock(node.body)) {
      const first = lineOf(node.getStart(source));
      functions.push({ place: `${path}:${first}`, lines: lineOf(node.end) - first + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const part of path.split('/')) {
    if (FORBIDDEN_NAMES.test(part.replace(/\.ts$/, ''))) faults.push(`${path}: a name that says nothing`);
  }
}

function median(measured: readonly Measured[]): number {
  const sorted = measured.map(({ lines }) => lines).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function hold(what: string, measured: readonly Measured[], budget: { median: number; most: number }): void {
  const middle = median(measured);
  const longest = Math.max(...measured.map(({ lines }) => lines));
  console.log(
    `${measured.length} ${what}: median ${middle} lines (${budget.median}), longest ${longest} (${budget.most})`,
  );
  if (middle > budget.median) faults.push(`the median of ${what} is ${middle} lines`);
  for (const { place, lines } of measured) if (lines > budget.most) faults.push(`${place}: ${lines} lines`);
}

for (const path of sourcePaths()) measureFile(path);
hold('files', files, FILE);
hold('functions', functions, FUNCTION);
for (const fault of faults) console.error(`over budget: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
