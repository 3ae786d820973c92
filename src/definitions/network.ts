/** What follows from an IPv4 network in CIDR notation; all as text, addresses in dotted form. */
export interface Network {
  readonly subnet: string;
  readonly prefix: string;
  readonly netmask: string;
  /** The last usable address: the one below broadcast; for /31 and /32 the last address itself (RFC 3021). */
  readonly lastUsable: string;
}

/** Reads `10.1.2.0/23`; host bits are cleared. Undefined where the text is no IPv4 network. */
export function parseCidr(cidr: string): Network | undefined {
  const match = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\/(\d{1,2})$/.exec(
    cidr.trim(),
  );
  if (!match) return undefined;
  const octets = match.slice(1, 5).map(Number);
  const prefix = Number(match[5]);
  if (prefix > 32 || octets.some((octet) => octet > 255)) return undefined;
  const size = 2 ** (32 - prefix);
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const subnet = address - (address % size);
  const last = subnet + size - 1;
  return {
    subnet: formatAddress(subnet),
    prefix: String(prefix),
    netmask: formatAddress(2 ** 32 - size),
    lastUsable: formatAddress(prefix >= 31 ? last : last - 1),
  };
}

function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
}
