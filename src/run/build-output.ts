import { stripVTControlCharacters } from 'node:util';
import type { LogFile } from '../edge/log-file.ts';
import type { BuildProgress } from './build-progress.ts';
import { createLineCutter, readMachineLine } from './packer-output.ts';
import type { RunningPacker } from './packer.ts';

/** Takes secrets out of texts: `report/redact.ts` makes one. */
export interface Masking {
  text(text: string): string;
  /** For a text that comes in pieces. */
  stream(): { write(text: string): string; end(): string };
}

/** Where the output of a build goes. All that comes here has its secrets masked. */
export interface OutputSinks {
  readonly log: LogFile;
  readonly progress: BuildProgress;
  readonly step: (step: string) => void;
  /** One whole line, without its end. */
  readonly line: (line: string) => void;
  /** Pieces of text as they come: what Packer asks stands in a line that has no end. */
  readonly raw: (text: string, from: 'stdout' | 'stderr') => void;
}

/** Follows a Packer that prints for osimager. Returns what must be called when it has ended. */
export function followMachine(packer: RunningPacker, masking: Masking, sinks: OutputSinks): () => void {
  const show = (text: string, error: boolean): void => {
    const step = sinks.progress.take({ kind: 'text', text, error });
    for (const line of text.split('\n')) {
      sinks.log.write(`${line}\n`);
      sinks.line(line);
    }
    if (step !== undefined) sinks.step(step);
  };
  const out = createLineCutter((line) => {
    const found = readMachineLine(line);
    if (found.kind === 'text') show(masking.text(found.text), found.error);
    if (found.kind !== 'artifact') return;
    sinks.progress.take({ ...found, values: found.values.map((value) => masking.text(value)) });
  });
  // What is not Packer's own output comes whole: a secret of several lines may be in it.
  const masked = masking.stream();
  const err = createLineCutter((line) => {
    show(line, true);
  });
  packer.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.write(text);
  });
  packer.stderr.setEncoding('utf8').on('data', (text: string) => {
    err.write(masked.write(text));
  });
  return () => {
    out.end();
    err.write(masked.end());
    err.end();
  };
}

/** Follows a Packer that prints for people. Returns what must be called when it has ended. */
export function followTerminal(packer: RunningPacker, masking: Masking, sinks: OutputSinks): () => void {
  const endings = (['stdout', 'stderr'] as const).map((from) => {
    const masked = masking.stream();
    const lines = createLineCutter((line) => {
      const step = sinks.progress.take({ kind: 'text', text: line, error: from === 'stderr' });
      if (step !== undefined) sinks.step(step);
    });
    const show = (text: string): void => {
      if (text === '') return;
      sinks.raw(text, from);
      sinks.log.write(stripVTControlCharacters(text));
      lines.write(text);
    };
    packer[from].setEncoding('utf8').on('data', (text: string) => {
      show(masked.write(text));
    });
    return () => {
      show(masked.end());
      lines.end();
    };
  });
  return () => {
    for (const end of endings) end();
  };
}
