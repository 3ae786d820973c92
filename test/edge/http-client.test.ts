import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createHttpClient,
  type HttpAccess,
  type HttpLimits,
  type HttpQuestion,
  type HttpReply,
} from '../../src/edge/http-client.ts';
import { makeCertificates } from '../rig/certificates.ts';
import { startWebServer, type Page, type WebServer } from '../rig/web-server.ts';

const LIMITS: HttpLimits = {
  connectMs: 1000,
  attemptMs: 300,
  attempts: 3,
  backOffMs: 1,
  longestWaitMs: 20,
  redirects: 3,
  perHost: 2,
  mostBytes: 1000,
  silences: 100,
};

type Short = Partial<HttpQuestion> & { readonly url: string };

/** Asks one after the other; the body as text. */
async function ask(questions: readonly Short[], access: Partial<HttpAccess> = {}) {
  const client = await createHttpClient({ environment: {}, ca: undefined, limits: LIMITS, ...access });
  const replies: HttpReply[] = [];
  for (const question of questions) {
    replies.push(await client.ask({ want: 'body', plainAllowed: false, ...question }));
  }
  await client.close();
  return replies.map((reply) =>
    reply.kind === 'silent'
      ? reply.reason
      : { status: reply.status, size: reply.size, body: Buffer.from(reply.body).toString() },
  );
}

async function withServer<T>(
  pages: Parameters<typeof startWebServer>[0],
  work: (server: WebServer) => Promise<T>,
): Promise<T> {
  const server = await startWebServer(pages);
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}

test('HEAD gives status and size, the first byte the size, and the body is read where it is wanted', async () => {
  await withServer({ '/a': { body: 'twelve bytes' } }, async ({ url, asked }) => {
    const a = `${url}/a`;
    const replies = await ask([
      { url: a, want: 'head' },
      { url: a, want: 'first byte' },
      { url: a },
      { url: `${url}/b` },
    ]);
    assert.equal(replies, [
      { status: 200, size: 12, body: '' },
      { status: 206, size: 12, body: '' },
      { status: 200, size: 12, body: 'twelve bytes' },
      { status: 404, size: 0, body: '' },
    ]);
    assert.equal(asked, ['HEAD /a', 'GET /a', 'GET /a', 'GET /b']);
  });
});

test('redirections are followed, to a limit', async () => {
  const to = (location: string, status = 302): Page => ({ status, headers: { location } });
  const pages = {
    '/1': to('/2', 301),
    '/2': to('3', 307),
    '/3': to('/a?x=1', 308),
    '/a?x=1': { body: 'there' },
  };
  const others = { '/round': to('/round'), '/odd': to('http://['), '/ftp': to('ftp://x.test/a') };
  await withServer({ ...pages, ...others }, async ({ url }) => {
    const replies = await ask(['/1', '/round', '/odd', '/ftp'].map((path) => ({ url: `${url}${path}` })));
    assert.equal(replies, [
      { status: 200, size: 5, body: 'there' },
      'it redirects more than 3 times',
      'it redirects to what is no URL',
      'it redirects to ftp:',
    ]);
  });
});

test('what may pass is asked again, with pauses; what does not is not', async () => {
  let times = 0;
  const thirdTime = (): Page => (++times < 3 ? { status: 503 } : { body: 'at last' });
  const pages = {
    '/third': thirdTime,
    '/never': { status: 500 },
    '/busy': { status: 429, headers: { 'retry-after': '3600' } },
    '/gone': { status: 410 },
    '/method': { status: 501 },
  };
  await withServer(pages, async ({ url, asked }) => {
    const paths = Object.keys(pages);
    const replies = await ask(paths.map((path) => ({ url: `${url}${path}` })));
    assert.equal(replies, [
      { status: 200, size: 7, body: 'at last' },
      'it answers 500',
      'it answers 429',
      { status: 410, size: 0, body: '' },
      { status: 501, size: 0, body: '' },
    ]);
    const count = (path: string): number => asked.filter((line) => line === `GET ${path}`).length;
    assert.equal(paths.map(count), [3, 3, 3, 1, 1]);
  });
});

test('a server may ask to be waited for', async () => {
  let times = 0;
  const second = (): Page =>
    ++times < 2 ? { status: 503, headers: { 'retry-after': '1' } } : { body: 'well' };
  await withServer({ '/a': second }, async ({ url }) => {
    const started = process.hrtime.bigint();
    await ask([{ url: `${url}/a` }], { limits: { ...LIMITS, longestWaitMs: 150 } });
    const waited = Number(process.hrtime.bigint() - started) / 1e6;
    assert.ok(waited >= 140, `${waited} ms`); // one second is asked for, and the limit is less
  });
});

test('a server that never answers, or drips, or breaks off is no answer', async () => {
  const pages = {
    '/never': { fault: 'never' },
    '/drips': { fault: 'drips' },
    '/broken': { body: 'x'.repeat(500), fault: 'broken off' },
  } as const;
  await withServer(pages, async ({ url }) => {
    const replies = await ask(Object.keys(pages).map((path) => ({ url: `${url}${path}` })));
    assert.equal(replies, [
      'it did not answer within 0.3 s',
      'it did not answer within 0.3 s',
      'the connection was broken off',
    ]);
  });
});

