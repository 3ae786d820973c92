import { crc32 } from 'node:zlib';
import type { Diagnostic, Note } from '../diagnostics/diagnostic.ts';
import type { Source, Span } from '../diagnostics/source.ts';
import type { Target } from '../model/target.ts';
import type { RequestedBy } from '../render/artifact.ts';
import type { Asked, Fact, PlanRecord, TargetRecord, TreeState } from './state.ts';

const MAGIC = 'osimager state 1';
const HEAD = 32;
const SIGNATURE = 4;
const DIGEST = 32;

// --- writing ---

type StoredSpan = readonly [path: string, start: number, end: number];
type StoredDiagnostic = Omit<Diagnostic, 'span' | 'notes'> & {
  readonly span?: StoredSpan;
  readonly notes?: readonly { readonly message: string; readonly span?: StoredSpan }[];
};
type StoredAsked = readonly [common: number, ...own: number[]];
type StoredRecord = readonly [
  folder: string,
  target: Target,
  requestedBy: RequestedBy,
  asked: StoredAsked,
  names: readonly string[],
  warnings: readonly StoredDiagnostic[] | 0,
  failed: readonly StoredDiagnostic[] | 0,
];

interface Stored {
  readonly version: string;
  readonly key: string;
  readonly facts: readonly (readonly [question: string, answer: string, signature?: readonly number[]])[];
  readonly sets: readonly (readonly number[])[];
  readonly records: readonly StoredRecord[];
  readonly plan?: {
    readonly key: string;
    readonly asked: StoredAsked;
    readonly planned: readonly number[];
    readonly failed: readonly (readonly [Target, readonly StoredDiagnostic[]])[];
    readonly skipped: number;
    readonly warnings: readonly StoredDiagnostic[];
    readonly broken: readonly StoredDiagnostic[];
    readonly complaints: readonly StoredDiagnostic[];
  };
}

/** Numbers things in the order in which they are met. */
class Numbers<T> {
  readonly all: T[] = [];
  readonly #numbers = new Map<T, number>();

  of(thing: T): number {
    const known = this.#numbers.get(thing);
    if (known !== undefined) return known;
    const number = this.all.push(thing) - 1;
    this.#numbers.set(thing, number);
    return number;
  }
}

/**
 * The bytes of a state file: a head (16 characters that name the format, then CRC-32 of the rest, length of
 * the JSON part, number of files, 0 as unsigned 32-bit numbers), signatures as 64-bit floats, digests, JSON.
 * Numbers are in the byte order of the machine: the file never leaves it. `version` is osimager's own, by its
 * sources.
 */
export function encodeState(state: TreeState, version: string): Uint8Array {
  const facts = new Numbers<Fact>();
  const sets = new Numbers<readonly Fact[]>();
  const askedOf = ({ common, own }: Asked): StoredAsked => [
    sets.of(common),
    ...own.map((fact) => facts.of(fact)),
  ];
  const records = [...state.records.values()];
  const numbers = new Map(records.map((record, at) => [record, at]));
  const stored = records.map((record): StoredRecord => {
    const { folder, target, requestedBy, asked, files, warnings, failed } = record;
    return [
      folder,
      target,
      requestedBy,
      askedOf(asked),
      files.names,
      warnings.length > 0 ? warnings.map(storeDiagnostic) : 0,
      failed ? failed.map(storeDiagnostic) : 0,
    ];
  });
  const plan = state.plan && storePlan(state.plan, numbers, askedOf);
  const setNumbers = sets.all.map((set) => set.map((fact) => facts.of(fact)));
  const json = Buffer.from(
    JSON.stringify({
      version,
      key: state.key,
      facts: facts.all.map(({ question, answer, signature }) =>
        signature ? [question, answer, signature] : [question, answer],
      ),
      sets: setNumbers,
      records: stored,
      ...(plan ? { plan } : {}),
    } satisfies Stored),
  );
  return assemble(records, json);
}

function storePlan(
  plan: PlanRecord,
  numbers: ReadonlyMap<TargetRecord, number>,
  askedOf: (asked: Asked) => StoredAsked,
): Stored['plan'] {
  const { key, asked, planned, failed, skipped, warnings, broken, complaints } = plan;
  const places = planned.map((record) => numbers.get(record) ?? -1);
  if (places.includes(-1)) return undefined;
  return {
    key,
    asked: askedOf(asked),
    planned: places,
    failed: failed.map(({ target, diagnostics }) => [target, diagnostics.map(storeDiagnostic)] as const),
    skipped,
    warnings: warnings.map(storeDiagnostic),
    broken: broken.map(storeDiagnostic),
    complaints: complaints.map(storeDiagnostic),
  };
}

