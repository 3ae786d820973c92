/**
 * The rules of a Windows answer file, from Microsoft's "Unattended Windows Setup Reference": which component belongs to
 * which pass, what it may hold, and what an order of commands or partitions is. Windows itself has no tool that checks a
 * file without the catalogue of an image; Setup stops at what it does not know.
 */
import type { Element } from './xml.ts';

/** The passes in the order in which Setup goes through them. */
const PASSES = [
  'windowsPE',
  'offlineServicing',
  'generalize',
  'specialize',
  'auditSystem',
  'auditUser',
  'oobeSystem',
];

/** Component → pass → the settings that the data gives it there. */
const COMPONENTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'Microsoft-Windows-International-Core-WinPE': {
    windowsPE: ['SetupUILanguage', 'InputLocale', 'SystemLocale', 'UILanguage', 'UserLocale'],
  },
  'Microsoft-Windows-Setup': {
    windowsPE: ['RunSynchronous', 'DiskConfiguration', 'ImageInstall', 'UserData'],
  },
  'Microsoft-Windows-International-Core': {
    oobeSystem: ['InputLocale', 'SystemLocale', 'UILanguage', 'UserLocale'],
  },
  'Microsoft-Windows-ServerManager-SvrMgrNc': { specialize: ['DoNotOpenServerManagerAtLogon'] },
  'Microsoft-Windows-Deployment': { specialize: ['RunSynchronous'] },
  'Microsoft-Windows-Shell-Setup': {
    specialize: ['ComputerName', 'TimeZone'],
    oobeSystem: ['OOBE', 'UserAccounts', 'AutoLogon', 'FirstLogonCommands'],
  },
};

/** What every component says of itself. */
const IDENTITY = { publicKeyToken: '31bf3856ad364e35', language: 'neutral', versionScope: 'nonSxS' };

/** Settings that stand in lists: each says that it is added. */
const LISTED = /^(Disk|CreatePartition|ModifyPartition|MetaData|(Run)?SynchronousCommand)$/;

/** How the disk is divided. */
export type Layout = 'GPT' | 'MBR';

/** All elements of a name below an element. */
function within(element: Element, name: string): readonly Element[] {
  return element.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...within(child, name),
  ]);
}

/** The text of the element at a path below an element; empty where there is none. */
function textAt(element: Element | undefined, ...path: readonly string[]): string {
  const found = path.reduce<Element | undefined>(
    (at, name) => at?.children.find((child) => child.name === name),
    element,
  );
  return found?.text ?? '';
}

/** Whether the disk is GPT or MBR: an EFI system partition is what makes the difference. */
export function layoutOf(root: Element): Layout {
  return within(root, 'CreatePartition').some((partition) => textAt(partition, 'Type') === 'EFI')
    ? 'GPT'
    : 'MBR';
}

/** What an answer file breaks of the rules, for a processor architecture (`amd64`, `arm64`). */
export function unattendFaults(root: Element, architecture: string): readonly string[] {
  const settings = root.children;
  const namespace =
    root.name === 'unattend' && root.attributes.xmlns === 'urn:schemas-microsoft-com:unattend';
  return [
    ...(namespace ? [] : ['the root is not <unattend> of its namespace']),
    ...passFaults(
      settings.map(({ name, attributes }) => (name === 'settings' ? attributes.pass : name) ?? ''),
    ),
    ...settings.flatMap((pass) =>
      pass.children.flatMap((part) => componentFaults(part, pass.attributes.pass ?? '', architecture)),
    ),
    ...(within(root, 'Order').length === 0 ? ['nothing has an order'] : []),
    ...orderFaults(root),
    ...listFaults(root),
    ...diskFaults(root),
    ...accountFaults(root),
  ];
}

function passFaults(passes: readonly string[]): readonly string[] {
  const unknown = passes.filter((pass) => !PASSES.includes(pass)).map((pass) => `there is no pass ${pass}`);
  const places = passes.map((pass) => PASSES.indexOf(pass));
  const ordered = places.every((place, at) => at === 0 || place > (places[at - 1] ?? -1));
  return [...unknown, ...(ordered ? [] : [`passes out of order, or twice: ${passes.join(', ')}`])];
}

