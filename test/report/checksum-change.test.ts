import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checksumWarnings } from '../../src/report/checksum-change.ts';
import { complaints } from '../rig/complaints.ts';

const A = `sha256:${'a4'.repeat(32)}`;
const B = `sha256:${'b4'.repeat(32)}`;
const HINT = 'look at the line of the medium in osimager.lock and ask the vendor why before you build';

type Medium = readonly [url: string, checksum?: string];

function template(...media: readonly Medium[]): string {
  const [first, ...others] = media.map(([iso_url, iso_checksum]) => ({ iso_url, iso_checksum }));
  return JSON.stringify({ builders: [{ type: 'x', ...first, boot: others }] });
}

function said(before: readonly Medium[], after: readonly Medium[]): readonly string[] {
  return complaints(checksumWarnings('out/t.json', template(...before), template(...after)));
}

test('another checksum for the same URL is a matter of security', () => {
  assert.equal(said([['u', A]], [['u', B]]), [
    `warning checksum: security: the checksum of u changes: ${A} → ${B} | in out/t.json | ${HINT}`,
  ]);
  assert.equal(
    said(
      [
        ['w', A],
        ['u', A],
      ],
      [
        ['u', B],
        ['w', A],
      ],
    ).length,
    1,
  );
});

test('a checksum that is gone is one, whether nothing, none or a list stands in its place', () => {
  for (const [left, shown] of [
    [undefined, 'there is none'],
    ['none', 'it is none'],
    ['file:https://x.test/SUMS', 'it is file:https://x.test/SUMS'],
  ] as const) {
    assert.equal(said([['u', A]], [['u', left as string]]), [
      `warning checksum: security: the checksum of u is gone: was ${A}, ${shown} now | in out/t.json | ${HINT}`,
    ]);
    assert.match(said([['u', A]], [['v', left as string]])[0] ?? '', 'the checksum of v is gone');
  }
});

test('a new medium, a new checksum where there was none, and no change are not spoken of', () => {
  assert.equal(said([['u', A]], [['v', B]]), []);
  assert.equal(said([['u', 'file:https://x.test/SUMS']], [['u', A]]), []);
  assert.equal(said([['u', 'none']], [['u', A]]), []);
  assert.equal(said([['u', A]], [['u', A]]), []);
  assert.equal(said([['u', A]], []), []);
});

test('files that are new, gone or no template are not spoken of', () => {
  assert.equal(checksumWarnings('f', undefined, template(['u', A])), []);
  assert.equal(checksumWarnings('f', template(['u', A]), undefined), []);
  assert.equal(checksumWarnings('f', `iso_checksum ${A}`, 'x'), []);
  assert.equal(checksumWarnings('f', 'null', '[1, "x", null]'), []);
});

test.run();
