import type { HostFact, MediumFact } from '../model/lock.ts';

/** What a new answer is, compared with what the lock file says. */
export type ChangeKind =
  | 'missing'
  | 'gone'
  | 'back'
  | 'changed bytes'
  | 'changed size'
  | 'new checksum'
  | 'checksum gone'
  | 'new key'
  | 'key gone'
  | 'changed address'
  | 'no such name';

export interface LockChange {
  readonly kind: ChangeKind;
  /** What was there and what is there now, in words. */
  readonly says: string;
  /**
   * Whether the bytes of a medium may not be those that were locked, or nobody vouches for them any more: to be
   * looked into before anything is built.
   */
  readonly isSecurity: boolean;
}

const change = (kind: ChangeKind, says: string): LockChange => ({ kind, says, isSecurity: false });
const alarm = (kind: ChangeKind, says: string): LockChange => ({ kind, says, isSecurity: true });

/** How a new answer about a host differs from the locked one; `undefined` before: it was not locked. */
export function hostChanges(before: HostFact | undefined, after: HostFact): readonly LockChange[] {
  if (!before) return [change('missing', after.address ?? 'no such name')];
  if (before.address === after.address) return [];
  if (after.address === null) return [change('no such name', `was ${before.address ?? ''}`)];
  return [change('changed address', `${before.address ?? 'no such name'} → ${after.address}`)];
}

/** How a new answer about a medium differs from the locked one; `undefined` before: it was not locked. */
export function mediumChanges(before: MediumFact | undefined, after: MediumFact): readonly LockChange[] {
  if (!before) return [change('missing', describeMedium(after))];
  if (after.gone !== undefined) {
    return before.gone === undefined ? [change('gone', `answers ${after.gone}`)] : [];
  }
  if (before.gone !== undefined) return [change('back', describeMedium(after))];
  return [...checksumChanges(before, after), ...sizeChanges(before, after), ...keyChanges(before, after)];
}

/** A locked medium in words: `3 303 444 480 bytes, sha256:...`. */
export function describeMedium({ gone, size, checksum, key }: MediumFact): string {
  if (gone !== undefined) return gone === 'no answer' ? 'gave no answer' : `gone (${gone})`;
  return [
    size === undefined ? 'size not known' : `${size} bytes`,
    checksum ?? 'no checksum',
    ...(key === undefined ? [] : [`signed by ${key}`]),
  ].join(', ');
}

function checksumChanges(
  { checksum: before }: MediumFact,
  { checksum: after }: MediumFact,
): readonly LockChange[] {
  if (before === after) return [];
  if (before === undefined) return [change('new checksum', after ?? '')];
  if (after === undefined) return [alarm('checksum gone', `was ${before}`)];
  const isOneKind = before.split(':')[0] === after.split(':')[0];
  return [alarm(isOneKind ? 'changed bytes' : 'new checksum', `${before} → ${after}`)];
}

function sizeChanges({ size: before }: MediumFact, { size: after }: MediumFact): readonly LockChange[] {
  if (before === after || before === undefined || after === undefined) return [];
  return [alarm('changed size', `${before} → ${after} bytes`)];
}

function keyChanges({ key: before }: MediumFact, { key: after }: MediumFact): readonly LockChange[] {
  if (before === after) return [];
  if (before === undefined) return [change('new key', `signed by ${after ?? ''}`)];
  if (after === undefined) return [alarm('key gone', `was signed by ${before}`)];
  return [alarm('new key', `${before} → ${after}`)];
}
