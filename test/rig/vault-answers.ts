import type { VaultAnswers, VaultOptions } from '../../src/edge/vault.ts';
import { complaints } from './complaints.ts';
import { temporaryFolder } from './folder.ts';
import { TOKEN } from './vault-server.ts';

/** Answers as one plain object: keys and values by path, or the whole complaint. */
export function plainAnswers(answers: VaultAnswers): Record<string, unknown> {
  return Object.fromEntries(
    [...answers].map(([path, answer]) => [
      path,
      answer.kind === 'keys' ? Object.fromEntries(answer.keys) : complaints([answer.diagnostic])[0],
    ]),
  );
}

/** Options of a token at an address, with nothing of the machine's environment, and no waiting between tries. */
export function vaultOptions(address: string, more: Partial<VaultOptions> = {}): VaultOptions {
  const sleep = (): Promise<void> => Promise.resolve();
  return { address, token: TOKEN, environment: {}, home: temporaryFolder(), sleep, ...more };
}

/** The text with the address of a server, which is another on each run, as ADDRESS. */
export function withoutAddress<T>(value: T, address: string): T {
  return JSON.parse(JSON.stringify(value).replaceAll(address, 'ADDRESS')) as T;
}
