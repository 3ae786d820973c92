import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  deriveDefinitions,
  type Definitions,
  type Identity,
  type Outside,
} from '../../src/definitions/derive.ts';
import type { MediumQuestion, NameServers } from '../../src/model/outside.ts';
import type { Mapping, Value } from '../../src/model/value.ts';

const IDENTITY: Identity = {
  platform: 'qemu',
  location: 'lab',
  spec: 'demo-9.5-x86_64',
  dist: 'demo',
  version: '9.5',
  arch: 'x86_64',
  newestMinor: '9.8',
  specFolder: 'folder',
  name: undefined,
  ip: undefined,
  fqdn: undefined,
  platformType: 'qemu-iso',
  basePath: '..',
};

const ALWAYS: ReadonlySet<string> = new Set(
  [
    'platform platform_name platform_type location location_name spec_name dist version major minor',
    'arch newest_minor',
    'base_path data_path spec_dir install_path temp_dir tmpdir name fqdn ip dns_search',
    'subnet prefix netmask gateway gw',
  ].flatMap((line) => line.split(' ')),
);

interface Given {
  readonly identity?: Partial<Identity>;
  readonly layers?: Mapping;
  /** Names that resolve; where it is absent nobody may ask. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** What the outside knows of media; where it is absent, nothing. */
  readonly medium?: Outside['medium'];
}

/** Works out some definitions; what is derived stands above the layers. */
function derive(names: readonly string[], { identity, layers = {}, hosts, medium = () => undefined }: Given) {
  const reports: string[] = [];
  const derived = deriveDefinitions({ ...IDENTITY, ...identity }, (name) => Object.hasOwn(layers, name), {
    host(name) {
      if (!hosts) throw new Error(`nobody should ask for the host ${name}`);
      return hosts[name];
    },
    medium,
    report: (definition, message, note) => reports.push(`${definition}: ${message} | ${note ?? ''}`),
  });
  const definitions: Definitions = {
    value: (name) => (derived.has(name) ? derived.derive(name, definitions) : layers[name]),
    layered: (name) => layers[name],
  };
  const values = Object.fromEntries(names.map((name) => [name, definitions.value(name)]));
  return { values, reports, names: derived.names(definitions).filter((name) => !ALWAYS.has(name)) };
}

/** The values alone: there must be no reports. */
function values(names: string, given: Given): Readonly<Record<string, Value | undefined>> {
  const found = derive(names.split(' '), given);
  assert.equal(found.reports, []);
  return found.values;
}

test('identity and portable paths are definitions', () => {
  const wanted = {
    ...{
      platform: 'qemu',
      platform_name: 'qemu',
      platform_type: 'qemu-iso',
      location: 'lab',
      location_name: 'lab',
    },
    ...{ spec_name: 'demo-9.5-x86_64', dist: 'demo', version: '9.5', major: '9', minor: '5', arch: 'x86_64' },
    ...{ base_path: '..', data_path: '.', spec_dir: 'specs/folder', install_path: '../install' },
    ...{ temp_dir: '{{template_dir}}', tmpdir: '{{template_dir}}', name: 'demo-9.5-x86_64' },
  };
  assert.equal(values(Object.keys(wanted).join(' '), {}), wanted);
});

test('the newest minor version is that of the index, unless the layers define it', () => {
  assert.equal(values('newest_minor', {}), { newest_minor: '9.8' });
  assert.equal(values('newest_minor', { layers: { newest_minor: '9.9' } }), { newest_minor: '9.9' });
});

test('major and minor come from the version, and no minor is empty', () => {
  const of = (version: string) => values('major minor', { identity: { version } });
  assert.equal(['11', '24.04', '8.10.3', '12-b.1'].map(of), [
    { major: '11', minor: '' },
    { major: '24', minor: '04' },
    { major: '8', minor: '10' },
    { major: '12-b', minor: '1' },
  ]);
});

