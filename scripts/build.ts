/**
 * Bundles the command line and the library into `dist/`: one file each, started without looking for others.
 * Run by `npm run build`, and by npm when the package is installed from its sources.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';

/** A digest of what the bundle is made from: the sources, and the versions of the packages. */
function digestSources(): string {
  const sources = readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const path of [...sources.sort(), 'package-lock.json', 'package.json']) {
    hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // jsonc-parser's CommonJS form loads its parts by computed paths, which cannot be bundled.
  mainFields: ['module', 'main'],
  external: ['esbuild', 'node-vault'], // loaded when they are needed, and rarely
  define: { OSIMAGER_SOURCES: JSON.stringify(digestSources()) },
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  // Bundled CommonJS packages ask for `require` and for the path of the file.
  banner: {
    js: "import { createRequire as osimagerRequire } from 'node:module'; const require = osimagerRequire(import.meta.url);",
  },
};

await build({ ...common, entryPoints: ['src/cli/main.ts'], outfile: 'dist/osimager.js' });
await build({ ...common, entryPoints: ['src/index.ts'], outfile: 'dist/index.js' });
