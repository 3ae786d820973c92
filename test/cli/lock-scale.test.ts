import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { temporaryFolder } from '../rig/folder.ts';
import { startNameServer } from '../rig/name-server.ts';
import { ASKING, writeOutsideWorkspace } from '../rig/outside-workspace.ts';
import { startWebServer, type Page } from '../rig/web-server.ts';

const HASH = 'a4'.repeat(32);
const LAUNCHER = fileURLToPath(new URL('../../bin/osimager.js', import.meta.url));

/** Media `demo-1.1.iso` and so on, with one checksum list. */
function media(number: number, page: (at: number) => Page): Record<string, Page> {
  const names = Array.from({ length: number }, (_, at) => `demo-1.${at + 1}.iso`);
  const list = names.map((name) => `${HASH}  ${name}\n`).join('');
  return { ...Object.fromEntries(names.map((name, at) => [`/${name}`, page(at)])), '/SUMS': { body: list } };
}

function specs(web: { readonly url: string }, number: number) {
  return {
    demo: {
      provides: { dist: 'demo', versions: [`1.[1-${number}]`], arches: ['x86_64'] },
      defs: { iso_url: `${web.url}/demo->>version<<.iso`, iso_checksum: `file:${web.url}/SUMS` },
    },
  };
}

test('5,000 targets over 300 media ask 300 times, and no more than four at a time', async () => {
  const web = await startWebServer(media(300, () => ({ body: '12345' })));
  const names = await startNameServer({});
  const rows = Array.from({ length: 17 }, (_, at) => ({
    ...{ platform: 'bare', location: 'lab', spec: 'demo-*' },
    ...{ name: `host${at}-%>minor<%`, ip: 'dhcp' },
  }));
  const cwd = writeOutsideWorkspace(web, names, { specs: specs(web, 300), matrix: rows });
  const { status, stdout, stderr } = await osimager(['lock'], { cwd, environment: ASKING });
  await Promise.all([web.close(), names.close()]);
  assert.equal([status, stderr], [0, '300 questions of 300 facts asked: 300 locked\n']);
  assert.is(stdout.split('\n').length, 301);
  assert.equal([web.asked.length, new Set(web.asked).size, names.asked.length], [301, 301, 0]);
  assert.ok(web.most() <= 4, `${web.most()} at a time`);
});

test('an interrupted lock keeps what was answered, and goes on from there', async () => {
  const isSlow = (at: number): boolean => at >= 30;
  const web = await startWebServer(media(40, (at) => (isSlow(at) ? { fault: 'never' } : { body: '12345' })));
  const names = await startNameServer({});
  const matrix = [{ platform: 'bare', location: 'lab', spec: 'demo-*', ip: 'dhcp' }];
  const cwd = writeOutsideWorkspace(web, names, { specs: specs(web, 40), matrix });
  const env = { PATH: process.env.PATH, HOME: temporaryFolder(), ...ASKING };
  const child = spawn(process.execPath, [LAUNCHER, 'lock'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  child.stdout.resume();
  while (web.asked.length < 35) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill('SIGINT');
  const [status] = (await once(child, 'close')) as [number];
  const facts = (): number => readFileSync(join(cwd, 'osimager.lock'), 'utf8').split('"medium').length - 1;
  assert.is(status, 130);
  assert.match(said, 'what was answered is kept: osimager lock goes on from there\n');
  assert.is(facts(), 30);
  for (const [path, page] of Object.entries(media(40, () => ({ body: '12345' })))) web.pages.set(path, page);
  const before = web.asked.length;
  const rest = await osimager(['lock'], { cwd, environment: ASKING });
  await Promise.all([web.close(), names.close()]);
  assert.equal([rest.status, rest.stderr], [0, '10 questions of 40 facts asked: 10 locked\n']);
  assert.is(web.asked.length - before, 11);
  assert.is(facts(), 40);
});

test.run();
