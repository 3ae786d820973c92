import { problem, warning, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { findChecksum, isClearSigned } from '../model/checksum-list.ts';
import type { MediumFact } from '../model/lock.ts';
import type { OpenQuestion } from '../model/outside.ts';
import { remembered } from '../model/remembered.ts';
import type { HttpClient, HttpReply } from './http-client.ts';
import { badSignature, type Verifier } from './signature.ts';

export type MediumQuestion = Extract<OpenQuestion, { kind: 'medium' }>;

/** What asking for a medium came to, and what is odd about it. */
export type MediumReply =
  | { readonly kind: 'fact'; readonly fact: MediumFact; readonly remarks: readonly Diagnostic[] }
  /** Nothing is known of it; an error among the remarks says that it must not be used. */
  | { readonly kind: 'silent'; readonly reason: string; readonly remarks: readonly Diagnostic[] };

/** Asks for media; each checksum list is read once, however many media it names. */
export type AskMedium = (question: MediumQuestion) => Promise<MediumReply>;

export function createMediumAsker(http: HttpClient, verifier: Verifier | undefined): AskMedium {
  const lists = new Map<string, Promise<ListReply>>();
  const list = (url: string): Promise<ListReply> =>
    remembered(lists, url, () => readList(url, http, verifier));
  return async (question) => {
    const there = await look(question.url, http);
    if (there.kind !== 'there') return { ...there, remarks: [] };
    const size = there.size === undefined ? {} : { size: there.size };
    if (question.list === undefined) return { kind: 'fact', fact: size, remarks: [] };
    const read = await list(question.list);
    if (read.kind === 'silent') {
      return { kind: 'silent', reason: `${question.list}: ${read.reason}`, remarks: read.remarks };
    }
    if (read.kind === 'gone') {
      const message = `the checksum list ${question.list} is gone (${read.status})`;
      return { kind: 'fact', fact: size, remarks: [warning('checksum', message, undefined, NO_CHECKSUM)] };
    }
    return withChecksum(question.url, question.list, read, size);
  };
}

const NO_CHECKSUM = 'no checksum is locked for the medium; the template names the list as the data file does';

type There =
  | { readonly kind: 'there'; readonly size: number | undefined }
  | { readonly kind: 'fact'; readonly fact: MediumFact }
  | { readonly kind: 'silent'; readonly reason: string };

/** Whether a medium is there, and its size: by HEAD, else by its first byte where HEAD is refused or says little. */
async function look(url: string, http: HttpClient): Promise<There> {
  const head = await http.ask({ url, want: 'head', plainAllowed: true });
  const isClear =
    head.kind === 'silent' ||
    [404, 410].includes(head.status) ||
    (isGood(head) && ((head.size ?? 0) > 0 || head.isWebPage));
  const reply = isClear ? head : await http.ask({ url, want: 'first byte', plainAllowed: true });
  if (reply.kind === 'silent') return reply;
  if (!isGood(reply)) return { kind: 'fact', fact: { gone: reply.status } };
  if (reply.isWebPage) return { kind: 'fact', fact: { gone: 'web page' } };
  return { kind: 'there', size: reply.size };
}

function isGood(reply: HttpReply): boolean {
  return reply.kind === 'answer' && reply.status >= 200 && reply.status < 300;
}

// --- checksum lists ---

type ListReply =
  | { readonly kind: 'list'; readonly text: string; readonly key: string | undefined }
  | { readonly kind: 'gone'; readonly status: number }
  | { readonly kind: 'silent'; readonly reason: string; readonly remarks: readonly Diagnostic[] };

async function readList(url: string, http: HttpClient, verifier: Verifier | undefined): Promise<ListReply> {
  const reply = await http.ask({ url, want: 'body', plainAllowed: false });
  if (reply.kind === 'silent') return { ...reply, remarks: [] };
  if (!isGood(reply)) return { kind: 'gone', status: reply.status };
  const text = new TextDecoder().decode(reply.body);
  if (!verifier) return { kind: 'list', text, key: undefined };
  const signature = isClearSigned(text) ? INSIDE : await findSignature(url, http);
  if (signature === undefined) return { kind: 'list', text, key: undefined };
  if ('reason' in signature) return { kind: 'silent', reason: signature.reason, remarks: [] };
  const vouched = await verifier.verify(reply.body, signature.bytes);
  if (vouched.kind === 'bad') {
    return { kind: 'silent', reason: vouched.reason, remarks: [badSignature(url, vouched.reason)] };
  }
  return { kind: 'list', text, key: vouched.kind === 'good' ? vouched.key : undefined };
}

/** A signature beside a text, or, without bytes, inside it. */
interface Signature {
  readonly bytes: Uint8Array | undefined;
}

const INSIDE: Signature = { bytes: undefined };

/** What vendors put behind the name of a list for its signature. */
const SIGNATURES = ['.asc', '.sign', '.gpg', '.sig'] as const;

/**
 * The signature beside a list, or undefined where there is none. That nobody answers for one is not the same:
 * else who keeps the signature from coming would be taken for a vendor who does not sign.
 */
async function findSignature(
  url: string,
  http: HttpClient,
): Promise<Signature | { readonly reason: string } | undefined> {
  for (const ending of SIGNATURES) {
    const signed = new URL(url);
    signed.pathname += ending;
    const reply = await http.ask({ url: signed.href, want: 'body', plainAllowed: true });
    if (reply.kind === 'silent') return { reason: `its signature ${signed.href}: ${reply.reason}` };
    if (isGood(reply) && !reply.isWebPage) return { bytes: reply.body };
  }
  return undefined;
}

function withChecksum(
  url: string,
  list: string,
  { text, key }: Extract<ListReply, { kind: 'list' }>,
  size: MediumFact,
): MediumReply {
  const [name, ...others] = namesOf(url);
  const own = namesOf(list).some((listName) =>
    [name, ...others].some((own) => listName.toLowerCase().startsWith(`${(own ?? '').toLowerCase()}.`)),
  );
  const found = findChecksum(text, [name ?? '', ...others], own);
  const fact = (known: MediumFact, ...remarks: readonly Diagnostic[]): MediumReply => ({
    kind: 'fact',
    fact: known,
    remarks,
  });
  if (found.kind === 'found') {
    return fact({ ...size, checksum: found.checksum, ...(key === undefined ? {} : { key }) });
  }
  if (found.kind === 'ambiguous') {
    const reason = `it has two different checksums for ${name ?? ''}`;
    return { kind: 'silent', reason, remarks: [problem('checksum', `${list} is not used: ${reason}`)] };
  }
  const said = found.kind === 'unlisted' ? `does not name ${name ?? ''}` : `is not used: ${found.reason}`;
  const remark = warning('checksum', `the checksum list ${list} ${said}`, undefined, NO_CHECKSUM);
  return fact(size, remark);
}

/** The file names that a URL may stand for: its last segment as it is, and decoded. */
function namesOf(url: string): readonly string[] {
  const segment = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return [...new Set([decodeURIComponent(segment), segment])];
  } catch {
    return [segment];
  }
}
