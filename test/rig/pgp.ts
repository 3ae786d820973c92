import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './folder.ts';

/** A PGP key of the tests' own, and what can be signed with it. */
export interface SigningKey {
  readonly fingerprint: string;
  /** The public key in binary form, and with armor. */
  readonly binary: Uint8Array;
  readonly armored: string;
  /** A signature to stand beside a text. */
  readonly detached: (text: string, armor?: boolean) => Uint8Array;
  readonly clearSigned: (text: string) => string;
}

const homes: string[] = [];

function killAgents(): void {
  for (const home of homes) spawnSync('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']);
}

/** Makes a key; `expires` as gpg takes it, such as `seconds=1`. */
export function makeSigningKey(expires = 'never'): SigningKey {
  const home = temporaryFolder();
  chmodSync(home, 0o700);
  const gpg = (args: readonly string[], input = ''): Buffer =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--no-autostart', ...args], { input });
  needGpg();
  const agent = ['--homedir', home, '--batch', '--quiet', '--passphrase', '', '--pinentry-mode', 'loopback'];
  execFileSync('gpg', [...agent, '--quick-generate-key', 'vendor@rig.test', 'ed25519', 'sign', expires], {
    stdio: 'pipe',
  });
  const listed = gpg(['--with-colons', '--list-keys']).toString();
  const sign = (args: readonly string[], text: string): Buffer => {
    const file = join(home, 'text');
    writeFileSync(file, text);
    return execFileSync('gpg', [...agent, ...args, '--output', '-', file], { stdio: 'pipe' });
  };
  if (homes.push(home) === 1) process.once('exit', killAgents);
  return {
    fingerprint: /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? '',
    binary: gpg(['--export']),
    armored: gpg(['--export', '--armor']).toString(),
    detached: (text, armor = false) => sign([...(armor ? ['--armor'] : []), '--detach-sign'], text),
    clearSigned: (text) => sign(['--clear-sign'], text).toString(),
  };
}

function needGpg(): void {
  for (const [command, debian] of [
    ['gpg', 'gpg'],
    ['gpgv', 'gpgv'],
  ] as const) {
    if (spawnSync(command, ['--version']).status === 0) continue;
    throw new Error(`these tests need the ${command} command: apt-get install ${debian} gpg-agent`);
  }
}