test('fqdn is the option, else a dotted name, else name and domain, else the name', () => {
  const rows: readonly [identity: Partial<Identity>, layers: Mapping, fqdn: string][] = [
    [{ fqdn: 'f.x', name: 'n.y' }, { domain: 'd' }, 'f.x'],
    [{ fqdn: '', name: 'n.y' }, { domain: 'd' }, 'n.y'],
    [{ name: 'n' }, { domain: 'd.org' }, 'n.d.org'],
    [{ name: 'n' }, {}, 'n'],
    [{ name: 'n' }, { domain: '' }, 'n'],
    [{}, { domain: 'd.org' }, 'demo-9.5-x86_64.d.org'],
    [{}, {}, 'demo-9.5-x86_64'],
  ];
  assert.equal(
    rows.map(([identity, layers]) => [identity, layers, values('fqdn', { identity, layers }).fqdn]),
    rows,
  );
});

test('ip is what is given, else what the fqdn resolves to, else empty', () => {
  const hosts = { 'n.d': '10.0.0.9' };
  const ip = (identity: Partial<Identity>, given: Given = {}) => values('ip', { identity, ...given }).ip;
  assert.is(ip({ ip: 'dhcp' }), 'dhcp');
  assert.is(ip({ ip: '1.2.3.4', fqdn: 'n.d' }), '1.2.3.4');
  assert.is(ip({ name: 'n' }, { hosts, layers: { domain: 'd' } }), '10.0.0.9');
  assert.is(ip({ ip: '', name: 'n.d' }, { hosts }), '10.0.0.9');
  assert.is(ip({ name: 'other' }, { hosts }), '');
});

test('dns1, dns2 and dns_search come from dns, ntp1 from ntp; what is beyond stays as the layers say', () => {
  const layers = {
    dns: { servers: ['1.1.1.1', '8.8.8.8'], search: ['a.org', 'b.org'] },
    ...{ ntp: { servers: 'pool' }, dns1: 'x', dns3: 'y', dns_search: 'z', ntp2: 'w' },
  };
  assert.equal(values('dns1 dns2 dns3 dns4 dns_search ntp1 ntp2 ntp3', { layers }), {
    ...{ dns1: '1.1.1.1', dns2: '8.8.8.8', dns3: 'y', dns4: undefined, dns_search: 'a.org b.org' },
    ...{ ntp1: 'pool', ntp2: 'w', ntp3: undefined },
  });
});

test('without dns and ntp the layers have the word', () => {
  const names = 'dns1 dns2 dns_search ntp1';
  const nothing = { dns1: undefined, dns2: undefined, dns_search: '', ntp1: undefined };
  assert.equal(values(names, {}), nothing);
  assert.equal(values(names, { layers: { dns: {} } }), nothing);
  assert.equal(values(names, { layers: { dns1: 'x', dns_search: 'y' } }), {
    ...nothing,
    dns1: 'x',
    dns_search: 'y',
  });
});

const NET = 'subnet prefix netmask gateway gw';

test('a network gives subnet, prefix, netmask and gateway; a given gateway or netmask stays', () => {
  const cidr = '192.168.1.7/24';
  const all = {
    subnet: '192.168.1.0',
    prefix: '24',
    netmask: '255.255.255.0',
    gateway: '192.168.1.254',
    gw: '192.168.1.254',
  };
  assert.equal(values(NET, { layers: { cidr } }), all);
  assert.equal(values(NET, { layers: { cidr, gateway: '192.168.1.1' } }), {
    ...all,
    gateway: '192.168.1.1',
    gw: '192.168.1.1',
  });
  assert.equal(values(NET, { layers: { cidr, gw: '192.168.1.2' } }).gw, '192.168.1.2');
  assert.equal(values(NET, { layers: { cidr, netmask: '255.0.0.0', gateway: '' } }), {
    ...all,
    netmask: '255.0.0.0',
  });
});

test('without a network these are what is given, else empty', () => {
  assert.equal(values(NET, {}), { subnet: '', prefix: '', netmask: '', gateway: '', gw: '' });
  assert.equal(values(NET, { layers: { cidr: '', subnet: 's', prefix: 8, netmask: 'm', gateway: 'g' } }), {
    ...{ subnet: 's', prefix: '8', netmask: 'm', gateway: 'g', gw: 'g' },
  });
});

