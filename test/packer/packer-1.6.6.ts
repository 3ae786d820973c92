import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isList, isMapping, toText, type Mapping, type Value } from '../../src/model/value.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { packerVersion } from '../rig/tool.ts';
import type { FullTarget } from '../rig/full-matrix.ts';
import { BUILDER_KEYS, type Key } from './builder-keys.ts';

/** The Packer of Debian 12 and 13, the last that is free software. It holds its plugins. */
export const PACKER = '1.6.6';

/** Whether that very version is here. */
export function hasPacker(): boolean {
  return packerVersion({ ...process.env, ...QUIET }) === PACKER;
}

/** No word to HashiCorp; and no network by mistake: there is no proxy at that port. */
const QUIET = {
  CHECKPOINT_DISABLE: '1',
  http_proxy: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
};

/** Builders that came with a plugin of their own, after Packer 1.6.6. */
export const NOT_BUILT_IN: readonly string[] = ['xenserver-iso'];

/**
 * Keys of today's plugins that the facts do not list as unknown to Packer 1.6.6 because the templates that
 * they were taken from do not use them. Each must be in the table.
 */
export const NEWER_KEYS: Readonly<Record<string, readonly string[]>> = {
  'amazon-ebs': ['imds_support', 'metadata_options'],
  'azure-arm': ['license_type', 'shared_image_gallery_destination.target_region'],
  'hyperv-iso': ['disable_shutdown', 'enable_tpm'],
  'proxmox-iso': ['additional_iso_files.index', 'bios', 'disks.discard', 'efi_config', 'machine', 'token'],
  qemu: ['cpu_model', 'efi_boot', 'efi_drop_efivars', 'efi_firmware_code', 'efi_firmware_vars', 'vtpm'],
  'virtualbox-iso': ['chipset', 'keyboard', 'mouse', 'nic_type'],
  'vmware-iso': ['vhv_enabled'],
  'vsphere-iso': ['vTPM'],
};

/** Values that Packer takes for what they are, whatever they say; and those that tell targets of a kind apart. */
const FREE_VALUES = [
  'iso_url',
  'iso_checksum',
  'guest_os_type',
  'os',
  'image_sku',
  'image_offer',
  'image_publisher',
  'source_image_family',
  'source_image_project_id',
  'source_ami_filter',
  'ssh_username',
  'winrm_username',
];

export interface TemplateGroup {
  readonly first: FullTarget;
  readonly size: number;
}

/** Targets whose templates are equal but for names, numbers and free values; or, with `keys`, for all values. */
export function groupTemplates(
  targets: readonly FullTarget[],
  by: 'values' | 'keys' = 'values',
): readonly TemplateGroup[] {
  const groups = new Map<string, { first: FullTarget; size: number }>();
  for (const target of targets) {
    const { template } = target.rendered;
    const { name } = target.release;
    const names = [name, name.replaceAll('_', '-'), name.replace(/[_.]/g, '-')];
    const plain = (value: Value, key = ''): unknown => {
      if (FREE_VALUES.includes(key)) return isMapping(value) ? Object.keys(value) : typeof value;
      if (isList(value))
        return value.filter((item) => by === 'values' || isMapping(item)).map((item) => plain(item));
      if (isMapping(value)) return Object.entries(value).map(([inner, item]) => [inner, plain(item, inner)]);
      if (by === 'keys' && key !== 'type') return typeof value;
      if (typeof value === 'string')
        return names.reduce((text, own) => text.replaceAll(own, '<name>'), value);
      return typeof value;
    };
    const { builders, provisioners, variables } = template;
    const key = JSON.stringify([plain(builders), plain(provisioners), Object.keys(variables)]);
    const group = groups.get(key);
    if (group) group.size++;
    else groups.set(key, { first: target, size: 1 });
  }
  return [...groups.values()];
}

/** Keys that Packer 1.6.6 does not know, by the facts and by the list above. */
export function newerKeys(type: string): readonly string[] {
  return [...(BUILDER_KEYS.unknown_to_packer_1_6_6[type] ?? []), ...(NEWER_KEYS[type] ?? [])];
}

/** Whether the table has a key, nested keys with dots. */
export function isInTable(type: string, path: string): boolean {
  let keys: Readonly<Record<string, Key>> | undefined = BUILDER_KEYS.builders[type]?.keys;
  for (const name of path.split('.')) {
    const key: Key | undefined = keys && Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (key === undefined) return false;
    keys = typeof key === 'string' ? undefined : key.keys;
  }
  return true;
}

