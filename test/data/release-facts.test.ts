import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareNaturally } from '../../src/model/target.ts';
import { isList, isMapping, toText, type Mapping, type Value } from '../../src/model/value.ts';
import { fullMatrix, type FullTarget } from '../rig/full-matrix.ts';
import { knownReleases, type KnownRelease } from './release-facts.ts';
import { missingStroke, strokes } from './keystrokes.ts';

const known = new Map(knownReleases().map((release) => [release.name, release]));

/** Platform → the name that the facts have for its guest id. */
const GUEST = {
  vmware: 'vmware',
  vsphere: 'vsphere',
  virtualbox: 'virtualbox',
  proxmox: 'proxmox_os',
  hyperv: 'hyperv_generation',
} as const;

interface KnownTarget extends FullTarget {
  readonly facts: KnownRelease;
}

const CLOUDS = ['aws', 'azure', 'gcp'] as const;

/** Targets of releases that the facts know, each with its facts. */
async function knownTargets(): Promise<readonly KnownTarget[]> {
  return (await fullMatrix()).flatMap((target) => {
    const facts = known.get(target.release.name);
    return facts ? [{ ...target, facts }] : [];
  });
}

function builderOf({ rendered, folder }: FullTarget): Mapping {
  const [builder] = rendered.template.builders;
  if (!builder) throw new Error(`${folder} has no builder`);
  return builder;
}

function at(value: Value | undefined, ...keys: readonly string[]): Value | undefined {
  return keys.reduce((inner, key) => (isMapping(inner) ? inner[key] : undefined), value);
}

/** Each difference once, with the first target that has it. */
function differences(
  targets: readonly KnownTarget[],
  differenceOf: (target: KnownTarget) => string | undefined,
): readonly string[] {
  const found = new Map<string, string>();
  for (const target of targets) {
    const difference = differenceOf(target);
    if (difference !== undefined && !found.has(difference)) found.set(difference, target.folder);
  }
  return [...found].map(([difference, folder]) => `${difference} (${folder})`);
}

const differ = (rendered: unknown, wanted: unknown): string | undefined =>
  JSON.stringify(rendered) === JSON.stringify(wanted)
    ? undefined
    : `${JSON.stringify(rendered)} is not ${JSON.stringify(wanted)}`;

test('the specs provide each release that is known on each of its architectures', async () => {
  const provided = new Set((await fullMatrix()).map(({ release }) => release.name));
  assert.equal(
    [...known.keys()].filter((name) => !provided.has(name)),
    [],
  );
});

/** A release that the facts do not know must be newer than all that they know of its distribution. */
function neverReleased(provided: readonly string[]): readonly string[] {
  return provided.filter((name) => {
    if (known.has(name)) return false;
    const release = name.replace(/-(x86_64|i386|aarch64)$/, '');
    const others = [...known.values()].filter(({ dist }) => release.startsWith(`${dist}-`));
    return (
      others.length === 0 ||
      others.some((one) => compareNaturally(`${one.dist}-${one.version}`, release) >= 0)
    );
  });
}

test('a release that the facts do not know is newer than they are: versions that never were do not appear', async () => {
  const provided = [...new Set((await fullMatrix()).map(({ release }) => release.name))];
  assert.equal(neverReleased(provided), []);
  const made = ['debian-9.10-x86_64', 'debian-13.8-x86_64', 'debian-13.7-i386', 'solaris-11-x86_64'];
  assert.equal(neverReleased(made), ['debian-9.10-x86_64', 'debian-13.7-i386', 'solaris-11-x86_64']);
});

/** Images that are known by a pattern which does not hold for each of its versions; and one that no builder can make. */
const NOT_THERE: readonly (readonly [RegExp, string])[] = [
  [/^azure centos-7\./, 'the publisher withdrew them'],
  [/^(aws|azure|gcp) sles-12\.[0-4]-/, 'the clouds keep the last service pack of 12'],
  [/^(aws|azure|gcp) sles-15\.0-/, 'there is no image of the release without a service pack'],
  [/^gcp sles-15\.[1-6]-/, 'the family follows the newest service pack'],
  [/^vsphere sysvr4-/, 'the builder offers no IDE disk'],
];

