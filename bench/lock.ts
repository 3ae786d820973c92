/**
 * How long `osimager lock` takes for the whole of `data/matrix.full.toml`, against servers on loopback that
 * answer as slowly as real ones: `npm run bench:lock [milliseconds]`. It measures what is in `dist/`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { startNameServer } from '../test/rig/name-server.ts';

const LATENCY_MS = Number(process.argv[2] ?? 300);
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Media that were asked for: checksum lists name them all. */
const media = new Set<string>();
let requests = 0;

function answer(request: IncomingMessage, response: ServerResponse): void {
  requests++;
  const name = decodeURIComponent((request.url ?? '').split('/').at(-1) ?? '');
  const isMedium = request.method === 'HEAD';
  if (isMedium) media.add(name);
  const list = isMedium ? '' : [...media].map((medium) => `${'a4'.repeat(32)}  ${medium}\n`).join('');
  setTimeout(() => {
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': isMedium ? 4_000_000_000 : Buffer.byteLength(list),
    });
    response.end(list);
  }, LATENCY_MS);
}

/** The shipped data without TLS, so that a proxy on loopback can stand for all hosts. */
function writeWorkspace(folder: string, nameServer: string): void {
  cpSync(join(ROOT, 'data'), join(folder, 'data'), { recursive: true });
  for (const path of readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' })) {
    if (!/\.(?:json|toml)$/.test(path)) continue;
    const file = join(folder, 'data', path);
    const text = readFileSync(file, 'utf8').replaceAll('https://', 'http://');
    writeFileSync(file, text.replace(/servers = \["192[^\]]*\]/, `servers = ["${nameServer}"]`));
  }
}

/** Runs the command line on the whole matrix; how many seconds it took. */
async function run(cwd: string, ...args: readonly string[]): Promise<string> {
  const started = performance.now();
  const command = [join(ROOT, 'bin', 'osimager.js'), ...args, '--matrix', 'data/matrix.full.toml'];
  const env = { PATH: process.env.PATH, HOME: cwd, HTTP_PROXY: proxy };
  const child = spawn(process.execPath, command, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.resume();
  child.stderr.resume();
  const [status] = (await once(child, 'close')) as [number];
  if (status !== 0) throw new Error(`osimager ${args.join(' ')}: status ${status}`);
  return ((performance.now() - started) / 1000).toFixed(1);
}

const server = createServer(answer);
server.on('connect', (_request, socket) => {
  const onward = connect((server.address() as { port: number }).port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    onward.pipe(socket).pipe(onward);
  });
  for (const end of [socket, onward]) end.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const proxy = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
const names = await startNameServer({});
const folder = mkdtempSync(join(tmpdir(), 'osimager-bench-'));
try {
  writeWorkspace(folder, names.address);
  const locking = await run(folder, 'lock');
  console.log(
    `lock: ${media.size} media, ${requests} requests of ${LATENCY_MS} ms, ${names.asked.length} names: ${locking} s`,
  );
  // What the look for open questions costs where there are none: it renders every target once more.
  console.log(`generate, all of it locked: ${await run(folder, 'generate', '--quiet')} s`);
  console.log(
    `generate --frozen --force: ${await run(folder, 'generate', '--quiet', '--frozen', '--force')} s`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
  server.closeAllConnections();
  server.close();
  await names.close();
}
