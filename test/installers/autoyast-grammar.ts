/**
 * The sections of an AutoYaST profile that the data writes, with the elements that each of them takes and their types:
 * "AutoYaST Guide" for SLES 12 and 15, and the elements' config:type, which decides how YaST reads a value. Elements
 * that are left out here are ones that the data does not use; what is misspelt, of another type or twice is a fault.
 */
import { z } from 'zod';
import type { Element } from './xml.ts';

/** A symbol of Ruby, such as `:uuid`. */
function symbol(...names: readonly string[]) {
  return z.enum(names.map((name) => `:${name}`));
}

function list(name: string, item: z.ZodType) {
  return z.array(z.strictObject({ [name]: item })).min(1);
}

const flag = z.boolean();
const text = z.string().min(1);
/** Read by grub's own file, where it is text: config:type does not belong there. */
const textFlag = z.enum(['true', 'false']);
const packages = (name: string) => list(name, text);

const general = z.strictObject({
  mode: z.strictObject({ confirm: flag, final_halt: flag, final_reboot: flag }).partial(),
  'signature-handling': z.strictObject({ accept_unsigned_file: flag, import_gpg_key: flag }).partial(),
});

const message = z.strictObject({ log: flag, show: flag, timeout: z.int().min(0) });
const report = z.strictObject({
  errors: message,
  messages: message,
  warnings: message,
  yesno_messages: message,
});

const registration = z.strictObject({
  do_registration: flag,
  install_updates: flag.optional(),
  slp_discovery: flag.optional(),
  reg_server: z.url().optional(),
  reg_code: text.optional(),
  addons: list('addon', z.strictObject({ name: text, version: text, arch: text })).optional(),
});

const addOn = z.strictObject({
  add_on_products: list(
    'listentry',
    z.strictObject({
      media_url: text,
      product_dir: z.string().startsWith('/'),
      product: text,
      ask_on_error: flag,
    }),
  ),
});

const bootloader = z.strictObject({
  loader_type: z.enum(['grub2', 'grub2-efi', 'default', 'none']),
  global: z.strictObject({
    boot_mbr: textFlag.optional(),
    generic_mbr: textFlag.optional(),
    os_prober: textFlag.optional(),
    timeout: z.int(),
  }),
});

/** Bytes with a unit, or all that is left. */
const size = z.string().regex(/^([0-9]+[KMGT]|max|auto)$/);

const partition = z.strictObject({
  create: flag,
  format: flag,
  filesystem: symbol('vfat', 'ext4', 'xfs', 'btrfs', 'swap').optional(),
  mount: z.string().startsWith('/').optional(),
  mountby: symbol('device', 'id', 'label', 'path', 'uuid').optional(),
  // Linux, swap, EFI system partition, BIOS boot partition.
  partition_id: z.union([z.literal(131), z.literal(130), z.literal(259), z.literal(263)]),
  size,
});

const drive = z.strictObject({
  initialize: flag,
  use: z.enum(['all', 'free', 'linux']),
  disklabel: z.enum(['gpt', 'msdos']),
  enable_snapshots: flag.optional(),
  partitions: list('partition', partition),
});

const software = z.strictObject({
  install_recommended: flag,
  products: packages('product').optional(),
  patterns: packages('pattern'),
  packages: packages('package'),
});

const networking = z.strictObject({
  keep_install_network: flag,
  dns: z.strictObject({
    dhcp_hostname: flag,
    domain: text.optional(),
    hostname: z.string().regex(/^[A-Za-z0-9-]+$/),
    nameservers: list('nameserver', z.ipv4()).optional(),
    resolv_conf_policy: z.enum(['auto', 'STATIC', 'STATIC_FALLBACK']),
    searchlist: list('search', text).optional(),
  }),
  interfaces: list(
    'interface',
    z.union([
      z.strictObject({
        bootproto: z.literal('static'),
        device: text,
        ipaddr: z.ipv4(),
        netmask: z.ipv4(),
        startmode: z.literal('auto'),
      }),
      z.strictObject({ bootproto: z.literal('dhcp'), device: text, startmode: z.literal('auto') }),
    ]),
  ),
  routing: z
    .strictObject({
      ipv4_forward: flag,
      ipv6_forward: flag,
      routes: list(
        'route',
        z.strictObject({ destination: text, device: text, gateway: z.ipv4(), netmask: text }),
      ),
    })
    .optional(),
});

