/** Deferred, the default: no secret is in the tree, in what is printed, or anywhere else in the workspace. */
import { chmodSync, cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { scanForSecrets, type ScannedSecret } from '../rig/secret-scan.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

interface Listed {
  readonly path: string;
  readonly key: string;
}

/** A value of its own for each secret, with signs that every encoding writes in another way. */
function canaries(listed: readonly Listed[]): readonly ScannedSecret[] {
  return listed.map(({ path, key }, at) => ({ path, key, value: `c4n&ry<${at}>'"\\ ü%${key}` }));
}

function secretsFile(secrets: readonly ScannedSecret[]): string {
  const quote = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;
  return secrets.map(({ path, key, value }) => `${path} ${key}=${quote(value)}\n`).join('');
}

test('the shipped matrix, deferred, holds and prints no secret that it uses', async () => {
  const workspace = temporaryFolder();
  cpSync(`${REPOSITORY}/data`, `${workspace}/data`, { recursive: true });
  const user = temporaryFolder();
  writeFiles(user, { 'osimager.conf': '[osimager]\ncredential_source = config\n', secrets: '' });
  chmodSync(`${user}/secrets`, 0o600);
  const run = (...args: string[]) => osimager([...args, '--user-dir', user], { cwd: workspace });

  const needed = await run('secrets', 'check', '--json');
  const secrets = canaries(JSON.parse(needed.stdout) as Listed[]);
  assert.ok(secrets.length > 10, 'the shipped matrix needs secrets');
  writeFiles(user, { secrets: secretsFile(secrets) });
  assert.is((await run('secrets', 'check')).status, 0, 'and all are known now');

  const runs = [
    await run('generate', '--verbose'),
    await run('generate', '--diff', '--force', '--verbose'),
    await run('generate', '--json'),
    await run('show', 'vsphere/lab/alma-9.8-x86_64', '--defs', '--config'),
    await run('secrets', 'check'),
    await run('secrets', 'policy'),
  ];
  const printed = Object.fromEntries(
    runs.map(({ stdout, stderr }, at) => [`output ${at}`, stdout + stderr] as const),
  );
  const tree = readFiles(workspace);
  assert.ok(Object.keys(tree).filter((path) => path.startsWith('out/')).length > 300);
  assert.equal(scanForSecrets({ ...tree, ...printed }, secrets), []);

  // The scan finds what it looks for: inline, the tree does hold them.
  assert.is((await run('generate', '--secrets', 'inline')).status, 0);
  assert.ok(scanForSecrets(readFiles(workspace), secrets).length > 100);
});

test.run();
