import type { MediumQuestion, MediumSource, NameServers } from '../model/outside.ts';
import { isMapping, isTrue, toText, toTexts, type Value } from '../model/value.ts';
import { isoName, localMedium, mediumSources, withoutTrailingSlashes, writtenChecksum } from './media.ts';
import { nameServers } from './name-servers.ts';
import { parseCidr, type Network } from './network.ts';

/** What a derived definition may ask: other definitions, and what the layers say under its own name. */
export interface Definitions {
  value(name: string): Value | undefined;
  layered(name: string): Value | undefined;
}

/** What is known of a target before its definitions. */
export interface Identity {
  readonly platform: string;
  readonly location: string;
  readonly spec: string;
  readonly dist: string;
  readonly version: string;
  readonly arch: string;
  /** The newest version that the spec file provides of the same major version and arch. */
  readonly newestMinor: string;
  /** The folder of the spec file below `specs`. */
  readonly specFolder: string;
  readonly name: string | undefined;
  readonly ip: string | undefined;
  readonly fqdn: string | undefined;
  /** The builder's `type`. */
  readonly platformType: string;
  /** From the data folder to the workspace's root, such as `..`. */
  readonly basePath: string;
}

export interface Outside {
  /** The IPv4 address, or undefined where there is none to be had. */
  host(name: string, by: NameServers): string | undefined;
  /** The source that answers, and its checksum if one is known; undefined where nothing is known. */
  medium(question: MediumQuestion): { readonly at: number; readonly checksum: string } | undefined;
  /** A definition whose value cannot be used; nothing is derived from it. */
  report(definition: string, message: string, note?: string): void;
}

/** The derived definitions of one target. */
export interface Derived {
  /** Whether a name is derived, given what the layers define. */
  has(name: string): boolean;
  /** Undefined where there is nothing to derive it from. */
  derive(name: string, definitions: Definitions): Value | undefined;
  names(definitions: Definitions): readonly string[];
}

/** What a rule of the table works with. */
interface Rule {
  readonly identity: Identity;
  readonly outside: Outside;
  readonly definitions: Definitions;
  readonly network: () => Network | undefined;
}

/** The names that can be derived, apart from `dns1`, `ntp1` and so on. */
export function derivedNames(): readonly string[] {
  return [...RULES.keys()];
}

type Derive = (rule: Rule) => Value | undefined;

/**
 * The derived definitions of a target (DESIGN.md, "Derived definitions"), each worked out when it is asked
 * for. `isLayered` tells what the layers define: some are derived only from what is given.
 */
export function deriveDefinitions(
  identity: Identity,
  isLayered: (name: string) => boolean,
  outside: Outside,
): Derived {
  let network: { readonly read: Network | undefined } | undefined;
  const ruleFor = (definitions: Definitions): Rule => ({
    identity,
    outside,
    definitions,
    network: () => (network ??= { read: readNetwork(textOf(definitions, 'cidr'), outside) }).read,
  });
  const has = (name: string): boolean => {
    const needs = RULES.get(name)?.needs;
    if (needs) return needs.length === 0 || needs.some(isLayered);
    const server = serverOf(name);
    return server !== undefined && isLayered(server.kind);
  };
  return {
    has,
    derive(name, definitions) {
      const rule = RULES.get(name);
      if (rule) return rule.derive(ruleFor(definitions));
      const server = serverOf(name);
      if (!server) return undefined;
      return textsUnder(definitions, server.kind, 'servers')[server.number - 1] ?? definitions.layered(name);
    },
    names(definitions) {
      const servers = (['dns', 'ntp'] as const).flatMap((kind) =>
        textsUnder(definitions, kind, 'servers').map((_server, at) => `${kind}${at + 1}`),
      );
      return [...[...RULES.keys()].filter(has), ...servers];
    },
  };
}

/** `dns1`, `dns2` ... from `dns.servers`; `ntp1` ... likewise. */
function serverOf(name: string): { readonly kind: 'dns' | 'ntp'; readonly number: number } | undefined {
  if (!name.startsWith('dns') && !name.startsWith('ntp')) return undefined;
  const match = /^(dns|ntp)([1-9]\d*)$/.exec(name);
  return match ? { kind: match[1] as 'dns' | 'ntp', number: Number(match[2]) } : undefined;
}

/** The rules by name; one with `needs` holds only where the layers define one of them. */
const RULES: ReadonlyMap<string, { readonly needs: readonly string[]; readonly derive: Derive }> = new Map(
  Object.entries({ ...identityRules(), ...hostRules(), ...networkRules() })
    .map(([name, derive]) => [name, { needs: [] as readonly string[], derive }] as const)
    .concat(mediaRules()),
);

function identityRules(): Readonly<Record<string, Derive>> {
  return {
    platform: ({ identity }) => identity.platform,
    platform_name: ({ identity }) => identity.platform,
    platform_type: ({ identity }) => identity.platformType,
    location: ({ identity }) => identity.location,
    location_name: ({ identity }) => identity.location,
    spec_name: ({ identity }) => identity.spec,
    dist: ({ identity }) => identity.dist,
    version: ({ identity }) => identity.version,
    major: ({ identity }) => identity.version.split('.')[0] ?? '',
    minor: ({ identity }) => identity.version.split('.')[1] ?? '',
    arch: ({ identity }) => identity.arch,
    newest_minor: ({ identity, definitions }) => definitions.layered('newest_minor') ?? identity.newestMinor,
    base_path: ({ identity }) => identity.basePath,
    data_path: () => '.',
    spec_dir: ({ identity }) => `specs/${identity.specFolder}`,
    install_path: ({ identity }) => `${identity.basePath}/install`,
    temp_dir: () => '{{template_dir}}',
    tmpdir: () => '{{template_dir}}',
  };
}

