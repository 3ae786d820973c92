import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareNaturally } from '../../src/model/target.ts';
import { isMapping, toText, type Mapping, type Value } from '../../src/model/value.ts';
import type { PackerTemplate } from '../../src/render/packer.ts';
import { fullMatrix, fullVariants } from '../rig/full-matrix.ts';
import { BUILDER_KEYS, templateFaults } from './builder-keys.ts';

/** A template that has nothing wrong, of a builder with keys of every kind. */
const PROXMOX = {
  type: 'proxmox-iso',
  name: 'demo-1.0-x86_64',
  proxmox_url: '{{user `url`}}',
  username: 'images@pve',
  token: '{{user `token`}}',
  node: 'pve1',
  cores: 2,
  qemu_agent: true,
  boot_command: ['<esc><wait>', 'auto<enter>'],
  disks: [{ type: 'scsi', storage_pool: 'local-lvm', disk_size: '20480M' }],
  network_adapters: [{ model: 'virtio', bridge: 'vmbr0' }],
  boot_iso: { type: 'ide', iso_url: 'https://mirror.example/a.iso', iso_checksum: 'none' },
  ssh_username: 'root',
};

const MEDIA =
  'boot_iso.iso_file or boot_iso.iso_url or boot_iso.iso_urls or boot_iso.cd_files or boot_iso.cd_content';

const template = (builder: Mapping, provisioners: readonly Mapping[] = []): Mapping => ({
  variables: { url: '', token: '' },
  provisioners,
  builders: [builder],
});

/** The faults of the good template with some keys given otherwise; undefined takes a key away. */
function faultsWith(changes: Readonly<Record<string, Mapping[string] | undefined>>): readonly string[] {
  const changed = Object.entries<Mapping[string] | undefined>({ ...PROXMOX, ...changes });
  const kept = changed.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return templateFaults(template(Object.fromEntries(kept)));
}

test('a template with the right keys has no fault', () => {
  assert.equal(faultsWith({}), []);
});

test('a key that the builder does not take is a fault, at any depth', () => {
  assert.equal(faultsWith({ core: 2, numa: true }), ['builders[0].core: unknown key']);
  assert.equal(faultsWith({ boot_iso: { ...PROXMOX.boot_iso, label: 'x' } }), [
    'builders[0].boot_iso.label: unknown key',
  ]);
  assert.equal(faultsWith({ disks: [{ storage_pool: 'a' }, { storage_pool: 'b', size: '1G' }] }), [
    'builders[0].disks[1].size: unknown key',
  ]);
  assert.equal(faultsWith({ constructor: 'x' }), ['builders[0].constructor: unknown key']);
});

test('a value of another type is a fault, at any depth', () => {
  assert.equal(
    faultsWith({
      cores: '2',
      qemu_agent: 'true',
      node: 1,
      boot_command: 'auto<enter>',
      disks: { storage_pool: 'a' },
      boot_iso: [],
      network_adapters: [{ bridge: 'vmbr0', mtu: '1' }],
    }),
    [
      'builders[0].node: string is wanted, not 1',
      'builders[0].cores: number is wanted, not "2"',
      'builders[0].qemu_agent: bool is wanted, not "true"',
      'builders[0].boot_command: list(string) is wanted, not "auto<enter>"',
      'builders[0].disks: list(block) is wanted, not {"storage_pool":"a"}',
      'builders[0].network_adapters[0].mtu: number is wanted, not "1"',
      'builders[0].boot_iso: block is wanted, not []',
      `builders[0]: missing ${MEDIA}`,
    ],
  );
  assert.equal(faultsWith({ cores: '{{user `token`}}' }), []);
});

test('mappings and lists of lists are held to the type of what they hold', () => {
  const qemu = { type: 'qemu', iso_url: 'a', iso_checksum: 'none', ssh_username: 'root' };
  const good = { qemuargs: [['-cpu', 'host']], cd_content: { 'ks.cfg': 'text' } };
  assert.equal(templateFaults(template({ ...qemu, ...good })), []);
  const bad = { qemuargs: [['-m', 2], '-x'], cd_content: { 'ks.cfg': 1 } };
  assert.equal(templateFaults(template({ ...qemu, ...bad })), [
    'builders[0].qemuargs[0][1]: string is wanted, not 2',
    'builders[0].qemuargs[1]: list(string) is wanted, not "-x"',
    'builders[0].cd_content.ks.cfg: string is wanted, not 1',
  ]);
});

test('a deprecated key is a fault', () => {
  assert.equal(faultsWith({ iso_url: 'https://mirror.example/a.iso', unmount_iso: true }), [
    'builders[0].iso_url: deprecated key',
    'builders[0].unmount_iso: deprecated key',
  ]);
});

test('a key that the builder cannot do without is a fault, in every block that wants it', () => {
  assert.equal(faultsWith({ node: undefined, username: '' }), [
    'builders[0]: missing node',
    'builders[0]: missing username',
  ]);
  const disk = { type: 'scsi', storage_pool: 'local-lvm' };
  assert.equal(faultsWith({ disks: [disk, { type: 'scsi' }] }), [
    'builders[0].disks[1]: missing storage_pool',
  ]);
});

