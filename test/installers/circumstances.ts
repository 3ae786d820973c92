import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mapping } from '../../src/model/value.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';

const ADDRESS = '192.168.10.50';

/** What a build is made for: installer files have branches over it that one location alone does not reach. */
export interface Circumstances {
  readonly name: string;
  /** The location that takes the place of `lab` in the full matrix. */
  readonly location: string;
  /** The fixed address of every target; empty: by DHCP. */
  readonly ip: string;
  /** Whom Packer logs in as. */
  readonly account: string;
  /** Definitions of every target, above all others. */
  readonly define: Mapping;
  /** The rows of the full matrix: all, those that install from a medium, or these on one platform. */
  readonly rows: 'all' | 'media' | 'vmware';
}

/** What specs leave to whoever builds: the other choice of each. */
const OTHER_CHOICES: Mapping = {
  freebsd_filesystem: 'zfs',
  sles_registration_url: 'https://registration.lab.example',
  ubuntu_layout: 'lvm',
  windows_image_index: 2,
  windows_product_key: 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE',
};

/** The full matrix as it is, and circumstances that differ from it in all that installer files ask for. */
export const CIRCUMSTANCES: readonly Circumstances[] = [
  { name: 'lab by DHCP', location: 'lab', ip: '', account: 'packer', define: {}, rows: 'all' },
  {
    name: 'rich by address',
    location: 'rich',
    ip: ADDRESS,
    account: 'root',
    define: OTHER_CHOICES,
    rows: 'media',
  },
  { name: 'bare by DHCP', location: 'bare', ip: '', account: 'root', define: {}, rows: 'media' },
  {
    name: 'sparse by address',
    location: 'sparse',
    ip: ADDRESS,
    account: 'packer',
    define: {},
    rows: 'media',
  },
  { name: 'plain by address', location: 'plain', ip: ADDRESS, account: 'packer', define: {}, rows: 'vmware' },
];

const NOTHING = { domain: '', gateway: '', dns: { servers: [], search: [] }, ntp: { servers: [] } };

/**
 * Locations beside the examples. `rich` has more than one of everything; `bare` and `sparse` start by BIOS and have
 * neither a gateway (a network that is written as `cidr` has one) nor name nor time servers, `bare` not even a network;
 * `plain` has one name server and nothing else.
 */
const LOCATIONS = {
  rich: {
    include: 'lab',
    defs: { dns: { servers: ['192.168.10.2', '192.168.10.3'], search: ['lab.example', 'example'] } },
  },
  bare: {
    include: 'lab',
    defs: {
      ...NOTHING,
      firmware: 'bios',
      cidr: '',
      keyboard: 'de',
      locale: 'de_DE.UTF-8',
      timezone: 'Europe/Berlin',
    },
  },
  sparse: {
    include: 'lab',
    defs: { ...NOTHING, firmware: 'bios', cidr: '', prefix: '24', netmask: '255.255.255.0' },
  },
  plain: { include: 'lab', defs: { ...NOTHING, dns: { servers: ['192.168.10.2'], search: [] } } },
};

/** Every secret that the data names. The password has what XML must escape. */
const SECRETS: Readonly<Record<string, readonly string[]>> = {
  'images/esxi': ['password'],
  'images/linux': ['username', 'password'],
  'images/sles': ['regcode'],
  'images/windows': ['username', 'password'],
  'locations/lab/proxmox': ['url', 'username', 'token'],
  'locations/lab/vsphere': ['server', 'username', 'password'],
  'locations/lab/xenserver': ['server', 'username', 'password'],
  'platforms/azure': ['client_id', 'client_secret', 'subscription_id', 'tenant_id'],
};

const PASSWORD = 'Staple&Horse<7>';

function secretsFile(account: string): string {
  const lines = Object.entries(SECRETS).map(([path, keys]) => {
    const pairs = keys.map((key) => `${key}="${{ username: account, password: PASSWORD }[key] ?? key}"`);
    return `${path} ${pairs.join(' ')}\n`;
  });
  return lines.join('');
}

/**
 * What `generate` needs for the circumstances: a user folder with locations and secrets, and a matrix. Targets, where they
 * are given, take the place of the full matrix: `platform/location/spec`.
 */
export function layCircumstances(
  { location, ip, account, rows }: Circumstances,
  targets?: readonly string[],
): { readonly userDir: string; readonly matrix: string } {
  const folder = temporaryFolder();
  const locations = Object.fromEntries(
    Object.entries(LOCATIONS).map(([name, content]) => [`locations/${name}.json`, content]),
  );
  const address = ip === '' ? '' : `\nip = "${ip}"`;
  const matrix = targets ? targets.map(matrixRow).join('') : fullMatrix(rows);
  const placed = matrix.replaceAll('location = "lab"', `location = "${location}"`);
  writeFiles(folder, {
    'matrix.toml': placed.replaceAll('[[target]]', `[[target]]${address}`),
    secrets: secretsFile(account),
    ...locations,
  });
  chmodSync(join(folder, 'secrets'), 0o600);
  return { userDir: folder, matrix: join(folder, 'matrix.toml') };
}

/** The rows that are asked for. Those of the lab install from a medium, on every platform. */
function fullMatrix(wanted: Circumstances['rows']): string {
  const matrix = readFileSync('data/matrix.full.toml', 'utf8');
  if (wanted === 'all') return matrix;
  const [head = '', ...rows] = matrix.split('[[target]]');
  const media = rows.filter((row) => row.includes('location = "lab"')).map((row) => `[[target]]${row}`);
  const platforms = wanted === 'vmware' ? '["vmware"]' : '$1]';
  return head + media.join('').replaceAll(/(\[[^\]]*?),\s+"none",?\s*\]/g, platforms);
}

function matrixRow(target: string): string {
  const [platform = '', location = '', spec = ''] = target.split('/');
  return `[[target]]\nplatform = "${platform}"\nlocation = "${location}"\nspec = "${spec}"\n`;
}
