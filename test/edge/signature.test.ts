import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { badSignature, createVerifier, dearmored } from '../../src/edge/signature.ts';
import { complaints } from '../rig/complaints.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { makeSigningKey } from '../rig/pgp.ts';

const TEXT = `${'a4'.repeat(32)}  disk.iso\n`;
const bytes = (text: string): Uint8Array => Buffer.from(text);

async function verifier(files: Readonly<Record<string, unknown>>, command?: string) {
  const folder = temporaryFolder();
  writeFiles(folder, files);
  const said: Diagnostic[] = [];
  const made = await createVerifier(folder, (diagnostic) => said.push(diagnostic), command);
  return { folder, made, said: complaints(said) };
}

const vendor = makeSigningKey();
const stranger = makeSigningKey();

test('a signature beside a text is verified, with keys in binary form and with armor', async () => {
  for (const files of [{ 'v.gpg': vendor.binary }, { 'v.asc': vendor.armored, 's.asc': stranger.armored }]) {
    const { made, said } = await verifier(files);
    const good = { kind: 'good', key: vendor.fingerprint };
    assert.equal(await made?.verify(bytes(TEXT), vendor.detached(TEXT)), good);
    assert.equal(await made?.verify(bytes(TEXT), vendor.detached(TEXT, true)), good);
    assert.equal(said, []);
  }
});

test('a signature inside a text is verified', async () => {
  const { made } = await verifier({ 'v.gpg': vendor.binary });
  const signed = vendor.clearSigned(TEXT);
  assert.equal(await made?.verify(bytes(signed), undefined), { kind: 'good', key: vendor.fingerprint });
  const changed = bytes(signed.replace('a4', 'b4'));
  const bad = { kind: 'bad', reason: 'its signature is not for this text' };
  assert.equal(await made?.verify(changed, undefined), bad);
});

test('a changed text, a key that nobody gave and what is no signature are told apart', async () => {
  const { made } = await verifier({ 'v.gpg': vendor.binary });
  const signature = vendor.detached(TEXT);
  assert.equal(await made?.verify(bytes(`${TEXT}x`), signature), {
    kind: 'bad',
    reason: 'its signature is not for this text',
  });
  assert.equal(await made?.verify(bytes(TEXT), stranger.detached(TEXT)), { kind: 'unknown key' });
  assert.equal(await made?.verify(bytes(TEXT), bytes('no signature')), {
    kind: 'bad',
    reason: 'its signature cannot be read',
  });
});

test('of two signatures one that is good is enough, and a bad one is too much', async () => {
  const { made } = await verifier({ 'v.gpg': vendor.binary });
  const both = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
  const good = { kind: 'good', key: vendor.fingerprint };
  const signature = both(stranger.detached(TEXT), vendor.detached(TEXT));
  assert.equal(await made?.verify(bytes(TEXT), signature), good);
  const spoilt = both(vendor.detached('other'), vendor.detached(TEXT));
  assert.is((await made?.verify(bytes(TEXT), spoilt))?.kind, 'bad');
});

test('a signature outlives its key', async () => {
  const old = makeSigningKey('seconds=2');
  const signature = old.detached(TEXT);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const { made } = await verifier({ 'old.gpg': old.binary });
  assert.equal(await made?.verify(bytes(TEXT), signature), { kind: 'good', key: old.fingerprint });
});

test('without keys, or without gpgv, nothing is verified; the second is said', async () => {
  assert.equal((await verifier({})).made, undefined);
  const { folder, made, said } = await verifier({ 'v.gpg': vendor.binary }, 'no-such-gpgv');
  assert.is(made, undefined);
  assert.equal(said, [
    `warning checksum: signatures of checksum lists are not verified: there are keys in ${folder}, and no gpgv | Debian has it in the package gpgv`,
  ]);
});

test('a file of keys that holds none is said, and the others count', async () => {
  const { folder, made, said } = await verifier({
    'a.asc': 'no key',
    'v.gpg': vendor.binary,
    'note.txt': 'x',
  });
  assert.equal(said, [`warning checksum: ${folder}/a.asc holds no PGP key with armor`]);
  assert.equal(await made?.verify(bytes(TEXT), vendor.detached(TEXT)), {
    kind: 'good',
    key: vendor.fingerprint,
  });
});

test('nothing of it is left behind', async () => {
  const left = (): readonly string[] =>
    readdirSync(tmpdir()).filter((name) => name.startsWith('osimager-keys-'));
  const before = left();
  const { made } = await verifier({ 'v.gpg': vendor.binary });
  await made?.verify(bytes(TEXT), vendor.detached(TEXT));
  assert.equal(
    left().filter((name) => !before.includes(name)),
    [],
  );
});

test('armor is taken off with or without headers and check sum', () => {
  const body = Buffer.from('some bytes of a key');
  const text = body.toString('base64');
  const forms = [
    `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${text}\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n`,
    `x\n-----BEGIN PGP PUBLIC KEY BLOCK-----\r\nVersion: 1\r\n\r\n${text}\r\n-----END PGP PUBLIC KEY BLOCK-----`,
  ];
  for (const form of forms) assert.is(Buffer.from(dearmored(form) ?? []).toString(), body.toString());
  assert.is(dearmored('nothing'), undefined);
});

test('the complaint about a bad signature says what to do', () => {
  assert.equal(complaints([badSignature('https://x.test/SUMS', 'its signature is not for this text')]), [
    'error checksum: https://x.test/SUMS is not used: its signature is not for this text | somebody may have changed it: ask the vendor before you go on',
  ]);
});

test.run();
