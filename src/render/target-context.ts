import { problem, warning, type Code, type Diagnostic, type Note } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/source.ts';
import { nameServers } from '../definitions/name-servers.ts';
import { below, placeOf, type Origin } from '../model/origin.ts';
import type { Facts } from '../model/facts.ts';
import type { MediumQuestion, NameServers } from '../model/outside.ts';
import type { Path, Value } from '../model/value.ts';
import type { Surroundings } from '../template/expand.ts';
import type { Scope } from '../template/scope.ts';

/** What one rendering of a target gathers besides its files. */
export interface Findings {
  readonly diagnostics: Diagnostic[];
  /** Definitions that were asked for and are not there, with the first place that asks. */
  readonly unknown: Map<string, () => Span | undefined>;
  readonly environment: Set<string>;
  readonly warnings: Diagnostic[];
}

/** Findings with nothing in them yet. */
export function createFindings(): Findings {
  return { diagnostics: [], unknown: new Map(), environment: new Set(), warnings: [] };
}

/** The surroundings of a value that was written at an origin: what its markers ask, and where errors point. */
export function surroundings(
  scope: Scope,
  facts: Facts,
  findings: Findings,
  origin: Origin | undefined,
): Surroundings {
  return ask(scope, facts, findings, (path) => origin && placeOf(below(origin, ...path)));
}

/** The surroundings of a text that lies in a file of its own. */
export function textSurroundings(
  scope: Scope,
  facts: Facts,
  findings: Findings,
  place: () => Span | undefined,
): Surroundings {
  return ask(scope, facts, findings, place);
}

function ask(
  scope: Scope,
  facts: Facts,
  findings: Findings,
  placeAt: (path: Path) => Span | undefined,
): Surroundings {
  const path: (string | number)[] = [];
  return {
    path,
    definition: (name): Value | undefined => scope.value(name),
    environment: (name) => {
      findings.environment.add(name);
      return facts.environment(name);
    },
    host: (name) =>
      hostAddress(
        facts,
        findings,
        name,
        nameServers((definition) => scope.value(definition)),
        () => placeAt(path),
      ),
    report: (code, message, note) => {
      complain(findings, code, message, placeAt(path), ...(note ? [note] : []));
    },
    unread: (expression) => {
      const message = `this stays as it is, for it is no expression: ${expression}`;
      const hint =
        'definitions stand in it as text: quote them, and mind true and false, which are True and False';
      findings.warnings.push(warning('expression', message, placeAt(path), hint));
    },
    unknown: (name) => {
      if (findings.unknown.has(name)) return;
      const steps = [...path];
      findings.unknown.set(name, () => placeAt(steps));
    },
  };
}

/**
 * The address of a host as the outside answers; undefined where there is none. An answer that is refused is an
 * error of the target, at the place that asks.
 */
export function hostAddress(
  facts: Facts,
  findings: Findings,
  name: string,
  by: NameServers,
  place: () => Span | undefined,
): string | undefined {
  const answer = facts.host(name, by);
  if (answer.kind === 'refused') refuse(findings, answer.diagnostic, place());
  return answer.kind === 'address' ? answer.address : undefined;
}

/** The source that a medium comes from, by position, and its checksum; undefined where nothing is known. */
export function findMedium(
  facts: Facts,
  findings: Findings,
  question: MediumQuestion,
): { readonly at: number; readonly checksum: string } | undefined {
  const answer = facts.medium(question);
  if (answer.kind === 'refused') refuse(findings, answer.diagnostic, undefined);
  return answer.kind === 'medium' ? answer : undefined;
}

function refuse(findings: Findings, { code, message, notes }: Diagnostic, place: Span | undefined): void {
  complain(findings, code, message, place, ...(notes ?? []));
}

/** Adds an error, once. */
export function complain(
  findings: Findings,
  code: Code,
  message: string,
  span: Span | undefined,
  ...notes: readonly (string | Note)[]
): void {
  const known = findings.diagnostics.some(
    (other) => other.code === code && other.message === message && other.span?.start === span?.start,
  );
  if (!known) findings.diagnostics.push(problem(code, message, span, ...notes));
}