test('a text that is no network is reported once, and nothing comes of it', () => {
  const { values: found, reports } = derive(NET.split(' '), { layers: { cidr: '10.0.0.0/40' } });
  assert.equal(
    { values: found, reports },
    {
      values: { subnet: '', prefix: '', netmask: '', gateway: '', gw: '' },
      reports: ['cidr: "10.0.0.0/40" is no IPv4 network | write it like 192.168.1.0/24'],
    },
  );
});

const MEDIA = 'iso_url iso_checksum iso_name iso_path vms_path';
const NONE = {
  iso_url: undefined,
  iso_checksum: undefined,
  iso_name: undefined,
  iso_path: undefined,
  vms_path: undefined,
};

test('media come from urls before iso_url, the name from the url, and paths lose their trailing slashes', () => {
  const urls = [
    { url: 'http://x/a%20b.iso', checksum: 'sha256:1' },
    { url: 'http://y/c.iso', checksum: 'md5:2' },
  ];
  const rows: readonly [layers: Mapping, wanted: object][] = [
    [{}, NONE],
    [{ urls }, { ...NONE, iso_url: 'http://x/a%20b.iso', iso_checksum: 'sha256:1', iso_name: 'a-b.iso' }],
    [
      { urls: [{ url: 'http://x/d.iso' }], iso_url: 'old', iso_checksum: 'kept' },
      { ...NONE, iso_url: 'http://x/d.iso', iso_checksum: 'kept', iso_name: 'd.iso' },
    ],
    [
      { urls: [], iso_url: 'http://x/e.iso' },
      { ...NONE, iso_url: 'http://x/e.iso', iso_checksum: '', iso_name: 'e.iso' },
    ],
    [
      { iso_url: 'http://x/e.iso', iso_name: 'own' },
      { ...NONE, iso_url: 'http://x/e.iso', iso_name: 'own' },
    ],
    [
      { iso_path: '/iso//', vms_path: '/' },
      { ...NONE, iso_path: '/iso', vms_path: '/' },
    ],
  ];
  assert.equal(
    rows.map(([layers]) => [layers, values(MEDIA, { layers })]),
    rows,
  );
});

test('a name is looked up by the name servers and the search list of the location', () => {
  const asked: (readonly [string, NameServers])[] = [];
  const outside: Outside = {
    host: (name, by) => {
      asked.push([name, by]);
      return '10.0.0.9';
    },
    medium: () => undefined,
    report: () => undefined,
  };
  for (const dns of [{ servers: ['10.0.0.2', '10.0.0.3:5353'], search: 'lab.test' }, {}, undefined]) {
    const layers: Mapping = dns === undefined ? {} : { dns };
    const derived = deriveDefinitions(IDENTITY, (name) => name in layers, outside);
    const definitions: Definitions = {
      value: (name) => (derived.has(name) ? derived.derive(name, definitions) : layers[name]),
      layered: (name) => layers[name],
    };
    assert.is(definitions.value('ip'), '10.0.0.9');
  }
  assert.equal(asked, [
    ['demo-9.5-x86_64', { servers: ['10.0.0.2', '10.0.0.3:5353'], search: ['lab.test'] }],
    ['demo-9.5-x86_64', { servers: [], search: [] }],
    ['demo-9.5-x86_64', { servers: [], search: [] }],
  ]);
});

const URLS = [
  { url: 'http://x.test/a%20b.iso', checksum: 'file:http://x.test/SUMS' },
  { url: 'http://y.test/c.iso', checksum: 'http://y.test/SUMS' },
  { url: 'http://z.test/d.iso' },
];

