/**
 * Writes `test/packer/builder-keys.json`, the keys that Packer's builders and provisioners take, from a folder of
 * facts: one file for each (`builder-qemu.json`: keys with types, nested keys, deprecations, the plugin's version),
 * `required-rules.json`, and `packer-1.6.6-unknown.json`. `npm run builder-keys -- <folder>`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { BuilderKeys, Component, Key } from '../test/packer/builder-keys.ts';

const TABLE = 'test/packer/builder-keys.json';

interface FactKey {
  readonly type: string;
  readonly deprecated?: boolean;
  readonly keys?: Readonly<Record<string, FactKey>>;
}

interface FactComponent {
  readonly component: 'builder' | 'provisioner';
  readonly type: string;
  readonly plugin: string;
  readonly plugin_version: string;
  readonly keys: Readonly<Record<string, FactKey>>;
}

interface RequiredRules {
  readonly always: readonly string[];
  readonly one_of: readonly (readonly string[])[];
}

function read(folder: string, name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

/** The type alone where there is no more to say, so that a key is a line. */
function compact({ type, deprecated, keys }: FactKey): Key {
  if (!deprecated && !keys) return type;
  return { type, ...(deprecated && { deprecated }), ...(keys && { keys: compactAll(keys) }) };
}

function compactAll(keys: Readonly<Record<string, FactKey>>): Readonly<Record<string, Key>> {
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, compact(key)]));
}

function table(folder: string): BuilderKeys {
  const rules = read(folder, 'required-rules.json') as Readonly<Record<string, RequiredRules>>;
  const kinds: Record<'builder' | 'provisioner', Record<string, Component>> = {
    builder: {},
    provisioner: {},
  };
  for (const file of readdirSync(folder).sort()) {
    if (!/^(?:builder|provisioner)-.*\.json$/.test(file)) continue;
    const fact = read(folder, file) as FactComponent;
    const rule = rules[`${fact.component}-${fact.type}`];
    if (!rule) throw new Error(`${file}: required-rules.json has no rule for ${fact.component} ${fact.type}`);
    kinds[fact.component][fact.type] = {
      plugin: fact.plugin,
      version: fact.plugin_version,
      always: rule.always,
      one_of: rule.one_of,
      keys: compactAll(fact.keys),
    };
  }
  const unknown = read(folder, 'packer-1.6.6-unknown.json') as BuilderKeys['unknown_to_packer_1_6_6'];
  return { builders: kinds.builder, provisioners: kinds.provisioner, unknown_to_packer_1_6_6: unknown };
}

const folder = process.argv[2];
if (folder === undefined) {
  console.error('which folder holds the facts? npm run builder-keys -- <folder>');
  process.exit(2);
}
const text = JSON.stringify(table(folder));
writeFileSync(TABLE, await format(text, { ...(await resolveConfig(TABLE)), parser: 'json' }));
