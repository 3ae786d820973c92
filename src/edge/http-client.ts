import { rootCertificates } from 'node:tls';
import { setTimeout as wait } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Dispatcher } from 'undici';
import { causeOf, isPassing } from './http-faults.ts';

/** How long, how much and how often a server is asked. Times are milliseconds. */
export interface HttpLimits {
  readonly connectMs: number;
  /** For one attempt, redirects and body included. */
  readonly attemptMs: number;
  readonly attempts: number;
  /** Before the second attempt; doubled before each further one. */
  readonly backOffMs: number;
  /** The most that a server may ask to be waited for (`Retry-After`). */
  readonly longestWaitMs: number;
  readonly redirects: number;
  /** Questions at the same time to one host. */
  readonly perHost: number;
  /** In bytes; a longer body is not read. */
  readonly mostBytes: number;
  /** A host that gave no answer to so many questions in a row is asked no more. */
  readonly silences: number;
}

export const HTTP_LIMITS: HttpLimits = {
  connectMs: 10_000,
  attemptMs: 20_000,
  attempts: 3,
  backOffMs: 500,
  longestWaitMs: 20_000,
  redirects: 10,
  perHost: 4,
  mostBytes: 4 * 1024 * 1024,
  silences: 3,
};

/** What one question to a server came to. */
export type HttpReply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Of the whole file, in bytes, where the server says. */
      readonly size: number | undefined;
      readonly isWebPage: boolean;
      /** Empty where it was not asked for. */
      readonly body: Uint8Array;
    }
  /** No answer came, or none that counts; `reason` says why, in words. */
  | { readonly kind: 'silent'; readonly reason: string };

export interface HttpQuestion {
  readonly url: string;
  /** `first byte` asks for as little as a server can give, where it refuses HEAD. */
  readonly want: 'head' | 'first byte' | 'body';
  /** Whether a redirection from TLS to where there is none is followed: what comes then is checked by nobody. */
  readonly plainAllowed: boolean;
}

/** A client for HTTP and HTTPS. It never throws for what servers and networks do. */
export interface HttpClient {
  readonly ask: (question: HttpQuestion) => Promise<HttpReply>;
  /** Ends everything that is still open. */
  readonly close: () => Promise<void>;
}

export interface HttpAccess {
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY count, in capitals or not. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Certificate authorities in PEM form, trusted besides those of Node. */
  readonly ca: string | undefined;
  readonly limits: HttpLimits;
  /** Ends all questions. */
  readonly signal?: AbortSignal | undefined;
}

/** undici is loaded only now: most runs ask nothing. */
export async function createHttpClient(access: HttpAccess): Promise<HttpClient> {
  const { EnvHttpProxyAgent, request } = await import('undici');
  const { limits, environment, ca } = access;
  const tls = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const variable = (name: string): string => environment[name.toLowerCase()] ?? environment[name] ?? '';
  const dispatcher = new EnvHttpProxyAgent({
    // An empty text is no proxy; left out, undici would look into the process's environment.
    httpProxy: variable('HTTP_PROXY'),
    httpsProxy: variable('HTTPS_PROXY'),
    noProxy: variable('NO_PROXY'),
    connections: limits.perHost,
    connect: { timeout: limits.connectMs, ...tls },
    requestTls: { timeout: limits.connectMs, ...tls },
    proxyTls: { timeout: limits.connectMs, ...tls },
  });
  const hosts = new Map<string, Host>();
  return {
    async ask(question) {
      const host = hostOf(question.url, hosts, limits);
      return host.limit(async () => {
        if (host.silences >= limits.silences) return { kind: 'silent', reason: host.reason };
        const { reply, isDeaf } = await askPolitely(question, access, (url, options) =>
          request(url, { ...options, dispatcher }),
        );
        host.silences = isDeaf ? host.silences + 1 : 0;
        if (reply.kind === 'silent') host.reason = reply.reason;
        return reply;
      });
    },
    close: () => dispatcher.destroy(),
  };
}

interface Host {
  readonly limit: LimitFunction;
  /** Questions in a row without an answer, and why the last had none. */
  silences: number;
  reason: string;
}

function hostOf(url: string, hosts: Map<string, Host>, { perHost }: HttpLimits): Host {
  const { host } = new URL(url);
  const known = hosts.get(host) ?? { limit: pLimit(perHost), silences: 0, reason: '' };
  hosts.set(host, known);
  return known;
}

type Request = (
  url: string,
  options: Pick<Dispatcher.RequestOptions, 'method' | 'headers' | 'signal'>,
) => Promise<Dispatcher.ResponseData>;

