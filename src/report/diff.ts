import { createTwoFilesPatch } from 'diff';
import type { Paint } from './text.ts';

/** The unified diff from one text of a file to another; undefined stands for no file. */
export function formatDiff(
  file: string,
  before: string | undefined,
  after: string | undefined,
  paint: Paint,
): string {
  const from = before === undefined ? '/dev/null' : `a/${file}`;
  const to = after === undefined ? '/dev/null' : `b/${file}`;
  const patch = createTwoFilesPatch(from, to, before ?? '', after ?? '', undefined, undefined, {
    context: 3,
  });
  const lines = patch.replace(/^=+\n/, '').split('\n');
  return lines
    .map((line) =>
      line.startsWith('+') ? paint.added(line) : line.startsWith('-') ? paint.error(line) : line,
    )
    .join('\n');
}
