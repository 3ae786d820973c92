import { parseTargetPath, type Target } from '../model/target.ts';
import type { Mapping } from '../model/value.ts';
import { UsageError } from './output.ts';

/** What a target looks like, for messages about one that does not. */
const TARGET_FORM = 'platform/location/spec, for instance vmware/lab/rhel-9.5-x86_64';

/** A target from what the command line gives of it; text that is no target is wrong usage. */
export function targetFromArguments(
  path: string,
  name: string | undefined,
  ip: string | undefined,
  fqdn: string | undefined,
): Target {
  const parsed = parseTargetPath(path);
  if (!parsed) throw new UsageError(`"${path}" is no target: it has the form ${TARGET_FORM}`);
  return {
    ...parsed,
    ...(name === undefined || name === '' ? {} : { name }),
    ...(ip === undefined || ip === '' ? {} : { ip }),
    ...(fqdn === undefined || fqdn === '' ? {} : { fqdn }),
  };
}

const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', 'merge']);

/**
 * Reads `-D k=v[,k=v]`: pairs parted by commas, blanks around names and values dropped, a value may hold
 * further `=`. Values are text.
 */
export function parseDefine(texts: readonly string[]): Mapping {
  const define: Record<string, string> = {};
  for (const pair of texts.flatMap((text) => text.split(','))) {
    if (pair.trim() === '') continue;
    const equals = pair.indexOf('=');
    const name = (equals < 0 ? pair : pair.slice(0, equals)).trim();
    if (equals < 0 || name === '') {
      throw new UsageError(`-D ${pair.trim()}: a definition is given as name=value`);
    }
    if (FORBIDDEN.has(name)) throw new UsageError(`-D ${pair.trim()}: "${name}" cannot be a definition`);
    define[name] = pair.slice(equals + 1).trim();
  }
  return define;
}