test('of several sources the one that answers counts, with the checksum that is known of it', () => {
  const asked: MediumQuestion[] = [];
  const rows: readonly [answer: ReturnType<Outside['medium']>, url: string, checksum: string][] = [
    [{ at: 0, checksum: 'sha256:1' }, 'http://x.test/a%20b.iso', 'sha256:1'],
    [{ at: 1, checksum: 'md5:2' }, 'http://y.test/c.iso', 'md5:2'],
    [{ at: 1, checksum: '' }, 'http://y.test/c.iso', 'file:http://y.test/SUMS'],
    [{ at: 2, checksum: '' }, 'http://z.test/d.iso', 'sha1:3'],
    [undefined, 'http://x.test/a%20b.iso', 'file:http://x.test/SUMS'],
  ];
  const found = rows.map(([answer]) => {
    const medium: Outside['medium'] = (question) => {
      asked.push(question);
      return answer;
    };
    const { iso_url: url, iso_checksum: checksum } = values(MEDIA, {
      layers: { urls: URLS, iso_checksum: 'sha1:3' },
      medium,
    });
    return [answer, url, checksum];
  });
  assert.equal(found, rows);
  assert.equal(asked[0], {
    sources: [URLS[0], URLS[1], { url: 'http://z.test/d.iso', checksum: 'sha1:3' }],
    local: false,
  });
});

test('the checksum of a plain iso_url is what its list says of it', () => {
  const layers = { iso_url: 'http://x.test/a.iso', iso_checksum: 'file:http://x.test/SUMS' };
  const asked: MediumQuestion[] = [];
  const medium: Outside['medium'] = (question) => {
    asked.push(question);
    return { at: 0, checksum: 'sha256:1' };
  };
  assert.equal(values('iso_url iso_checksum', { layers, medium }), {
    iso_url: 'http://x.test/a.iso',
    iso_checksum: 'sha256:1',
  });
  const source = { url: 'http://x.test/a.iso', checksum: 'file:http://x.test/SUMS' };
  assert.equal(asked, [{ sources: [source], local: false }]);
  assert.equal(values('iso_checksum', { layers }), { iso_checksum: 'file:http://x.test/SUMS' });
});

test('local_only takes the first source as a file in iso_path, else in packer_cache_dir', () => {
  const asked: MediumQuestion[] = [];
  const medium: Outside['medium'] = (question) => {
    asked.push(question);
    return { at: 0, checksum: 'sha256:1' };
  };
  const local = (layers: Mapping) => {
    const given = { urls: URLS, local_only: true, packer_cache_dir: '/cache', ...layers };
    const found = values(MEDIA, { layers: given, medium });
    return [found.iso_url, found.iso_name, found.iso_checksum];
  };
  assert.equal(local({ iso_path: '/iso//' }), ['/iso/a-b.iso', 'a-b.iso', 'sha256:1']);
  assert.equal(local({ iso_path: '' }), ['/cache/a-b.iso', 'a-b.iso', 'sha256:1']);
  assert.equal(local({ iso_path: '/', iso_name: 'own.iso' }), ['/own.iso', 'own.iso', 'sha256:1']);
  assert.equal(local({ local_only: 'yes' }), ['/cache/a-b.iso', 'a-b.iso', 'sha256:1']);
  assert.equal(local({ urls: [{ url: '/srv/e.iso' }] }), ['/srv/e.iso', 'e.iso', 'sha256:1']);
  assert.ok(asked.every((question) => question.local));
});

test('the names of what is derived are those that always are, and those that the layers give cause for', () => {
  const names = (layers: Mapping) => [...derive([], { layers }).names].sort();
  assert.equal(names({}), []);
  assert.equal(names({ iso_url: 'x', vms_path: 'y', other: 1 }), ['iso_name', 'vms_path']);
  assert.equal(names({ urls: [], iso_path: '' }), ['iso_checksum', 'iso_name', 'iso_path', 'iso_url']);
  assert.equal(names({ dns: { servers: ['a', 'b'] }, ntp: { servers: 'c' } }), ['dns1', 'dns2', 'ntp1']);
});

test('every server has its definition, however many there are', () => {
  const servers = Array.from({ length: 120 }, (_none, at) => `10.0.0.${at}`);
  const layers = { dns: { servers } };
  assert.equal(values('dns1 dns99 dns100 dns120 dns121 dns0 dns01', { layers }), {
    ...{ dns1: '10.0.0.0', dns99: '10.0.0.98', dns100: '10.0.0.99', dns120: '10.0.0.119' },
    ...{ dns121: undefined, dns0: undefined, dns01: undefined },
  });
});

test.run();