test('each release is on each platform that has a guest id for it, and in each cloud that has an image of it', async () => {
  const rendered = new Set(
    (await fullMatrix()).map(({ target, release }) => `${target.platform} ${release.name}`),
  );
  const wanted = [...known.values()].flatMap(({ name, guests, clouds }) => [
    ...Object.entries(GUEST).flatMap(([platform, guest]) => (guest in guests ? [`${platform} ${name}`] : [])),
    ...CLOUDS.flatMap((cloud) => (cloud in clouds ? [`${cloud} ${name}`] : [])),
  ]);
  const missing = wanted.filter((one) => !rendered.has(one));
  const expected = missing.filter((one) => !NOT_THERE.some(([pattern]) => pattern.test(one)));
  assert.equal(expected, []);
  for (const [pattern, why] of NOT_THERE) assert.ok(missing.some((one) => pattern.test(one)), why); // prettier-ignore
  const platforms = [...Object.keys(GUEST), ...CLOUDS];
  const more = [...rendered].filter(
    (one) => platforms.includes(one.split(' ')[0] ?? '') && !wanted.includes(one),
  );
  assert.equal(more, []);
});

test('each release that installs from media is on qemu and libvirt too, and on none if it can be reached', async () => {
  const rendered = new Set(
    (await fullMatrix()).map(({ target, release }) => `${target.platform} ${release.name}`),
  );
  const missing = [...known.keys()].flatMap((name) =>
    ['qemu', 'libvirt', 'none'].map((platform) => `${platform} ${name}`).filter((one) => !rendered.has(one)),
  );
  assert.equal(
    missing.filter((one) => !/^none (sysvr4|esxi)-/.test(one)),
    // Windows on Arm needs drivers that its medium lacks.
    ['qemu windows-11-aarch64', 'libvirt windows-11-aarch64'],
  );
});

test('guest ids are those that the vendors name', async () => {
  const found = differences(await knownTargets(), (target) => {
    const { platform } = target.target;
    if (!(platform in GUEST)) return undefined;
    const builder = builderOf(target);
    const id = { proxmox: builder.os, hyperv: builder.generation }[platform] ?? builder.guest_os_type;
    return differ(id, target.facts.guests[GUEST[platform as keyof typeof GUEST]]);
  });
  assert.equal(found, []);
});

/** What the facts say of the medium of SLES 15 SP7 is about the one that registers; ours is the full one. */
const isFullMedium = ({ release }: FullTarget): boolean =>
  release.dist === 'sles' && release.version === '15.7';

const mediumOf = (target: FullTarget): Mapping => {
  const builder = builderOf(target);
  return isMapping(builder.boot_iso) ? builder.boot_iso : builder;
};

test("media are where the vendors have them, or in the iso_path of the location under the vendor's name", async () => {
  const targets = (await knownTargets()).filter(
    (target) => 'iso_url' in mediumOf(target) && !isFullMedium(target),
  );
  const found = differences(targets, (target) => {
    const { media, iso = `${target.release.name}.iso` } = target.facts;
    const folder = toText(target.rendered.definitions().iso_path ?? '');
    const isPublic = media === 'public' || media === 'eval';
    return differ(mediumOf(target).iso_url, isPublic ? iso : `${folder}/${iso}`);
  });
  assert.equal(found, []);
  assert.ok(targets.length > 4500);
});

