import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { OpenQuestion } from '../model/outside.ts';
import { createHttpClient, HTTP_LIMITS, type HttpClient, type HttpLimits } from './http-client.ts';
import { createMediumAsker, type AskMedium } from './medium.ts';
import { createNameClient, NAME_LIMITS, type NameClient, type NameLimits } from './name-server.ts';
import type { Learned } from './outside.ts';
import { createVerifier } from './signature.ts';

/** What one question came to. */
export interface Answered {
  readonly question: OpenQuestion;
  /** Undefined where no answer came; `reason` says why then. */
  readonly learned: Learned | undefined;
  readonly reason: string;
  /** All addresses of a host: any of them is right. */
  readonly addresses: readonly string[];
  readonly remarks: readonly Diagnostic[];
}

export interface AskOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder of the vendors' keys. */
  readonly keysFolder: string;
  /** Certificate authorities in PEM form. */
  readonly ca: string | undefined;
  readonly warn: (diagnostic: Diagnostic) => void;
  /** Ends all questions; those that are left have no answer. */
  readonly signal?: AbortSignal | undefined;
  readonly limits?: AskLimits | undefined;
}

export interface AskLimits {
  readonly http: HttpLimits;
  readonly names: NameLimits;
  /** Questions at the same time. */
  readonly parallel: number;
}

const LIMITS: AskLimits = { http: HTTP_LIMITS, names: NAME_LIMITS, parallel: 32 };

/** Asks name servers and web servers. What is set up for it is kept from one call to the next. */
export interface Asker {
  /** Asks all questions, several at a time; each answer is given to `onAnswer` as it comes. */
  readonly ask: (questions: readonly OpenQuestion[], onAnswer: (answered: Answered) => void) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** An asker; connections and keys are only looked after when the first question comes. */
export function createAsker(options: AskOptions): Asker {
  const limits = options.limits ?? LIMITS;
  const names = createNameClient(limits.names);
  const { signal } = options;
  if (signal) setMaxListeners(0, signal); // each question that waits listens to it
  signal?.addEventListener('abort', names.close);
  let media: Promise<{ readonly http: HttpClient; readonly ask: AskMedium }> | undefined;
  const setUp = async (): Promise<{ readonly http: HttpClient; readonly ask: AskMedium }> => {
    const { environment, ca } = options;
    const http = await createHttpClient({ environment, ca, limits: limits.http, signal });
    const verifier = await createVerifier(options.keysFolder, options.warn);
    return { http, ask: createMediumAsker(http, verifier) };
  };
  const askOne = async (question: OpenQuestion): Promise<Answered> => {
    if (signal?.aborted === true) return unanswered(question, 'it was interrupted');
    if (question.kind === 'host') return askHost(question, names);
    media ??= setUp();
    return askMedium(question, (await media).ask);
  };
  return {
    async ask(questions, onAnswer) {
      const limit = pLimit(limits.parallel);
      await Promise.all(
        questions.map((question) =>
          limit(async () => {
            onAnswer(await askOne(question));
          }),
        ),
      );
    },
    async close() {
      signal?.removeEventListener('abort', names.close);
      names.close();
      await (await media)?.http.close();
    },
  };
}

function unanswered(question: OpenQuestion, reason: string, remarks: readonly Diagnostic[] = []): Answered {
  return { question, learned: undefined, reason, addresses: [], remarks };
}

async function askHost(
  question: Extract<OpenQuestion, { kind: 'host' }>,
  names: NameClient,
): Promise<Answered> {
  const reply = await names.ask(question.names, question.servers);
  if (reply.kind === 'silent') return unanswered(question, reply.reason);
  const { addresses } = reply;
  const fact = { address: addresses[0] ?? null };
  const learned = { kind: 'host', key: question.key, fact } as const;
  return { question, learned, reason: '', addresses, remarks: [] };
}

async function askMedium(
  question: Extract<OpenQuestion, { kind: 'medium' }>,
  ask: AskMedium,
): Promise<Answered> {
  const reply = await ask(question);
  if (reply.kind === 'silent') return unanswered(question, reply.reason, reply.remarks);
  const learned = { kind: 'medium', key: question.key, fact: reply.fact } as const;
  return { question, learned, reason: '', addresses: [], remarks: reply.remarks };
}
