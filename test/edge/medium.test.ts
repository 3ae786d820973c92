import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createHttpClient, HTTP_LIMITS } from '../../src/edge/http-client.ts';
import { createMediumAsker, type MediumReply } from '../../src/edge/medium.ts';
import { createVerifier, type Verifier } from '../../src/edge/signature.ts';
import { mediumQuestion } from '../../src/model/outside.ts';
import { complaints } from '../rig/complaints.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { makeSigningKey } from '../rig/pgp.ts';
import { startWebServer, type WebServer } from '../rig/web-server.ts';

const SHA256 = 'a4'.repeat(32);
const SHA512 = 'a6'.repeat(64);
const LIMITS = { ...HTTP_LIMITS, attemptMs: 300, attempts: 1, silences: 100 };

type Pages = Parameters<typeof startWebServer>[0];
type Source = readonly [path: string, list?: string];

/** Asks a server for media, given by path and path of the list; `URL` in what comes back is the server's. */
async function ask(pages: Pages, sources: readonly Source[], verifier?: Verifier) {
  const server = await startWebServer(pages);
  const replies = await askAt(server, sources, verifier);
  await server.close();
  return { replies, asked: server.asked };
}

async function askAt({ url }: WebServer, sources: readonly Source[], verifier?: Verifier) {
  const http = await createHttpClient({ environment: {}, ca: undefined, limits: LIMITS });
  const medium = createMediumAsker(http, verifier);
  const replies: MediumReply[] = await Promise.all(
    sources.map(([path, list]) => {
      const checksum = list === undefined ? '' : `file:${url}${list}`;
      const question = mediumQuestion({ url: `${url}${path}`, checksum });
      if (!question) throw new Error(`${path} must be a question`);
      return medium(question);
    }),
  );
  await http.close();
  return replies.map((reply) => {
    const said = complaints(reply.remarks).map((line) => line.replaceAll(url, 'URL'));
    const outcome = reply.kind === 'fact' ? reply.fact : reply.reason.replaceAll(url, 'URL');
    return said.length > 0 ? [outcome, ...said] : [outcome];
  });
}

const DISK = { body: '12345' };
const NO_CHECKSUM = 'no checksum is locked for the medium; the template names the list as the data file does';

