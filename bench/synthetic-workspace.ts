import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Each version gives this many targets: two platforms, five locations. */
const TARGETS_PER_VERSION = 10;

/**
 * Writes a workspace of `targets` targets (a multiple of 100) and one more, each of four files: template,
 * kickstart, environment and artifact.json. Specs include, match versions and platforms, and use markers as
 * real ones do. The one more is made from a source of its own, `SINGLE_SOURCE`.
 */
export function writeSyntheticWorkspace(folder: string, targets: number): void {
  const versions = `[1-10].[0-${targets / TARGETS_PER_VERSION / 10 - 1}]`;
  const files: Record<string, string> = {
    'data/matrix.toml': MATRIX,
    'data/platforms/all.json': json({ defs: ALL_DEFS }),
    'data/files/synthetic/head.cfg': HEAD,
    'data/files/synthetic/packages.cfg': `%packages\n@core\n${lines(30, (at) => `package-${at}`)}%end\n`,
    'data/files/synthetic/post.cfg': `%post\n${lines(40, (at) => `echo step ${at} >> /root/steps`)}${POST}%end\n`,
    [SINGLE_SOURCE]: 'single 0\n',
    'data/specs/single/spec.json': json({
      include: 'ssh',
      provides: { dist: 'single', versions: ['1'], arches: ['x86_64'] },
      files: [{ sources: ['single/ks.cfg'], dest: 'ks.cfg' }],
    }),
    'data/specs/ssh/spec.json': json(SSH),
    'data/specs/family/spec.json': json(FAMILY),
    'data/specs/synthetic/spec.json': json({
      ...SPEC,
      provides: { dist: 'synthetic', versions: [versions], arches: ['x86_64'] },
    }),
  };
  for (const platform of ['hyper', 'cluster']) {
    files[`data/platforms/${platform}.json`] = json({ include: 'all', arches: ['x86_64'], config: PLATFORM });
  }
  for (let at = 0; at < 5; at++) files[`data/locations/site${at}.json`] = json(location(at));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function lines(count: number, line: (at: number) => string): string {
  return Array.from({ length: count }, (_line, at) => `${line(at)}\n`).join('');
}

/** What one target alone is made from, and where it comes out. */
export const SINGLE_SOURCE = 'data/files/single/ks.cfg';
export const SINGLE_FILE = 'out/hyper/site0/single-1-x86_64/ks.cfg';
/** What all targets but that one are made from. */
export const SHARED_SOURCE = 'data/files/synthetic/head.cfg';

const MATRIX = `[[target]]
platform = "hyper"
location = "site0"
spec = "single-1-x86_64"

[[target]]
platform = ["hyper", "cluster"]
location = "site*"
spec = "synthetic-*"
`;

function location(at: number): object {
  return {
    platforms: ['hyper', 'cluster'],
    defs: {
      domain: `site${at}.example`,
      cidr: `10.${at}.0.0/16`,
      iso_path: '/srv/iso/',
      vms_path: '/srv/vms',
      dns: { search: [`site${at}.example`], servers: [`10.${at}.0.2`, `10.${at}.0.3`] },
      ntp: { servers: [`ntp.site${at}.example`] },
    },
    platform_specific: [
      { platform: 'hyper', config: { host: `hyper.site${at}.example`, network: '>>subnet<<' } },
    ],
  };
}

const ALL_DEFS = {
  cpu_sockets: 1,
  cpu_cores: 2,
  memory: 2048,
  boot_disk_size: 20480,
  firmware: 'efi',
  iso_name: '>>dist<<-%>version<%-%>arch<%.iso',
  iso_url: 'https://mirror.example/>>dist<</>>version<</>>iso_name<<',
};

const PLATFORM = {
  type: 'synthetic-iso',
  vm_name: '>>name<<',
  output_directory: '>>vms_path<</>>platform<</>>name<<',
  cpus: '#>cpu_sockets*cpu_cores<#',
  memory: '#>memory<#',
  disk_size: '#>boot_disk_size<#',
  firmware: '>>firmware<<',
  guest_os_type: '>>guest<<',
  iso_url: "E>'>>iso_path<</>>iso_name<<' if >>local_only<< else '>>iso_url<<'<E",
  cd_files: '%>cd_files<%',
  cd_label: 'OEMDRV',
};

const SSH = {
  config: {
    communicator: 'ssh',
    ssh_host: "E>'>>ip<<' if '>>ip<<' not in ['', 'dhcp'] else '{{ .Host }}'<E",
    ssh_username: '{{user `ssh-username`}}',
    ssh_password: '{{user `ssh-password`}}',
    ssh_timeout: '20m',
  },
  variables: {
    'ssh-username': '{{vault `images/linux` `username`}}',
    'ssh-password': '{{vault `images/linux` `password`}}',
  },
};

const FAMILY = {
  include: 'ssh',
  defs: { cd_files: ['>>temp_dir<</ks.cfg'], nic: 'eth0' },
  files: [
    { sources: ['synthetic/head.cfg', 'synthetic/packages.cfg', 'synthetic/post.cfg'], dest: 'ks.cfg' },
  ],
  version_specific: [
    { version: '[1-5]\\..*', defs: { guest: 'old-%>major<%' } },
    { version: '([6-9]|10)\\..*', defs: { guest: 'new-%>major<%', memory: 4096 } },
  ],
  firmware_specific: [
    { firmware: 'efi', config: { boot_command: ['<up>', 'e', ' inst.ks=cdrom:/ks.cfg', '<f10>'] } },
    { firmware: 'bios', config: { boot_command: ['<tab>', ' inst.ks=cdrom:/ks.cfg', '<enter>'] } },
  ],
};

const SPEC = {
  include: 'family',
  platform_specific: [{ platform: 'cluster', config: { cluster: 'c1', folder: '>>location<<' } }],
  post_provisioners: [{ type: 'shell', inline: ['echo >>fqdn<<'] }],
};

const HEAD = `# >>dist<< >>version<< for >>name<<
text
lang en_US.UTF-8
rootpw --iscrypted 6>images/linux:password<6
network --device=>>nic<< --hostname=>>fqdn<< E>'--bootproto=static --ip=>>ip<<' if '>>ip<<' else '--bootproto=dhcp'<E
timezone UTC --ntpservers=>>ntp1<<
`;

const POST = `hostnamectl set-hostname >>fqdn<<
cat > /etc/resolv.conf <<EOF
search >>dns_search<<
nameserver >>dns1<<
nameserver >>dns2<<
EOF
echo >>gateway<< >>netmask<< >>subnet<</>>prefix<<
`;
