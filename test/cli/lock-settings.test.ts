import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { makeCertificates } from '../rig/certificates.ts';
import { readFiles, writeFiles } from '../rig/folder.ts';
import { startNameServer } from '../rig/name-server.ts';
import { ASKING, writeOutsideWorkspace } from '../rig/outside-workspace.ts';
import { makeSigningKey } from '../rig/pgp.ts';
import { startWebServer, type WebServer } from '../rig/web-server.ts';

const SHA = 'a4'.repeat(32);
const LIST = `${SHA}  demo-1.0.iso\n`;
const MEDIA = { '/demo-1.0.iso': { body: '12345' }, '/SUMS': { body: LIST } };
const TARGET = { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64' };
const FOLDER = 'out/bare/lab/demo-1.0-x86_64';

type Parts = Parameters<typeof writeOutsideWorkspace>[2];

/** A workspace with one target whose address is known, and the web server of its medium. */
async function world(web: WebServer, parts: Parts = {}) {
  const names = await startNameServer({});
  await names.close();
  const cwd = writeOutsideWorkspace(web, names, { matrix: [{ ...TARGET, ip: 'dhcp' }], ...parts });
  const run = async (...args: string[]) => {
    const outcome = await osimager(args, { cwd, environment: ASKING });
    const shown = (text: string): string => text.replaceAll(web.url, 'WEB');
    return { ...outcome, stdout: shown(outcome.stdout), stderr: shown(outcome.stderr) };
  };
  return { cwd, run };
}

test('ca_file names authorities that are trusted besides those of Node', async () => {
  const { ca, key, cert } = makeCertificates('IP:127.0.0.1');
  const web = await startWebServer(MEDIA, { key, cert });
  const { cwd, run } = await world(web);
  const untrusted = await run('lock');
  assert.is(untrusted.status, 1);
  assert.match(
    untrusted.stdout,
    'no answer  WEB/demo-1.0.iso file:WEB/SUMS  its certificate is of no authority',
  );
  writeFileSync(`${cwd}/osimager.config.ts`, "export default { ca_file: 'own.pem' };\n");
  const missing = await run('lock');
  assert.equal(missing, {
    status: 1,
    stdout: '',
    stderr: `error: own.pem is not read: it is not there
  = the setting ca_file names a file of certificates in PEM form
`,
  });
  copyFileSync(ca, `${cwd}/own.pem`);
  const trusted = await run('lock');
  await web.close();
  assert.is(trusted.status, 0);
  assert.is(trusted.stdout, `  locked  WEB/demo-1.0.iso file:WEB/SUMS  5 bytes, sha256:${SHA}\n`);
});

test('a key in data/keys vouches, and a list that it does not vouch for is not used', async () => {
  const vendor = makeSigningKey();
  const web = await startWebServer({ ...MEDIA, '/SUMS.gpg': { body: vendor.detached(LIST) } });
  const { cwd, run } = await world(web);
  writeFiles(cwd, { 'data/keys/vendor.asc': vendor.armored });
  const good = await run('lock');
  assert.is(
    good.stdout,
    `  locked  WEB/demo-1.0.iso file:WEB/SUMS  5 bytes, sha256:${SHA}, signed by ${vendor.fingerprint}\n`,
  );
  assert.match(readFileSync(`${cwd}/osimager.lock`, 'utf8'), `"key":"${vendor.fingerprint}"`);
  web.pages.set('/SUMS', { body: LIST.replaceAll('a4', 'b4') });
  const bad = await run('lock', '--refresh');
  assert.is(bad.status, 1);
  assert.match(bad.stderr, 'error: WEB/SUMS is not used: its signature is not for this text\n');
  assert.match(readFileSync(`${cwd}/osimager.lock`, 'utf8'), SHA);
  web.pages.set('/SUMS', { body: LIST });
  web.pages.delete('/SUMS.gpg');
  const unsigned = await run('lock', '--check');
  await web.close();
  assert.is(unsigned.status, 1);
  assert.is(
    unsigned.stdout,
    `! key gone  WEB/demo-1.0.iso file:WEB/SUMS  was signed by ${vendor.fingerprint}\n`,
  );
});

test('local_only: the first URL stands for a file here, with the checksum that is locked', async () => {
  const web = await startWebServer(MEDIA);
  const urls = ['', '/other'].map((folder) => ({
    url: `${web.url}${folder}/demo->>version<<.iso`,
    checksum: `file:${web.url}${folder}/SUMS`,
  }));
  const { cwd, run } = await world(web, { defs: { urls, iso_path: '/srv/iso/', iso_checksum: '' } });
  const builder = (): object => {
    const { builders } = JSON.parse(readFiles(cwd)[`${FOLDER}/demo-1.0-x86_64.json`] ?? '') as {
      readonly builders: readonly object[];
    };
    return builders[0] ?? {};
  };
  const local = { type: 'null', iso_url: '/srv/iso/demo-1.0.iso', name: 'demo-1.0-x86_64' };
  assert.is((await run('generate', '--frozen', '--local-only')).status, 0);
  assert.equal(builder(), { ...local, iso_checksum: `file:${web.url}/SUMS` });
  assert.equal(web.asked, []);
  writeFileSync(`${cwd}/osimager.config.ts`, 'export default { local_only: true };\n');
  assert.is((await run('generate')).status, 0);
  assert.equal(web.asked, []);
  assert.is((await run('lock')).status, 0);
  await web.close();
  assert.is((await run('generate', '--frozen')).status, 0);
  assert.equal(builder(), { ...local, iso_checksum: `sha256:${SHA}` });
});

test('with --json, each answer is an event, and so is what became of them', async () => {
  const web = await startWebServer(MEDIA);
  const { run } = await world(web);
  const types = (text: string): readonly unknown[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type: string })
      .filter(({ type }) => ['asked', 'lock', 'unlocked'].includes(type));
  const id = 'medium WEB/demo-1.0.iso file:WEB/SUMS';
  assert.equal(types((await run('generate', '--json', '--offline')).stdout), [
    { type: 'unlocked', hosts: [], media: [id.replace('medium ', '')] },
  ]);
  assert.equal(types((await run('generate', '--json', '--check')).stdout), [
    { type: 'asked', id, answer: 'locked', done: 1, of: 1 },
    { type: 'lock', facts: 1, written: false },
  ]);
  assert.equal(types((await run('generate', '--json')).stdout), [
    { type: 'asked', id, answer: 'locked', done: 1, of: 1 },
    { type: 'lock', facts: 1, written: true },
  ]);
  await web.close();
  assert.equal(types((await run('generate', '--json')).stdout), []);
});

