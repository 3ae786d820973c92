import type { Value } from '../model/value.ts';
import { expandValue, type Surroundings, type Templates } from './expand.ts';

/** A definition as a layer gives it, markers and all; `origin` is whatever the caller finds its place by. */
export interface RawDefinition<Origin> {
  readonly value: Value;
  readonly origin: Origin | undefined;
}

/** The definitions of a target. Each is worked out when it is first asked for, and once. */
export interface Scope {
  /** The value, its markers replaced; undefined where there is no such definition. */
  value(name: string): Value | undefined;
  /** The value that the layers give, where a derived definition of the same name stands above it. */
  layered(name: string): Value | undefined;
  names(): readonly string[];
}

export interface DerivedDefinitions {
  has(name: string): boolean;
  derive(name: string, scope: Scope): Value | undefined;
  names(scope: Scope): readonly string[];
}

export interface ScopeParts<Origin> {
  readonly layered: ReadonlyMap<string, RawDefinition<Origin>>;
  /** Derived definitions: they stand above the layers, and may ask the scope. */
  readonly derived: DerivedDefinitions;
  /** The target's own definitions: they stand above all. */
  readonly own: ReadonlyMap<string, RawDefinition<Origin>>;
  /** The surroundings for expanding a value that was written at a place. */
  readonly around: (scope: Scope, origin: Origin | undefined) => Surroundings;
  /** Called when a value of the layers without an origin is used: a setting of the workspace. */
  readonly setting?: (name: string) => void;
  /** Called once for a circle of definitions, with the names in it. */
  readonly circle: (names: readonly string[], origin: Origin | undefined) => void;
}

/**
 * Definitions may refer to definitions, to any depth; a circle is reported and counts as empty. The target's
 * own definitions replace what is derived and do not feed it: derivation sees the layers (DESIGN.md, "Data
 * files", order of layers).
 */
export function createScope<Origin>(parts: ScopeParts<Origin>, templates: Templates): Scope {
  if (parts.own.size === 0) return buildScope(parts, templates);
  const below = buildScope({ ...parts, own: new Map() }, templates);
  const derived: DerivedDefinitions = {
    has: (name) => parts.derived.has(name),
    derive: (name) => below.value(name),
    names: () => parts.derived.names(below),
  };
  return buildScope({ ...parts, derived }, templates);
}

function buildScope<Origin>(parts: ScopeParts<Origin>, templates: Templates): Scope {
  const known = new Map<string, Value | undefined>();
  const working: string[] = [];

  const workOut = (
    key: string,
    name: string,
    origin: Origin | undefined,
    make: () => Value | undefined,
  ): Value | undefined => {
    if (known.has(key)) return known.get(key);
    const circle = working.indexOf(key);
    if (circle >= 0) {
      parts.circle([...working.slice(circle).map(nameOf), name], origin);
      return '';
    }
    working.push(key);
    const value = make();
    working.pop();
    known.set(key, value);
    return value;
  };
  const raw = (key: string, name: string, definition: RawDefinition<Origin>): Value | undefined =>
    workOut(key, name, definition.origin, () =>
      templates.isPlain(definition.value)
        ? definition.value
        : expandValue(definition.value, templates, parts.around(scope, definition.origin)),
    );
  const given = (key: string, name: string, layered: RawDefinition<Origin>): Value | undefined => {
    if (layered.origin === undefined) parts.setting?.(name);
    return raw(key, name, layered);
  };
  const scope: Scope = {
    value(name) {
      const own = parts.own.get(name);
      if (own) return raw(name, name, own);
      const layered = parts.layered.get(name);
      if (parts.derived.has(name)) {
        return workOut(name, name, layered?.origin, () => parts.derived.derive(name, scope));
      }
      return layered && given(name, name, layered);
    },
    layered(name) {
      const layered = parts.layered.get(name);
      return layered && given(`${LAYERED}${name}`, name, layered);
    },
    names: () => [...new Set([...parts.layered.keys(), ...parts.derived.names(scope), ...parts.own.keys()])],
  };
  return scope;
}

/** A blank cannot be in a name, so that the layers' value of a name is remembered beside the derived one. */
const LAYERED = 'layered ';

function nameOf(key: string): string {
  return key.startsWith(LAYERED) ? key.slice(LAYERED.length) : key;
}
