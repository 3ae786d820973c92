import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** What the rig's web server does with one path. */
export interface Page {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Another answer to some methods, such as one that refuses HEAD. */
  readonly HEAD?: Page;
  readonly GET?: Page;
  /** No byte is ever sent; or the connection is broken off half-way. */
  readonly fault?: 'never' | 'broken off' | 'drips';
  /** The length of the body is not told. */
  readonly sizeless?: boolean;
}

export interface WebServer {
  /** `http://127.0.0.1:port`, or with https. */
  readonly url: string;
  /** `METHOD path` of each request, in order. */
  readonly asked: string[];
  /** The most requests that were under way at one time. */
  readonly most: () => number;
  /** What it serves can be changed while it runs. */
  readonly pages: Map<string, Page | ((request: IncomingMessage) => Page)>;
  readonly close: () => Promise<void>;
}

/** A web server on loopback. A path that it does not have is 404. */
export async function startWebServer(
  pages: Readonly<Record<string, Page | ((request: IncomingMessage) => Page)>>,
  tls?: { readonly key: string; readonly cert: string },
): Promise<WebServer> {
  const served = new Map(Object.entries(pages));
  const asked: string[] = [];
  let now = 0;
  let most = 0;
  const listener: RequestListener = (request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    most = Math.max(most, ++now);
    response.on('close', () => now--);
    const found = served.get(request.url ?? '') ?? { status: 404 };
    answer(request, response, typeof found === 'function' ? found(request) : found);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    asked,
    most: () => most,
    pages: served,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, page: Page): void {
  const own = request.method === 'HEAD' ? page.HEAD : page.GET;
  if (own) {
    answer(request, response, own);
    return;
  }
  if (page.fault === 'never') return;
  const body = Buffer.from(page.body ?? '');
  const ranged = request.headers.range === 'bytes=0-0' && (page.status ?? 200) === 200 && body.length > 0;
  response.writeHead(ranged ? 206 : (page.status ?? 200), {
    'content-type': 'application/octet-stream',
    ...(page.fault === 'drips' || page.sizeless === true
      ? {}
      : { 'content-length': String(ranged ? 1 : body.length) }),
    ...(ranged ? { 'content-range': `bytes 0-0/${body.length}` } : {}),
    ...page.headers,
  });
  if (page.fault === 'broken off') {
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
  } else if (page.fault === 'drips') {
    const timer = setInterval(() => response.write('#'), 10);
    response.on('close', () => {
      clearInterval(timer);
    });
  } else if (request.method === 'HEAD') response.end();
  else response.end(ranged ? body.subarray(0, 1) : body);
}
