import { resolve } from 'node:path';
import { withHome } from '../settings.ts';
import { EXIT, UsageError, type ExitStatus, type Output } from '../output.ts';
import { choose, chooseArtifacts } from '../runner/choose.ts';
import { PRIVATE_COPY, printDryBuild } from '../runner/dry-run.ts';
import { displayKind } from '../runner/display.ts';
import { createFreshness, planMatrix } from '../runner/freshness.ts';
import { checkForMany, runSettings, type RunFlags } from '../runner/options.ts';
import { checkFiles, toolPlaces, type Chosen } from '../runner/preflight.ts';
import { runChosen, type RunPlan } from '../runner/run.ts';
import { groupDiagnostics } from '../../report/text.ts';
import { venvFolder, findPacker } from '../../run/tools.ts';
import { findSecrets } from '../../template/secrets.ts';
import { openWorkspace } from '../workspace.ts';

/** `osimager run`: Packer on chosen artifacts. */
export async function runCommand(
  words: readonly string[],
  flags: RunFlags,
  output: Output,
): Promise<ExitStatus> {
  return runArtifacts(words, undefined, flags.refit === true ? 'refit' : 'run', flags, output);
}

/** `osimager refit`: the provisioners of an artifact on a machine that exists. */
export async function refitCommand(
  artifact: string,
  ip: string | undefined,
  flags: RunFlags,
  output: Output,
): Promise<ExitStatus> {
  return runArtifacts([artifact], ip, 'refit', { ...flags, refit: true }, output);
}

async function runArtifacts(
  words: readonly string[],
  ip: string | undefined,
  command: 'run' | 'refit',
  flags: RunFlags,
  output: Output,
): Promise<ExitStatus> {
  const settings = runSettings(flags);
  if (words.length === 0 && !settings.onlyFailed) {
    throw new UsageError(
      "name an artifact: a folder, a glob such as 'out/*/lab/*', or a target of the matrix",
    );
  }
  const opened = await openWorkspace(flags);
  if (!opened.ok) {
    for (const diagnostic of opened.diagnostics) output.diagnostic(diagnostic);
    return EXIT.failed;
  }
  const workspace = opened.value;
  const plan = planMatrix(workspace);
  const { artifacts, diagnostics } = chooseArtifacts(
    { words, onlyFailed: settings.onlyFailed, acceptModified: settings.acceptModified, command },
    workspace,
    plan,
  );
  checkForMany(settings, artifacts.length);
  const chosen = artifacts.map((artifact) => choose(artifact, { refit: settings.refit, ip }));
  const fresh = createFreshness(workspace, plan);
  const runPlan = { command, workspace, chosen, diagnostics, fresh, settings, flags };
  if (settings.dryRun) return dryRun(runPlan, output);
  if (chosen.length > 0) return runChosen(runPlan, output);
  for (const diagnostic of diagnostics) output.diagnostic(diagnostic);
  return EXIT.failed;
}

/** Prints what would be started, and what is wrong as far as it can be told without starting anything. */
export function dryRun(plan: RunPlan, output: Output): ExitStatus {
  const { workspace, chosen, settings, flags } = plan;
  const own = flags.environment ?? process.env;
  const places = toolPlaces(workspace, own);
  const program = findPacker(places);
  const kind = displayKind(chosen.length, flags.json === true);
  for (const { artifact, change } of chosen) {
    const { name } = artifact;
    printDryBuild(
      {
        artifact: artifact.shown,
        name,
        program: typeof program === 'string' ? program : places.packerCommand,
        folder: workspace.dataDir,
        options: settings.packer,
        prints: kind === 'terminal' ? (flags.color === false ? 'plain' : 'coloured') : 'machine-readable',
        own,
        environment: {
          envFile: envWithoutSecrets(plan, { artifact, change }),
          venv: venvFolder(artifact, places),
          vault: dryVault(plan, { artifact, change }, own),
          cacheDir: resolve(workspace.baseDir, withHome(workspace.settings.packer_cache_dir, own)),
          packerLog: settings.packerLog === undefined ? undefined : `${PRIVATE_COPY}/packer.log`,
          copy: PRIVATE_COPY,
          temporary: PRIVATE_COPY,
          offline: flags.offline === true,
        },
      },
      flags.json === true,
      output,
    );
  }
  const trouble = checkFiles(chosen, places, {
    fresh: plan.fresh,
    stale: settings.stale,
    refit: settings.refit,
  });
  const own_ = [...trouble.own].map(([{ shown }, diagnostics]) => ({ target: shown, diagnostics }));
  const found = [
    ...plan.diagnostics,
    ...trouble.common,
    ...groupDiagnostics(own_).map(({ diagnostic }) => diagnostic),
  ];
  for (const diagnostic of [...trouble.warnings, ...found]) output.diagnostic(diagnostic);
  return found.length > 0 ? EXIT.failed : EXIT.good;
}

/** The environment of an inline artifact holds values: the markers that they came from are shown. */
function envWithoutSecrets({ workspace }: RunPlan, { artifact }: Chosen): string {
  const file = `${artifact.name}.env`;
  if (artifact.secretsMode === 'deferred') return artifact.texts.get(file) ?? '';
  const rendered = workspace.renderDeferred(artifact.target);
  return rendered.ok ? (rendered.value.files.get(file) ?? '') : '';
}

function dryVault(
  { workspace }: RunPlan,
  { artifact }: Chosen,
  own: Readonly<Record<string, string | undefined>>,
): { readonly address: string; readonly token: string } | undefined {
  const { credential_source: source, vault_addr: address } = workspace.settings;
  const template = artifact.texts.get(`${artifact.name}.json`) ?? '';
  const asks = findSecrets(template.replaceAll('\\"', '"')).some(({ vault }) => vault);
  if (source === 'config' || !asks) return undefined;
  return { address: address === '' ? (own.VAULT_ADDR ?? '') : address, token: '***' };
}