test('a medium has the checksum that its vendor publishes, and none only where no source is known', async () => {
  const found = differences(await knownTargets(), (target) => {
    const medium = mediumOf(target);
    if (!('iso_url' in medium) || isFullMedium(target)) return undefined;
    return differ(medium.iso_checksum, target.facts.checksum ?? 'none');
  });
  const digest = 'sha256:ef7312733a9f5d7d51cfa04ac497671995674ca5e1058d5164d6028f0938d668';
  // The digest of a medium that stays as it is, from people who have it.
  assert.equal(found, [`"${digest}" is not "none" (hyperv/lab/windows-10-x86_64)`]);
});

test('images of the clouds have the names and owners that the vendors give them', async () => {
  const found = differences(await knownTargets(), (target) => {
    const { platform } = target.target;
    const facts = target.facts.clouds[platform];
    if (!facts) return undefined;
    const builder = builderOf(target);
    const filter = builder.source_ami_filter;
    const project = builder.source_image_project_id;
    const rendered = {
      aws: { name_filter: at(filter, 'filters', 'name'), owners: at(filter, 'owners') },
      azure: {
        offer: builder.image_offer,
        ...(builder.plan_info !== undefined && { plan_required: true }),
        publisher: builder.image_publisher,
        sku: builder.image_sku,
      },
      gcp: {
        source_image_family: builder.source_image_family,
        source_image_project_id: isList(project) && project.length === 1 ? project[0] : project,
      },
    }[platform];
    return differ(rendered, facts);
  });
  assert.equal(found, []);
});

test('the file that the installer wants has the name and the medium the label that it looks for', async () => {
  const found = differences(await knownTargets(), (target) => {
    const { cdLabel } = target.facts;
    const builder = builderOf(target);
    if (cdLabel === undefined || builder.cd_label === undefined) return undefined;
    return differ(builder.cd_label, cdLabel);
  });
  assert.equal(found, []);
});

test('keystrokes go through the menu of the medium as is known to work with its firmware', async () => {
  const found = differences(await knownTargets(), (target) => {
    const { boot_command: keys } = builderOf(target);
    if (keys === undefined) return undefined;
    const facts = target.facts;
    const firmware = toText(target.rendered.definitions().firmware ?? '');
    const wanted = facts.keys[firmware];
    if (!wanted || !facts.firmware.includes(firmware)) return `${facts.dist}: not known with ${firmware}`;
    // Ours puts the arguments before the "---", behind which they would stay on the installed system.
    const ordered = facts.installer !== 'autoinstall';
    const stroke = missingStroke(strokes(keys), strokes(wanted), ordered);
    return stroke === undefined ? undefined : `${facts.dist}: ${stroke} is missing`;
  });
  assert.equal(found, [
    // The facts fetch the answers over the network; here they are on a CD, which is mounted instead.
    'alpine: ifconfig is missing (hyperv/lab/alpine-3.21-x86_64)',
    'freebsd: dhclient is missing (hyperv/lab/freebsd-13.5-x86_64)',
    // 16.04 and 18.04 on machines that have no BIOS: by the keys of Debian's installer on such machines.
    'ubuntu: not known with efi (hyperv/lab/ubuntu-16.04-x86_64)',
  ]);
});

test('strokes that are missing, or in another order, are found', () => {
  const wanted = strokes(['<up>', 'e', '<down><wait3>', ' {args}', '<leftCtrlOn>x<leftCtrlOff>']);
  assert.equal(wanted, ['<up>', 'e', '<down>', '<leftCtrlOn>', 'x', '<leftCtrlOff>']);
  assert.is(
    missingStroke(strokes(['<up>', 'e', '<wait><down> inst.text<leftCtrlOn>x<leftCtrlOff>']), wanted, true),
    undefined,
  );
  assert.is(missingStroke(strokes(['<up><tab>', ' inst.text', '<enter>']), wanted, true), 'e');
  assert.is(missingStroke(strokes(['e<up><down>']), strokes(['<up>', 'e', '<down>']), true), 'e');
  assert.is(missingStroke(strokes(['e<up><down>']), strokes(['<up>', 'e', '<down>']), false), undefined);
});

test.run();
