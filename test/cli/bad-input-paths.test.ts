import { symlinkSync } from 'node:fs';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { testBadInputs, type BadInput } from '../rig/bad-input.ts';

const BAD = { dist: 'bad', versions: ['1.0'], arches: ['x86_64'] };
const ROW = { spec: 'bad-1.0-x86_64' };

function withFiles(...files: readonly unknown[]): { readonly bad: unknown } {
  return { bad: { provides: BAD, files } };
}

/** A folder outside the workspace that holds what a link could lead to. */
function outside(): string {
  const folder = temporaryFolder();
  writeFiles(folder, { 'ks.cfg': 'from outside\n', 'bad.json': '{}', 'spec.json': { provides: BAD } });
  return folder;
}

const CASES: readonly BadInput[] = [
  {
    title: 'an installer source that climbs out of its folder is refused',
    specs: withFiles({ sources: ['../../../../etc/passwd'], dest: 'ks.cfg' }),
    row: ROW,
    says: [
      'error: "files/../../../../etc/passwd" leads out of data',
      '  --> data/specs/bad/spec.json:14:9',
      '  14 |         "../../../../etc/passwd"',
      '     |         ^^^^^^^^^^^^^^^^^^^^^^^^',
      '  = files are named by paths inside the folder: copy or move the file there',
      '  = not rendered: bare/lab/bad-1.0-x86_64',
    ],
    failed: 1,
  },
  {
    title: 'an installer source among other data files is refused',
    specs: withFiles({ sources: ['../specs/demo/spec.json'], dest: 'ks.cfg' }),
    row: ROW,
    says: [
      'error: "files/../specs/demo/spec.json" leads out of data',
      '  --> data/specs/bad/spec.json:14:9',
      '  14 |         "../specs/demo/spec.json"',
      '     |         ^^^^^^^^^^^^^^^^^^^^^^^^^',
      '  = files are named by paths inside the folder: copy or move the file there',
      '  = not rendered: bare/lab/bad-1.0-x86_64',
    ],
    failed: 1,
  },
  {
    title: 'an absolute installer source is refused',
    specs: withFiles({ sources: ['/etc/passwd'], dest: 'ks.cfg' }),
    row: ROW,
    says: [
      `error: there is no installer source "/etc/passwd" in the data folder's "files"`,
      '  --> data/specs/bad/spec.json:14:9',
      '  14 |         "/etc/passwd"',
      '     |         ^^^^^^^^^^^^^',
      '  = not rendered: bare/lab/bad-1.0-x86_64',
    ],
    failed: 1,
  },
  {
    title: 'an installer source with backslashes is refused',
    specs: withFiles({ sources: ['..\\..\\boot.ini'], dest: 'ks.cfg' }),
    row: ROW,
    says: [
      'error: "files/..\\..\\boot.ini" leads out of data',
      '  --> data/specs/bad/spec.json:14:9',
      '  14 |         "..\\\\..\\\\boot.ini"',
      '     |         ^^^^^^^^^^^^^^^^^^',
      '  = files are named by paths inside the folder: copy or move the file there',
      '  = not rendered: bare/lab/bad-1.0-x86_64',
    ],
    failed: 1,
  },
  {
    title: 'a marker cannot lead an installer source out of its folder',
    specs: withFiles({ sources: ['>>where<</passwd'], dest: 'ks.cfg' }),
    row: { ...ROW, define: { where: '../../../../etc' } },
    says: [
      'error: "files/../../../../etc/passwd" leads out of data',
      '  --> data/specs/bad/spec.json:14:9',
      '  14 |         ">>where<</passwd"',
      '     |         ^^^^^^^^^^^^^^^^^^',
      '  = files are named by paths inside the folder: copy or move the file there',
      '  = not rendered: bare/lab/bad-1.0-x86_64',
    ],
    failed: 1,
  },
  {
    title: 'an installer source that is a link out of the workspace is refused',
    specs: withFiles({ sources: ['demo/link.cfg'], dest: 'ks.cfg' }),
    row: ROW,
    prepare: (workspace) => {
      symlinkSync(`${outside()}/ks.cfg`, `${workspace}/data/files/demo/link.cfg`);
    },
    says: [
      'error: data/files/demo/link.cfg is a link that leads out of the workspace',
      '  --> data/specs/bad/spec.json:14:9',
      '  14 |         "demo/link.cfg"',
      '     |         ^^^^^^^^^^^^^^^',
      '  = files are named by paths inside the folder: copy or move the file there',
      '  = not rendered: bare/lab/bad-1.0-x86_64',
    ],
    failed: 1,
  },
  {
    title: 'an installer source in a folder that is a link out of the workspace is refused',
    specs: withFiles({ sources: ['far/ks.cfg'], dest: 'ks.cfg' }),
    row: ROW,
    prepare: (workspace) => {
      symlinkSync(outside(), `${workspace}/data/files/far`);
    },
    says: [
      'error: data/files/far/ks.cfg is a link that leads out of the workspace',
      '  --> data/specs/bad/spec.json:14:9',
      '  14 |         "far/ks.cfg"',
      '     |         ^^^^^^^^^^^^',
      '  = files are named by paths inside the folder: copy or move the file there',
      '  = not rendered: bare/lab/bad-1.0-x86_64',
    ],
    failed: 1,
  },
  {
    title: 'a location that is a link out of the workspace is refused',
    row: { location: 'bad' },
    prepare: (workspace) => {
      symlinkSync(`${outside()}/bad.json`, `${workspace}/data/locations/bad.json`);
    },
    says: [
      'error: data/locations/bad.json is a link that leads out of the workspace',
      '  --> data/matrix.toml:6:3',
      '  6 | [[target]]',
      '    |   ^^^^^^',
      '  = files are named by paths inside the folder: copy or move the file there',
      '  = not rendered: bare/bad/demo-1.0-x86_64',
    ],
    failed: 1,
  },
  {
    title: 'a spec in a folder that is a link out of the workspace is refused',
    row: ROW,
    prepare: (workspace) => {
      symlinkSync(outside(), `${workspace}/data/specs/bad`);
    },
    says: [
      'error: data/specs/bad/spec.json is a link that leads out of the workspace',
      '  = files are named by paths inside the folder: copy or move the file there',
      'error: no spec is called "bad-1.0-x86_64"',
      '  --> data/matrix.toml:9:8',
      '  9 | spec = "bad-1.0-x86_64"',
      '    |        ^^^^^^^^^^^^^^^^',
      '  = did you mean "demo-1.0-x86_64"?',
    ],
    failed: 0,
  },
  {
    title: 'an include that is a path is refused',
    platforms: { bad: { include: ['../locations/lab'] } },
    row: { platform: 'bad' },
    says: [
      'error: there is no platform "../locations/lab" to include',
      '  --> data/platforms/bad.json:3:5',
      '  3 |     "../locations/lab"',
      '    |     ^^^^^^^^^^^^^^^^^^',
      '  = platforms here: bad, bare',
      '  = asked for by this row: data/matrix.toml:6:3',
      '  = not rendered: bad/lab/demo-1.0-x86_64',
    ],
    failed: 1,
  },
  {
    title: 'an installer file that would lie outside its artifact is refused',
    specs: withFiles({ sources: ['demo/ks.cfg'], dest: '../ks.cfg' }, { sources: [], dest: '/etc/motd' }),
    row: ROW,
    says: [
      'error: "../ks.cfg" cannot be the name of an installer file: it names a folder above or itself',
      '  --> data/specs/bad/spec.json:16:15',
      '  16 |       "dest": "../ks.cfg"',
      '     |               ^^^^^^^^^^^',
      '  = it is a path inside the folder of the artifact',
      '  = not rendered: bare/lab/bad-1.0-x86_64',
      'error: "/etc/motd" cannot be the name of an installer file: it is empty',
      '  --> data/specs/bad/spec.json:20:15',
      '  20 |       "dest": "/etc/motd"',
      '     |               ^^^^^^^^^^^',
      '  = it is a path inside the folder of the artifact',
      '  = not rendered: bare/lab/bad-1.0-x86_64',
    ],
    failed: 1,
  },
  {
    title: 'an installer file with the name of a file of the artifact is refused',
    specs: withFiles(
      { sources: ['demo/ks.cfg'], dest: 'artifact.json' },
      { sources: ['demo/ks.cfg'], dest: '>>name<<.env' },
    ),
    row: ROW,
    says: [
      'error: "artifact.json" cannot be the name of an installer file: osimager writes a file of this name itself',
      '  --> data/specs/bad/spec.json:16:15',
      '  16 |       "dest": "artifact.json"',
      '     |               ^^^^^^^^^^^^^^^',
      '  = it is a path inside the folder of the artifact',
      '  = not rendered: bare/lab/bad-1.0-x86_64',
      'error: "bad-1.0-x86_64.env" cannot be the name of an installer file: osimager writes a file of this name itself',
      '  --> data/specs/bad/spec.json:22:15',
      '  22 |       "dest": ">>name<<.env"',
      '     |               ^^^^^^^^^^^^^^',
      '  = it is a path inside the folder of the artifact',
      '  = not rendered: bare/lab/bad-1.0-x86_64',
    ],
    failed: 1,
  },
];

testBadInputs(CASES);
