/** What the codes of failed connections mean to people, and whether another attempt may help. */
const FAULTS: Readonly<Record<string, { readonly says: string; readonly passes: boolean }>> = {
  ECONNREFUSED: { says: 'the connection is refused', passes: false },
  ECONNRESET: { says: 'the connection was broken off', passes: true },
  EPIPE: { says: 'the connection was broken off', passes: true },
  UND_ERR_SOCKET: { says: 'the connection was broken off', passes: true },
  UND_ERR_CONNECT_TIMEOUT: { says: 'no connection came about in time', passes: true },
  ETIMEDOUT: { says: 'no connection came about in time', passes: true },
  EHOSTUNREACH: { says: 'there is no way to the host', passes: false },
  ENETUNREACH: { says: 'there is no network', passes: false },
  EADDRNOTAVAIL: { says: 'there is no network', passes: false },
  ENOTFOUND: { says: 'there is no host of this name', passes: false },
  EAI_AGAIN: { says: 'no name server answers for the name of the host', passes: false },
  CERT_HAS_EXPIRED: { says: 'its certificate has expired', passes: false },
  ERR_TLS_CERT_ALTNAME_INVALID: { says: 'its certificate is for another host', passes: false },
};

const UNTRUSTED: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Why a question came to nothing, in words. */
export function causeOf(error: unknown): string {
  const code = codeOf(error);
  if (UNTRUSTED.has(code)) {
    return 'its certificate is of no authority that is trusted here (the setting ca_file names others)';
  }
  return FAULTS[code]?.says ?? (error instanceof Error ? error.message : String(error));
}

/** Whether another attempt may come to something else. */
export function isPassing(error: unknown): boolean {
  return FAULTS[codeOf(error)]?.passes ?? false;
}

/** The code of an error, or of what caused it. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Where a host has several addresses, all of which failed.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined ? '' : codeOf(inner);
}
