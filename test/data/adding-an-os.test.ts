import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isList, isMapping, type Mapping, type Value } from '../../src/model/value.ts';
import type { Workspace } from '../../src/cli/workspace.ts';
import type { Rendered } from '../../src/render/render.ts';
import { osimager } from '../rig/binary.ts';
import { complaints, valueOf } from '../rig/complaints.ts';
import { temporaryFolder } from '../rig/folder.ts';
import { openFullWorkspace } from '../rig/full-matrix.ts';
import { templateFaults } from '../packer/builder-keys.ts';

const GUIDE = 'docs/adding-an-os.md';

/** A block of code of the guide: what its first line says, and what is in it. */
interface Block {
  readonly language: string;
  readonly title: string;
  readonly text: string;
}

function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(
    ([, language = '', title = '', text = '']) => ({
      language,
      title,
      text,
    }),
  );
}

/** A workspace with the shipped data. */
function shippedWorkspace(): string {
  const workspace = temporaryFolder();
  cpSync('data', join(workspace, 'data'), { recursive: true });
  return workspace;
}

/** Puts `+` lines where the `-` lines are; each must be there, once. */
function applyDiff(path: string, diff: string): void {
  const lines = (sign: string): string =>
    diff.split('\n').flatMap((line) => (line.startsWith(sign) ? [line.slice(2).trim()] : [])).join('\n'); // prettier-ignore
  const text = readFileSync(path, 'utf8');
  const [before, after, ...more] = text.split(lines('-'));
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`${path} has not, once: ${lines('-')}`);
  writeFileSync(path, before + lines('+') + after);
}

/** Whether all of an excerpt is in a value: mappings by key, lists item by item. */
function holds(value: Value | undefined, excerpt: Value): boolean {
  if (isMapping(excerpt)) {
    return isMapping(value) && Object.entries(excerpt).every(([key, inner]) => holds(value[key], inner));
  }
  if (!isList(excerpt)) return value === excerpt;
  return (
    isList(value) && value.length === excerpt.length && excerpt.every((inner, at) => holds(value[at], inner))
  );
}

/** Carries out the blocks of a guide in a workspace, in order; what does not come out as it says is an error. */
async function follow(blocks: readonly Block[], workspace: string): Promise<readonly string[]> {
  const done: string[] = [];
  let said = '';
  for (const { language, title, text } of blocks) {
    const path = join(workspace, title);
    if (language === 'sh') {
      for (const line of text.trim().split('\n')) {
        const [program, ...words] = line.split(' ');
        assert.is(program, 'osimager');
        const { status, stderr } = await osimager(words, { cwd: workspace });
        assert.is(status, title === 'fails' ? 1 : 0, `${line}\n${stderr}`);
        if (title !== 'fails') assert.not.match(stderr, /warning:/);
        said = stderr;
      }
    } else if (language === 'text') {
      assert.ok(said.startsWith(text), `it says\n${said}`);
    } else if (language === 'diff') {
      applyDiff(path, text);
    } else if (title.startsWith('data/')) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } else if (language === 'json') {
      const rendered = JSON.parse(readFileSync(path, 'utf8')) as Mapping;
      const excerpt = JSON.parse(text) as Value;
      assert.ok(holds(rendered, excerpt), `${title} is not as the guide has it`);
      assert.equal(templateFaults(rendered), []);
    } else {
      assert.is(readFileSync(path, 'utf8'), text);
    }
    done.push(`${language} ${title}`.trim());
  }
  return done;
}

