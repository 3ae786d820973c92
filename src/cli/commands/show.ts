import { createTargetReport } from '../target-report.ts';
import { EXIT, type ExitStatus, type Output } from '../output.ts';
import type { WorkspaceOptions } from '../settings.ts';
import { parseDefine, targetFromArguments } from '../target-arguments.ts';
import { formatJson } from '../../model/value.ts';

export interface ShowFlags extends WorkspaceOptions {
  readonly defs?: boolean;
  readonly config?: boolean;
  readonly define?: readonly string[];
  readonly fqdn?: string;
}

/** `osimager show`: the template of a target as JSON, or its definitions with `--defs`. Secrets stay markers. */
export async function showCommand(
  args: { readonly target: string; readonly name: string | undefined; readonly ip: string | undefined },
  flags: ShowFlags,
  output: Output,
): Promise<ExitStatus> {
  const target = targetFromArguments(args.target, args.name, args.ip, flags.fqdn);
  const define = parseDefine(flags.define ?? []);
  const shown = await createTargetReport(
    Object.keys(define).length > 0 ? { ...target, define } : target,
    flags,
  );
  for (const diagnostic of shown.diagnostics) output.diagnostic(diagnostic);
  if (!shown.rendered) return EXIT.failed;
  const { rendered } = shown;
  if (flags.defs === true && flags.config === true) {
    output.data(formatJson({ defs: rendered.definitions(), config: rendered.template }));
  } else {
    output.data(formatJson(flags.defs === true ? rendered.definitions() : rendered.template));
  }
  return EXIT.good;
}