/** Asks, and again where that may help, with longer and longer pauses. */
async function askPolitely(question: HttpQuestion, access: HttpAccess, request: Request): Promise<Attempt> {
  const { attempts, backOffMs, longestWaitMs } = access.limits;
  for (let attempt = 1; ; attempt++) {
    const made = await askOnce(question, access, request);
    if (!made.again || attempt >= attempts) return made;
    const pause = Math.min(longestWaitMs, Math.max(made.waitMs, backOffMs * 2 ** (attempt - 1)));
    try {
      await wait(pause, undefined, { signal: access.signal });
    } catch {
      return silent('it was interrupted');
    }
  }
}

interface Attempt {
  readonly reply: HttpReply;
  /** Whether another attempt may come to something else. */
  readonly again: boolean;
  /** Whether it is the host that gives no answer, and not this one file. */
  readonly isDeaf: boolean;
  /** What the server asks to be waited for. */
  readonly waitMs: number;
}

async function askOnce(question: HttpQuestion, access: HttpAccess, request: Request): Promise<Attempt> {
  const { limits, signal } = access;
  const late = AbortSignal.timeout(limits.attemptMs);
  try {
    return await follow(question, limits, signal ? AbortSignal.any([signal, late]) : late, request);
  } catch (error) {
    if (signal?.aborted === true) return silent('it was interrupted');
    const reason = late.aborted ? `it did not answer within ${limits.attemptMs / 1000} s` : causeOf(error);
    return { ...silent(reason), again: late.aborted || isPassing(error), isDeaf: true };
  }
}

function silent(reason: string): Attempt {
  return { reply: { kind: 'silent', reason }, again: false, isDeaf: false, waitMs: 0 };
}

function answered(reply: HttpReply): Attempt {
  return { reply, again: false, isDeaf: false, waitMs: 0 };
}

async function follow(
  question: HttpQuestion,
  limits: HttpLimits,
  signal: AbortSignal,
  request: Request,
): Promise<Attempt> {
  let url = question.url;
  for (let redirects = 0; redirects <= limits.redirects; redirects++) {
    const response = await request(url, { ...ASKING[question.want], signal });
    const location = response.headers.location;
    if (![301, 302, 303, 307, 308].includes(response.statusCode) || typeof location !== 'string') {
      return readReply(response, question, limits);
    }
    discard(response);
    if (!URL.canParse(location, url)) return silent('it redirects to what is no URL');
    const next = new URL(location, url);
    if (next.protocol !== 'http:' && next.protocol !== 'https:') {
      return silent(`it redirects to ${next.protocol}`);
    }
    if (!question.plainAllowed && url.startsWith('https:') && next.protocol === 'http:') {
      return silent(`it redirects from https to ${next.href}, where anybody can change it`);
    }
    url = next.href;
  }
  return silent(`it redirects more than ${limits.redirects} times`);
}

const ASKING = {
  head: { method: 'HEAD', headers: { 'accept-encoding': 'identity' } },
  'first byte': { method: 'GET', headers: { 'accept-encoding': 'identity', range: 'bytes=0-0' } },
  body: { method: 'GET', headers: { 'accept-encoding': 'identity' } },
} as const;

async function readReply(
  response: Dispatcher.ResponseData,
  { want }: HttpQuestion,
  limits: HttpLimits,
): Promise<Attempt> {
  const { statusCode: status, headers } = response;
  if (status === 429 || status >= 500) {
    discard(response);
    // 501 says that the method is not known, which another attempt does not change.
    if (status === 501) return answered(answer(response, new Uint8Array()));
    const waitMs = retryAfter(headers['retry-after']);
    return { ...silent(`it answers ${status}`), again: true, isDeaf: true, waitMs };
  }
  if (want !== 'body' || status >= 300) {
    discard(response);
    return answered(answer(response, new Uint8Array()));
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > limits.mostBytes) return silent(`it is larger than ${limits.mostBytes} bytes`);
    chunks.push(chunk);
  }
  return answered(answer(response, Buffer.concat(chunks)));
}

function answer({ statusCode: status, headers }: Dispatcher.ResponseData, body: Uint8Array): HttpReply {
  const range = /^bytes 0-0\/(\d+)$/.exec(textOf(headers['content-range']))?.[1];
  const length = status === 206 ? range : textOf(headers['content-length']);
  const size = length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
  const isWebPage = /^(?:text\/html|application\/xhtml)/i.test(textOf(headers['content-type']));
  return { kind: 'answer', status, size, isWebPage, body };
}

/** A body that nobody reads must not hold its connection. */
function discard({ body }: Dispatcher.ResponseData): void {
  body.on('error', () => undefined).destroy();
}

/** Seconds, as most servers give them; a date is not worth a clock. */
function retryAfter(header: string | string[] | undefined): number {
  const text = textOf(header);
  return /^\d{1,6}$/.test(text) ? Number(text) * 1000 : 0;
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : (header?.[0] ?? '');
}
