import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { COLOURED, formatDiagnostic, PLAIN, type Paint } from '../report/text.ts';
import { terminal } from './terminal.ts';

/** Where a command prints: data to one side, messages to the other. */
export interface Output {
  readonly data: (text: string) => void;
  readonly message: (text: string) => void;
  readonly diagnostic: (diagnostic: Diagnostic) => void;
  readonly paint: Paint;
  readonly verbose: boolean;
  readonly quiet: boolean;
}

export interface OutputOptions {
  readonly verbose?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  /** False with `--no-color`. */
  readonly color?: boolean | undefined;
}

/** Standard output and standard error of this process, with secrets masked. Colours only on a terminal, and not with NO_COLOR. */
export function processOutput({ verbose, quiet, color }: OutputOptions): Output {
  const plain = color === false || !process.stderr.isTTY || Boolean(process.env.NO_COLOR);
  const paint = plain ? PLAIN : COLOURED;
  const message = (text: string): void => {
    terminal.err(`${text}\n`);
  };
  return {
    data: (text) => {
      terminal.out(text.endsWith('\n') ? text : `${text}\n`);
    },
    message: (text) => {
      if (quiet !== true) message(text);
    },
    // Quiet or not: what is wrong is always said. Warnings are not, when quiet.
    diagnostic: (diagnostic) => {
      if (quiet !== true || diagnostic.severity === 'error') message(formatDiagnostic(diagnostic, paint));
    },
    paint,
    verbose: verbose ?? false,
    quiet: quiet ?? false,
  };
}

/** The exit statuses (DESIGN.md, "Command line"). */
export const EXIT = { good: 0, failed: 1, usage: 2, interrupted: 130 } as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** Something that the user typed cannot be right: exit status 2. */
export class UsageError extends Error {}
