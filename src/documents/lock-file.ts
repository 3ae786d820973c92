import { bad, good, problem, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import type { Source, Span } from '../diagnostics/source.ts';
import { isIPv4 } from '../model/address.ts';
import type { HostFact, Lock, MediumFact } from '../model/lock.ts';
import { isMapping, type Mapping, type Value } from '../model/value.ts';
import { parseText } from './parse.ts';

const MEND = 'mend the line, or remove it: osimager lock asks again for what is missing';

/**
 * Reads the text of a lock file. All that is wrong in it comes back at once, each with its place: a lock that
 * is half understood must not be used.
 */
export function parseLock(source: Source): Result<Lock> {
  const conflict = conflictMarker(source);
  if (conflict) return bad(conflict);
  const parsed = parseText(source);
  if (!parsed.ok) return parsed;
  const { value, locate, warnings, faults } = parsed.value;
  if (!isMapping(value)) {
    return bad(problem('lock', 'a lock file holds one JSON object', locate([]), MEND));
  }
  const trouble: Diagnostic[] = faults.map(({ diagnostic }) => diagnostic);
  for (const { span } of warnings) trouble.push(problem('lock', 'this fact is given twice', span, MEND));
  const hosts = new Map<string, HostFact>();
  const media = new Map<string, MediumFact>();
  if (value.format !== 1) trouble.push(wrongFormat(value.format, locate(['format'])));
  for (const [key, fact] of Object.entries(value)) {
    if (key === 'format') continue;
    const kind = /^(host|medium) ./.exec(key)?.[1];
    const name = key.slice(key.indexOf(' ') + 1);
    const host = kind === 'host' ? hostFact(fact) : undefined;
    const medium = kind === 'medium' ? mediumFact(fact) : undefined;
    if (host) hosts.set(name, host);
    else if (medium) media.set(name, medium);
    else trouble.push(notAFact(kind, locate([key], kind === undefined ? 'key' : 'value')));
  }
  return trouble.length > 0 ? bad(...trouble) : good({ hosts, media });
}

/** What git leaves where two branches changed one place. */
function conflictMarker(source: Source): Diagnostic | undefined {
  const found = /^(?:<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|$)[^\r\n]*/m.exec(source.text);
  if (!found) return undefined;
  const span = { source, start: found.index, end: found.index + found[0].length };
  const hint =
    'each line is one fact: keep the right one of each pair, remove the marks, then run osimager lock --check';
  return problem('lock', 'this is the mark of a merge conflict', span, hint);
}

function wrongFormat(format: Value | undefined, span: Span): Diagnostic {
  const message =
    format === undefined
      ? 'the lock file does not say its format'
      : 'this lock file has a format that this version of osimager does not know';
  return problem('lock', message, span, 'the last line is "format": 1');
}

function notAFact(kind: string | undefined, span: Span): Diagnostic {
  const forms = {
    host: '{"address":"192.168.1.2"}, or {"address":null} where there is no such name',
    medium: '{"size":123,"checksum":"sha256:..."}, or {"gone":404}',
  };
  if (kind === 'host' || kind === 'medium') {
    return problem('lock', `this is no fact about a ${kind}: it has the form ${forms[kind]}`, span, MEND);
  }
  return problem('lock', 'the key of a fact begins with "host" or "medium"', span, MEND);
}

function hostFact(value: Value): HostFact | undefined {
  if (!hasOnly(value, ['address'])) return undefined;
  const { address } = value;
  return address === null || (typeof address === 'string' && isIPv4(address)) ? { address } : undefined;
}

/** A kind and its number of hexadecimal digits, as Packer takes `iso_checksum`. */
const CHECKSUM =
  /^(?:md5:[0-9a-f]{32}|sha1:[0-9a-f]{40}|sha224:[0-9a-f]{56}|sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;

function mediumFact(value: Value): MediumFact | undefined {
  if (!hasOnly(value, ['gone', 'size', 'checksum', 'key'])) return undefined;
  const { gone, size, checksum, key } = value;
  const status = gone === undefined || gone === 'web page' || gone === 'no answer' || isCount(gone);
  const sized = size === undefined || isCount(size);
  const checked = checksum === undefined || (typeof checksum === 'string' && CHECKSUM.test(checksum));
  const signed = key === undefined || (typeof key === 'string' && /^[0-9A-F]{16,64}$/.test(key));
  return status && sized && checked && signed ? value : undefined;
}

function isCount(value: Value): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function hasOnly(value: Value, names: readonly string[]): value is Mapping {
  return isMapping(value) && Object.keys(value).every((name) => names.includes(name));
}
