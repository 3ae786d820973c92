import { delimiter, join } from 'node:path';
import { BUILD_VARIABLE } from './strays.ts';

/** Variables by name, as processes have them. */
export type Environment = Readonly<Record<string, string>>;

/** What a build's environment is made of, beside what osimager itself was started with. */
export interface BuildEnvironment {
  /** The text of the artifact's `.env`. */
  readonly envFile: string;
  /** The absolute folder of the virtual environment whose programs come first. */
  readonly venv: string | undefined;
  /** What Packer asks Vault with, where it resolves references itself. */
  readonly vault: { readonly address: string; readonly token: string } | undefined;
  /** Where Packer keeps media. */
  readonly cacheDir: string;
  /** Where Packer's own log goes; undefined where none is wanted. */
  readonly packerLog: string | undefined;
  /** The private copy, by which what the build has started is known. */
  readonly copy: string;
  /** Where Packer puts its temporary files; undefined: where it always does. */
  readonly temporary: string | undefined;
  /** Nothing outside this machine is asked that need not be: Packer does not look for newer versions. */
  readonly offline: boolean;
}

/** Variables of osimager's own, which hold its settings and tokens: Packer has no use for them. */
const OWN = /^(?:OSIMAGER_|VAULT_ROLE_ID$|VAULT_SECRET_ID$)/;
/** They would make Packer write what osimager cannot redact; `--log` sets them. */
const LOGGING: ReadonlySet<string> = new Set(['PACKER_LOG', 'PACKER_LOG_PATH']);

/** KEY=VALUE a line, as `render/env-file.ts` writes it. */
export function parseEnvFile(text: string): Environment {
  const pairs = text.split('\n').flatMap((line): [string, string][] => {
    const equals = line.indexOf('=');
    return equals > 0 ? [[line.slice(0, equals), line.slice(equals + 1)]] : [];
  });
  return Object.fromEntries(pairs);
}

/** What osimager adds to the environment of Packer, in this order: what comes later is stronger. */
export function addedEnvironment(own: Readonly<Record<string, string | undefined>>, build: BuildEnvironment) {
  const envFile = parseEnvFile(build.envFile);
  const path = envFile.PATH ?? own.PATH ?? '';
  return {
    ...(own.PACKER_CACHE_DIR === undefined ? { PACKER_CACHE_DIR: build.cacheDir } : {}),
    ...(build.temporary === undefined ? {} : { PACKER_TMP_DIR: build.temporary, TMPDIR: build.temporary }),
    ...(build.offline ? { CHECKPOINT_DISABLE: '1' } : {}),
    ...envFile,
    [BUILD_VARIABLE]: build.copy,
    ...(build.venv === undefined
      ? {}
      : { PATH: [join(build.venv, 'bin'), path].join(delimiter), VIRTUAL_ENV: build.venv }),
    ...(build.vault ? { VAULT_ADDR: build.vault.address, VAULT_TOKEN: build.vault.token } : {}),
    ...(build.packerLog === undefined ? {} : { PACKER_LOG: '1', PACKER_LOG_PATH: build.packerLog }),
  } satisfies Record<string, string>;
}

/** The whole environment of Packer: osimager's own without its secrets, and what is added. */
export function packerEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  build: BuildEnvironment,
): Environment {
  const kept = Object.entries(own).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && !OWN.test(pair[0]) && !LOGGING.has(pair[0]),
  );
  return { ...Object.fromEntries(kept), ...addedEnvironment(own, build) };
}
