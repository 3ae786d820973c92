import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, writeFiles } from './folder.ts';

/** A CA of the tests' own, and a server's key and certificate from it. */
export interface Certificates {
  /** The path of the CA's PEM file. */
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

/** Makes a CA and a certificate for an IP address or a host name, such as `IP:127.0.0.1`. */
export function makeCertificates(name: string): Certificates {
  const folder = temporaryFolder();
  const at = (file: string): string => join(folder, file);
  writeFiles(folder, { 'server.ext': `subjectAltName=${name}\n` });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=rig CA');
  const requested = ['-keyout', at('server.key'), '-out', at('server.csr'), '-subj', '/CN=rig server'];
  openssl('req', ...key.slice(0, 5), ...requested);
  const signer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2'];
  const made = ['-in', at('server.csr'), '-out', at('server.pem'), '-extfile', at('server.ext')];
  openssl('x509', '-req', ...signer, ...made);
  const read = (file: string): string => readFileSync(at(file), 'utf8');
  return { ca: at('ca.pem'), key: read('server.key'), cert: read('server.pem') };
}

function openssl(...args: readonly string[]): void {
  try {
    execFileSync('openssl', args, { stdio: 'pipe' });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'ENOENT') throw error;
    throw new Error('these tests need the openssl command: apt-get install openssl', { cause: error });
  }
}