test('a medium is asked for by HEAD: there with its size, gone, or no answer', async () => {
  const pages = {
    '/a.iso': DISK,
    '/moved.iso': { status: 301, headers: { location: '/a.iso' } },
    '/403.iso': { status: 403 },
    '/page.iso': { status: 302, headers: { location: '/login' } },
    '/login': { headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>' },
    '/slow.iso': { fault: 'never' },
    '/ill.iso': { status: 503 },
  } as const;
  const paths = ['/a.iso', '/moved.iso', '/404.iso', '/403.iso', '/page.iso', '/slow.iso', '/ill.iso'];
  const { replies, asked } = await ask(
    pages,
    paths.map((path) => [path]),
  );
  assert.equal(replies, [
    [{ size: 5 }],
    [{ size: 5 }],
    [{ gone: 404 }],
    [{ gone: 403 }],
    [{ gone: 'web page' }],
    ['it did not answer within 0.3 s'],
    ['it answers 503'],
  ]);
  assert.not.ok(asked.includes('GET /a.iso'));
});

test('where HEAD is refused or says no size, the first byte is asked for', async () => {
  const refusals = [400, 401, 403, 405, 501].map(
    (status) => [`/${status}.iso`, { ...DISK, HEAD: { status } }] as const,
  );
  const pages = {
    ...Object.fromEntries(refusals),
    '/sizeless.iso': { ...DISK, HEAD: { sizeless: true } },
    '/untrue.iso': { ...DISK, HEAD: { body: '' } },
    '/whole.iso': { HEAD: { status: 405 }, GET: { status: 203, body: '1234567' } },
  } as const;
  const { replies } = await ask(
    pages,
    Object.keys(pages).map((path) => [path]),
  );
  assert.equal(replies, [...refusals.map(() => [{ size: 5 }]), [{ size: 5 }], [{ size: 5 }], [{ size: 7 }]]);
});

test('the checksum comes from the list, which is read once for all its media', async () => {
  const list = `${SHA256}  a.iso\n${SHA512} *b c.iso\n`;
  const pages = { '/a.iso': DISK, '/b%20c.iso': DISK, '/c.iso': DISK, '/SUMS': { body: list } };
  const { replies, asked } = await ask(pages, [
    ['/a.iso', '/SUMS'],
    ['/b%20c.iso', '/SUMS'],
    ['/c.iso', '/SUMS'],
  ]);
  assert.equal(replies, [
    [{ size: 5, checksum: `sha256:${SHA256}` }],
    [{ size: 5, checksum: `sha512:${SHA512}` }],
    [{ size: 5 }, `warning checksum: the checksum list URL/SUMS does not name c.iso | ${NO_CHECKSUM}`],
  ]);
  assert.equal(
    asked.filter((line) => line.endsWith('/SUMS')),
    ['GET /SUMS'],
  );
});

test('a list of the medium alone may name it otherwise', async () => {
  const pages = {
    '/Current.iso': DISK,
    '/Current.iso.sha256': { body: `${SHA256}  Build7.iso\n` },
    '/SUMS': { body: `${SHA256}  Build7.iso\n` },
    '/hash': { body: `${SHA256}\n` },
  };
  const sources: Source[] = ['/Current.iso.sha256', '/SUMS', '/hash'].map((list) => ['/Current.iso', list]);
  const { replies } = await ask(pages, sources);
  assert.equal(replies, [
    [{ size: 5, checksum: `sha256:${SHA256}` }],
    [{ size: 5 }, `warning checksum: the checksum list URL/SUMS does not name Current.iso | ${NO_CHECKSUM}`],
    [{ size: 5, checksum: `sha256:${SHA256}` }],
  ]);
});

test('a list that is gone leaves the medium without a checksum; one that does not answer leaves it unknown', async () => {
  const pages = {
    '/a.iso': DISK,
    '/slow': { fault: 'never' },
    '/twice': { body: `${SHA256}  a.iso\n${'0'.repeat(64)}  a.iso\n` },
    '/page': { body: '<html>' },
    '/large': { body: 'x'.repeat(4 * 1024 * 1024 + 1) },
    '/broken': { body: `${SHA256}  a.iso\n`, fault: 'broken off' },
  } as const;
  const lists = ['/none', '/slow', '/twice', '/page', '/large', '/broken'];
  const { replies } = await ask(
    pages,
    lists.map((list) => ['/a.iso', list]),
  );
  assert.equal(replies, [
    [{ size: 5 }, `warning checksum: the checksum list URL/none is gone (404) | ${NO_CHECKSUM}`],
    ['URL/slow: it did not answer within 0.3 s'],
    [
      'it has two different checksums for a.iso',
      'error checksum: URL/twice is not used: it has two different checksums for a.iso',
    ],
    [
      { size: 5 },
      `warning checksum: the checksum list URL/page is not used: there is no checksum in it | ${NO_CHECKSUM}`,
    ],
    ['URL/large: it is larger than 4194304 bytes'],
    ['URL/broken: the connection was broken off'],
  ]);
});

test('the bytes of the list change under its name: the new answer is another', async () => {
  const server = await startWebServer({ '/a.iso': DISK, '/SUMS': { body: `${SHA256}  a.iso\n` } });
  const before = await askAt(server, [['/a.iso', '/SUMS']]);
  server.pages.set('/SUMS', { body: `${'0'.repeat(64)}  a.iso\n` });
  server.pages.set('/a.iso', { body: '123456' });
  const after = await askAt(server, [['/a.iso', '/SUMS']]);
  await server.close();
  assert.equal(before, [[{ size: 5, checksum: `sha256:${SHA256}` }]]);
  assert.equal(after, [[{ size: 6, checksum: `sha256:${'0'.repeat(64)}` }]]);
});

const LIST = `${SHA256}  a.iso\n`;

/** What is asked with a vendor's key in the workspace, for a list and what stands beside it. */
async function askSigned(pages: Pages, makePages: (vendor: ReturnType<typeof makeSigningKey>) => Pages) {
  const vendor = makeSigningKey();
  const folder = temporaryFolder();
  writeFiles(folder, { 'vendor.asc': vendor.armored });
  const verifier = await createVerifier(folder, () => undefined);
  const all = { '/a.iso': DISK, '/SUMS': { body: LIST }, ...pages, ...makePages(vendor) };
  const { replies, asked } = await ask(all, [['/a.iso', '/SUMS']], verifier);
  return { reply: replies[0], asked, vendor };
}

test('the key that signed the list vouches for the checksum, beside the list or around it', async () => {
  for (const ending of ['.asc', '.sign', '.gpg', '.sig']) {
    const { reply, vendor } = await askSigned({}, (key) => ({
      [`/SUMS${ending}`]: { body: key.detached(LIST, ending === '.asc') },
    }));
    assert.equal(reply, [{ size: 5, checksum: `sha256:${SHA256}`, key: vendor.fingerprint }], ending);
  }
  const { reply, vendor, asked } = await askSigned({}, (key) => ({
    '/SUMS': { body: key.clearSigned(LIST) },
  }));
  assert.equal(reply, [{ size: 5, checksum: `sha256:${SHA256}`, key: vendor.fingerprint }]);
  assert.equal(asked, ['HEAD /a.iso', 'GET /SUMS']);
});

test('a list that is not what was signed is not used, and nothing is known of its media', async () => {
  const { reply } = await askSigned({}, (key) => ({
    '/SUMS.asc': { body: key.detached('something else') },
  }));
  assert.equal(reply, [
    'URL/SUMS: its signature is not for this text',
    'error checksum: URL/SUMS is not used: its signature is not for this text | somebody may have changed it: ask the vendor before you go on',
  ]);
});

test('no signature, or one by another key, vouches for nothing; one that does not come is no answer', async () => {
  const unsigned = await askSigned({}, () => ({}));
  assert.equal(unsigned.reply, [{ size: 5, checksum: `sha256:${SHA256}` }]);
  const stranger = await askSigned({ '/SUMS.gpg': { body: makeSigningKey().detached(LIST) } }, () => ({}));
  assert.equal(stranger.reply, [{ size: 5, checksum: `sha256:${SHA256}` }]);
  const held = await askSigned({ '/SUMS.asc': { fault: 'never' } }, () => ({}));
  assert.equal(held.reply, ['URL/SUMS: its signature URL/SUMS.asc: it did not answer within 0.3 s']);
});

test.run();
