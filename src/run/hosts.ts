import { isMapping, type Mapping, type Value } from '../model/value.ts';
import { builderOf } from './artifact.ts';

/** The keys by which builders name the machine that does the work (Packer's plugins). */
const HOST_KEYS = ['host', 'remote_host', 'vcenter_server', 'proxmox_url', 'node'] as const;

/**
 * The machines that a build loads, as `limits.hosts` may name them: an ESXi host, a vCenter, a Proxmox server
 * and its node. `{{user}}` variables are looked up; of an address the host counts. A builder that names none
 * works on this machine: `localhost`.
 */
export function hostsOf(template: Mapping): readonly string[] {
  const builder = builderOf(template);
  const variables = isMapping(template.variables) ? template.variables : {};
  const hosts = HOST_KEYS.flatMap((key) => {
    const text = resolveVariable(builder[key], variables);
    return text === '' ? [] : [hostOf(text)];
  });
  return hosts.length === 0 ? ['localhost'] : [...new Set(hosts)];
}

function resolveVariable(value: Value | undefined, variables: Mapping): string {
  if (typeof value !== 'string') return '';
  const [, name] = /^\{\{\s*user\s+[`"]([^`"]+)[`"]\s*\}\}$/.exec(value) ?? [];
  const found = name === undefined ? value : variables[name];
  return typeof found === 'string' ? found : '';
}

function hostOf(text: string): string {
  return URL.canParse(text) ? new URL(text).hostname || text : text;
}
