import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { compareText, describeTarget } from '../model/target.ts';
import { findSecrets } from '../template/secrets.ts';
import type { PlannedTarget } from '../tree/plan.ts';
import type { Workspace } from './workspace.ts';

/** A secret that targets need, and how many of them. */
export interface SecretNeed {
  readonly path: string;
  readonly key: string;
  /** Resolved by osimager, whatever the source; else by Packer, as it is a vault reference in the template alone. */
  readonly own: boolean;
  readonly targets: readonly string[];
}

export interface SecretNeeds {
  /** By path, then key. */
  readonly needs: readonly SecretNeed[];
  /** Why the needs of some targets are not known. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Renders targets with their secrets deferred, and gathers what they ask for. Nothing is written. */
export function secretNeeds(workspace: Workspace, planned: readonly PlannedTarget[]): SecretNeeds {
  const found = new Map<string, { path: string; key: string; own: boolean; targets: Set<string> }>();
  const diagnostics: Diagnostic[] = [];
  for (const { target } of planned) {
    const rendered = workspace.renderDeferred(target);
    if (!rendered.ok) {
      diagnostics.push(...rendered.diagnostics);
      continue;
    }
    const { files, name: artifact } = rendered.value;
    const own = new Set(
      [...files].flatMap(([file, text]) =>
        findSecrets(text).flatMap((found) =>
          found.vault && file === `${artifact}.json` ? [] : [nameOf(found)],
        ),
      ),
    );
    for (const { path, key } of rendered.value.secrets()) {
      const name = nameOf({ path, key });
      const need = found.get(name) ?? { path, key, own: false, targets: new Set() };
      need.own ||= own.has(name);
      need.targets.add(describeTarget(target));
      found.set(name, need);
    }
  }
  const needs = [...found.values()]
    .map((need) => ({ ...need, targets: [...need.targets] }))
    .sort((a, b) => compareText(a.path, b.path) || compareText(a.key, b.key));
  return { needs, diagnostics };
}

function nameOf({ path, key }: { readonly path: string; readonly key: string }): string {
  return `${path}:${key}`;
}