test('nothing listens there, and there is no such host', async () => {
  const server = await startWebServer({});
  await server.close();
  const replies = await ask([{ url: `${server.url}/a` }]);
  assert.equal(replies, ['the connection is refused']);
});

test('no more is read than the limit', async () => {
  await withServer(
    { '/large': { body: 'x'.repeat(1001) }, '/fits': { body: 'x'.repeat(1000) } },
    async ({ url }) => {
      const [large, fits] = await ask([{ url: `${url}/large` }, { url: `${url}/fits` }]);
      assert.is(large, 'it is larger than 1000 bytes');
      assert.equal(fits, { status: 200, size: 1000, body: 'x'.repeat(1000) });
    },
  );
});

test('a host has a few questions at a time', async () => {
  const pages = Object.fromEntries([1, 2, 3, 4, 5, 6].map((number) => [`/${number}`, { body: 'x' }]));
  await withServer(pages, async (server) => {
    const client = await createHttpClient({ environment: {}, ca: undefined, limits: LIMITS });
    await Promise.all(
      Object.keys(pages).map((path) =>
        client.ask({ url: `${server.url}${path}`, want: 'body', plainAllowed: false }),
      ),
    );
    await client.close();
    assert.is(server.asked.length, 6);
    assert.ok(server.most() <= 2, `${server.most()} at a time`);
  });
});

test('a host that is deaf is asked no more, one with files that are gone is', async () => {
  const pages = { '/dead': { status: 500 }, '/a': { body: 'x' } };
  await withServer(pages, async ({ url, asked }) => {
    const limits = { ...LIMITS, attempts: 1, silences: 2 };
    const gone = { url: `${url}/gone` };
    const dead = { url: `${url}/dead` };
    const a = { url: `${url}/a` };
    const replies = await ask([gone, gone, gone, a, dead, a, dead, dead, a], { limits });
    assert.is(replies.at(-1), 'it answers 500');
    assert.equal(asked.length, 8);
  });
});

test('a certificate must be trusted: ca gives an authority of your own', async () => {
  const { ca, key, cert } = makeCertificates('IP:127.0.0.1');
  const server = await startWebServer({ '/a': { body: 'safe' } }, { key, cert });
  const replies = [
    ...(await ask([{ url: `${server.url}/a` }])),
    ...(await ask([{ url: `${server.url}/a` }], { ca: readFileSync(ca, 'utf8') })),
  ];
  await server.close();
  assert.equal(replies, [
    'its certificate is of no authority that is trusted here (the setting ca_file names others)',
    { status: 200, size: 4, body: 'safe' },
  ]);
});

test('from TLS to where there is none only what is checked otherwise is followed', async () => {
  const { ca, key, cert } = makeCertificates('IP:127.0.0.1');
  const plain = await startWebServer({ '/a': { body: 'x' } });
  const headers = { location: `${plain.url}/a` };
  const server = await startWebServer({ '/a': { status: 302, headers } }, { key, cert });
  const url = `${server.url}/a`;
  const access = { ca: readFileSync(ca, 'utf8') };
  const replies = await ask([{ url }, { url, want: 'head', plainAllowed: true }], access);
  await Promise.all([plain.close(), server.close()]);
  assert.equal(replies, [
    `it redirects from https to ${plain.url}/a, where anybody can change it`,
    { status: 200, size: 1, body: '' },
  ]);
});

test('a proxy is used as HTTPS_PROXY says, and not for the hosts of NO_PROXY', async () => {
  const { ca, key, cert } = makeCertificates('IP:127.0.0.1');
  const server = await startWebServer({ '/a': { body: 'safe' } }, { key, cert });
  const through: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    through.push(request.url ?? '');
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const access = { ca: readFileSync(ca, 'utf8') };
  const question = { url: `${server.url}/a` };
  const environments = [{ HTTPS_PROXY: address }, { https_proxy: address, NO_PROXY: '127.0.0.1' }, {}];
  const replies = [];
  for (const environment of environments)
    replies.push(...(await ask([question], { ...access, environment })));
  await server.close();
  proxy.closeAllConnections();
  proxy.close();
  assert.equal(
    replies,
    environments.map(() => ({ status: 200, size: 4, body: 'safe' })),
  );
  assert.equal(through, [server.url.replace('https://', '')]);
});

test('an interruption ends what is under way', async () => {
  await withServer({ '/never': { fault: 'never' } }, async ({ url, asked }) => {
    const stop = new AbortController();
    const waiting = ask([{ url: `${url}/never` }], {
      signal: stop.signal,
      limits: { ...LIMITS, attemptMs: 60_000 },
    });
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    assert.equal(await waiting, ['it was interrupted']);
  });
});

test.run();
