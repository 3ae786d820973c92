/** The floors and doors of docs/architecture.md: who may import whom. */

/** Folder → the only other folders of src that it may import. */
const FLOORS = {
  diagnostics: [],
  model: ['diagnostics'],
  config: ['diagnostics', 'model'],
  documents: ['diagnostics', 'model'],
  layers: ['diagnostics', 'model', 'documents'],
  definitions: ['diagnostics', 'model'],
  template: ['diagnostics', 'model'],
  render: ['diagnostics', 'model', 'layers', 'definitions', 'template'],
  edge: ['diagnostics', 'model', 'config'],
  tree: ['diagnostics', 'model', 'render', 'edge'],
  watch: ['diagnostics', 'model', 'tree', 'edge'],
  run: ['diagnostics', 'model', 'tree', 'edge', 'template'],
  report: ['diagnostics', 'model', 'layers', 'render', 'tree'],
};

/** Package, or module of Node → the only files that may import it. */
const DOORS = {
  'jsonc-parser': '^src/documents/parse\\.ts$',
  'smol-toml': '^src/documents/parse\\.ts$',
  'toml-eslint-parser': '^src/documents/locate-toml\\.ts$',
  '@lezer/(python|common|lr)': '^src/template/expression/',
  handlebars: '^src/template/handlebars/',
  esbuild: '^src/edge/config-file\\.ts$',
  ini: '^src/edge/config-file\\.ts$',
  'node-vault': '^src/edge/vault-client\\.ts$',
  chokidar: '^src/watch/watch\\.ts$',
  undici: '^src/edge/http-client\\.ts$',
  'p-limit': '^src/edge/(http-client|ask)\\.ts$',
  picomatch: '^src/config/matrix\\.ts$',
  diff: '^src/report/diff\\.ts$',
  commander: '^src/cli/(main|program/[a-z]+)\\.ts$',
  'fastest-levenshtein': '^src/model/nearest\\.ts$',
  zx: '^src/run/packer\\.ts$',
  semver: '^src/run/packer-version\\.ts$',
  'log-update': '^src/cli/runner/live-view\\.ts$',
  'fast-xml-builder': '^src/report/junit\\.ts$',
  zod: '^src/(model/validate|config/(schema|matrix)|documents/schema|edge/config-file)\\.ts$',
};

/** Folders of the core: no module of Node but the one at its door. */
const CORE =
  '^src/(diagnostics|model|config|documents|layers|definitions|template|render|report)/|^src/tree/plan\\.ts$';

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...Object.entries(FLOORS).map(([folder, allowed]) => ({
      name: `floor-${folder}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
    })),
    ...Object.entries(DOORS).map(([name, door]) => ({
      name: `door-${name}`,
      severity: 'error',
      from: { path: '^src/', pathNot: door },
      to: { path: `node_modules/${name}/` },
    })),
    {
      name: 'core-is-pure',
      comment:
        'The core asks the outside through Facts alone; node:crypto has its door in template/crypt.ts.',
      severity: 'error',
      from: { path: CORE, pathNot: '^src/template/crypt\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'crypt-door',
      severity: 'error',
      from: { path: '^src/template/crypt\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'files-door',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/edge/(files|write-files|log-file)\\.ts$' },
      to: { dependencyTypes: ['core'], path: '^(node:)?(fs|fs/promises)$' },
    },
    {
      name: 'processes-door',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(run/(packer|guard)|edge/signature)\\.ts$' },
      to: { dependencyTypes: ['core'], path: '^(node:)?child_process$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
