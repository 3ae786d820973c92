import type { NameServer } from './name-server.ts';
import type { WebServer } from './web-server.ts';
import { writeWorkspace, type WorkspaceParts } from './workspace.ts';

/** Asks the servers of the rig, and no others: what else a test says of the environment stands. */
export const ASKING = { OSIMAGER_OFFLINE: 'false' };

/**
 * A workspace whose targets want an address and a medium: `demo-1.0` and `demo-1.1` have a medium each, from one
 * folder with one checksum list.
 */
export function writeOutsideWorkspace(
  web: Pick<WebServer, 'url'>,
  names: Pick<NameServer, 'address'>,
  parts: WorkspaceParts & { readonly defs?: Readonly<Record<string, unknown>> } = {},
): string {
  const { defs, ...others } = parts;
  return writeWorkspace({
    platforms: {
      bare: {
        arches: ['x86_64'],
        config: { type: 'null', iso_url: '>>iso_url<<', iso_checksum: '>>iso_checksum<<' },
      },
    },
    locations: {
      lab: { defs: { domain: 'lab.test', dns: { servers: [names.address], search: ['lab.test'] } } },
    },
    specs: {
      demo: {
        provides: { dist: 'demo', versions: ['1.[0-1]'], arches: ['x86_64'] },
        defs: defs ?? {
          iso_url: `${web.url}/demo->>version<<.iso`,
          iso_checksum: `file:${web.url}/SUMS`,
        },
        files: [{ sources: ['demo/ks.cfg'], dest: 'ks.cfg' }],
      },
    },
    sources: { 'demo/ks.cfg': 'host >>fqdn<< at >>ip<<; gateway *>gate<*\n' },
    matrix: [
      {
        platform: 'bare',
        location: 'lab',
        spec: ['demo-1.0-x86_64', 'demo-1.1-x86_64'],
        name: '>>major<<-%>minor<%',
      },
    ],
    ...others,
  });
}
