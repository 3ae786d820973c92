import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../config/schema.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { createFacts, type FileFacts } from '../edge/facts.ts';
import { createHostsFile } from '../edge/hosts-file.ts';
import { createOutside, type Outside } from '../edge/outside.ts';
import { readVaultSecrets, type VaultAnswer, type VaultOptions } from '../edge/vault.ts';
import type { Lock } from '../model/lock.ts';
import { readLock } from './lock-file.ts';
import type { ResolvedSettings } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How Vault is reached, by the settings and the environment. */
export function vaultOptions(settings: Settings, environment: Environment): VaultOptions {
  const { vault_addr: address, vault_token: token } = settings;
  return { address, token, environment, home: environment.HOME ?? homedir() };
}

/** The outside, as a workspace asks it. */
export interface Source {
  readonly facts: FileFacts;
  readonly fetchSecrets: (paths: Iterable<string>) => Promise<void>;
  readonly warnings: () => readonly Diagnostic[];
  readonly lookAgain: () => void;
  readonly look: () => Look;
}

/** What is asked between two looks at the outside. */
interface Look {
  readonly facts: FileFacts;
  readonly outside: Outside;
  readonly lock: Lock;
}

/** Facts of the outside, until they are asked anew. */
export function createSource(
  resolved: ResolvedSettings,
  environment: Environment,
  firstLock: Lock,
  frozen: boolean,
): Source {
  const { baseDir, dataDir, userDir, settings } = resolved;
  const vaultAnswers = new Map<string, VaultAnswer>();
  let warnings: Diagnostic[] = [];
  const warn = (diagnostic: Diagnostic): void => void warnings.push(diagnostic);
  const take = (lock: Lock): Look => {
    const hostsFile = createHostsFile(join(userDir, 'hosts.json'), warn);
    const outside = createOutside({ lock, hostsFile, frozen });
    const facts = createFacts({
      baseDir,
      dataDir,
      userDir,
      credentialSource: settings.credential_source,
      vaultAnswers: () => vaultAnswers,
      outside,
      environment,
      warn,
    });
    return { facts, outside, lock };
  };
  let current = take(firstLock);
  let last = Promise.resolve();
  const fetch = async (paths: readonly string[]): Promise<void> => {
    const missing = paths.filter((path) => !vaultAnswers.has(path));
    if (settings.credential_source !== 'vault' || missing.length === 0) return;
    const answers = await readVaultSecrets(missing, vaultOptions(settings, environment));
    for (const [path, answer] of answers) vaultAnswers.set(path, answer);
  };
  return {
    facts: {
      text: (file) => current.facts.text(file),
      names: (folder) => current.facts.names(folder),
      environment: (name) => current.facts.environment(name),
      secret: (path, key) => current.facts.secret(path, key),
      host: (name, by) => current.facts.host(name, by),
      medium: (question) => current.facts.medium(question),
      sign: (file) => current.facts.sign(file),
      signed: (file) => current.facts.signed(file),
      file: (path) => current.facts.file(path),
    },
    // One after the other: what a call before has asked for is known then.
    fetchSecrets: (paths) => (last = last.then(() => fetch([...new Set(paths)]))),
    warnings: () => warnings,
    lookAgain() {
      warnings = [];
      for (const [path, { kind }] of vaultAnswers) if (kind === 'failed') vaultAnswers.delete(path);
      const lock = readLock(baseDir);
      if (!lock.ok) lock.diagnostics.forEach(warn);
      current = take(lock.ok ? lock.value : current.lock);
    },
    look: () => current,
  };
}
