import { XMLParser } from 'fast-xml-parser';
import { parse } from 'yaml';
import type { RenderedFile } from './rendered.ts';

/** A piece of shell in a file that is otherwise something else. */
export interface ShellPart {
  /** Which piece of its file it is, for instance `%post 2`. */
  readonly name: string;
  readonly text: string;
}

type Reader = (text: string) => readonly ShellPart[];

/** The readers by file name. What is not here has no shell in it. */
const READERS: Readonly<Record<string, Reader>> = {
  '.env': whole,
  answers: whole,
  'install.sh': whole,
  installerconfig: installerParts,
  'ks.cfg': kickstartParts,
  'KS.CFG': kickstartParts,
  'preseed.cfg': preseedParts,
  'http/preseed.cfg': preseedParts,
  'user-data': autoinstallParts,
  'autoinst.xml': autoyastParts,
  'autoinst.json': agamaParts,
  'template.json': templateParts,
};

/** The pieces of a file that a POSIX shell runs, as the shell gets them. */
export function shellParts({ dest, text }: Pick<RenderedFile, 'dest' | 'text'>): readonly ShellPart[] {
  return READERS[dest]?.(text) ?? [];
}

function whole(text: string): readonly ShellPart[] {
  return [{ name: 'all of it', text }];
}

/** bsdinstall(8): what stands before the first line of a script is read by the installer's shell, the rest is a script. */
function installerParts(text: string): readonly ShellPart[] {
  const at = text.indexOf('\n#!/bin/sh\n') + 1;
  return [
    { name: 'preamble', text: text.slice(0, at) },
    { name: 'setup script', text: text.slice(at) },
  ];
}

/** Sections end at %end; in releases before 6 at the next section, or at the end of the file. */
function kickstartParts(text: string): readonly ShellPart[] {
  const parts: { name: string; lines: string[] }[] = [];
  let part: { name: string; lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    if (/^%(pre|post|firstboot)\b/.test(line)) {
      part = { name: `${line.split(' ')[0] ?? ''} ${parts.length + 1}`, lines: [] };
      parts.push(part);
    } else if (/^%(end|packages|addon)\b/.test(line)) {
      part = undefined;
    } else {
      part?.lines.push(line);
    }
  }
  return parts.map(({ name, lines }) => ({ name, text: `${lines.join('\n')}\n` }));
}

/** Commands are values of d-i questions, over lines that end in a backslash; debconf joins them. */
function preseedParts(text: string): readonly ShellPart[] {
  const joined = text.replaceAll(/\\\n/g, ' ');
  const commands = joined.matchAll(/^d-i (\S+(?:_|\/)command) string (.*)$/gm);
  return Array.from(commands, ([, name = '', command = '']) => ({ name, text: `${command}\n` }));
}

interface Autoinstall {
  readonly autoinstall?: Readonly<Record<string, readonly (string | readonly string[])[] | undefined>>;
}

function autoinstallParts(text: string): readonly ShellPart[] {
  if (!text.startsWith('#cloud-config')) return [];
  const { autoinstall = {} } = parse(text) as Autoinstall;
  return ['early-commands', 'late-commands', 'error-commands'].flatMap((key) =>
    (autoinstall[key] ?? []).flatMap((command, at) =>
      typeof command === 'string' ? [{ name: `${key} ${at + 1}`, text: `${command}\n` }] : [],
    ),
  );
}

interface AutoyastScript {
  readonly filename: string;
  readonly source: string;
}

function autoyastParts(text: string): readonly ShellPart[] {
  const reader = new XMLParser({
    isArray: (name) => name === 'script',
    parseTagValue: false,
    trimValues: false,
  });
  const { profile } = reader.parse(text) as {
    readonly profile: {
      readonly scripts: Readonly<Record<string, string | { readonly script: readonly AutoyastScript[] }>>;
    };
  };
  return Object.values(profile.scripts).flatMap((group) =>
    typeof group === 'string'
      ? []
      : group.script.map(({ filename, source }) => ({ name: filename, text: source })),
  );
}

interface Agama {
  readonly scripts?: Readonly<Record<string, readonly { readonly name: string; readonly content: string }[]>>;
}

function agamaParts(text: string): readonly ShellPart[] {
  const { scripts = {} } = JSON.parse(text) as Agama;
  return Object.values(scripts).flatMap((group) =>
    group.map(({ name, content }) => ({ name, text: content })),
  );
}

interface Template {
  readonly provisioners?: readonly { readonly type: string; readonly inline?: readonly string[] }[];
  readonly builders?: readonly { readonly communicator?: string; readonly shutdown_command?: string }[];
}

/** Inline provisioners, and the command that shuts a POSIX system down. */
function templateParts(text: string): readonly ShellPart[] {
  const { provisioners = [], builders = [] } = JSON.parse(text) as Template;
  const inline = provisioners
    .filter(({ type }) => type === 'shell')
    .flatMap((provisioner) => (provisioner.inline ? [`${provisioner.inline.join('\n')}\n`] : []));
  const shutdown = builders.flatMap(({ communicator, shutdown_command: command }) =>
    command && communicator === 'ssh' ? [`${command}\n`] : [],
  );
  return [
    ...inline.map((script, at) => ({ name: `provisioner ${at + 1}`, text: script })),
    ...shutdown.map((command) => ({ name: 'shutdown_command', text: command })),
  ];
}

/** The inline provisioners of a template that PowerShell runs. */
export function powershellParts(text: string): readonly ShellPart[] {
  const { provisioners = [] } = JSON.parse(text) as Template;
  return provisioners
    .filter(({ type }) => type === 'powershell')
    .map(({ inline = [] }, at) => ({ name: `provisioner ${at + 1}`, text: `${inline.join('\n')}\n` }));
}

const POSIX_TASKS = /^ansible\.builtin\.(raw|shell)$/;
export const POWERSHELL_TASKS = /^ansible\.windows\.win_powershell$/;

/** Scripts in tasks of a playbook, by module, with a word in place of each expression of Jinja. */
export function playbookParts(text: string, modules = POSIX_TASKS): readonly ShellPart[] {
  const parts: ShellPart[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (modules.test(key)) parts.push(taskPart(value, inner));
      else visit(inner);
    }
  };
  visit(parse(text));
  return parts;
}

function taskPart(task: object, module: unknown): ShellPart {
  const name = 'name' in task ? String(task.name) : 'a task';
  const { cmd, script } = (typeof module === 'object' ? module : {}) as { cmd?: string; script?: string };
  const command = cmd ?? script ?? String(module);
  return { name, text: `${command.replaceAll(/\{\{.*?\}\}/gs, 'WORD').trimEnd()}\n` };
}
