import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { runTool, testWith } from '../rig/tool.ts';
import { distinctFiles, withoutNames } from './distinct.ts';
import { renderedFile, renderedFiles } from './rendered.ts';
import { playbookParts, shellParts, type ShellPart } from './shell-parts.ts';

/** SC2016 warns of dollars between single quotes: password hashes have them. SC2050 of constant tests: names are filled in. */
const EXCLUDED = 'SC2016,SC2050';

/** What the shell and shellcheck say of parts, by name of the part. */
function complaintsOf(parts: readonly ShellPart[], tool: 'sh' | 'shellcheck'): readonly string[] {
  const folder = temporaryFolder();
  writeFiles(folder, Object.fromEntries(parts.map(({ text }, at) => [`${at}.sh`, text])));
  const named = (said: string) =>
    said.replaceAll(/^(?:sh: \d+: )?(\d+)\.sh/gm, (_, at: string) => parts[Number(at)]?.name ?? at);
  if (tool === 'shellcheck') {
    const files = parts.map((_, at) => `${at}.sh`);
    const args = ['--shell=sh', '--format=gcc', `--exclude=${EXCLUDED}`, ...files];
    const { status, text } = runTool('shellcheck', args, { cwd: folder });
    return status === 0 ? [] : named(text).trim().split('\n');
  }
  return parts.flatMap((_, at) => {
    const { status, text } = runTool('sh', ['-n', `${at}.sh`], { cwd: folder });
    return status === 0 ? [] : [named(text).trim()];
  });
}

/** Each different piece of shell once, named for the first file that has it. */
async function distinctParts(): Promise<{ readonly all: number; readonly distinct: readonly ShellPart[] }> {
  const rendered = await renderedFiles();
  const found = new Map<string, ShellPart>();
  let all = 0;
  const add = (place: string, parts: readonly ShellPart[], masked = (text: string) => text) => {
    all += parts.length;
    for (const { name, text } of parts) {
      if (!found.has(masked(text))) found.set(masked(text), { name: `${place} ${name}`, text });
    }
  };
  for (const file of distinctFiles(rendered.filter(({ dest }) => dest !== '.env'))) {
    const place = `${file.platform}/${file.spec} ${file.dest} (${file.circumstances.name})`;
    add(place, shellParts(file), (text) => withoutNames({ ...file, text }));
  }
  add('data/files/esxi/clean.sh', [
    { name: 'all of it', text: readFileSync('data/files/esxi/clean.sh', 'utf8') },
  ]);
  const playbooks = readdirSync('data', { recursive: true, encoding: 'utf8' });
  for (const path of playbooks.filter((name) => /^(config.*|tasks[/\\].*)\.yml$/.test(name)).sort()) {
    add(`data/${path}`, playbookParts(readFileSync(`data/${path}`, 'utf8')));
  }
  return { all, distinct: [...found.values()] };
}

testWith(
  test,
  ['sh', 'shellcheck'],
  'shell in any file is what a POSIX shell takes, and shellcheck too',
  async () => {
    const { all, distinct } = await distinctParts();
    process.stdout.write(`${distinct.length} distinct pieces of shell of ${all}\n`);
    assert.equal(complaintsOf(distinct, 'sh'), []);
    assert.equal(complaintsOf(distinct, 'shellcheck'), []);
  },
);

testWith(test, ['bash'], 'an environment file is what bash takes, one variable a line', async () => {
  const all = (await renderedFiles()).filter(({ dest }) => dest === '.env');
  const distinct = distinctFiles(all);
  process.stdout.write(`${distinct.length} distinct environment files of ${all.length}\n`);
  for (const { text } of distinct) {
    assert.equal(runTool('bash', ['-n'], { input: text }), { status: 0, text: '' });
    assert.match(text, /^([A-Z][A-Z0-9_]*=[^\n]*\n)+$/);
  }
});

testWith(test, ['sh', 'shellcheck', 'bash'], 'shell with a slip is refused, wherever it lies', async () => {
  const broken = async (target: string, dest: string, from: string, to: string) => {
    const { text } = await renderedFile(target, dest);
    assert.match(text, from, `${dest} has what is to be broken`);
    return complaintsOf(shellParts({ dest, text: text.replace(from, to) }), 'sh');
  };
  const refused = {
    kickstart: await broken('qemu/rhel-9.5-x86_64', 'ks.cfg', '\nfi\n%end', '\n%end'),
    esxi: await broken('vmware/esxi-8.0U3-x86_64', 'KS.CFG', 'vim-cmd hostsvc/start_ssh', "vim-cmd 'x"),
    preseed: await broken('qemu/debian-12.5-x86_64', 'preseed.cfg', '  fi; \\', '  \\'),
    autoinstall: await broken('qemu/ubuntu-24.04-x86_64', 'user-data', '      fi\n', ''),
    autoyast: await broken('qemu/sles-15.5-x86_64', 'autoinst.xml', '\nfi\n', '\n'),
    agama: await broken('qemu/sles-16.0-x86_64', 'autoinst.json', '\\nfi\\n', '\\n'),
    alpine: await broken('qemu/alpine-3.21-x86_64', 'install.sh', '\ndone\n', '\n'),
    answers: await broken('qemu/alpine-3.21-x86_64', 'answers', "TIMEZONEOPTS='", 'TIMEZONEOPTS='),
    freebsd: await broken('qemu/freebsd-14.3-x86_64', 'installerconfig', '\nfi\n', '\n'),
    template: complaintsOf(
      shellParts({
        dest: 'template.json',
        text: JSON.stringify({ provisioners: [{ type: 'shell', inline: ['if true; then'] }] }),
      }),
      'sh',
    ),
    playbook: complaintsOf(playbookParts('- ansible.builtin.raw: "if [ {{ x }} ]; then"\n'), 'sh'),
  };
  for (const [what, said] of Object.entries(refused)) {
    assert.match(said.join('\n'), /Syntax error/, what);
  }
  assert.equal(
    complaintsOf([{ name: 'careless', text: 'cd $(pwd)\nrm -rf $HOME/x\n' }], 'shellcheck').length > 0,
    true,
  );
  assert.is(runTool('bash', ['-n'], { input: "A='b\n" }).status, 2);
});

test.run();
