import { readFileSync } from 'node:fs';

type ByArch<T> = Readonly<Record<string, T>>;
type ByVersion<T> = Readonly<Record<string, T>>;
type Guests = Readonly<Record<string, string | number>>;
type Keys = Readonly<Record<string, readonly string[]>>;
export type Clouds = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What is known of the releases of one pattern (`8.*`); texts hold `{version} {major} {minor} {arch}`. */
interface ReleaseFacts {
  readonly arches: readonly string[];
  readonly arches_by_version?: ByVersion<readonly string[]>;
  readonly installer: string;
  readonly media: 'public' | 'subscription' | 'eval' | 'local';
  /** The newest version, whose medium lies elsewhere than those before it where there is an archive. */
  readonly current?: string;
  readonly iso_url?: ByArch<string>;
  readonly iso_url_archive?: ByArch<string>;
  readonly iso_url_by_version?: ByVersion<ByArch<string>>;
  readonly iso_file?: ByArch<string>;
  readonly iso_file_by_version?: ByVersion<ByArch<string>>;
  readonly checksum_url?: ByArch<string>;
  readonly checksum_url_archive?: ByArch<string>;
  readonly checksum_url_by_version?: ByVersion<ByArch<string>>;
  readonly iso_sha256?: ByArch<string>;
  readonly iso_sha256_by_version?: ByVersion<ByArch<string>>;
  readonly guest_os_type: Guests;
  readonly guest_os_type_by_arch?: ByArch<Guests>;
  readonly cloud?: Clouds;
  readonly cloud_by_arch?: ByArch<Clouds>;
  readonly firmware: readonly string[];
  readonly firmware_by_arch?: ByArch<readonly string[]>;
  readonly boot_command: Keys;
  readonly boot_command_by_arch?: ByArch<Keys>;
  readonly boot_command_cd_extra?: readonly string[];
  readonly boot_args?: Readonly<Record<string, string>>;
  readonly cd_label?: string;
}

/** The fields that tests read; the script keeps no others. */
export const RELEASE_FIELDS = [
  'arches',
  'arches_by_version',
  'installer',
  'media',
  'current',
  'iso_url',
  'iso_url_archive',
  'iso_url_by_version',
  'iso_file',
  'iso_file_by_version',
  'checksum_url',
  'checksum_url_archive',
  'checksum_url_by_version',
  'iso_sha256',
  'iso_sha256_by_version',
  'guest_os_type',
  'guest_os_type_by_arch',
  'cloud',
  'cloud_by_arch',
  'firmware',
  'firmware_by_arch',
  'boot_command',
  'boot_command_by_arch',
  'boot_command_cd_extra',
  'boot_args',
  'cd_label',
] as const satisfies readonly (keyof ReleaseFacts)[];

type Catalogue = Readonly<
  Record<
    string,
    { readonly versions: readonly string[]; readonly releases: Readonly<Record<string, ReleaseFacts>> }
  >
>;

/** One release on one architecture, with what is known of it. */
export interface KnownRelease {
  /** `<dist>-<version>-<arch>`. */
  readonly name: string;
  readonly dist: string;
  readonly version: string;
  readonly arch: string;
  readonly installer: string;
  readonly media: ReleaseFacts['media'];
  /** The address of the medium, where it is public; else the vendor's name of the file, where it is known. */
  readonly iso: string | undefined;
  /** `file:<url>`, `sha256:<digest>`, or nothing where no source publishes one. */
  readonly checksum: string | undefined;
  /** vmware, vsphere, virtualbox, proxmox_os, hyperv_generation. */
  readonly guests: Guests;
  readonly clouds: Clouds;
  /** Preferred first. */
  readonly firmware: readonly string[];
  /** By firmware; `{args}` stands for one of `bootArguments`. */
  readonly keys: Keys;
  readonly bootArguments: Readonly<Record<string, string>>;
  readonly cdKeys: readonly string[];
  readonly cdLabel: string | undefined;
}

/** Every version and architecture of the catalogue. */
export function knownReleases(): readonly KnownRelease[] {
  const text = readFileSync(new URL('release-facts.json', import.meta.url), 'utf8');
  return Object.entries(JSON.parse(text) as Catalogue).flatMap(([dist, { versions, releases }]) =>
    versions.flatMap((version) => {
      const facts = factsOf(releases, version);
      const arches = facts.arches_by_version?.[version] ?? facts.arches;
      return arches.map((arch) => knownRelease(dist, version, arch, facts));
    }),
  );
}

/** An exact key counts before a pattern; each version has one. */
function factsOf(releases: Readonly<Record<string, ReleaseFacts>>, version: string): ReleaseFacts {
  const matches = (pattern: string): boolean =>
    pattern.endsWith('*') ? version.startsWith(pattern.slice(0, -1)) : pattern === version;
  const found = releases[version] ?? Object.entries(releases).find(([pattern]) => matches(pattern))?.[1];
  if (!found) throw new Error(`no facts of ${version}`);
  return found;
}

function knownRelease(dist: string, version: string, arch: string, facts: ReleaseFacts): KnownRelease {
  const [major = '', minor = ''] = version.replace('stream-', '').split('.');
  const fill = (text: string | undefined): string | undefined =>
    text?.replace(
      /\{(version|major|minor|arch)\}/g,
      (_, key: string) => ({ version, major, minor, arch })[key] ?? '',
    );
  const filled = <T>(value: T): T => JSON.parse(fill(JSON.stringify(value)) ?? '') as T;
  const archived = facts.current !== undefined && facts.current !== version;
  const url =
    facts.iso_url_by_version?.[version]?.[arch] ??
    (archived ? facts.iso_url_archive?.[arch] : undefined) ??
    facts.iso_url?.[arch];
  const sums =
    facts.checksum_url_by_version?.[version]?.[arch] ??
    (archived ? facts.checksum_url_archive?.[arch] : undefined) ??
    facts.checksum_url?.[arch];
  const digest = facts.iso_sha256_by_version?.[version]?.[arch] ?? facts.iso_sha256?.[arch];
  const isFirst = arch === 'x86_64' || !facts.arches.includes('x86_64');
  return {
    name: `${dist}-${version}-${arch}`,
    dist,
    version,
    arch,
    installer: facts.installer,
    media: facts.media,
    iso: fill(url ?? facts.iso_file_by_version?.[version]?.[arch] ?? facts.iso_file?.[arch]),
    checksum: sums === undefined ? digest && `sha256:${digest}` : fill(`file:${sums}`),
    guests: (isFirst ? undefined : facts.guest_os_type_by_arch?.[arch]) ?? facts.guest_os_type,
    clouds: filled((isFirst ? facts.cloud : facts.cloud_by_arch?.[arch]) ?? {}),
    firmware: facts.firmware_by_arch?.[arch] ?? facts.firmware,
    keys: filled(facts.boot_command_by_arch?.[arch] ?? facts.boot_command),
    bootArguments: facts.boot_args ?? {},
    cdKeys: facts.boot_command_cd_extra ?? [],
    cdLabel: facts.cd_label,
  };
}
