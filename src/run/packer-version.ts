import { satisfies, valid } from 'semver';
import type { NeededPlugin } from './artifact.ts';

/** The oldest Packer that osimager is tested with. */
export const OLDEST_PACKER = '1.6.6';

/** `packer version` prints `Packer v1.6.6`, and below it what it thinks of that. */
export function readPackerVersion(output: string): string | undefined {
  const [, version = ''] = /^Packer v(\S+)/m.exec(output) ?? [];
  return valid(version) ?? undefined;
}

/** Whether a version is at least another one; a pre-release counts as what it comes before. */
export function isAtLeast(version: string, oldest: string): boolean {
  return satisfies(version.replace(/-.*$/, ''), `>=${oldest}`);
}

/** From 1.8 on Packer lists its plugins; from 1.10 on it brings none along (its changelog). */
export const LISTS_PLUGINS = '1.8.0';
export const BRINGS_NO_PLUGINS = '1.10.0';

/** A plugin that is there: `github.com/hashicorp/qemu`, and its version. */
export interface InstalledPlugin {
  readonly source: string;
  readonly version: string;
}

const BINARY = /([^/\\]+)[/\\]([^/\\]+)[/\\]([^/\\]+)[/\\]packer-plugin-[^/\\]*_v(\d[^_]*)_x[^/\\]*$/;

/** `packer plugins installed` prints the path of each plugin, a line each. */
export function readInstalledPlugins(output: string): readonly InstalledPlugin[] {
  return output.split('\n').flatMap((line) => {
    const [, host, owner, name, version] = BINARY.exec(line.trim()) ?? [];
    return host === undefined || version === undefined
      ? []
      : [{ source: `${host}/${owner}/${name}`, version }];
  });
}

/** Whether a needed plugin is among those that are there, in a version that its constraint allows. */
export function isInstalled(needed: NeededPlugin, installed: readonly InstalledPlugin[]): boolean {
  const range = semverRange(needed.version);
  return installed.some(
    ({ source, version }) =>
      source === needed.source && satisfies(version, range, { includePrerelease: true }),
  );
}

/**
 * A constraint of Packer (HashiCorp's go-version) in the words of semver: parts are joined by commas, and
 * `~> 1.2` lets the last part grow that is given: below 2; `~> 1.2.3`: below 1.3.
 */
function semverRange(constraint: string): string {
  return constraint
    .split(',')
    .map((part) => {
      const [, number = ''] = /^\s*~>\s*v?(\S+)/.exec(part) ?? [];
      if (number === '') return part.trim();
      const parts = number.split('.');
      return parts.length > 2 ? `~${number}` : `^${[...parts, '0', '0'].slice(0, 3).join('.')}`;
    })
    .join(' ');
}

/** How the user gets a plugin. */
export function installCommand({ source }: NeededPlugin): string {
  return `packer plugins install ${source}`;
}
