import { bad, good, problem, type Result } from '../diagnostics/diagnostic.ts';
import { isIPv4 } from '../model/address.ts';
import type { Target } from '../model/target.ts';
import { isMapping, type Mapping, type Value } from '../model/value.ts';
import { builderOf } from './artifact.ts';

/**
 * Keys that begin with a communicator's name and are settings of builders, which the null builder refuses
 * (Packer plugins virtualbox, qemu, xenserver, amazon and azure).
 */
const KEYS_OF_BUILDERS: ReadonlySet<string> = new Set([
  'ssh_host_port_min',
  'ssh_host_port_max',
  'ssh_skip_nat_mapping',
  'ssh_interface',
  'ssh_key_path',
  'winrm_expiration_time',
]);

/** What a refit must know beside the template. */
export interface RefitOptions {
  readonly target: Target;
  /** How messages name the artifact. */
  readonly shown: string;
  /** The address of the machine, stronger than what the template says. */
  readonly ip: string | undefined;
}

/**
 * The template for a machine that exists: the builder becomes `null`, under the same name, with the settings
 * of its communicator alone; variables and provisioners stay (DESIGN.md, "Command line"). Where neither the
 * caller nor the template says where the machine is, it is the target's address, else its full name.
 */
export function refitTemplate(template: Mapping, options: RefitOptions): Result<Mapping> {
  const builder = builderOf(template);
  const { communicator } = builder;
  if (typeof communicator !== 'string' || communicator === '' || communicator === 'none') {
    const hint = 'a refit provisions a machine over ssh or winrm';
    return bad(problem('refit', `${options.shown} has no communicator`, undefined, hint));
  }
  if (!hasCredential(builder, communicator, template)) {
    const message = `${options.shown} has no credential for ${communicator}: a cloud gives one to each machine that it makes`;
    const keys = communicator === 'winrm' ? 'winrm_password' : 'ssh_password or ssh_private_key_file';
    return bad(
      problem(
        'refit',
        message,
        undefined,
        `give the builder ${keys} in the data of its platform or location`,
      ),
    );
  }
  const settings = Object.entries(builder).filter(
    ([key]) => key.startsWith(`${communicator}_`) && !KEYS_OF_BUILDERS.has(key),
  );
  const hostKey = `${communicator}_host`;
  const host = options.ip ?? given(builder[hostKey]) ?? ownHost(template, options.target);
  if (host === undefined) {
    const hint = `give its address: osimager refit ${options.shown} 192.168.1.2`;
    const message = `${options.shown} does not say where the machine is: it has no "${hostKey}"`;
    return bad(problem('refit', message, undefined, hint));
  }
  const refitted: Mapping = {
    type: 'null',
    communicator,
    ...Object.fromEntries(settings),
    [hostKey]: host,
    name: builder.name ?? '',
  };
  return good({ ...template, builders: [refitted] });
}

/** The null builder wants a password or a key; clouds leave both out, and make a key for each build. */
function hasCredential(builder: Mapping, communicator: string, { variables }: Mapping): boolean {
  const keys = ['password', 'private_key_file', 'agent_auth'].map((key) => `${communicator}_${key}`);
  return keys.some((key) => {
    const value = builder[key];
    const [, name] =
      /^\{\{\s*user\s+[`"]([^`"]+)[`"]\s*\}\}$/.exec(typeof value === 'string' ? value : '') ?? [];
    const found = name !== undefined && isMapping(variables) ? variables[name] : value;
    return found !== undefined && found !== '' && found !== false && found !== null;
  });
}

function ownHost(template: Mapping, target: Target): Value | undefined {
  if (target.ip !== undefined && isIPv4(target.ip)) return target.ip;
  return isMapping(template.variables) ? given(template.variables.fqdn) : undefined;
}

function given(value: Value | undefined): Value | undefined {
  return value === '' || value === null ? undefined : value;
}