/** ntpd of SLES 12, chronyd of 15. */
const NTP = {
  12: z.strictObject({
    ntp_policy: text,
    peers: list(
      'peer',
      z.strictObject({ address: text, options: text.optional(), type: z.enum(['server', 'peer']) }),
    ),
    start_at_boot: flag,
    start_in_chroot: flag,
  }),
  15: z.strictObject({
    ntp_policy: text,
    ntp_servers: list('ntp_server', z.strictObject({ address: text, iburst: flag, offline: flag })),
    ntp_sync: z.union([z.enum(['systemd', 'manual']), z.string().regex(/^[0-9]+$/)]),
  }),
} as const;

/** SuSEfirewall2 of SLES 12, firewalld of 15. */
const FIREWALL = {
  12: z.strictObject({
    enable_firewall: flag,
    start_firewall: flag,
    FW_CONFIGURATIONS_EXT: text,
    FW_DEV_EXT: text,
  }),
  15: z.strictObject({
    enable_firewall: flag,
    start_firewall: flag,
    default_zone: text,
    zones: list('zone', z.strictObject({ name: text, services: list('service', text) })),
  }),
} as const;

const users = list(
  'user',
  z.strictObject({
    username: text,
    encrypted: flag,
    user_password: z.string().regex(/^\$6\$[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{86}$/),
  }),
);

const script = {
  filename: text,
  interpreter: z.enum(['shell', 'perl', 'python']),
  source: z.string().startsWith('#!/bin/sh\n'),
};

const scripts = z.strictObject({
  'chroot-scripts': list('script', z.strictObject({ ...script, chrooted: flag })),
  'post-scripts': list('script', z.strictObject(script)),
});

/** The grammar of a profile for SLES 12, or for SLES 15 and Leap 15. */
export function autoyastGrammar(major: 12 | 15): z.ZodType {
  const profile = z.strictObject({
    general,
    report,
    suse_register: registration.optional(),
    'add-on': addOn.optional(),
    language: z.strictObject({ language: z.string().regex(/^[a-z]{2}_[A-Z]{2}$/) }),
    keyboard: z.strictObject({ keymap: text }),
    timezone: z.strictObject({ hwclock: z.enum(['UTC', 'localtime']), timezone: text }),
    bootloader,
    partitioning: list('drive', drive),
    software,
    networking,
    'ntp-client': NTP[major].optional(),
    firewall: FIREWALL[major],
    users,
    scripts,
  });
  return z.strictObject({ profile });
}

/**
 * A profile as YaST reads it: config:type makes a value boolean, a number, a symbol or a list; without it an element with
 * children is a mapping, and any other text. What YaST would stumble over is an error.
 */
export function readProfile(root: Element): unknown {
  return { [root.name]: readElement(root) };
}

function readElement({ name, attributes, children, text: content }: Element): unknown {
  const type = attributes['config:type'];
  switch (type) {
    case 'boolean':
      if (!/^(true|false)$/.test(content)) throw new Error(`<${name}> is no boolean: ${content}`);
      return content === 'true';
    case 'integer':
      if (!/^[0-9]+$/.test(content)) throw new Error(`<${name}> is no integer: ${content}`);
      return Number(content);
    case 'symbol':
      return `:${content}`;
    case 'list':
      return children.map((child) => ({ [child.name]: readElement(child) }));
    case undefined:
      return children.length > 0 ? readMapping(name, children) : content;
    default:
      throw new Error(`<${name}> has a type that YaST does not know: ${type}`);
  }
}

function readMapping(name: string, children: readonly Element[]): Readonly<Record<string, unknown>> {
  const names = children.map((child) => child.name);
  const twice = names.find((child, at) => names.indexOf(child) !== at);
  if (twice !== undefined) throw new Error(`<${name}> has <${twice}> twice`);
  return Object.fromEntries(children.map((child) => [child.name, readElement(child)]));
}
