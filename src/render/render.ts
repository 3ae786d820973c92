import { bad, good, problem, warning, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source.ts';
import { below, placeOf } from '../model/origin.ts';
import type { LayeredItem } from '../layers/merge.ts';
import type { Stack } from '../layers/stack.ts';
import { describeTarget, foldCase, segmentFault, type Target } from '../model/target.ts';
import { formatJson, toText, type Mapping, type Value } from '../model/value.ts';
import { isIPv4 } from '../model/address.ts';
import { expandValue } from '../template/expand.ts';
import { fileKind, type Inliner } from '../template/inline.ts';
import { digest } from '../template/crypt.ts';
import type { Scope } from '../template/scope.ts';
import {
  ARTIFACT_FILE,
  artifactFile,
  neededSecrets,
  type NeededSecret,
  type RequestedBy,
} from './artifact.ts';
import { allDefinitions, targetScope, type RenderContext } from './definitions.ts';
import { envFile } from './env-file.ts';
import { renderInstaller, type InstallerFile, type InstallerSources } from './installer.ts';
import { finishMapping, packerTemplate, type Finish, type PackerTemplate } from './packer.ts';
import { complain, createFindings, surroundings, type Findings } from './target-context.ts';

/** What a whole run of renderings shares. */
export interface Renderer extends RenderContext {
  readonly installers: InstallerSources;
  /** Set where secrets are put into the tree; else their markers stay. */
  readonly inliner: Inliner | undefined;
}

/** A target rendered: the files of its folder, by name, in the order in which they are written. */
export interface Rendered {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  /** The SHA-256 digests of the files, as hexadecimal digits. */
  readonly digests: ReadonlyMap<string, string>;
  readonly template: PackerTemplate;
  /** The secrets that the run must resolve, worked out when asked for. */
  readonly secrets: () => readonly NeededSecret[];
  /** All definitions with their values, worked out when asked for. */
  readonly definitions: () => Mapping;
  /** What is odd about the target and changes nothing. */
  readonly warnings: readonly Diagnostic[];
  /** Definitions that are asked for and do not exist. */
  readonly unknown: ReadonlyMap<string, () => Span | undefined>;
}

/**
 * Renders one target from its folded layers: a pure function of them and of what the facts answer. All that
 * is wrong with the target comes back at once.
 */
export function renderTarget(
  target: Target,
  stack: Stack,
  renderer: Renderer,
  requestedBy: RequestedBy,
): Result<Rendered> {
  const findings = createFindings();
  const scope = targetScope(target, stack, renderer, findings);
  const finish = finisher(scope, renderer, findings, 'template');
  const name = toText(scope.value('name') ?? '');
  const safe = safeName(name, target);
  if (!safe.ok) findings.diagnostics.push(...safe.diagnostics);
  const template = packerTemplate(stack.sections, scope, stack.entry.name, finish);
  const evars = environmentOf(stack, finisher(scope, renderer, findings, 'file'));
  const installers = stack.sections.lists.files.flatMap((entry) => {
    const file = renderInstaller(entry, scope, renderer, renderer.installers, findings);
    return file ? [file] : [];
  });
  const files = new Map([[`${name}.json`, formatJson(template)]]);
  addInstallers(files, installers, name, renderer.inliner, findings);
  const complainOf = (key: string, message: string, hint: string): void => {
    const origin = stack.sections.mappings.evars.get(key)?.origin;
    complain(findings, 'type', message, origin && placeOf(origin), hint);
  };
  files.set(`${name}.env`, envFile(evars, complainOf));
  const venv = stack.sections.venv && toText(finish.value(stack.sections.venv));
  const requiredFiles = stack.sections.requiredFiles.map((item) => finish.value(item));
  if (findings.diagnostics.length > 0) return bad(...findings.diagnostics);
  const digests = new Map([...files].map(([file, text]) => [file, digest(text)]));
  const artifact = artifactFile({
    target,
    name,
    requestedBy,
    secretsMode: renderer.inliner ? 'inline' : 'deferred',
    files,
    digests,
    sources: [...stack.files, ...installers.flatMap((file) => file.sources)],
    environment: [...findings.environment],
    plugins: stack.plugins,
    venv,
    requiredFiles,
  });
  files.set(ARTIFACT_FILE, artifact);
  digests.set(ARTIFACT_FILE, digest(artifact));
  return good({
    name,
    files,
    digests,
    template,
    secrets: () => (renderer.inliner ? [] : neededSecrets(files)),
    definitions: () => allDefinitions(scope),
    warnings: [
      ...findings.warnings,
      ...firmwareWarnings(target, stack, scope),
      ...addressWarnings(target, scope),
    ],
    unknown: findings.unknown,
  });
}

/** Whether a target's name is known without its definitions. */
export function hasPlainName({ name, define }: Target): boolean {
  return !(name?.includes('>') ?? false) && define?.name === undefined;
}

/** The name that a target's folder gets, where it holds markers or is defined. */
export function targetName(target: Target, stack: Stack, renderer: RenderContext): Result<string> {
  const findings = createFindings();
  const scope = targetScope(target, stack, renderer, findings);
  const name = toText(scope.value('name') ?? '');
  return findings.diagnostics.length > 0 ? bad(...findings.diagnostics) : safeName(name, target);
}

/** A name that is one safe path segment on every system, or what is wrong with it. */
export function safeName(name: string, target: Target): Result<string> {
  const fault = segmentFault(name);
  if (fault === undefined) return good(name);
  const message = `${describeTarget(target)}: "${name}" cannot be the name of an artifact: ${fault}`;
  return bad(problem('target', message, undefined, 'a name is one part of a path on every system'));
}

/**
 * The target's own definitions come after the layers: a firmware of its own changes what the builder gets,
 * and not which `firmware_specific` objects were loaded, such as boot commands.
 */
function firmwareWarnings(target: Target, { sections }: Stack, scope: Scope): readonly Diagnostic[] {
  const matched = sections.matchedFirmware;
  const firmware = toText(scope.value('firmware') ?? '');
  if (target.define?.firmware === undefined || matched === undefined || matched === firmware) return [];
  const message = `${describeTarget(target)}: firmware is ${firmware} by a definition of the target, and its firmware_specific objects are those for ${matched}`;
  return [warning('unusual', message, undefined, 'define firmware in the location or the spec')];
}

/** An address that is meant as IPv4, by its digits and dots, and is none. */
function addressWarnings(target: Target, scope: Scope): readonly Diagnostic[] {
  const ip = toText(scope.value('ip') ?? '');
  if (!/^[\d.]+$/.test(ip) || isIPv4(ip)) return [];
  const message = `${describeTarget(target)}: "${ip}" is no IPv4 address`;
  return [
    warning('unusual', message, undefined, 'an address is four numbers up to 255, parted by dots; or dhcp'),
  ];
}

/**
 * Finishes the values of the template, or of the environment. Names of variables are shown where they are wrong, as one
 * that is a secret always is: there it stays a marker.
 */
function finisher(scope: Scope, renderer: Renderer, findings: Findings, of: 'template' | 'file'): Finish {
  const { inliner } = renderer;
  const expand = (value: Value, { origin }: LayeredItem): Value =>
    expandValue(value, renderer.templates, surroundings(scope, renderer.facts, findings, origin));
  return {
    value(layered) {
      const { value, origin } = layered;
      const expanded = renderer.templates.isPlain(value) ? value : expand(value, layered);
      const place = (): Span | undefined => origin && placeOf(origin);
      return inliner ? inliner.value(expanded, reporter(findings, place), of) : expanded;
    },
    key(key, layered) {
      const place = (): Span | undefined => layered.origin && placeOf(layered.origin, 'key');
      const expanded = key.includes('>') ? toText(expand(key, layered)) : key;
      const shown = of === 'file' ? undefined : inliner;
      const name = shown ? toText(shown.value(expanded, reporter(findings, place))) : expanded;
      if (name !== '__proto__') return name;
      complain(findings, 'marker', 'a key with markers came out as "__proto__"', place());
      return undefined;
    },
  };
}

/** The resolver variable comes last, whatever the layers say (DESIGN.md, "Data files"). */
function environmentOf(stack: Stack, finish: Finish): Mapping {
  return {
    ...finishMapping(stack.sections.mappings.evars, finish),
    RES_OPTIONS: finish.value({ value: 'nameserver >>dns1<<' }),
  };
}

function addInstallers(
  files: Map<string, string>,
  installers: readonly InstallerFile[],
  name: string,
  inliner: Inliner | undefined,
  findings: Findings,
): void {
  const taken = new Map([ARTIFACT_FILE, `${name}.json`, `${name}.env`].map((own) => [foldCase(own), '']));
  for (const { dest, text, origin } of installers) {
    const place = (): Span | undefined => origin && placeOf(below(origin, 'dest'));
    const fault = destFault(dest, taken);
    if (fault !== undefined) {
      const hint = 'it is a path inside the folder of the artifact';
      complain(
        findings,
        'installer',
        `"${dest}" cannot be the name of an installer file: ${fault}`,
        place(),
        hint,
      );
      continue;
    }
    taken.set(foldCase(dest), dest);
    files.set(dest, inliner ? inliner.file(text, fileKind(dest), reporter(findings, place)) : text);
  }
}

/** Why an installer file cannot have a name. The same name once more is no fault: the later one counts. */
function destFault(dest: string, taken: ReadonlyMap<string, string>): string | undefined {
  const folded = foldCase(dest);
  const other = taken.get(folded);
  if (other === '') return 'osimager writes a file of this name itself';
  if (other !== undefined && other !== dest) return `"${other}" differs from it in case alone`;
  const inside = [...taken].find(
    ([known]) => known.startsWith(`${folded}/`) || folded.startsWith(`${known}/`),
  );
  if (inside) return `"${inside[1]}" makes a folder of what is a file`;
  return dest
    .split('/')
    .map(segmentFault)
    .find((fault) => fault !== undefined);
}

function reporter(findings: Findings, place: () => Span | undefined) {
  return (trouble: Diagnostic | string): void => {
    const { code, message, notes } = typeof trouble === 'string' ? problem('secret', trouble) : trouble;
    // A secrets file that cannot be read is wrong once, not at every place that asks for a secret.
    complain(findings, code, message, code === 'secret' ? place() : undefined, ...(notes ?? []));
  };
}
