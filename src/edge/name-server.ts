import { Resolver } from 'node:dns/promises';
import { domainToASCII } from 'node:url';

/** How long name servers are waited for, in milliseconds, how often each is asked, and when no more. */
export interface NameLimits {
  readonly timeoutMs: number;
  readonly tries: number;
  /** Name servers that gave no answer to so many questions in a row are asked no more. */
  readonly silences: number;
  /** The same where so many questions came to nothing, and more than came to something. */
  readonly failures: number;
}

export const NAME_LIMITS: NameLimits = { timeoutMs: 2000, tries: 2, silences: 4, failures: 16 };

export type NameReply =
  /** IPv4 addresses in order; none: there is no such name, or it has no IPv4 address. */
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  /** No answer came, or none that counts; `reason` says why, in words. */
  | {
      readonly kind: 'silent';
      readonly reason: string;
      /** Whether it is the name server that gives no answer, and not this one name. */
      readonly isDeaf: boolean;
    };

/** Asks name servers by Node's resolver. It never throws for what they do. */
export interface NameClient {
  readonly ask: (names: readonly string[], servers: readonly string[]) => Promise<NameReply>;
  /** Ends all questions. */
  readonly close: () => void;
}

interface Servers {
  readonly resolver: Resolver;
  /** Questions in a row without an answer. */
  silences: number;
  /** Names that were answered, and those that were not for whatever reason. */
  answered: number;
  failed: number;
  reason: string;
}

export function createNameClient(limits: NameLimits): NameClient {
  const known = new Map<string, Servers>();
  let closed = false;
  return {
    async ask(names, servers) {
      const fault = servers.find((server) => !isServer(server));
      if (fault !== undefined) {
        const reason = `"${fault}" is no name server: give its IP address, or address:port`;
        return { kind: 'silent', reason, isDeaf: false };
      }
      const key = servers.join(' ');
      const asked = known.get(key) ?? createServers(servers, limits);
      known.set(key, asked);
      for (const name of names) {
        if (isGivenUp(asked, limits) || closed) {
          return { kind: 'silent', reason: asked.reason, isDeaf: true };
        }
        const reply = await resolve(name, asked.resolver);
        asked.silences = reply.kind === 'silent' && reply.isDeaf ? asked.silences + 1 : 0;
        if (reply.kind === 'addresses') asked.answered++;
        else {
          asked.failed++;
          const server = servers.length > 0 ? servers.join(', ') : "the system's name server";
          asked.reason = `${server}: ${reply.reason}`;
          return { ...reply, reason: asked.reason };
        }
        if (reply.addresses.length > 0) return reply;
      }
      return { kind: 'addresses', addresses: [] };
    },
    close() {
      closed = true;
      for (const { resolver } of known.values()) resolver.cancel();
    },
  };
}

function createServers(servers: readonly string[], limits: NameLimits): Servers {
  const resolver = new Resolver({ timeout: limits.timeoutMs, tries: limits.tries });
  if (servers.length > 0) resolver.setServers(servers);
  return { resolver, silences: 0, answered: 0, failed: 0, reason: 'it was interrupted' };
}

/** Silent, or failing so often that it is of no use to go on. */
function isGivenUp({ silences, answered, failed }: Servers, limits: NameLimits): boolean {
  return silences >= limits.silences || (failed >= limits.failures && failed > answered);
}

function isServer(server: string): boolean {
  try {
    new Resolver().setServers([server]);
    return true;
  } catch {
    return false;
  }
}

async function resolve(name: string, resolver: Resolver): Promise<NameReply> {
  const ascii = domainToASCII(name) || name;
  try {
    const addresses = await resolver.resolve4(ascii);
    return { kind: 'addresses', addresses: [...addresses].sort(byNumber) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (ABSENT.has(code)) return { kind: 'addresses', addresses: [] };
    const reason = SILENT[code] ?? `it answers ${code || String(error)}`;
    return { kind: 'silent', reason, isDeaf: code === 'ETIMEOUT' || code === 'ECONNREFUSED' };
  }
}

/** NXDOMAIN, and an answer without an address of this kind. */
const ABSENT: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

const SILENT: Readonly<Record<string, string>> = {
  ETIMEOUT: 'no answer in time',
  ESERVFAIL: 'it cannot answer (SERVFAIL)',
  EREFUSED: 'it refuses to answer (REFUSED)',
  ECONNREFUSED: 'nothing listens there',
  ECANCELLED: 'it was interrupted',
  ENOTIMP: 'it does not know the question (NOTIMP)',
  EFORMERR: 'it does not understand the question (FORMERR)',
  EBADRESP: 'its answer cannot be read',
};

/** Name servers turn the order round from answer to answer: the lowest comes first here. */
function byNumber(left: string, right: string): number {
  const [a, b] = [left, right].map((address) =>
    address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0),
  );
  return (a ?? 0) - (b ?? 0);
}
