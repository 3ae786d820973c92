import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Target } from '../model/target.ts';
import type { Rendered } from '../render/render.ts';
import type { WorkspaceOptions } from './settings.ts';
import { openWorkspace } from './workspace.ts';

/** One target rendered to be looked at: nothing is written, and secrets stay markers. */
export interface TargetReport {
  readonly rendered: Rendered | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export async function createTargetReport(target: Target, options: WorkspaceOptions): Promise<TargetReport> {
  const opened = await openWorkspace({ ...options, secrets: 'deferred' });
  if (!opened.ok) return { rendered: undefined, diagnostics: opened.diagnostics };
  const workspace = opened.value;
  const rendered = workspace.render(target, 'command line');
  if (rendered.ok) {
    return { rendered: rendered.value, diagnostics: [...rendered.value.warnings, ...workspace.complaints()] };
  }
  // A broken spec may be the one that is asked for: what it provides is not known.
  const broken = workspace.catalog.byName.has(target.spec) ? [] : workspace.catalog.diagnostics;
  const diagnostics = [...rendered.diagnostics, ...workspace.complaints(), ...broken];
  return { rendered: undefined, diagnostics };
}
