/** Every shipped artifact can be refitted, those of clouds aside: real Packer takes the template that comes of it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite, type Callback } from 'uvu';
import * as assert from 'uvu/assert';
import type { Mapping } from '../../src/model/value.ts';
import { builderOf, readArtifact } from '../../src/run/artifact.ts';
import { refitTemplate } from '../../src/run/refit.ts';
import { replaceSecrets } from '../../src/template/secrets.ts';
import { failureOf, valueOf } from '../rig/complaints.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { missingForRuns, testWith, type ToolName } from '../rig/tool.ts';
import { listPaths } from '../rig/workspace.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOOLS: readonly ToolName[] = ['packer'];
const missing = missingForRuns(TOOLS);
const test = suite('refit with real Packer');
const realTest = (name: string, run: Callback): void => {
  testWith(test, TOOLS, name, run, { missing });
};

/** They make a credential for each machine. */
const CLOUDS = new Set(['aws', 'azure', 'gcp']);

/** The refitted templates of the committed tree that differ in what the builder or provisioners are asked for. */
function distinct(): ReadonlyMap<string, Mapping> {
  const found = new Map<string, Mapping>();
  const paths = listPaths(join(ROOT, 'out')).filter((path) => path.endsWith('/artifact.json'));
  assert.ok(paths.length > 90);
  for (const path of paths) {
    const shown = `out/${path.replace('/artifact.json', '')}`;
    const { template, target } = valueOf(readArtifact(join(ROOT, shown), shown));
    const refitted = refitTemplate(template, { target, shown, ip: '192.0.2.1' });
    if (CLOUDS.has(target.platform)) {
      assert.match(failureOf(refitted).join(''), /has no credential for (?:ssh|winrm): a cloud gives one/);
      continue;
    }
    const made = valueOf(refitted);
    const kind = [Object.keys(builderOf(made)).sort(), Object.keys(made.variables ?? {}).sort()];
    found.set(JSON.stringify(kind), made);
  }
  return found;
}

for (const [kind, template] of distinct()) {
  const keys = (JSON.parse(kind) as readonly [readonly string[]])[0].filter((key) =>
    /^(?:ssh|winrm)_/.test(key),
  );
  realTest(`a builder with ${keys.join(', ')}`, () => {
    const folder = temporaryFolder();
    const known = JSON.parse(JSON.stringify(template), (_, value: unknown) =>
      typeof value === 'string' ? replaceSecrets(value, () => 'secret') : value,
    ) as unknown;
    writeFiles(folder, { 'template.json': known });
    const answer = spawnSync('packer', ['validate', join(folder, 'template.json')], {
      cwd: join(ROOT, 'data'),
      env: { PATH: process.env.PATH, HOME: folder, CHECKPOINT_DISABLE: '1' },
      encoding: 'utf8',
    });
    assert.is(answer.status, 0, `${answer.stdout}${answer.stderr}`);
  });
}

test.run();
