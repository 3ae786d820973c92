import { isList, isMapping, toText, type Value } from '../model/value.ts';
import { firstMedium, isoName, withoutTrailingSlashes } from './media.ts';
import { parseCidr, type Network } from './network.ts';

/** What a derived definition may ask: other definitions, and what the layers say under its own name. */
export interface Definitions {
  value(name: string): Value | undefined;
  layered(name: string): Value | undefined;
}

/** A derived definition is undefined where there is nothing to derive it from. */
export type Derive = (definitions: Definitions) => Value | undefined;
export type Derived = ReadonlyMap<string, Derive>;

/** What is known of a target before its definitions. */
export interface Identity {
  readonly platform: string;
  readonly location: string;
  readonly spec: string;
  readonly dist: string;
  readonly version: string;
  readonly arch: string;
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
  host(name: string): string | undefined;
  /** A definition whose value cannot be used; nothing is derived from it. */
  report(definition: string, message: string, note?: string): void;
}

/** The highest number of name servers and time servers that get a definition of their own. */
const MOST_SERVERS = 64;

/**
 * The derived definitions of a target (DESIGN.md, "Derived definitions"), each worked out when it is asked
 * for. `layeredNames` are those that the layers define: some are derived only from what is given.
 */
export function deriveDefinitions(
  identity: Identity,
  layeredNames: ReadonlySet<string>,
  outside: Outside,
): Derived {
  return new Map<string, Derive>([
    ...constants(identity),
    ...hostDefinitions(identity, outside),
    ...serverDefinitions('dns', layeredNames),
    ...serverDefinitions('ntp', layeredNames),
    ...networkDefinitions(outside),
    ...mediaDefinitions(layeredNames),
  ]);
}

type Entry = readonly [name: string, derive: Derive];

function constants(identity: Identity): readonly Entry[] {
  const [major = '', ...rest] = identity.version.split('.');
  const values: Readonly<Record<string, string>> = {
    platform: identity.platform,
    platform_name: identity.platform,
    platform_type: identity.platformType,
    location: identity.location,
    location_name: identity.location,
    spec_name: identity.spec,
    dist: identity.dist,
    version: identity.version,
    major,
    minor: rest[0] ?? '',
    arch: identity.arch,
    base_path: identity.basePath,
    data_path: '.',
    spec_dir: `specs/${identity.specFolder}`,
    install_path: `${identity.basePath}/install`,
    temp_dir: '{{template_dir}}',
    tmpdir: '{{template_dir}}',
  };
  return Object.entries(values).map(([name, value]) => [name, () => value]);
}

function hostDefinitions(identity: Identity, outside: Outside): readonly Entry[] {
  return [
    ['name', () => identity.name ?? identity.spec],
    [
      'fqdn',
      (definitions) => {
        if (identity.fqdn !== undefined && identity.fqdn !== '') return identity.fqdn;
        if (identity.name?.includes('.')) return identity.name;
        const domain = textOf(definitions, 'domain');
        return domain === '' ? textOf(definitions, 'name') : `${textOf(definitions, 'name')}.${domain}`;
      },
    ],
    [
      'ip',
      (definitions) => {
        if (identity.ip !== undefined && identity.ip !== '') return identity.ip;
        return outside.host(textOf(definitions, 'fqdn')) ?? '';
      },
    ],
  ];
}

/** `dns1`, `dns2` ... and `dns_search` from `dns.servers` and `dns.search`; `ntp1` ... likewise. */
function serverDefinitions(kind: 'dns' | 'ntp', layeredNames: ReadonlySet<string>): readonly Entry[] {
  const entries: Entry[] = [];
  if (kind === 'dns' && (layeredNames.has('dns') || !layeredNames.has('dns_search'))) {
    entries.push(['dns_search', (definitions) => textsUnder(definitions, 'dns', 'search').join(' ')]);
  }
  if (!layeredNames.has(kind)) return entries;
  for (let number = 1; number <= MOST_SERVERS; number++) {
    const name = `${kind}${number}`;
    entries.push([
      name,
      (definitions) => textsUnder(definitions, kind, 'servers')[number - 1] ?? definitions.layered(name),
    ]);
  }
  return entries;
}

function networkDefinitions(outside: Outside): readonly Entry[] {
  let parsed: { readonly network: Network | undefined } | undefined;
  const network = (definitions: Definitions): Network | undefined => {
    parsed ??= { network: readNetwork(textOf(definitions, 'cidr'), outside) };
    return parsed.network;
  };
  const given = (definitions: Definitions, name: string): string => toText(definitions.layered(name) ?? '');
  const gateway = (definitions: Definitions): string =>
    given(definitions, 'gateway') || (network(definitions)?.lastUsable ?? '');
  return [
    ['subnet', (definitions) => network(definitions)?.subnet ?? given(definitions, 'subnet')],
    ['prefix', (definitions) => network(definitions)?.prefix ?? given(definitions, 'prefix')],
    ['netmask', (definitions) => given(definitions, 'netmask') || (network(definitions)?.netmask ?? '')],
    ['gateway', gateway],
    ['gw', (definitions) => given(definitions, 'gw') || gateway(definitions)],
  ];
}

function readNetwork(cidr: string, outside: Outside): Network | undefined {
  if (cidr === '') return undefined;
  const network = parseCidr(cidr);
  if (!network) {
    outside.report('cidr', `"${cidr}" is no IPv4 network`, 'write it like 192.168.1.0/24');
  }
  return network;
}

function mediaDefinitions(layeredNames: ReadonlySet<string>): readonly Entry[] {
  const entries: Entry[] = [];
  if (layeredNames.has('urls')) {
    entries.push(
      [
        'iso_url',
        (definitions) => firstMedium(definitions.value('urls'))?.url ?? layered(definitions, 'iso_url'),
      ],
      [
        'iso_checksum',
        (definitions) =>
          firstMedium(definitions.value('urls'))?.checksum ?? layered(definitions, 'iso_checksum'),
      ],
    );
  }
  if (layeredNames.has('iso_url') || layeredNames.has('urls')) {
    entries.push([
      'iso_name',
      (definitions) => layered(definitions, 'iso_name') || isoName(textOf(definitions, 'iso_url')),
    ]);
  }
  for (const name of ['iso_path', 'vms_path']) {
    if (!layeredNames.has(name)) continue;
    entries.push([name, (definitions) => withoutTrailingSlashes(toText(layered(definitions, name)))]);
  }
  return entries;
}

function layered(definitions: Definitions, name: string): Value {
  return definitions.layered(name) ?? '';
}

function textOf(definitions: Definitions, name: string): string {
  return toText(definitions.value(name) ?? '');
}

function textsUnder(definitions: Definitions, name: string, key: string): readonly string[] {
  const mapping = definitions.value(name);
  if (!isMapping(mapping)) return [];
  const value = mapping[key];
  if (value === undefined || value === null || value === '') return [];
  return isList(value) ? value.map(toText) : [toText(value)];
}
