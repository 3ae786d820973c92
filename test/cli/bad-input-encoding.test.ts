import { testBadInputs, type BadInput } from '../rig/bad-input.ts';

const DEMO = { dist: 'bad', versions: ['1.0'], arches: ['x86_64'] };
const NOT_UTF8 = new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]);
const TOO_LARGE = Buffer.alloc(16 * 1024 * 1024 + 1, ' ');

const CASES: readonly BadInput[] = [
  {
    title: 'a platform that is not UTF-8 is refused',
    platforms: { bad: NOT_UTF8 },
    row: { platform: 'bad' },
    says: [
      'error: data/platforms/bad.json is not read: it is not UTF-8 text',
      '  --> data/matrix.toml:6:3',
      '  6 | [[target]]',
      '    |   ^^^^^^',
      '  = not rendered: bad/lab/demo-1.0-x86_64',
    ],
    failed: 1,
  },
  {
    title: 'an installer source that is not UTF-8 is refused where it is asked for',
    specs: { bad: { provides: DEMO, files: [{ sources: ['bad/ks.cfg'], dest: 'ks.cfg' }] } },
    sources: { 'bad/ks.cfg': NOT_UTF8 },
    row: { spec: 'bad-1.0-x86_64' },
    says: [
      'error: data/files/bad/ks.cfg is not read: it is not UTF-8 text',
      '  --> data/specs/bad/spec.json:14:9',
      '  14 |         "bad/ks.cfg"',
      '     |         ^^^^^^^^^^^^',
      '  = not rendered: bare/lab/bad-1.0-x86_64',
    ],
    failed: 1,
  },
  {
    title: 'a location larger than 16 MB is refused',
    locations: { bad: TOO_LARGE },
    row: { location: 'bad' },
    says: [
      'error: data/locations/bad.json is not read: it is larger than 16 MB (16777217 bytes)',
      '  --> data/matrix.toml:6:3',
      '  6 | [[target]]',
      '    |   ^^^^^^',
      '  = not rendered: bare/bad/demo-1.0-x86_64',
    ],
    failed: 1,
  },
  {
    title: 'an installer source larger than 16 MB is refused where it is asked for',
    specs: { bad: { provides: DEMO, files: [{ sources: ['bad/ks.cfg'], dest: 'ks.cfg' }] } },
    sources: { 'bad/ks.cfg': TOO_LARGE },
    row: { spec: 'bad-1.0-x86_64' },
    says: [
      'error: data/files/bad/ks.cfg is not read: it is larger than 16 MB (16777217 bytes)',
      '  --> data/specs/bad/spec.json:14:9',
      '  14 |         "bad/ks.cfg"',
      '     |         ^^^^^^^^^^^^',
      '  = not rendered: bare/lab/bad-1.0-x86_64',
    ],
    failed: 1,
  },
];

testBadInputs(CASES);
