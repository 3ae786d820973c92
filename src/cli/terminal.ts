import { knownSecrets, type KnownSecrets } from '../edge/known-secrets.ts';
import { formatJson } from '../model/value.ts';
import { emptyRedactor, type Redactor, type RedactedStream } from '../report/redact.ts';

/** Where osimager prints: the only way from it to standard output and standard error, with secrets masked. */
export interface Terminal {
  /** To standard output. JSON is masked string by string, and stays JSON. */
  readonly out: (text: string) => void;
  /** To standard error. */
  readonly err: (text: string) => void;
  /** Prints what is held back because a secret might begin there; before the process ends. */
  readonly flush: () => void;
}

interface Sink {
  write(text: string): unknown;
}

/** A terminal over two streams that masks what is known at the moment of writing. */
export function createTerminal(out: Sink, err: Sink, secrets: Pick<KnownSecrets, 'since'>): Terminal {
  const redactor = emptyRedactor();
  let learned = 0;
  const update = (): void => {
    for (const { value } of secrets.since(learned)) {
      redactor.learn(value);
      learned++;
    }
  };
  const [toOut, toErr] = [openStream(out, redactor), openStream(err, redactor)];
  return {
    out(text) {
      update();
      toOut.write(text);
    },
    err(text) {
      update();
      toErr.write(text);
    },
    flush() {
      toOut.flush();
      toErr.flush();
    },
  };
}

function openStream(sink: Sink, redactor: Redactor): { write(text: string): void; flush(): void } {
  let stream: RedactedStream = redactor.stream();
  const print = (text: string): void => {
    if (text !== '') sink.write(text);
  };
  const flush = (): void => {
    print(stream.end());
    stream = redactor.stream();
  };
  return {
    write(text) {
      const json = /^[[{]/.test(text) && redactor.text(text) !== text ? parseJson(text) : undefined;
      if (json === undefined) print(stream.write(text));
      else {
        flush();
        const masked = maskJson(json.value, redactor);
        print(/\n./.test(text) ? formatJson(masked) : `${JSON.stringify(masked)}\n`);
      }
    },
    flush,
  };
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** A JSON value without secrets: all texts, names of fields among them, and numbers that are one. */
function maskJson(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.text(value);
  if (typeof value === 'number') {
    const shown = redactor.text(String(value));
    return shown === String(value) ? value : shown;
  }
  if (Array.isArray(value)) return value.map((item) => maskJson(item, redactor));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [redactor.text(name), maskJson(item, redactor)]),
  );
}

/** That of this process. */
export const terminal = createTerminal(process.stdout, process.stderr, knownSecrets);
