/**
 * Writes the JSON Schemas in `schemas/` from the definitions that validate data files, matrix and
 * configuration. `npm run schemas` writes them; with `--check` it only says whether they are true.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import * as z from 'zod';
import { matrixSchema } from '../src/config/matrix.ts';
import { configSchema } from '../src/config/schema.ts';
import { locationSchema, platformSchema, specSchema } from '../src/documents/schema.ts';

const SCHEMAS: Readonly<
  Record<string, { readonly schema: z.ZodType; readonly title: string; readonly data: boolean }>
> = {
  platform: { schema: platformSchema, title: 'A platform of osimager', data: true },
  location: { schema: locationSchema, title: 'A location of osimager', data: true },
  spec: { schema: specSchema, title: 'A spec of osimager', data: true },
  matrix: { schema: matrixSchema, title: 'The matrix of an osimager workspace', data: false },
  config: { schema: configSchema, title: 'The configuration of an osimager workspace', data: false },
};

/** Keys that begin with `_` are comments in every mapping of a data file that knows its keys. */
function allowComments(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(allowComments);
  if (typeof node !== 'object' || node === null) return node;
  const copied = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, allowComments(value)]));
  return copied.additionalProperties === false ? { ...copied, patternProperties: { '^_': {} } } : copied;
}

async function schemaText(name: string): Promise<string> {
  const entry = SCHEMAS[name];
  if (!entry) throw new Error(`no schema ${name}`);
  const generated = z.toJSONSchema(entry.schema, {
    target: 'draft-7',
    unrepresentable: 'any',
    reused: 'ref',
  });
  const { $schema, ...rest } = generated;
  const body = entry.data ? (allowComments(rest) as object) : rest;
  const text = JSON.stringify({ $schema, title: entry.title, ...body });
  return format(text, { ...(await resolveConfig('schemas/x.json')), parser: 'json' });
}

const check = process.argv.includes('--check');
mkdirSync('schemas', { recursive: true });
for (const name of Object.keys(SCHEMAS)) {
  const path = `schemas/${name}.schema.json`;
  const text = await schemaText(name);
  if (!check) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${path} is not what the code validates: run npm run schemas`);
    process.exitCode = 1;
  }
}