test('show and list use the lock and ask nothing', async () => {
  const web = await startWebServer(MEDIA);
  const { run } = await world(web);
  const target = ['bare/lab/demo-1.0-x86_64', 'x', 'dhcp'];
  const before = await run('show', ...target);
  assert.match(before.stdout, '"iso_checksum": "file:WEB/SUMS"');
  await run('list', 'specs', '--avail');
  assert.equal(web.asked, []);
  await run('lock');
  await web.close();
  const after = await run('show', ...target);
  assert.equal([after.status, after.stderr], [0, '']);
  assert.match(after.stdout, `"iso_checksum": "sha256:${SHA}"`);
});

test('a medium that is gone is said when it is asked for, and the tree is made all the same', async () => {
  const web = await startWebServer({ '/SUMS': { body: LIST } });
  const { run } = await world(web);
  const { status, stderr } = await run('generate');
  await web.close();
  assert.is(status, 0);
  assert.match(
    stderr,
    `warning: 1 URL of media is gone: WEB/demo-1.0.iso (404)
  = give another iso_url, or a list of urls
`,
  );
  const locked = await run('lock');
  assert.equal(locked, {
    status: 0,
    stdout: '',
    stderr: 'osimager.lock has all that is needed: 1 fact, 1 of them that a URL is gone\n',
  });
});

test.run();
