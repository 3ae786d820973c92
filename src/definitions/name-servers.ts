import { SYSTEM_SERVERS, type NameServers } from '../model/outside.ts';
import { isMapping, toTexts, type Value } from '../model/value.ts';

/** The name servers and the search list that `dns` gives: `{servers, search}`, each a text or a list of them. */
export function nameServers(definition: (name: string) => Value | undefined): NameServers {
  const dns = definition('dns');
  if (!isMapping(dns)) return SYSTEM_SERVERS;
  return { servers: toTexts(dns.servers), search: toTexts(dns.search) };
}
