import { readFileSync } from 'node:fs';
import { isList, isMapping, type Mapping, type Value } from '../../src/model/value.ts';

/** A key: its type, or more where there is more to say. Types are Packer's: `list(string)`, `block`, `list(block)`. */
export type Key =
  | string
  | {
      readonly type: string;
      readonly deprecated?: boolean;
      readonly keys?: Readonly<Record<string, Key>>;
    };

/** A builder or a provisioner, as its plugin's code has it. */
export interface Component {
  readonly plugin: string;
  readonly version: string;
  /** Keys that the code asks for whenever the block that holds them is there; nested ones have dots. */
  readonly always: readonly string[];
  /** Of each list, one at least. */
  readonly one_of: readonly (readonly string[])[];
  readonly keys: Readonly<Record<string, Key>>;
}

export interface BuilderKeys {
  readonly builders: Readonly<Record<string, Component>>;
  readonly provisioners: Readonly<Record<string, Component>>;
  /** Builder → keys of today's plugin that Debian's Packer does not know. */
  readonly unknown_to_packer_1_6_6: Readonly<Record<string, readonly string[]>>;
}

export const BUILDER_KEYS = JSON.parse(
  readFileSync(new URL('builder-keys.json', import.meta.url), 'utf8'),
) as BuilderKeys;

/** Keys that Packer itself takes, in every builder and in every provisioner. */
const OF_EVERY = {
  builder: ['type', 'name'],
  provisioner: ['type', 'only', 'except', 'override', 'pause_before', 'timeout', 'max_retries'],
} as const;

/** Builders whose account has a default of its own, or that reach no machine. */
const NO_ACCOUNT = ['azure-arm', 'file'];

/** All that is wrong with a Packer template, by the table; each fault begins with the path of its key. */
export function templateFaults(template: Mapping, table: BuilderKeys = BUILDER_KEYS): readonly string[] {
  const faults: string[] = [];
  for (const [kind, section, components] of [
    ['builder', 'builders', table.builders],
    ['provisioner', 'provisioners', table.provisioners],
  ] as const) {
    const items = template[section];
    for (const [index, item] of (isList(items) ? items : []).entries()) {
      const path = `${section}[${index}]`;
      const type = isMapping(item) && typeof item.type === 'string' ? item.type : '';
      const component = Object.hasOwn(components, type) ? components[type] : undefined;
      if (!isMapping(item) || !component) faults.push(`${path}: there is no ${kind} "${type}"`);
      else faults.push(...componentFaults(item, component, kind, path));
    }
  }
  return [...faults, ...variableFaults(template)];
}

function componentFaults(
  item: Mapping,
  component: Component,
  kind: keyof typeof OF_EVERY,
  path: string,
): readonly string[] {
  const own = Object.fromEntries(
    Object.entries(item).filter(([key]) => !(OF_EVERY[kind] as readonly string[]).includes(key)),
  );
  const faults = [...keyFaults(own, component.keys, path)];
  for (const name of component.always) faults.push(...missing(own, name.split('.'), path));
  for (const names of component.one_of) {
    const given = names.some((name) => isGiven(own, name.split('.')));
    if (!given) faults.push(`${path}: missing ${names.join(' or ')}`);
  }
  return kind === 'builder' ? [...faults, ...communicatorFaults(item, path)] : faults;
}

function keyFaults(item: Mapping, keys: Component['keys'], path: string): readonly string[] {
  return Object.entries(item).flatMap(([name, value]) => {
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    const at = `${path}.${name}`;
    if (key === undefined) return [`${at}: unknown key`];
    const { type, deprecated, keys: nested } = typeof key === 'string' ? { type: key } : key;
    if (deprecated === true) return [`${at}: deprecated key`];
    return valueFaults(value, type, nested ?? {}, at);
  });
}

/** Text with a template action stands for a scalar of any type: Packer fills it in, and converts. */
function valueFaults(value: Value, type: string, nested: Component['keys'], at: string): readonly string[] {
  const wrong = [`${at}: ${type} is wanted, not ${JSON.stringify(value)}`];
  const [, container, inner] = /^(list|map)\((.*)\)$/.exec(type) ?? [];
  if (container === 'list') {
    if (!isList(value)) return wrong;
    return value.flatMap((item, index) => valueFaults(item, inner ?? '', nested, `${at}[${index}]`));
  }
  if (container === 'map') {
    if (!isMapping(value)) return wrong;
    return Object.entries(value).flatMap(([key, item]) => valueFaults(item, inner ?? '', {}, `${at}.${key}`));
  }
  if (type === 'block') return isMapping(value) ? keyFaults(value, nested, at) : wrong;
  const wanted = { bool: 'boolean', number: 'number', string: 'string' }[type];
  if (wanted === undefined) throw new Error(`${at}: the table has a type "${type}"`);
  const filledIn = typeof value === 'string' && /\{\{.*\}\}/.test(value);
  return typeof value === wanted || filledIn ? [] : wrong;
}

/** A key that is asked for in each block that holds it: `disks.storage_pool` in every disk there is. */
function missing(item: Mapping, [first = '', ...more]: readonly string[], path: string): readonly string[] {
  if (more.length === 0) return isGiven(item, [first]) ? [] : [`${path}: missing ${first}`];
  const below = item[first];
  const blocks = isList(below) ? below : [below];
  return blocks.flatMap((block, index) => {
    const at = `${path}.${first}${isList(below) ? `[${index}]` : ''}`;
    return isMapping(block) ? missing(block, more, at) : [];
  });
}

function isGiven(item: Mapping, [first = '', ...more]: readonly string[]): boolean {
  const value = item[first];
  if (more.length === 0) return value !== undefined && value !== '' && value !== null;
  return isMapping(value) && isGiven(value, more);
}

/** The account of the communicator, which is ssh where none is named. */
function communicatorFaults(item: Mapping, path: string): readonly string[] {
  if (NO_ACCOUNT.some((type) => type === item.type)) return [];
  const communicator = item.communicator ?? 'ssh';
  const key = communicator === 'ssh' ? 'ssh_username' : communicator === 'winrm' ? 'winrm_username' : '';
  return key === '' || isGiven(item, [key]) ? [] : [`${path}: missing ${key}`];
}

/** A variable for the command line alone (`packer build -var ansible-opts=...`): Packer takes it for empty. */
const UNDECLARED = ['ansible-opts'];

/** User variables that are asked for and not declared; `vault` outside of a variable, where Packer has none. */
function variableFaults(template: Mapping): readonly string[] {
  const declared = isMapping(template.variables) ? template.variables : {};
  const faults: string[] = [];
  for (const section of ['builders', 'provisioners']) {
    const text = JSON.stringify(template[section] ?? []);
    for (const [, name = ''] of text.matchAll(/\{\{\s*user\s+(?:`|\\")([^`"\\]*)/g)) {
      if (!Object.hasOwn(declared, name) && !UNDECLARED.includes(name))
        faults.push(`${section}: the user variable "${name}" is not declared`);
    }
    if (/\{\{\s*vault\s/.test(text)) faults.push(`${section}: vault is known in variables only`);
  }
  return [...new Set(faults)];
}
