import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { formatReference, type Facts } from '../../src/model/facts.ts';
import type { HostAnswer } from '../../src/model/outside.ts';
import { compareText } from '../../src/model/target.ts';

/** What a test provides. A host that is there and undefined does not resolve. */
export interface Provided {
  /** By path, `data/platforms/all.json`; what is not text is written as JSON. */
  readonly files?: Readonly<Record<string, unknown>>;
  readonly refused?: Readonly<Record<string, Diagnostic>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly hosts?: Readonly<Record<string, string | undefined>>;
}

export interface MemoryFacts extends Facts {
  /** The files that were asked for, in order. */
  readonly asked: readonly string[];
}

/** Facts from an object. Secrets, hosts and environment that the test did not provide fail loudly. */
export function memoryFacts(provided: Provided): MemoryFacts {
  const asked: string[] = [];
  const files = new Map(Object.entries(provided.files ?? {}));
  return {
    asked,
    text(file) {
      const path = formatReference(file);
      asked.push(path);
      const diagnostic = provided.refused?.[path];
      if (diagnostic) return { kind: 'refused', diagnostic };
      if (!files.has(path)) return { kind: 'absent', path };
      const content = files.get(path);
      const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
      return { kind: 'text', source: { path, text } };
    },
    names(folder) {
      const start = `${formatReference(folder)}/`;
      const below = [...files.keys()].filter((path) => path.startsWith(start));
      const names = below.map((path) => path.slice(start.length).split('/')[0] ?? '');
      return [...new Set(names)].sort(compareText);
    },
    environment: (name) => asProvided('environment variable', provided.environment, name),
    secret: (path, key) => {
      const value = asProvided('secret', provided.secrets, `${path}:${key}`);
      if (value === undefined) throw new Error(`the secret ${path}:${key} must have a value`);
      return { kind: 'value', value };
    },
    host: (name) => hostAnswer(asProvided('host', provided.hosts, name)),
    medium: ({ sources }) => {
      throw new Error(`nobody should ask for the medium ${sources[0]?.url ?? ''}`);
    },
  };
}

/** The answer for an address; undefined: there is no such name. */
export function hostAnswer(address: string | undefined): HostAnswer {
  return address === undefined ? { kind: 'none' } : { kind: 'address', address };
}

function asProvided(
  what: string,
  all: Readonly<Record<string, string | undefined>> | undefined,
  name: string,
): string | undefined {
  if (!all || !Object.hasOwn(all, name)) throw new Error(`nobody should ask for the ${what} ${name}`);
  return all[name];
}
