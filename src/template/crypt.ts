import { createHash, createHmac, hash } from 'node:crypto';

import type { HashKind } from './secrets.ts';

export type { HashKind } from './secrets.ts';

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

interface Scheme {
  readonly prefix: string;
  readonly longestSalt: number;
  readonly size: number;
  /** The bytes of the digest in the order in which they are written, by threes; the last group may be shorter. */
  readonly order: readonly number[];
}

const SCHEMES: Readonly<Record<HashKind, Scheme>> = {
  md5: {
    prefix: '$1$',
    longestSalt: 8,
    size: 16,
    order: [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 5, 11],
  },
  sha256: { prefix: '$5$', longestSalt: 16, size: 32, order: [...shiftedOrder(30, [0, 10, 20], 2), 31, 30] },
  sha512: { prefix: '$6$', longestSalt: 16, size: 64, order: [...shiftedOrder(63, [0, 21, 42], 1), 63] },
};

const USUAL_ROUNDS = 5000;
const FEWEST_ROUNDS = 1000;
const MOST_ROUNDS = 999_999_999;
const MD5_ROUNDS = 1000;

/**
 * Hashes a password as crypt(3) of glibc does. In: the kind, the password, and the salt without its `$5$`; the salt may
 * begin with `rounds=N$` (SHA only; held between 1,000 and 999,999,999), ends at the first `$` and is cut to 8
 * characters for md5, 16 for the others. Out: `$1$salt$...`, `$5$[rounds=N$]salt$...` or `$6$...`. Never throws; there is
 * no randomness.
 *
 * Rules: crypt(5); Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512"; Poul-Henning Kamp's md5-crypt.
 */
export function hashPassword(kind: HashKind, password: string, salt: string): string {
  const { prefix, longestSalt } = SCHEMES[kind];
  const asked = kind === 'md5' ? null : /^rounds=([0-9]+)\$/.exec(salt);
  const rounds = Math.min(MOST_ROUNDS, Math.max(FEWEST_ROUNDS, Number(asked?.[1] ?? USUAL_ROUNDS)));
  const [plainSalt = ''] = salt.slice(asked?.[0].length ?? 0).split('$');
  const saltBytes = Buffer.from(plainSalt).subarray(0, longestSalt);
  const passwordBytes = Buffer.from(password);
  const digest =
    kind === 'md5' ? md5Crypt(passwordBytes, saltBytes) : shaCrypt(kind, passwordBytes, saltBytes, rounds);
  return `${prefix}${asked ? `rounds=${rounds}$` : ''}${saltBytes.toString()}$${encode(kind, digest)}`;
}

/**
 * The salt for a secret: the same for the same secret at the same place, and telling nothing of it. In: the kind, path and
 * key of the secret, and its value. Out: 8 characters for md5, 16 for the others, of `./0-9A-Za-z`.
 *
 * Rule: DESIGN.md "Secrets" ("hashes use a salt derived from the secret and its path").
 */
export function deriveSalt(kind: HashKind, path: string, key: string, value: string): string {
  const mac = createHmac('sha256', value);
  for (const part of [kind, path, key]) {
    // With lengths before them, ("a", "bc") and ("ab", "c") are different.
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    mac.update(length).update(bytes);
  }
  const bytes = mac.digest().subarray(0, SCHEMES[kind].longestSalt);
  return Array.from(bytes, (byte) => ALPHABET[byte & 0x3f] ?? '').join('');
}

/** SHA-256 of the UTF-8 bytes of a text, as 64 hexadecimal digits. */
export function digest(text: string): string {
  return hash('sha256', text, 'hex');
}

/** SHA-1 of the UTF-8 bytes of a text, as 40 hexadecimal digits: a name that others chose, and no protection. */
export function sha1(text: string): string {
  return hash('sha1', text, 'hex');
}

