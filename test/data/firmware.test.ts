import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Workspace } from '../../src/cli/workspace.ts';
import { toText, type Mapping } from '../../src/model/value.ts';
import { templateFaults } from '../packer/builder-keys.ts';
import { complaints, valueOf } from '../rig/complaints.ts';
import { temporaryFolder } from '../rig/folder.ts';
import { openFullWorkspace } from '../rig/full-matrix.ts';
import { missingStroke, strokes } from './keystrokes.ts';
import { leftoverMarkers } from './leftover-markers.ts';
import { knownReleases, type KnownRelease } from './release-facts.ts';

/** The shipped data with a lab that asks for a firmware. */
async function labWith(firmware: string): Promise<Workspace> {
  const workspace = temporaryFolder();
  cpSync('data', join(workspace, 'data'), { recursive: true });
  const lab = join(workspace, 'data', 'locations', 'lab.toml');
  const text = readFileSync(lab, 'utf8');
  writeFileSync(lab, text.replace('[defs]\n', `[defs]\nfirmware = "${firmware}"\n`));
  return openFullWorkspace(workspace);
}

/** A platform that starts with either firmware as it is told, one that ties it to a generation, and a desktop. */
function platformsOf({ name, guests }: KnownRelease): readonly string[] {
  const able = [
    ...('vmware' in guests ? ['vmware'] : []),
    ...('hyperv_generation' in guests ? ['hyperv'] : []),
    ...(name === 'windows-11-aarch64' ? [] : ['qemu']),
  ];
  return name.endsWith('-aarch64') ? able.filter((platform) => platform !== 'hyperv') : able;
}

/** What is wrong with each release that is asked to start with a firmware, once for each kind of release. */
async function faultsWith(firmware: string): Promise<readonly string[]> {
  const workspace = await labWith(firmware);
  const found = knownReleases().flatMap((facts) =>
    platformsOf(facts).flatMap((platform) => {
      const rendered = valueOf(workspace.render({ platform, location: 'lab', spec: facts.name }, 'matrix'));
      const got = toText(rendered.definitions().firmware ?? '');
      const [builder = {}] = rendered.template.builders;
      const wanted = facts.keys[got];
      const keys = builder.boot_command;
      const ordered = facts.installer !== 'autoinstall';
      const stroke =
        keys === undefined || !wanted ? undefined : missingStroke(strokes(keys), strokes(wanted), ordered);
      const can = facts.firmware.includes(firmware);
      return [
        ...(can && got !== firmware ? [`starts with ${got}`] : []),
        ...(!can && got === firmware ? [`starts with ${firmware}, which is not known of it`] : []),
        ...(stroke === undefined ? [] : [`${stroke} is missing`]),
        ...templateFaults(rendered.template as unknown as Mapping),
        ...complaints(rendered.warnings),
        ...[...rendered.unknown.keys()].map((name) => `${name} is not defined`),
        ...[...rendered.files.values()].flatMap(leftoverMarkers),
      ].map(
        (fault) => `${platform} ${facts.dist}-${facts.version.split('.')[0] ?? ''} ${facts.arch}: ${fault}`,
      );
    }),
  );
  return [...new Set(found)].sort();
}

/** Alpine and FreeBSD fetch their answers over the network in the facts; here they mount a CD. */
const BY_NETWORK = /^\S+ (alpine-3 \S+: ifconfig|freebsd-\d+ \S+: dhclient) is missing$/;

test('each release that starts with BIOS does so where it is asked to, by the keys that are known for it', async () => {
  const faults = (await faultsWith('bios')).filter((fault) => !BY_NETWORK.test(fault));
  assert.equal(faults, [
    // A second generation of Hyper-V knows EFI only, and its network card is the one that these know.
    'hyperv ubuntu-16 x86_64: starts with efi',
    'hyperv ubuntu-18 x86_64: starts with efi',
    // There is no BIOS on these processors, whatever the facts leave open.
    'qemu centos-7 aarch64: starts with efi',
    'qemu oel-7 aarch64: starts with efi',
    'qemu ubuntu-18 aarch64: starts with efi',
    'vmware centos-7 aarch64: starts with efi',
    'vmware oel-7 aarch64: starts with efi',
    'vmware ubuntu-18 aarch64: starts with efi',
  ]);
});

test('each release that starts with EFI does so where it is asked to, by the keys that are known for it', async () => {
  const faults = (await faultsWith('efi')).filter((fault) => !BY_NETWORK.test(fault));
  assert.equal(faults, [
    // FreeBSD runs on a first generation of Hyper-V, and so does what has 32 bits.
    'hyperv centos-7 i386: starts with bios',
    'hyperv freebsd-13 x86_64: starts with bios',
    'hyperv freebsd-14 x86_64: starts with bios',
    'hyperv freebsd-15 x86_64: starts with bios',
    'hyperv ubuntu-16 x86_64: starts with efi, which is not known of it',
    'hyperv ubuntu-18 x86_64: starts with efi, which is not known of it',
    'qemu centos-7 i386: starts with bios',
    'qemu ubuntu-18 aarch64: starts with efi, which is not known of it',
    'vmware centos-7 i386: starts with bios',
    'vmware ubuntu-18 aarch64: starts with efi, which is not known of it',
  ]);
});

test.run();
