import * as z from 'zod';

/**
 * The settings (DESIGN.md, "Settings"). These definitions validate `osimager.config.ts`, the user's
 * `osimager.conf` and `OSIMAGER_*` variables, and become JSON Schema for editors.
 */

z.config({ jitless: true }); // zod would otherwise compile its checks with `new Function`

const path = z.string().min(1, 'text that is not empty');

const settingShapes = {
  user_dir: path.describe('folder of osimager.conf, secrets, hosts.json and own locations'),
  data_dir: path.describe('folder of platforms, specs, locations and installer files'),
  matrix: path.describe('the file with the targets'),
  out_dir: path.describe('the folder that receives the artifact tree'),
  packer_cmd: path.describe('the command that starts Packer'),
  venv_dir: path.describe('folder of the virtual environments that specs name'),
  ansible_playbook: path.describe('the playbook of the default provisioner, seen from the data folder'),
  packer_cache_dir: path.describe('folder where Packer keeps media'),
  local_only: z.boolean().describe('take media from iso_path instead of their URLs'),
  credential_source: z.enum(['vault', 'config']).describe('Vault, or the secrets file of the user folder'),
  vault_addr: z.string().describe('address of Vault'),
  vault_token: z.string().describe('token for Vault; never a definition'),
  secrets: z.enum(['deferred', 'inline']).describe('whether secrets stay markers in the tree'),
  offline: z.boolean().describe('generate asks nothing outside this machine: the lock file is all there is'),
  ca_file: z.string().describe('PEM file of certificate authorities that are trusted besides those of Node'),
};

const MOST_JOBS = 'a whole number from 1 to 1000';
const atMost = () => z.int(MOST_JOBS).min(1, MOST_JOBS).max(1000, MOST_JOBS);
const atMostEach = () => z.record(z.string(), atMost());

const limits = z
  .strictObject({
    jobs: atMost().describe('builds at a time, where --jobs does not say; 1'),
    platforms: atMostEach().describe('builds at a time on a platform, by its name'),
    locations: atMostEach().describe('builds at a time at a location, by its name'),
    hosts: atMostEach().describe('builds at a time on a machine, as builders name it; localhost is this one'),
  })
  .partial()
  .describe('how many builds osimager run starts at a time');

/** `limits` holds more than text: neither osimager.conf nor the environment can give it. */
export const configSchema = z.strictObject({ ...settingShapes, limits }).partial();

/** What a workspace may configure; every key may be absent. */
export interface Config {
  readonly user_dir?: string | undefined;
  readonly data_dir?: string | undefined;
  readonly matrix?: string | undefined;
  readonly out_dir?: string | undefined;
  readonly packer_cmd?: string | undefined;
  readonly venv_dir?: string | undefined;
  readonly ansible_playbook?: string | undefined;
  readonly packer_cache_dir?: string | undefined;
  readonly local_only?: boolean | undefined;
  readonly credential_source?: 'vault' | 'config' | undefined;
  readonly vault_addr?: string | undefined;
  readonly vault_token?: string | undefined;
  readonly secrets?: 'deferred' | 'inline' | undefined;
  readonly offline?: boolean | undefined;
  readonly ca_file?: string | undefined;
  readonly limits?: Limits | undefined;
}

/** How many builds `osimager run` starts at a time: all together, and on one platform, location or host. */
export interface Limits {
  readonly jobs?: number | undefined;
  readonly platforms?: Readonly<Record<string, number>> | undefined;
  readonly locations?: Readonly<Record<string, number>> | undefined;
  readonly hosts?: Readonly<Record<string, number>> | undefined;
}

/** All settings, each with a value. `user_dir` has none of its own: it depends on the machine. */
export type Settings = { readonly [Key in keyof Required<Config>]: NonNullable<Config[Key]> };

export const DEFAULTS: Omit<Settings, 'user_dir'> = {
  data_dir: 'data',
  matrix: 'data/matrix.toml',
  out_dir: 'out',
  packer_cmd: 'packer',
  venv_dir: '~/.venv',
  ansible_playbook: 'config.yml',
  packer_cache_dir: '/tmp',
  local_only: false,
  credential_source: 'vault',
  vault_addr: '',
  vault_token: '',
  secrets: 'deferred',
  offline: false,
  ca_file: '',
  limits: {},
};

/** The settings that are text or a switch. */
export type SettingName = Exclude<keyof Config, 'limits'>;

export const SETTING_NAMES = Object.keys(settingShapes) as readonly SettingName[];

/** Types and completes the object that `osimager.config.ts` exports by default; returns it unchanged. */
export function defineConfig(config: Config): Config {
  return config;
}

/** A setting from text, as INI files and environment variables give it: two are switches, all else is text. */
export function settingFromText(name: keyof Config, text: string): string | boolean {
  if (name !== 'local_only' && name !== 'offline') return text;
  if (/^(?:true|yes|on|1)$/i.test(text)) return true;
  return /^(?:false|no|off|0|)$/i.test(text) ? false : text;
}
