import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { deriveSalt, hashPassword } from '../src/template/crypt.ts';
import type { HashKind } from '../src/template/secrets.ts';

const KINDS: readonly (readonly [kind: HashKind, title: string, option: string])[] = [
  ['sha512', 'sha512-crypt, 5,000 rounds', '-6'],
  ['sha256', 'sha256-crypt, 5,000 rounds', '-5'],
  ['md5', 'md5-crypt, 1,000 rounds', '-1'],
];
const COUNT = 200;
const ROUNDS = 5;

/** Prints how long a hash takes here and in openssl, which hashes the same passwords in one process. */
export function printHashes(): void {
  if (spawnSync('openssl', ['version']).status !== 0) {
    console.log('hashes: no openssl command is here to compare them with');
    return;
  }
  console.table(KINDS.map(([kind, title, option]) => compare(kind, title, option)));
}

function compare(kind: HashKind, title: string, option: string): object {
  const salt = deriveSalt(kind, 'images/linux', 'password', 'correct horse');
  const passwords = Array.from({ length: COUNT }, (_, at) => `correct horse battery ${at}`);
  const openssl = (given: readonly string[]): string => {
    const args = ['passwd', option, '-salt', salt, '-stdin'];
    return spawnSync('openssl', args, { input: given.map((one) => `${one}\n`).join(''), encoding: 'utf8' })
      .stdout;
  };
  const own = (): string => passwords.map((password) => `${hashPassword(kind, password, salt)}\n`).join('');
  if (own() !== openssl(passwords)) throw new Error(`${title}: the hashes differ from those of openssl`);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    own: time(own),
    // Without the time that a process takes to start.
    openssl: time(() => openssl(passwords)) - time(() => openssl(passwords.slice(0, 1))),
  }));
  const each = (pick: (round: (typeof rounds)[number]) => number): number =>
    rounds.map(pick).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  const [ours, theirs] = [each((round) => round.own) / COUNT, each((round) => round.openssl) / (COUNT - 1)];
  return {
    hash: title,
    'osimager ms': ours.toFixed(2),
    'openssl ms': theirs.toFixed(2),
    'ratio (aim < 5)': each((round) => round.own / COUNT / (round.openssl / (COUNT - 1))).toFixed(2),
  };
}

function time(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