function hostRules(): Readonly<Record<string, Derive>> {
  return {
    name: ({ identity }) => identity.name ?? identity.spec,
    fqdn: ({ identity, definitions }) => {
      if (identity.fqdn !== undefined && identity.fqdn !== '') return identity.fqdn;
      if (identity.name?.includes('.')) return identity.name;
      const domain = textOf(definitions, 'domain');
      return domain === '' ? textOf(definitions, 'name') : `${textOf(definitions, 'name')}.${domain}`;
    },
    ip: ({ identity, definitions, outside }) => {
      if (identity.ip !== undefined && identity.ip !== '') return identity.ip;
      const by = nameServers((name) => definitions.value(name));
      return outside.host(textOf(definitions, 'fqdn'), by) ?? '';
    },
    dns_search: ({ definitions }) =>
      textsUnder(definitions, 'dns', 'search').join(' ') || given(definitions, 'dns_search'),
  };
}

function networkRules(): Readonly<Record<string, Derive>> {
  const gateway: Derive = ({ definitions, network }) =>
    given(definitions, 'gateway') || (network()?.lastUsable ?? '');
  return {
    subnet: ({ definitions, network }) => network()?.subnet ?? given(definitions, 'subnet'),
    prefix: ({ definitions, network }) => network()?.prefix ?? given(definitions, 'prefix'),
    netmask: ({ definitions, network }) => given(definitions, 'netmask') || (network()?.netmask ?? ''),
    gateway,
    gw: (rule) => given(rule.definitions, 'gw') || gateway(rule),
  };
}

function readNetwork(cidr: string, outside: Outside): Network | undefined {
  if (cidr === '') return undefined;
  const network = parseCidr(cidr);
  if (!network) {
    outside.report('cidr', `"${cidr}" is no IPv4 network`, 'write it like 192.168.1.0/24');
  }
  return network;
}

type MediaRule = readonly [string, { readonly needs: readonly string[]; readonly derive: Derive }];

function mediaRules(): readonly MediaRule[] {
  const folder = (name: string): MediaRule => [
    name,
    { needs: [name], derive: ({ definitions }) => withoutTrailingSlashes(given(definitions, name)) },
  ];
  return [
    [
      'iso_url',
      {
        needs: ['urls'],
        derive: (rule) => {
          const sources = givenSources(rule);
          const first = sources[0];
          if (!first) return given(rule.definitions, 'iso_url');
          if (isLocal(rule)) return localMedium(first, (name) => given(rule.definitions, name));
          return findMedium(sources, rule).source.url;
        },
      },
    ],
    [
      'iso_checksum',
      {
        needs: ['urls', 'iso_checksum'],
        derive: (rule) => {
          const checksum = given(rule.definitions, 'iso_checksum');
          const plain = { url: given(rule.definitions, 'iso_url'), checksum };
          const sources = givenSources(rule);
          return findMedium(sources.length > 0 ? sources : [plain], rule).checksum;
        },
      },
    ],
    [
      'iso_name',
      {
        needs: ['iso_url', 'urls'],
        derive: (rule) => {
          const local = isLocal(rule) ? givenSources(rule)[0]?.url : undefined;
          const name = given(rule.definitions, 'iso_name');
          return name || isoName(local ?? textOf(rule.definitions, 'iso_url'));
        },
      },
    ],
    folder('iso_path'),
    folder('vms_path'),
  ];
}

/** The sources in `urls`; `iso_checksum` of the layers is that of those which have none. */
function givenSources({ definitions }: Rule): readonly MediumSource[] {
  return mediumSources(definitions.value('urls')).map(({ url, checksum }) => ({
    url,
    checksum: checksum || given(definitions, 'iso_checksum'),
  }));
}

/** The source that counts and its checksum: as the outside answers, else the first as it is written. */
function findMedium(
  sources: readonly MediumSource[],
  rule: Rule,
): { readonly source: MediumSource; readonly checksum: string } {
  const found = rule.outside.medium({ sources, local: isLocal(rule) });
  const source = sources[found?.at ?? 0] ?? { url: '', checksum: '' };
  return { source, checksum: found?.checksum || writtenChecksum(source) };
}

function isLocal({ definitions }: Rule): boolean {
  return isTrue(definitions.value('local_only'));
}

/** What the layers say under a name that is derived as well. */
function given(definitions: Definitions, name: string): string {
  return toText(definitions.layered(name) ?? '');
}

function textOf(definitions: Definitions, name: string): string {
  return toText(definitions.value(name) ?? '');
}

function textsUnder(definitions: Definitions, name: string, key: string): readonly string[] {
  const mapping = definitions.value(name);
  if (!isMapping(mapping)) return [];
  return toTexts(mapping[key]);
}
