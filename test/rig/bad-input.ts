import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager, type Outcome } from './binary.ts';
import { readFiles } from './folder.ts';
import { listPaths, SMALL, writeWorkspace, type Row, type WorkspaceParts } from './workspace.ts';

/** A workspace whose first target is good, and what is wrong with the rest of it. */
export interface BadInput extends Omit<WorkspaceParts, 'matrix'> {
  readonly title: string;
  /** The second row of the matrix: what it says otherwise than the good first one. */
  readonly row?: Row;
  /** In place of the good row and `row`: the whole matrix as text. */
  readonly matrix?: string;
  readonly prepare?: (workspace: string) => void;
  /** Everything between the line about the good target and the summary. */
  readonly says: readonly string[];
  /** Targets that are known and fail: a row or spec that cannot be read has none, and nothing is pruned. */
  readonly failed: number;
}

/** What is said where what rows or specs stand for is not known. */
const LEFT = 'artifacts that no target asks for are left, until the matrix and all specs can be read';

/** The folder of the good target. */
export const GOOD = 'out/bare/lab/demo-1.0-x86_64';
export const GOOD_FILES = 'demo-1.0-x86_64.json, ks.cfg, demo-1.0-x86_64.env, artifact.json';

let expected: { readonly files: Record<string, string>; readonly paths: readonly string[] } | undefined;

/** The tree of a workspace in which nothing is wrong. */
async function goodTree() {
  if (expected) return expected;
  const workspace = writeWorkspace();
  const { stderr } = await osimager(['generate'], { cwd: workspace });
  assert.is(stderr, `new: ${GOOD} (${GOOD_FILES})\n${summary(0)}`);
  expected = { files: readFiles(`${workspace}/out`), paths: listPaths(`${workspace}/out`) };
  return expected;
}

function summary(failed: number): string {
  const targets = failed === 0 ? '1 target' : `${failed + 1} targets`;
  const counts = `1 new, 0 changed, 0 unchanged${failed === 0 ? '' : `, ${failed} failed`}`;
  return `look into out/, for instance ${GOOD}/\n${targets}: ${counts}; 4 files written (TIME)\n`;
}

/**
 * One test a case: the whole text of the error, exit status 1, nothing half-written for what is bad, and the
 * good target rendered as if nothing were wrong.
 */
export function testBadInputs(cases: readonly BadInput[]): void {
  // All cases run side by side: they share nothing.
  let runs: Promise<readonly Run[]> | undefined;
  for (const [at, bad] of cases.entries()) {
    test(bad.title, async () => {
      const good = await goodTree();
      runs ??= Promise.all(cases.map(run));
      const made = (await runs)[at];
      assert.ok(made);
      const { workspace, outcome } = made;
      const { status, stdout, stderr } = outcome;
      const shown = stderr.replaceAll(workspace, 'WORKSPACE');
      const says = [...bad.says, ...(bad.failed === 0 ? [LEFT] : [])];
      assert.is(shown, [`new: ${GOOD} (${GOOD_FILES})`, ...says, summary(bad.failed)].join('\n'));
      assert.is(stdout, '');
      assert.is(status, 1);
      assert.equal(listPaths(`${workspace}/out`), good.paths);
      assert.equal(readFiles(`${workspace}/out`), good.files);
    });
  }
  test.run();
}

interface Run {
  readonly workspace: string;
  readonly outcome: Outcome;
}

async function run(bad: BadInput): Promise<Run> {
  const workspace = writeBadWorkspace(bad);
  return { workspace, outcome: await osimager(['generate'], { cwd: workspace }) };
}

export function writeBadWorkspace({ matrix, row, prepare, ...parts }: BadInput): string {
  const [good] = SMALL.matrix;
  const rows = row === undefined ? [good] : [good, { ...good, ...row }];
  const workspace = writeWorkspace({ ...parts, matrix: matrix ?? rows });
  prepare?.(workspace);
  return workspace;
}
