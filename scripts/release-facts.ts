/**
 * Writes `test/data/release-facts.json`, what is known of each release from other sources than `data/`: media,
 * checksums, guest ids, cloud images, keystrokes. It is taken from a catalogue file (`dist` → `versions`, and
 * `releases` by version pattern), without what no test reads. `npm run release-facts -- <os-catalog.json>`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { RELEASE_FIELDS } from '../test/data/release-facts.ts';

const TABLE = 'test/data/release-facts.json';

type Releases = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Catalogue = Readonly<
  Record<string, { readonly versions: readonly string[]; readonly releases: Releases }>
>;

const path = process.argv[2];
if (path === undefined) {
  console.error('which file holds the catalogue? npm run release-facts -- <os-catalog.json>');
  process.exit(2);
}
const catalogue = JSON.parse(readFileSync(path, 'utf8')) as Catalogue;
const table = Object.entries(catalogue).map(([dist, { versions, releases }]) => {
  const kept = Object.entries(releases).map(([pattern, fields]) => {
    const wanted = RELEASE_FIELDS.filter((field) => fields[field] !== undefined);
    return [pattern, Object.fromEntries(wanted.map((field) => [field, fields[field]]))];
  });
  return [dist, { versions, releases: Object.fromEntries(kept) as Releases }];
});
const text = JSON.stringify(Object.fromEntries(table));
writeFileSync(TABLE, await format(text, { ...(await resolveConfig(TABLE)), parser: 'json' }));