test('where one key of some is wanted, none is a fault', () => {
  assert.equal(faultsWith({ token: undefined }), ['builders[0]: missing password or token']);
  assert.equal(faultsWith({ token: undefined, password: 'x' }), []);
  assert.equal(faultsWith({ boot_iso: undefined }), [`builders[0]: missing ${MEDIA}`]);
  assert.equal(faultsWith({ boot_iso: { type: 'ide' } }), [`builders[0]: missing ${MEDIA}`]);
});

test('a communicator without its account is a fault', () => {
  assert.equal(faultsWith({ ssh_username: undefined }), ['builders[0]: missing ssh_username']);
  assert.equal(faultsWith({ communicator: 'winrm' }), ['builders[0]: missing winrm_username']);
  assert.equal(faultsWith({ communicator: 'none', ssh_username: undefined }), []);
});

test('a builder or a provisioner that does not exist is a fault; the keys of one that does are held to its table', () => {
  const provisioners = [
    { type: 'ansible', playbook_file: 'config.yml', pause_before: '10s', only: ['demo'] },
    { type: 'ansible', extra_argument: [] },
    { type: 'salt' },
    { type: 'shell', inline: ['true'], scripts: 'x' },
    { type: 'shell' },
  ];
  assert.equal(templateFaults(template({ type: 'vmware', name: 'x' }, provisioners)), [
    'builders[0]: there is no builder "vmware"',
    'provisioners[1].extra_argument: unknown key',
    'provisioners[1]: missing playbook_file',
    'provisioners[2]: there is no provisioner "salt"',
    'provisioners[3].scripts: list(string) is wanted, not "x"',
    'provisioners[4]: missing inline or script or scripts',
  ]);
});

test('a user variable that is not declared is a fault, and a vault reference outside of a variable', () => {
  assert.equal(
    faultsWith({ node: '{{user `nodes`}}', pool: '{{ user "url" }}', vm_name: '{{vault `a` `b`}}' }),
    ['builders: the user variable "nodes" is not declared', 'builders: vault is known in variables only'],
  );
});

test('every template of the full matrix has the keys and types of its builder and its provisioners', async () => {
  const faults = (await fullMatrix()).flatMap(({ folder, rendered }) =>
    templateFaults(rendered.template as unknown as Mapping).map((fault) => `${folder}: ${fault}`),
  );
  assert.equal(faults, []);
});

/** What a matrix may ask for that the full matrix does not. */
const WISHES: readonly Mapping[] = [
  { secure_boot: true, tpm: true },
  { ip: '192.168.10.99', headless: false, cpu_sockets: 2 },
  { ip: 'dhcp', vsphere_template: false, azure_gallery: 'images', gcp_metadata: { a: 'b' } },
  {
    vmware_hardware: 20,
    vmware_vmx_data: { a: 'b' },
    proxmox_vlan: '7',
    hyperv_vlan: '7',
    aws_ami_users: ['1'],
  },
];

/** Sources of the plugins that a template's builder and provisioners come from; Packer holds some itself. */
function neededPlugins({ builders, provisioners }: PackerTemplate): readonly string[] {
  const typeOf = (item: Value): string => (isMapping(item) ? toText(item.type ?? '') : '');
  const sources = [
    ...builders.map((item) => BUILDER_KEYS.builders[typeOf(item)]?.plugin),
    ...provisioners.map((item) => BUILDER_KEYS.provisioners[typeOf(item)]?.plugin),
  ];
  return sources.flatMap((source) =>
    source === undefined || source === 'github.com/hashicorp/packer' ? [] : [source],
  );
}

interface Manifest {
  readonly plugins: readonly { readonly name: string; readonly source: string; readonly version: string }[];
}

test('artifact.json asks for the plugins that the template needs, in a version that the table has', async () => {
  const components = [...Object.values(BUILDER_KEYS.builders), ...Object.values(BUILDER_KEYS.provisioners)];
  const versions = new Map(components.map(({ plugin, version }) => [plugin, version.replace('-dev', '')]));
  const faults = (await fullMatrix()).flatMap(({ folder, rendered }) => {
    const { plugins } = JSON.parse(rendered.files.get('artifact.json') ?? '') as Manifest;
    const missing = neededPlugins(rendered.template).filter((source) =>
      plugins.every((one) => one.source !== source),
    );
    const wrong = plugins.filter(({ name, source, version }) => {
      const least = version.replace('>= ', '');
      return !source.endsWith(`/${name}`) || compareNaturally(least, versions.get(source) ?? '') > 0;
    });
    return [
      ...missing.map((source) => `${folder}: ${source} is missing`),
      ...wrong.map(({ source, version }) => `${folder}: ${source} ${version}`),
    ];
  });
  assert.equal(faults.slice(0, 20), []);
});

test('so has one release of each distribution on each platform, with other definitions', async () => {
  const faults = (await fullVariants(WISHES)).flatMap(({ folder, rendered }) =>
    templateFaults(rendered.template as unknown as Mapping).map((fault) => `${folder}: ${fault}`),
  );
  assert.equal(faults, []);
});

test.run();
