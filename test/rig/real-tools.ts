import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where daemons are, which are not on everybody's PATH. */
const PLACES = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

/** The path of a program, or undefined where it is not here. */
export function programPath(name: string): string | undefined {
  return PLACES.map((place) => join(place, name)).find((path) => existsSync(path));
}

/**
 * What a test lacks to run with real tools, in words; undefined where nothing is missing. Where
 * OSIMAGER_REQUIRE_TOOLS is set, as in CI, it is an error instead: nothing is skipped there.
 */
export function lacking(programs: readonly string[], root = false): string | undefined {
  const missing = programs.filter((name) => programPath(name) === undefined);
  const reasons = [
    ...(missing.length > 0 ? [`no ${missing.join(', ')} here`] : []),
    ...(root && process.getuid?.() !== 0 ? ['only root can make the account that it needs'] : []),
    ...(missing.includes('packer') || isPacker() ? [] : ['"packer" is another program here']),
  ];
  if (reasons.length === 0) return undefined;
  if (process.env.OSIMAGER_REQUIRE_TOOLS) throw new Error(`tools are missing: ${reasons.join('; ')}`);
  return reasons.join('; ');
}

/** cracklib has a program of this name too. */
function isPacker(): boolean {
  return spawnSync('packer', ['version'], { encoding: 'utf8' }).stdout.startsWith('Packer v');
}
