/**
 * The commands of an ESXi kickstart and their options, from VMware's "Installation and Setup Script Commands". ESXi's
 * language only looks like that of Enterprise Linux, and there is no tool that checks it but its installer.
 */

interface Command {
  /** Options: with a value or without. */
  readonly options?: Readonly<Record<string, 'value' | 'flag'>>;
  /** What else stands on the line. */
  readonly operand?: RegExp;
}

const ADDRESS = /^\d+\.\d+\.\d+\.\d+(,\d+\.\d+\.\d+\.\d+)*$/;

const COMMANDS: Readonly<Record<string, Command>> = {
  vmaccepteula: {},
  install: {
    options: {
      firstdisk: 'flag',
      disk: 'value',
      overwritevmfs: 'flag',
      preservevmfs: 'flag',
      novmfsondisk: 'flag',
      ignoressd: 'flag',
    },
  },
  rootpw: { options: { iscrypted: 'flag' }, operand: /^\$6\$[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{86}$/ },
  keyboard: { operand: /^'[A-Z][A-Za-z ]*'$/ },
  network: {
    options: {
      bootproto: 'value',
      device: 'value',
      ip: 'value',
      netmask: 'value',
      gateway: 'value',
      nameserver: 'value',
      hostname: 'value',
      vlanid: 'value',
      addvmportgroup: 'value',
    },
  },
  reboot: { options: { noeject: 'flag' } },
};

/** Commands that every file needs, each once. */
const NEEDED = ['vmaccepteula', 'install', 'rootpw', 'network', 'reboot'];

/** What a kickstart of ESXi breaks of the rules, as `line 3: ...`. */
export function esxiFaults(text: string): readonly string[] {
  const lines = text.split('\n');
  const section = lines.findIndex((line) => line.startsWith('%'));
  const head = section < 0 ? lines : lines.slice(0, section);
  const commands = head.map((line) => line.trim().split(/\s+/)[0] ?? '');
  const faults = head.flatMap((line, at) => lineFaults(line).map((fault) => `line ${at + 1}: ${fault}`));
  for (const name of NEEDED) {
    const count = commands.filter((command) => command === name).length;
    if (count !== 1) faults.push(`${name} stands there ${count} times`);
  }
  for (const line of section < 0 ? [] : lines.slice(section).filter((each) => each.startsWith('%'))) {
    if (!/^%(firstboot|post|pre)( --interpreter=(busybox|python))?$/.test(line))
      faults.push(`no section ${line}`);
  }
  return faults;
}

function lineFaults(line: string): readonly string[] {
  if (line.trim() === '' || line.startsWith('#')) return [];
  const [name = '', ...words] = line.match(/'[^']*'|\S+/g) ?? [];
  const command = COMMANDS[name];
  if (!command) return [`there is no command ${name}`];
  const options = words.filter((word) => word.startsWith('--'));
  const operands = words.filter((word) => !word.startsWith('--'));
  return [
    ...options.flatMap((option) => optionFaults(name, command, option)),
    ...operandFaults(name, command, operands),
    ...(name === 'network' ? networkFaults(options) : []),
  ];
}

function optionFaults(name: string, { options = {} }: Command, option: string): readonly string[] {
  const [, key = '', value] = /^--([a-z]+)(?:=(.+))?$/.exec(option) ?? [];
  const kind = options[key];
  if (!kind) return [`${name} has no option ${option}`];
  // A filter of disks may follow --firstdisk.
  const fits = kind === 'value' ? value !== undefined : value === undefined || key === 'firstdisk';
  return fits ? [] : [`${option} ${kind === 'value' ? 'wants a value' : 'takes no value'}`];
}

function operandFaults(name: string, { operand }: Command, operands: readonly string[]): readonly string[] {
  if (!operand) return operands.map((word) => `${name} takes no ${word}`);
  return operands.length === 1 && operand.test(operands[0] ?? '')
    ? []
    : [`${name} cannot have ${operands.join(' ')}`];
}

function networkFaults(options: readonly string[]): readonly string[] {
  const given = new Map(options.map((option) => [option.replace(/=.*$/, ''), option.replace(/^[^=]*=/, '')]));
  const fixed = given.get('--bootproto') === 'static';
  const wanted = ['--ip', '--netmask'].filter((key) => fixed && !given.has(key));
  const addresses = ['--ip', '--netmask', '--gateway', '--nameserver'].filter((key) => given.has(key));
  return [
    ...(/^(static|dhcp)$/.test(given.get('--bootproto') ?? '') ? [] : ['--bootproto is static or dhcp']),
    ...wanted.map((key) => `a fixed address wants ${key}`),
    ...(fixed ? [] : addresses.map((key) => `${key} is for a fixed address`)),
    ...addresses.filter((key) => !ADDRESS.test(given.get(key) ?? '')).map((key) => `${key} is no address`),
  ];
}
