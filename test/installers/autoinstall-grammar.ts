/**
 * The keys of Ubuntu's autoinstall, version 1, as "Autoinstall configuration reference manual" (Ubuntu installation
 * documentation) lists them, with their types. The installer itself lets unknown keys pass; here they are faults, since
 * each of them is a key that would be silently ignored. Values that netplan, curtin or cloud-init read are theirs.
 */
import { z } from 'zod';

const commands = z.array(z.union([z.string(), z.array(z.string())]));
const text = z.string();
const flag = z.boolean();

/** Netplan, of which the data writes Ethernet cards only. */
const ethernet = z.strictObject({
  match: z.strictObject({ name: text.optional(), macaddress: text.optional(), driver: text.optional() }),
  dhcp4: flag,
  'dhcp-identifier': z.enum(['mac', 'duid']).optional(),
  addresses: z.array(z.string().regex(/^[0-9.]+\/[0-9]+$/)).optional(),
  gateway4: text.optional(),
  routes: z.array(z.strictObject({ to: text, via: text })).optional(),
  nameservers: z
    .strictObject({ addresses: z.array(z.ipv4()).optional(), search: z.array(text).optional() })
    .optional(),
});

const storage = z.strictObject({
  layout: z.strictObject({
    name: z.enum(['lvm', 'direct', 'zfs', 'hybrid']),
    'sizing-policy': z.enum(['scaled', 'all']).optional(),
    match: z.record(z.string(), z.unknown()).optional(),
    password: text.optional(),
  }),
  swap: z.strictObject({ size: z.union([z.number(), text]) }).optional(),
});

const autoinstall = z.strictObject({
  version: z.literal(1),
  'interactive-sections': z.array(text).optional(),
  'early-commands': commands.optional(),
  locale: text.optional(),
  'refresh-installer': z.strictObject({ update: flag.optional(), channel: text.optional() }).optional(),
  keyboard: z
    .strictObject({ layout: text, variant: text.optional(), toggle: text.nullable().optional() })
    .optional(),
  source: z.strictObject({ search_drivers: flag.optional(), id: text.optional() }).optional(),
  network: z.strictObject({ version: z.literal(2), ethernets: z.record(z.string(), ethernet) }).optional(),
  proxy: z.url().nullable().optional(),
  apt: z.record(z.string(), z.unknown()).optional(),
  storage: storage.optional(),
  identity: z
    .strictObject({ realname: text.optional(), username: text, hostname: text, password: text })
    .optional(),
  'active-directory': z.record(z.string(), z.unknown()).optional(),
  'ubuntu-pro': z.strictObject({ token: text }).optional(),
  ssh: z
    .strictObject({
      'install-server': flag.optional(),
      'authorized-keys': z.array(text).optional(),
      'allow-pw': flag.optional(),
    })
    .optional(),
  codecs: z.strictObject({ install: flag }).optional(),
  drivers: z.strictObject({ install: flag }).optional(),
  oem: z.strictObject({ install: z.union([flag, z.literal('auto')]) }).optional(),
  snaps: z
    .array(z.strictObject({ name: text, channel: text.optional(), classic: flag.optional() }))
    .optional(),
  'debconf-selections': text.optional(),
  packages: z.array(text).optional(),
  kernel: z.union([z.strictObject({ package: text }), z.strictObject({ flavor: text })]).optional(),
  timezone: text.optional(),
  updates: z.enum(['security', 'all']).optional(),
  shutdown: z.enum(['reboot', 'poweroff']).optional(),
  'late-commands': commands.optional(),
  'error-commands': commands.optional(),
  reporting: z.record(z.string(), z.looseObject({ type: text })).optional(),
  // cloud-init's own, which is held against its schema.
  'user-data': z.record(z.string(), z.unknown()).optional(),
});

/** A cloud-config that holds nothing but an autoinstall. */
export const AUTOINSTALL = z.strictObject({ autoinstall });
