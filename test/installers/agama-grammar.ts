/**
 * The keys of a profile of Agama, the installer of SLES 16 and Leap 16, that the data writes, with their types: "Agama
 * profile reference" of the project's documentation. Agama refuses a profile with keys that it does not know.
 */
import { z } from 'zod';

const text = z.string().min(1);
const flag = z.boolean();

const connection = z.strictObject({
  id: text,
  interface: text.optional(),
  match: z
    .strictObject({
      kernel: z.array(text),
      interface: z.array(text),
      driver: z.array(text),
      path: z.array(text),
    })
    .partial()
    .optional(),
  method4: z.enum(['auto', 'manual', 'link-local', 'disabled']).optional(),
  method6: z.enum(['auto', 'manual', 'dhcp', 'link-local', 'shared', 'disabled']).optional(),
  addresses: z.array(z.string().regex(/^[0-9.]+\/[0-9]{1,2}$/)).optional(),
  gateway4: z.ipv4().optional(),
  nameservers: z.array(z.ipv4()).optional(),
  // The spelling of 16.0, which 16.1 still reads.
  dnsSearchlist: z.array(text).optional(),
});

/** What an address by hand needs. */
const network = z.strictObject({
  connections: z
    .array(
      connection.refine(({ method4, addresses }) => (method4 === 'manual') === (addresses !== undefined), {
        error: 'addresses belong to the method manual',
      }),
    )
    .min(1),
});

const partition = z.union([
  z.strictObject({ generate: z.enum(['default', 'mandatory']) }),
  z.strictObject({ search: text, delete: z.literal(true) }),
  z.strictObject({ search: text, deleteIfNeeded: z.literal(true) }),
]);

const storage = z.strictObject({
  drives: z.array(z.strictObject({ search: text.optional(), partitions: z.array(partition).min(1) })).min(1),
});

const script = z.strictObject({ name: text, chroot: flag.optional(), content: z.string().startsWith('#!') });

/** The grammar of a profile, by release: 16.1 renamed the settings of the language. */
export function agamaGrammar(version: string): z.ZodType {
  const l10n =
    version === '16.0'
      ? { localization: z.strictObject({ language: text, keyboard: text, timezone: text }) }
      : { l10n: z.strictObject({ locale: text, keymap: text, timezone: text }) };
  return z.strictObject({
    ...l10n,
    product: z.strictObject({
      id: z.enum(['SLES', 'SLES_SAP', 'openSUSE_Leap', 'openSUSE_Leap_Micro', 'Tumbleweed']),
      registrationCode: text.optional(),
    }),
    hostname: z.strictObject({ static: z.string().regex(/^[A-Za-z0-9.-]+$/) }),
    bootloader: z.strictObject({ timeout: z.int().min(0) }),
    network,
    storage,
    software: z.strictObject({ packages: z.array(text), patterns: z.array(text).optional() }),
    root: z.strictObject({
      password: z.string().regex(/^\$6\$[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{86}$/),
      hashedPassword: flag,
    }),
    scripts: z
      .strictObject({
        pre: z.array(script),
        postPartitioning: z.array(script),
        post: z.array(script),
        init: z.array(script),
      })
      .partial(),
  });
}