/** The newer keys that a builder uses, as Packer 1.6.6 names them: `disks[0].discard`. */
export function usedNewerKeys(builder: Mapping): readonly string[] {
  const newer = newerKeys(toText(builder.type ?? ''));
  const found = (item: Mapping, shown: string, path: string): readonly string[] =>
    Object.entries(item).flatMap(([key, value]) => {
      if (newer.includes(`${path}${key}`)) return [`${shown}${key}`];
      if (isMapping(value)) return found(value, `${shown}${key}.`, `${path}${key}.`);
      if (!isList(value)) return [];
      return value.flatMap((inner, index) =>
        isMapping(inner) ? found(inner, `${shown}${key}[${index}].`, `${path}${key}.`) : [],
      );
    });
  return found(builder, '', '').toSorted();
}

/** A builder as it was written for Packer 1.6.6: without newer keys, what they say in the form of that time. */
export function olderForm(builder: Mapping): Mapping {
  const type = toText(builder.type ?? '');
  const kept = without(builder, newerKeys(type), '');
  if (type === 'azure-arm' && isMapping(builder.shared_image_gallery_destination)) {
    const { resource_group: group = '', image_name: image = '' } = builder.shared_image_gallery_destination;
    // A version in a gallery was made of a managed image, and its regions were a list of names.
    const gallery = isMapping(kept.shared_image_gallery_destination)
      ? kept.shared_image_gallery_destination
      : {};
    return {
      ...kept,
      managed_image_resource_group_name: group,
      managed_image_name: image,
      shared_image_gallery_destination: { ...gallery, replication_regions: [builder.location ?? ''] },
    };
  }
  if (type !== 'proxmox-iso') return kept;
  const { boot_iso: medium, token } = builder;
  const { disks, ...rest } = kept;
  if (!isMapping(medium) || !isList(disks) || token === undefined)
    throw new Error('no medium, disks or token');
  const media = Object.entries({ ...medium, unmount_iso: medium.unmount ?? false });
  return {
    ...rest,
    ...Object.fromEntries(media.filter(([key]) => /^iso_|^unmount_iso$/.test(key))),
    password: token,
    disks: disks.map((disk) => (isMapping(disk) ? { ...disk, storage_pool_type: 'lvm-thin' } : disk)),
    additional_iso_files: [], // at that time, only of images that exist
  };
}

function without(item: Mapping, keys: readonly string[], path: string): Mapping {
  const inside = (value: Value, own: string): Value => {
    if (isList(value)) return value.map((each) => inside(each, own));
    return isMapping(value) ? without(value, keys, `${own}.`) : value;
  };
  const kept = Object.entries(item).filter(([key]) => !keys.includes(`${path}${key}`));
  return Object.fromEntries(kept.map(([key, value]) => [key, inside(value, `${path}${key}`)]));
}

let tools: string | undefined;

/** Of Ansible, Packer asks the version before it validates; that is all that this one can say. */
function toolFolder(): string {
  if (tools !== undefined) return tools;
  tools = temporaryFolder();
  const path = join(tools, 'ansible-playbook');
  writeFileSync(path, '#!/bin/sh\necho "ansible-playbook [core 2.14.18]"\n');
  chmodSync(path, 0o755);
  return tools;
}

/**
 * What `packer validate` says of a target whose builder is put as given: nothing, or its complaints. The rest
 * of the artifact lies beside. Secrets have a value, as at a run; and a checksum that Packer would fetch
 * from its file on the vendor's server is one that it need not fetch.
 */
export async function validate({ rendered }: FullTarget, builder: Mapping): Promise<readonly string[]> {
  const { template, files, name } = rendered;
  const variables = Object.entries(template.variables).map(([key, value]): [string, Value] => [
    key,
    toText(value).includes('{{vault ') ? 'https://secret.example/' : value,
  ]);
  const known = toText(builder.iso_checksum ?? '').startsWith('file:')
    ? { iso_checksum: `sha256:${'0'.repeat(64)}` }
    : {};
  const ready = {
    ...template,
    variables: Object.fromEntries(variables),
    builders: [{ ...builder, ...known }],
  };
  const folder = temporaryFolder();
  writeFiles(folder, { ...Object.fromEntries(files), [`${name}.json`]: ready });
  const env = { HOME: folder, PATH: `${toolFolder()}:${process.env.PATH ?? ''}`, ...QUIET };
  return new Promise((resolve, reject) => {
    const options = { cwd: 'data', env, timeout: 60_000 };
    const path = join(folder, `${name}.json`);
    const child = execFile('packer', ['validate', path], options, (error, stdout, stderr) => {
      if (child.exitCode === null) reject(error ?? new Error('packer did not end'));
      else resolve(child.exitCode === 0 ? [] : complaintsOf(`${stdout}\n${stderr}`));
    });
  });
}

/** The list of a failure, each complaint in one line; the whole text where there is no list. */
function complaintsOf(output: string): readonly string[] {
  const text = output.replace(/\n(?![\s*]|$)/gm, ' ');
  const listed = [...text.matchAll(/^\s*\* (.*)$/gm)].map(([, complaint = '']) => complaint.trim());
  const kept = listed.filter((complaint) => !/errors? occurred:$/.test(complaint));
  return kept.length > 0 ? kept : [output.trim()];
}