test('the guide to adding an operating system holds, step by step', async () => {
  const blocks = blocksOf(readFileSync(GUIDE, 'utf8'));
  const done = await follow(blocks, shippedWorkspace());
  assert.equal(
    done,
    blocks.map(({ language, title }) => `${language} ${title}`.trim()),
  );
  assert.is(readFileSync(GUIDE, 'utf8').match(/^```\w/gm)?.length, blocks.length);
  assert.ok(blocks.length >= 15);
});

test('a new distribution of a known family takes less than 40 lines', () => {
  const specs = blocksOf(readFileSync(GUIDE, 'utf8')).filter(
    ({ language, title }) => language === 'json' && title.startsWith('data/specs/'),
  );
  for (const { title, text } of specs) assert.ok(text.trim().split('\n').length < 40, title);
  assert.is(specs.length, 3);
});

/** Spec, the line that changes, the version that comes of it, and where its medium lies; `%` is the architecture. */
const MINORS: readonly (readonly [string, string, string, string, string])[] = [
  ['rhel', '"10.[0-2]"', '"10.[0-3]"', '10.3', '/srv/iso/rhel-10.3-%-dvd.iso'],
  [
    'alma',
    '"9.[0-8]"',
    '"9.[0-9]"',
    '9.9',
    'https://repo.almalinux.org/almalinux/9.9/isos/%/AlmaLinux-9.9-%-dvd.iso',
  ],
  [
    'rocky',
    '"9.[0-8]"',
    '"9.[0-9]"',
    '9.9',
    'https://download.rockylinux.org/pub/rocky/9.9/isos/%/Rocky-9.9-%-dvd.iso',
  ],
  [
    'oel',
    '"10.[0-2]"',
    '"10.[0-3]"',
    '10.3',
    'https://yum.oracle.com/ISOS/OracleLinux/OL10/u3/%/OracleLinux-R10-U3-%-dvd.iso',
  ],
  [
    'debian',
    '"13.[0-7]"',
    '"13.[0-8]"',
    '13.8',
    'https://cdimage.debian.org/debian-cd/13.8.0/amd64/iso-cd/debian-13.8.0-amd64-netinst.iso',
  ],
  [
    'ubuntu',
    '"ubuntu_point": "26.04.1"',
    '"ubuntu_point": "26.04.2"',
    '26.04',
    'https://releases.ubuntu.com/26.04/ubuntu-26.04.2-live-server-amd64.iso',
  ],
  ['sles', '"16.0"', '"16.[0-1]"', '16.1', '/srv/iso/SLES-16.1-Full-%-GM.install.iso'],
  [
    'opensuse',
    '"16.[0-1]"',
    '"16.[0-2]"',
    '16.2',
    'https://download.opensuse.org/distribution/leap/16.2/offline/Leap-16.2-offline-installer-%.install.iso',
  ],
  [
    'freebsd',
    '"14.[3-5]"',
    '"14.[3-6]"',
    '14.6',
    'https://download.freebsd.org/releases/amd64/amd64/ISO-IMAGES/14.6/FreeBSD-14.6-RELEASE-amd64-disc1.iso',
  ],
  [
    'alpine',
    '3.24.1',
    '3.24.2',
    '3.24',
    'https://dl-cdn.alpinelinux.org/alpine/v3.24/releases/%/alpine-virt-3.24.2-%.iso',
  ],
  ['esxi', '"9.1.1"', '"9.1.[1-2]"', '9.1.2', '/srv/iso/VMware-VMvisor-Installer-9.1.2.%.iso'],
];

/** The shipped data with some of those lines changed. */
async function nextYear(specs: readonly string[]): Promise<Workspace> {
  const workspace = shippedWorkspace();
  for (const [spec, before, after] of MINORS.filter(([name]) => specs.includes(name))) {
    const path = join(workspace, 'data', 'specs', spec, 'spec.json');
    const text = readFileSync(path, 'utf8');
    assert.is(text.split(before).length, 2, `${spec} has not, once: ${before}`);
    writeFileSync(path, text.replace(before, after));
  }
  return openFullWorkspace(workspace);
}

function renderOn(workspace: Workspace, spec: string): Rendered {
  return valueOf(workspace.render({ platform: 'qemu', location: 'lab', spec }, 'matrix'));
}

test('a new minor version is a change of one line in every family, and its target has nothing wrong', async () => {
  const workspace = await nextYear(MINORS.map(([dist]) => dist));
  const media = MINORS.map(([dist, , , version]) => {
    const { warnings, unknown, template } = renderOn(workspace, `${dist}-${version}-x86_64`);
    assert.equal([complaints(warnings), [...unknown.keys()]], [[], []], dist);
    assert.equal(templateFaults(template as unknown as Mapping), []);
    return [dist, template.builders[0]?.iso_url];
  });
  assert.equal(
    media,
    MINORS.map(([dist, , , , iso]) => [dist, iso.replaceAll('%', 'x86_64')]),
  );
});

test('the medium of the version before goes to the archive by itself', async () => {
  const workspace = await nextYear(['alma', 'rocky', 'debian']);
  const before = ['alma-9.8-x86_64', 'rocky-9.8-x86_64', 'debian-13.7-x86_64', 'debian-12.15-x86_64'];
  assert.equal(
    before.map((spec) => renderOn(workspace, spec).template.builders[0]?.iso_url),
    [
      'https://vault.almalinux.org/9.8/isos/x86_64/AlmaLinux-9.8-x86_64-dvd.iso',
      'https://dl.rockylinux.org/vault/rocky/9.8/isos/x86_64/Rocky-9.8-x86_64-dvd.iso',
      'https://cdimage.debian.org/cdimage/archive/13.7.0/amd64/iso-cd/debian-13.7.0-amd64-netinst.iso',
      'https://cdimage.debian.org/cdimage/archive/12.15.0/amd64/iso-cd/debian-12.15.0-amd64-netinst.iso',
    ],
  );
});

test('a step that does not come out as it is written is an error', async () => {
  const step = async (language: string, title: string, text: string): Promise<string> => {
    try {
      await follow([{ language, title, text }], shippedWorkspace());
      return 'it holds';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  assert.match(
    await step('diff', 'data/specs/alma/spec.json', '- "versions": ["1"],\n+ "versions": []\n'),
    /has not, once/,
  );
  assert.match(await step('sh', '', 'osimager generate qemu/lab/alma-99.0-x86_64\n'), /alma-99\.0-x86_64/);
  assert.match(await step('sh', 'fails', 'osimager generate qemu/lab/alma-9.8-x86_64\n'), /new: out/);
  assert.is(holds({ a: [1, { b: 2, c: 3 }] }, { a: [1, { b: 2 }] }), true);
  assert.is(holds({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }), false);
  assert.is(holds({ a: [1, 2] }, { a: [1] }), false);
});

test.run();
