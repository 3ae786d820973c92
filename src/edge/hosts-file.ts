import { warning, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { isIPv4 } from '../model/address.ts';
import { readText, withoutMark } from './files.ts';

/**
 * `hosts.json` of the user folder: `{"fqdn": "ipv4"}`. Where it is there, it answers as a name server does, for
 * every name: what it does not name does not exist. Undefined where there is no such file. It is read when the
 * first name is asked for, and once.
 */
export function createHostsFile(
  file: string,
  warn: (diagnostic: Diagnostic) => void,
): () => ReadonlyMap<string, string> | undefined {
  let read: { readonly hosts: ReadonlyMap<string, string> | undefined } | undefined;
  return () => (read ??= { hosts: readHosts(file, warn) }).hosts;
}

function readHosts(
  file: string,
  warn: (diagnostic: Diagnostic) => void,
): ReadonlyMap<string, string> | undefined {
  const answer = readText(file);
  if (answer.kind === 'absent') return undefined;
  const parsed = parseHosts(answer.kind === 'text' ? withoutMark(answer.text) : '');
  if (parsed === undefined) {
    warn(warning('syntax', `${file} cannot be read`, undefined, HOSTS_HINT));
    return new Map();
  }
  const hosts = new Map<string, string>();
  for (const [name, ip] of Object.entries(parsed)) {
    if (typeof ip === 'string' && isIPv4(ip)) hosts.set(name.toLowerCase(), ip);
    else
      warn(warning('syntax', `${file}: the address of "${name}" is no IPv4 address`, undefined, HOSTS_HINT));
  }
  return hosts;
}

const HOSTS_HINT = 'it holds {"host.example": "192.168.1.2"}';

function parseHosts(text: string): object | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null && !Array.isArray(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
