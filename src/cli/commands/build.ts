import { tmpdir } from 'node:os';
import { planTargets } from '../../tree/plan.ts';
import { readArtifact } from '../../run/artifact.ts';
import { withPrivateFolder } from '../../run/private-folders.ts';
import { EXIT, type ExitStatus, type Output } from '../output.ts';
import { choose } from '../runner/choose.ts';
import { runSettings, type RunFlags } from '../runner/options.ts';
import { runChosen } from '../runner/run.ts';
import { secretNeeds } from '../secret-needs.ts';
import { parseDefine, targetFromArguments } from '../target-arguments.ts';
import { openWorkspace } from '../workspace.ts';
import { dryRun } from './run.ts';

export interface BuildFlags extends RunFlags {
  readonly define?: readonly string[];
  readonly fqdn?: string;
}

export interface BuildArguments {
  readonly target: string;
  readonly name: string | undefined;
  readonly ip: string | undefined;
}

/** `osimager build`: renders one target into a private folder, and runs it; the tree stays as it is. */
export async function buildCommand(
  { target: path, name, ip }: BuildArguments,
  flags: BuildFlags,
  output: Output,
): Promise<ExitStatus> {
  const settings = runSettings(flags);
  const define = parseDefine(flags.define ?? []);
  const asked = targetFromArguments(path, name, ip, flags.fqdn);
  const target = Object.keys(define).length > 0 ? { ...asked, define } : asked;
  const opened = await openWorkspace(flags);
  const fail = (diagnostics: Parameters<Output['diagnostic']>[0][]): ExitStatus => {
    for (const diagnostic of diagnostics) output.diagnostic(diagnostic);
    return EXIT.failed;
  };
  if (!opened.ok) return fail([...opened.diagnostics]);
  const workspace = opened.value;
  const { planned, failed, warnings } = planTargets([{ target, fromGlob: false }], workspace.names);
  for (const warning of warnings) output.diagnostic(warning);
  const [plan] = planned;
  if (!plan) {
    const broken = workspace.catalog.byName.has(target.spec) ? [] : workspace.catalog.diagnostics;
    return fail([...failed.flatMap(({ diagnostics }) => diagnostics), ...broken]);
  }
  if (workspace.settings.secrets === 'inline') {
    const { needs } = secretNeeds(workspace, planned);
    await workspace.fetchSecrets(needs.map((need) => need.path));
  }
  const rendered = workspace.render(target, 'command line');
  if (!rendered.ok) return fail([...rendered.diagnostics]);
  for (const warning of rendered.value.warnings) output.diagnostic(warning);
  return withPrivateFolder(tmpdir(), rendered.value.files, async (folder) => {
    const artifact = readArtifact(folder, plan.folder);
    if (!artifact.ok) return fail([...artifact.diagnostics]);
    const chosen = [choose(artifact.value, { refit: settings.refit, ip: undefined })];
    const runPlan = {
      command: 'build' as const,
      workspace,
      chosen,
      copies: [folder],
      diagnostics: [],
      // It was rendered a moment ago.
      fresh: undefined,
      settings,
      flags,
    };
    return settings.dryRun ? dryRun(runPlan, output) : runChosen(runPlan, output);
  });
}