function componentFaults(component: Element, pass: string, architecture: string): readonly string[] {
  const { name = '', processorArchitecture, ...identity } = component.attributes;
  const known = COMPONENTS[name]?.[pass];
  if (!known) return [`${name} does not belong to the pass ${pass}`];
  const wrong = Object.entries(IDENTITY).filter(([key, value]) => identity[key] !== value);
  return [
    ...(processorArchitecture === architecture
      ? []
      : [`${name} is for ${processorArchitecture ?? 'nothing'}`]),
    ...wrong.map(([key]) => `${name} has another ${key}`),
    ...component.children
      .filter((setting) => !known.includes(setting.name))
      .map((setting) => `${name} knows no ${setting.name} in ${pass}`),
  ];
}

/** Orders count from 1, without a gap, in every list. */
function orderFaults(element: Element): readonly string[] {
  const orders = element.children.flatMap((child) => child.children.filter(({ name }) => name === 'Order'));
  const gap = orders.findIndex(({ text }, at) => text !== String(at + 1));
  return [
    ...(gap < 0 ? [] : [`${element.name}: order ${orders[gap]?.text ?? ''} at place ${gap + 1}`]),
    ...element.children.flatMap(orderFaults),
  ];
}

function listFaults(element: Element): readonly string[] {
  return element.children.flatMap((child) => [
    ...(LISTED.test(child.name) && child.attributes['wcm:action'] !== 'add'
      ? [`${child.name} is not added`]
      : []),
    ...listFaults(child),
  ]);
}

/** Partitions of a GPT disk and of an MBR disk, and where Windows goes. */
const TYPES: Readonly<Record<Layout, string>> = { GPT: 'EFI MSR Primary', MBR: 'Primary Primary' };

function diskFaults(root: Element): readonly string[] {
  const created = within(root, 'CreatePartition');
  const modified = within(root, 'ModifyPartition');
  const layout = layoutOf(root);
  const types = created.map((partition) => textAt(partition, 'Type')).join(' ');
  const sized = created.every((part) => (textAt(part, 'Size') === '') !== (textAt(part, 'Extend') === ''));
  const windows = modified.find((partition) => textAt(partition, 'Letter') === 'C');
  const target = textAt(within(root, 'InstallTo')[0], 'PartitionID');
  const active = modified.filter((partition) => textAt(partition, 'Active') === 'true').length;
  const image = within(root, 'MetaData')[0];
  const imageKey = textAt(image, 'Key');
  return [
    ...(types === TYPES[layout] ? [] : [`a ${layout} disk of ${types}`]),
    ...(sized ? [] : ['a partition has a size and fills the disk, or neither']),
    ...(modified.length === created.length ? [] : ['not every partition is formatted or left alone']),
    ...(target !== '' && textAt(windows, 'PartitionID') === target
      ? []
      : ['Windows is not installed to drive C']),
    ...(active === (layout === 'MBR' ? 1 : 0) ? [] : [`${active} active partitions on a ${layout} disk`]),
    ...(/^\/IMAGE\/(NAME|INDEX)$/.test(imageKey) && textAt(image, 'Value') !== ''
      ? []
      : ['no image is chosen']),
    ...(imageKey === '/IMAGE/INDEX' && !/^[1-9][0-9]*$/.test(textAt(image, 'Value'))
      ? ['an image has no number']
      : []),
    ...within(root, 'ProductKey').flatMap((key) =>
      /^([A-Z0-9]{5}-){4}[A-Z0-9]{5}$/.test(textAt(key, 'Key')) ? [] : ['a product key is not 5 groups of 5'],
    ),
  ];
}

/** Setup logs on by itself as the administrator whose password it has set, once. */
function accountFaults(root: Element): readonly string[] {
  const administrator = textAt(within(root, 'AdministratorPassword')[0], 'Value');
  const logon = within(root, 'AutoLogon')[0];
  const computer = within(root, 'ComputerName')[0]?.text ?? '';
  return [
    ...(administrator === '' ? ['the administrator has no password'] : []),
    ...(textAt(logon, 'Password', 'Value') === administrator ? [] : ['the logon has another password']),
    ...(textAt(logon, 'LogonCount') === '1' ? [] : ['the logon is not once']),
    ...(/^(?!-)[A-Za-z0-9-]{1,15}(?<!-)$/.test(computer) ? [] : [`no computer can be called ${computer}`]),
  ];
}
