import { stripVTControlCharacters } from 'node:util';
import type { FailureClass } from '../model/run.ts';
import type { PackerLine } from './packer-output.ts';

/** What the output of one build tells while it comes, and in the end. */
export interface BuildProgress {
  /** Takes one line; returns the step that begins with it. */
  take(line: PackerLine): string | undefined;
  /** What was made: file names, or the name that a cloud gave; undefined where Packer told of nothing. */
  image(): string | undefined;
  /** Where and why the build failed; asked for when it has. */
  failure(): { readonly failure: FailureClass; readonly reason: string | undefined };
}

/** How steps announce themselves (`==> name: text`), by the phase that they are in: the last match counts. */
const STEPS: readonly (readonly [RegExp, FailureClass])[] = [
  [/^(?:Retrieving|Trying|Downloading|Download |Verifying checksum|Uploading ISO)/, 'download'],
  [/^(?:Starting|Launching|Booting|Powering on|Power on|Connecting to VM via VNC|Typing)/, 'boot'],
  [/^(?:Waiting .*for boot|Waiting for (?:IP|machine|instance|VM)|Overriding|Run VM)/i, 'boot'],
  [/^(?:Using (?:ssh|winrm) communicator|Waiting for (?:SSH|WinRM))/, 'communicator'],
  [/^(?:Connected to|Provisioning|Running (?:local )?shell|Executing Ansible|Uploading)/, 'provisioner'],
  [/^(?:Gracefully|Stopping|Shutting|Forcibly|Converting|Creating|Deregister|Exporting)/, 'builder'],
];

/** What errors say of themselves, whatever step they come in. The first match counts. */
const ERRORS: readonly (readonly [RegExp, FailureClass])[] = [
  [/Error executing Ansible|non-zero exit status|provision/i, 'provisioner'],
  [/(?:Timeout|Error) waiting for (?:SSH|WinRM)|authentication error|handshake/i, 'communicator'],
  [/unable to authenticate|Error connecting to (?:SSH|WinRM)/i, 'communicator'],
  [
    /checksum|download|Error (?:retrieving|getting) (?:file|ISO)|bad response code|\biso_urls?\b/i,
    'download',
  ],
  [/waiting for IP|boot_command|boot command|Qemu failed to start|VNC/i, 'boot'],
  [/Error (?:launching|starting) (?:the )?(?:VM|virtual machine|instance)|failed to power on/i, 'boot'],
];

const STEP = /^==> ([^:]+): (.*)$/;
/** "Build 'x' errored: why", in later versions with the time that it took. */
const ERRORED = /^Build '[^']*' errored(?: after [^:]*)?: ([^]*)$/;
const MADE = /^--> [^:]+: (.*)$/;
/** What the null builder says of its artifact. */
const NOTHING_MADE = 'Did not export anything';
const LONGEST_STEP = 80;
const LONGEST_REASON = 500;

/** Follows the output of one build, in either form; colours do not matter. */
export function createBuildProgress(): BuildProgress {
  let phase: FailureClass = 'builder';
  let provisionerFailed = false;
  let reason: string | undefined;
  let lastError: string | undefined;
  let made: string | undefined;
  let finished = false;
  const files: string[] = [];
  const told = new Map<string, string>();

  const takeText = (raw: string, error: boolean): string | undefined => {
    const text = stripVTControlCharacters(raw).replace(/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d): /, '');
    const errored = ERRORED.exec(text.trim());
    if (errored) reason ??= errored[1];
    if (text.includes('Provisioning step had errors')) provisionerFailed = true;
    if (/Builds finished. The artifacts of successful builds are:/.test(text)) finished = true;
    const artifact = finished ? MADE.exec(text) : null;
    if (artifact) made = artifact[1];
    const step = STEP.exec(text);
    if (error || /^(?:\* |Error)/.test(text.trim())) lastError = step?.[2] ?? text.trim();
    if (!step || error) return undefined;
    const named = step[2] ?? '';
    phase = STEPS.findLast(([pattern]) => pattern.test(named))?.[1] ?? phase;
    return named.slice(0, LONGEST_STEP);
  };
  return {
    take(line) {
      if (line.kind === 'artifact') {
        if (line.field === 'file') files.push(line.values[1] ?? '');
        else if (line.field !== 'end') told.set(line.field, line.values.join(','));
        return undefined;
      }
      if (line.kind === 'other') return undefined;
      return line.text
        .split('\n')
        .reduce<string | undefined>((step, text) => takeText(text, line.error) ?? step, undefined);
    },
    image() {
      const string = told.get('string') ?? made ?? '';
      if (string.startsWith(NOTHING_MADE)) return undefined;
      const images = files.filter((file) => file !== '').join(', ');
      const id = told.get('id') ?? '';
      return images || (/^(?:VM|Null|)$/.test(id) ? string : id) || undefined;
    },
    failure() {
      const why = (reason ?? lastError)?.trim().slice(0, LONGEST_REASON);
      const failure = provisionerFailed
        ? 'provisioner'
        : (ERRORS.find(([pattern]) => pattern.test(why ?? ''))?.[1] ?? phase);
      return { failure, reason: why === '' ? undefined : why };
    },
  };
}