function shaCrypt(kind: 'sha256' | 'sha512', password: Buffer, salt: Buffer, rounds: number): Buffer {
  const other = digestOf(kind, [password, salt, password]);
  const parts = [password, salt, repeatTo(other, password.length)];
  for (let bits = password.length; bits > 0; bits = Math.floor(bits / 2)) {
    parts.push(bits % 2 === 1 ? other : password);
  }
  const first = digestOf(kind, parts);
  const passwordDigest = digestOf(kind, new Array<Buffer>(password.length).fill(password));
  const saltDigest = digestOf(kind, [repeatTo(salt, salt.length * (16 + (first[0] ?? 0)))]);
  const longPassword = repeatTo(passwordDigest, password.length);
  return stretch(kind, first, longPassword, repeatTo(saltDigest, salt.length), rounds);
}

function md5Crypt(password: Buffer, salt: Buffer): Buffer {
  const other = digestOf('md5', [password, salt, password]);
  const parts = [password, Buffer.from(SCHEMES.md5.prefix), salt, repeatTo(other, password.length)];
  for (let bits = password.length; bits > 0; bits = Math.floor(bits / 2)) {
    parts.push(bits % 2 === 1 ? Buffer.alloc(1) : password.subarray(0, 1));
  }
  return stretch('md5', digestOf('md5', parts), password, salt, MD5_ROUNDS);
}

/**
 * The rounds, the same in all three schemes: digest and password change places from round to round, the salt and the
 * password once more are left out of every third and seventh. Eight ways to lay that out are made once, and each round
 * writes its digest into one of them: building the text of every round anew takes longer than hashing it.
 */
function stretch(kind: HashKind, start: Buffer, password: Buffer, salt: Buffer, rounds: number): Buffer {
  const { size } = SCHEMES[kind];
  const layouts = Array.from({ length: 8 }, (_, form) => {
    const middle = [...(form & 2 ? [salt] : []), ...(form & 4 ? [password] : [])];
    return Buffer.concat(
      form & 1 ? [password, ...middle, Buffer.alloc(size)] : [Buffer.alloc(size), ...middle, password],
    );
  });
  let current = start.toString('latin1');
  for (let round = 0; round < rounds; round++) {
    const odd = round & 1;
    const layout = layouts[odd | (round % 3 === 0 ? 0 : 2) | (round % 7 === 0 ? 0 : 4)];
    if (layout === undefined) break;
    layout.write(current, odd ? layout.length - size : 0, 'latin1');
    // Text of one character a byte comes back faster than a new Buffer does.
    current = hash(kind, layout, 'binary');
  }
  return Buffer.from(current, 'latin1');
}

function digestOf(kind: HashKind, parts: readonly Buffer[]): Buffer {
  const hasher = createHash(kind);
  for (const part of parts) hasher.update(part);
  return hasher.digest();
}

/** So many bytes of the source, over and over. */
function repeatTo(source: Buffer, length: number): Buffer {
  return source.length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, source);
}

/** Drepper's tables: each triple takes its three bytes one place on, and turns them. */
function shiftedOrder(end: number, first: readonly [number, number, number], turn: 1 | 2): number[] {
  const order: number[] = [];
  for (let index = 0; index < end / 3; index++) {
    const triple = first.map((byte) => byte + index);
    const turned = (index * turn) % 3;
    order.push(...triple.slice(turned), ...triple.slice(0, turned));
  }
  return order;
}

/** Three bytes become four characters, least significant first; what is left over becomes two or three. */
function encode(kind: HashKind, bytes: Buffer): string {
  const { order } = SCHEMES[kind];
  let text = '';
  for (let at = 0; at < order.length; at += 3) {
    const group = order.slice(at, at + 3);
    let bits = group.reduce((sum, index) => (sum << 8) | (bytes[index] ?? 0), 0);
    for (let count = group.length + 1; count > 0; count--) {
      text += ALPHABET[bits & 0x3f] ?? '';
      bits >>= 6;
    }
  }
  return text;
}
