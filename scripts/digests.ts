/**
 * Keeps a digest for every target of `data/matrix.full.toml` in `test/golden/`, one file a platform, so that a
 * change of output anywhere is seen in review. `npm run digests` writes them; with `--check` it says what differs.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '../src/cli/generate.ts';

const GOLDEN = 'test/golden';
const MATRIX = 'data/matrix.full.toml';

/** Platform → artifact folder → digest over the names and bytes of its files. */
type Digests = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function renderDigests(): Promise<Digests> {
  const out = mkdtempSync(join(tmpdir(), 'osimager-digests-'));
  const hashes = new Map<string, ReturnType<typeof createHash>>();
  const result = await generate({
    workspace: '.',
    userDir: out,
    matrix: MATRIX,
    out,
    environment: {},
    offline: true,
    dryRun: true,
    onEvent: (event) => {
      if (event.type !== 'difference') return;
      const [platform = '', location = '', name = '', ...file] = event.file.slice(out.length + 1).split('/');
      const folder = `${platform}/${location}/${name}`;
      const hash = hashes.get(folder) ?? createHash('sha256');
      hashes.set(folder, hash.update(`${file.join('/')}\0${event.after ?? ''}\0`));
    },
  });
  rmSync(out, { recursive: true });
  for (const { severity, message } of result.diagnostics) {
    console.error(`${severity}: ${message}`);
    process.exitCode = 1; // the full matrix renders without error and without warning
  }
  const digests: Record<string, Record<string, string>> = {};
  for (const [folder, hash] of [...hashes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const platform = folder.split('/')[0] ?? '';
    digests[platform] = { ...digests[platform], [folder]: hash.digest('hex').slice(0, 32) };
  }
  return digests;
}

function compareDigests(platform: string, wanted: Readonly<Record<string, string>>): void {
  const known = JSON.parse(readFileSync(`${GOLDEN}/${platform}.json`, 'utf8')) as Record<string, string>;
  const folders = [...new Set([...Object.keys(known), ...Object.keys(wanted)])];
  const changed = folders.filter((folder) => known[folder] !== wanted[folder]);
  for (const folder of changed.slice(0, 10)) console.error(`differs from its digest: ${folder}`);
  if (changed.length === 0) return;
  console.error(`${platform}: ${changed.length} differ; if that is meant, run npm run digests`);
  process.exitCode = 1;
}

const check = process.argv.includes('--check');
const digests = await renderDigests();
mkdirSync(GOLDEN, { recursive: true });
const stale = readdirSync(GOLDEN).filter((file) => !(file.replace(/\.json$/, '') in digests));
for (const file of stale) {
  if (!check) rmSync(join(GOLDEN, file));
  else {
    console.error(`${GOLDEN}/${file} is of no platform: run npm run digests`);
    process.exitCode = 1;
  }
}
for (const [platform, wanted] of Object.entries(digests)) {
  if (check) compareDigests(platform, wanted);
  else writeFileSync(`${GOLDEN}/${platform}.json`, `${JSON.stringify(wanted, null, 2)}\n`);
}
const total = Object.values(digests).reduce((sum, folders) => sum + Object.keys(folders).length, 0);
console.log(`${total} targets on ${Object.keys(digests).length} platforms`);