function assemble(records: readonly TargetRecord[], json: Uint8Array): Uint8Array {
  const count = records.reduce((sum, { files }) => sum + files.names.length, 0);
  const digestsAt = HEAD + count * SIGNATURE * 8;
  const jsonAt = digestsAt + count * DIGEST;
  const buffer = new ArrayBuffer(jsonAt + json.length);
  const bytes = new Uint8Array(buffer);
  const signatures = new Float64Array(buffer, HEAD, count * SIGNATURE);
  let at = 0;
  for (const { files } of records) {
    signatures.set(files.signatures, at * SIGNATURE);
    bytes.set(files.digests, digestsAt + at * DIGEST);
    at += files.names.length;
  }
  bytes.set(json, jsonAt);
  bytes.set(Buffer.from(MAGIC, 'latin1'), 0);
  new Uint32Array(buffer, MAGIC.length, 4).set([crc32(bytes.subarray(HEAD)), json.length, count, 0]);
  return bytes;
}

function storeDiagnostic({ span, notes, ...rest }: Diagnostic): StoredDiagnostic {
  return {
    ...rest,
    ...(span ? { span: storeSpan(span) } : {}),
    ...(notes
      ? {
          notes: notes.map((note) => ({
            message: note.message,
            ...(note.span ? { span: storeSpan(note.span) } : {}),
          })),
        }
      : {}),
  };
}

function storeSpan({ source, start, end }: Span): StoredSpan {
  return [source.path, start, end];
}

// --- reading ---

/** The text that a path of a diagnostic shows; undefined where it cannot be read any more. */
export type ReadSource = (path: string) => Source | undefined;

/**
 * The state that bytes hold; undefined where they are damaged, of another format, or of another version of
 * osimager: all is rendered again then.
 */
export function decodeState(
  bytes: Uint8Array,
  version: string,
  readSource: ReadSource,
): TreeState | undefined {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  if (buffer.byteLength < HEAD || Buffer.from(buffer, 0, MAGIC.length).toString('latin1') !== MAGIC)
    return undefined;
  const [sum = 0, jsonLength = 0, count = 0] = new Uint32Array(buffer, MAGIC.length, 4);
  const digestsAt = HEAD + count * SIGNATURE * 8;
  const jsonAt = digestsAt + count * DIGEST;
  if (jsonAt + jsonLength !== buffer.byteLength || crc32(new Uint8Array(buffer, HEAD)) !== sum)
    return undefined;
  const stored = JSON.parse(Buffer.from(buffer, jsonAt, jsonLength).toString()) as Stored;
  if (stored.version !== version) return undefined;
  const signatures = new Float64Array(buffer, HEAD, count * SIGNATURE);
  const digests = new Uint8Array(buffer, digestsAt, count * DIGEST);
  return revive(stored, signatures, digests, readSource);
}

function revive(
  stored: Stored,
  signatures: Float64Array,
  digests: Uint8Array,
  readSource: ReadSource,
): TreeState {
  const facts = stored.facts.map(([question, answer, signature]): Fact => ({ question, answer, signature }));
  const pick = (numbers: readonly number[]): readonly Fact[] =>
    numbers.flatMap((number) => facts[number] ?? []);
  const sets = stored.sets.map(pick);
  const askedOf = ([common, ...own]: StoredAsked): Asked => ({ common: sets[common] ?? [], own: pick(own) });
  const diagnosticsOf = (found: readonly StoredDiagnostic[]): readonly Diagnostic[] =>
    found.map((diagnostic) => reviveDiagnostic(diagnostic, readSource));
  let at = 0;
  const records = stored.records.map(
    ([folder, target, requestedBy, asked, names, warnings, failed]): TargetRecord => {
      const from = at;
      at += names.length;
      return {
        folder,
        target,
        requestedBy,
        asked: askedOf(asked),
        files: {
          names,
          signatures: signatures.subarray(from * SIGNATURE, at * SIGNATURE),
          digests: digests.subarray(from * DIGEST, at * DIGEST),
        },
        warnings: warnings === 0 ? [] : diagnosticsOf(warnings),
        failed: failed === 0 ? undefined : diagnosticsOf(failed),
      };
    },
  );
  return {
    key: stored.key,
    records: new Map(records.map((record) => [record.folder, record])),
    plan: stored.plan && {
      ...stored.plan,
      asked: askedOf(stored.plan.asked),
      planned: stored.plan.planned.flatMap((number) => records[number] ?? []),
      failed: stored.plan.failed.map(([target, found]) => ({ target, diagnostics: diagnosticsOf(found) })),
      warnings: diagnosticsOf(stored.plan.warnings),
      broken: diagnosticsOf(stored.plan.broken),
      complaints: diagnosticsOf(stored.plan.complaints),
    },
  };
}

function reviveDiagnostic({ span, notes, ...rest }: StoredDiagnostic, readSource: ReadSource): Diagnostic {
  const place = (stored: StoredSpan | undefined): { span: Span } | Record<string, never> => {
    if (!stored) return {};
    const [path, start, end] = stored;
    const source = readSource(path);
    return source ? { span: { source, start, end } } : {};
  };
  return {
    ...rest,
    ...place(span),
    ...(notes ? { notes: notes.map((note): Note => ({ message: note.message, ...place(note.span) })) } : {}),
  };
}
