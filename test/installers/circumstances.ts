import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';

/** What a build is made for: installer files have branches over it that one location alone does not reach. */
export interface Circumstances {
  readonly name: string;
  /** The location that takes the place of `lab` in the full matrix. */
  readonly location: string;
  /** The fixed address of every target; empty: by DHCP. */
  readonly ip: string;
  /** Whom Packer logs in as. */
  readonly account: string;
}

/** The full matrix as it is, and three locations and accounts that differ from it in all that installer files ask for. */
export const CIRCUMSTANCES: readonly Circumstances[] = [
  { name: 'lab by DHCP', location: 'lab', ip: '', account: 'packer' },
  { name: 'lab by address', location: 'lab', ip: '192.168.10.50', account: 'root' },
  { name: 'bare by DHCP', location: 'bare', ip: '', account: 'root' },
  { name: 'sparse by address', location: 'sparse', ip: '192.168.10.50', account: 'packer' },
];

/** Locations beside the examples: BIOS, other languages, no name or time servers; `bare` has no network at all. */
const LOCATIONS = {
  bare: {
    include: 'lab',
    defs: {
      firmware: 'bios',
      domain: '',
      cidr: '',
      gateway: '',
      dns: { servers: [], search: [] },
      ntp: { servers: [] },
      keyboard: 'de',
      locale: 'de_DE.UTF-8',
      timezone: 'Europe/Berlin',
    },
  },
  sparse: {
    include: 'lab',
    defs: {
      firmware: 'bios',
      domain: '',
      dns: { servers: [], search: [] },
      ntp: { servers: [] },
      iso_url: '',
    },
  },
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
 * are given, take the place of the full matrix: `platform/spec`.
 */
export function layCircumstances(
  { location, ip, account }: Circumstances,
  targets?: readonly string[],
): { readonly userDir: string; readonly matrix: string } {
  const folder = temporaryFolder();
  const address = ip === '' ? '' : `\nip = "${ip}"`;
  const full = readFileSync('data/matrix.full.toml', 'utf8');
  const whole = location === 'lab' && ip === '' ? full : onlyMedia(full);
  const matrix = targets ? targets.map(matrixRow).join('') : whole;
  const placed = matrix.replaceAll('location = "lab"', `location = "${location}"`);
  writeFiles(folder, {
    'matrix.toml': placed.replaceAll('[[target]]', `[[target]]${address}`),
    secrets: secretsFile(account),
    'locations/bare.json': LOCATIONS.bare,
    'locations/sparse.json': LOCATIONS.sparse,
  });
  chmodSync(join(folder, 'secrets'), 0o600);
  return { userDir: folder, matrix: join(folder, 'matrix.toml') };
}

/** The rows of installations from a medium: the others have no installer files. */
function onlyMedia(matrix: string): string {
  const [head = '', ...rows] = matrix.split('[[target]]');
  const media = rows.filter((row) => !row.includes('location = "cloud"'));
  return [head, ...media].join('[[target]]').replaceAll(/,\s+"none"/g, '');
}

function matrixRow(target: string): string {
  const [platform = '', spec = ''] = target.split('/');
  const location = /^(aws|azure|gcp)$/.test(platform) ? 'cloud' : 'lab';
  return `[[target]]\nplatform = "${platform}"\nlocation = "${location}"\nspec = "${spec}"\n`;
}
