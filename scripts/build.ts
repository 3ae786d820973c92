/**
 * Bundles the command line and the library into `dist/`: one file each, started without looking for others.
 * Run by `npm run build`, and by npm when the package is installed from its sources.
 */
import { build, type BuildOptions } from 'esbuild';

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // jsonc-parser's CommonJS form loads its parts by computed paths, which cannot be bundled.
  mainFields: ['module', 'main'],
  external: ['esbuild', 'node-vault', 'undici'], // loaded when they are needed, and rarely
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
