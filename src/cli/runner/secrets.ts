import { bad, good, type Diagnostic, type Result } from '../../diagnostics/diagnostic.ts';
import { formatJson, type Mapping } from '../../model/value.ts';
import { neededSecrets } from '../../render/artifact.ts';
import type { KnownSecret } from '../../model/secret.ts';
import { createRedactor, type Redactor } from '../../report/redact.ts';
import type { Artifact } from '../../run/artifact.ts';
import { resolveArtifact } from '../../run/stage.ts';
import { findSecrets } from '../../template/secrets.ts';
import type { Workspace } from '../workspace.ts';

/** What becomes of a template before it is run. */
export type ChangeTemplate = ((template: Mapping) => Result<Mapping>) | undefined;

/** The secrets of a run, read once, and what keeps them out of all that is printed. */
export interface RunSecrets {
  readonly redactor: Redactor;
  /** What Packer asks Vault with, where it resolves references itself. */
  readonly vault: { readonly address: string; readonly token: string } | undefined;
  /** What is wrong with the secrets of single artifacts, by their folder. */
  readonly problems: ReadonlyMap<Artifact, readonly Diagnostic[]>;
}

/** Files by name, with the secrets that they ask for still as markers. */
type Texts = ReadonlyMap<string, string>;

/**
 * Reads all secrets of some artifacts, each path once, and finds what is missing. Values of an inline tree are
 * read too: they are in the files, and must not be printed either. Fails where no run is safe: a value that is too
 * short to be kept out of logs, no token for Vault.
 */
export async function readRunSecrets(
  workspace: Workspace,
  artifacts: readonly { readonly artifact: Artifact; readonly change: ChangeTemplate }[],
): Promise<Result<RunSecrets>> {
  const needs = artifacts.map(({ artifact, change }) => ({
    artifact,
    change,
    texts: textsThatRun(artifact, change),
    needed: neededOf(workspace, artifact, change),
  }));
  await workspace.fetchSecrets(new Set(needs.flatMap(({ needed }) => needed.map(({ path }) => path))));
  const known = new Map<string, KnownSecret>();
  const problems = new Map<Artifact, readonly Diagnostic[]>();
  const vaultReferences = workspace.settings.credential_source === 'config';
  for (const { artifact, change, needed } of needs) {
    const missing: Diagnostic[] = [];
    for (const { path, key } of needed) {
      const answer = workspace.facts.secret(path, key);
      if (answer.kind === 'value') known.set(JSON.stringify([path, key]), { path, key, value: answer.value });
      else missing.push(answer.diagnostic);
    }
    const options = {
      vaultReferences,
      changeTemplate: change,
      secret: (path: string, key: string) => workspace.facts.secret(path, key),
    };
    // A secret that is missing is known already; what a file cannot hold is not.
    const resolved = missing.length > 0 ? good(undefined) : await resolveArtifact(artifact.folder, options);
    const found = [...missing, ...(resolved.ok ? [] : resolved.diagnostics)];
    if (found.length > 0) problems.set(artifact, found);
  }
  const asksVault = needs.some(({ artifact, texts }) => resolvesVault(artifact, texts));
  const vault = !vaultReferences && asksVault ? await workspace.vaultToken() : good(undefined);
  if (!vault.ok) return vault;
  const token = vault.value ? [{ path: 'vault', key: 'token', value: vault.value.token }] : [];
  const redactor = createRedactor([...known.values(), ...token]);
  return redactor.ok
    ? good({ redactor: redactor.value, vault: vault.value, problems })
    : bad(...redactor.diagnostics);
}

/** Whether Packer itself is asked to look into Vault. */
function resolvesVault({ name }: Artifact, texts: Texts): boolean {
  return findSecrets((texts.get(`${name}.json`) ?? '').replaceAll('\\"', '"')).some(({ vault }) => vault);
}

function textsThatRun({ name, template, texts }: Artifact, change: ChangeTemplate): Texts {
  if (!change) return texts;
  const changed = change(template);
  return new Map([
    [`${name}.json`, changed.ok ? formatJson(changed.value) : ''],
    [`${name}.env`, texts.get(`${name}.env`) ?? ''],
  ]);
}

function neededOf(
  workspace: Workspace,
  artifact: Artifact,
  change: ChangeTemplate,
): readonly { readonly path: string; readonly key: string }[] {
  if (artifact.secretsMode === 'deferred') return neededSecrets(textsThatRun(artifact, change));
  const rendered = workspace.renderDeferred(artifact.target);
  return rendered.ok ? rendered.value.secrets() : [];
}
