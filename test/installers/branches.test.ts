import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { branchMarks, lineMarks, markSource } from './branches.ts';
import { CIRCUMSTANCES } from './circumstances.ts';
import { distinctFiles } from './distinct.ts';
import { filesOf, renderedFiles, renderTree, type RenderedFile } from './rendered.ts';

/** What in `data/files` is no source of an artifact: provisioners read these where they lie. */
const READ_IN_PLACE = ['esxi/clean.sh', 'windows/ansible-password.yml', 'windows/disable-winrm.ps1'];

function sourcePaths(): readonly string[] {
  const paths = readdirSync('data/files', { recursive: true, withFileTypes: true });
  return paths
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice('data/files/'.length))
    .filter((path) => !READ_IN_PLACE.includes(path))
    .sort();
}

/**
 * One installer file of each shape on each platform: their texts, names aside, are those that are held against their
 * tools, which do not tell platforms apart.
 */
async function checkedFiles(): Promise<readonly RenderedFile[]> {
  const all = await renderedFiles();
  const installers = all.filter(({ dest }) => dest !== '.env' && dest !== 'template.json');
  return distinctFiles(installers, ({ platform }) => platform);
}

test('every installer source is in a file that is checked', async () => {
  const used = new Set((await checkedFiles()).flatMap(({ sources }) => sources));
  const unused = sourcePaths().filter((path) => !used.has(`data/files/${path}`));
  process.stdout.write(
    `${sourcePaths().length - unused.length} of ${sourcePaths().length} installer sources\n`,
  );
  assert.equal(unused, []);
});

test('every branch of every installer source is in a file that is checked', async () => {
  const workspace = temporaryFolder();
  cpSync('data', join(workspace, 'data'), { recursive: true });
  const sources = sourcePaths().map(
    (path) => [path, markSource(path, readFileSync(`data/files/${path}`, 'utf8'))] as const,
  );
  writeFiles(workspace, Object.fromEntries(sources.map(([path, { text }]) => [`data/files/${path}`, text])));
  const taken = new Set<string>();
  const ways = new Map<string, Set<string>>();
  const checked = await checkedFiles();
  for (const circumstances of CIRCUMSTANCES) {
    const targets = checked
      .filter((file) => file.circumstances === circumstances)
      .map(({ platform, location, spec }) => `${platform}/${location}/${spec}`);
    const tree = await renderTree(workspace, circumstances, [...new Set(targets)]);
    for (const { text } of filesOf(tree, circumstances)) {
      for (const mark of branchMarks(text)) taken.add(mark);
      for (const [mark, line] of lineMarks(text)) ways.set(mark, (ways.get(mark) ?? new Set()).add(line));
    }
  }
  const branches = sources.flatMap(([, marked]) => marked.branches);
  const lines = sources.flatMap(([, marked]) => marked.lines);
  const missing = [
    ...branches.filter((mark) => !taken.has(mark)),
    ...lines.filter((mark) => (ways.get(mark)?.size ?? 0) < 2),
  ];
  const reached = branches.length + lines.length - missing.length;
  process.stdout.write(`${reached} of ${branches.length + lines.length} branches of installer sources\n`);
  assert.equal(missing, []);
});

test('branches are marked in blocks and in lines with a condition', () => {
  const text =
    'a\n{{#if x}}\nb\n{{#each y}}{{this}}{{/each}}\n{{else}}\nc\n{{/if}}\n{{#unless z}}d{{/unless}}\n';
  assert.equal(markSource('t.hbs', text), {
    text: [
      'a',
      '{{#if x}}',
      '@@t.hbs:2:1 then@@b',
      '{{#each y}}@@t.hbs:4:1 then@@{{this}}{{/each}}',
      '{{else}}',
      '@@t.hbs:2:1 else@@c',
      '{{/if}}',
      '{{#unless z}}@@t.hbs:8:1 then@@d{{else}}@@t.hbs:8:1 else@@{{/unless}}',
      '',
    ].join('\n'),
    branches: ['t.hbs:2:1 then', 't.hbs:4:1 then', 't.hbs:2:1 else', 't.hbs:8:1 then', 't.hbs:8:1 else'],
    lines: [],
  });
  const plain = markSource('t.cfg', "a\nb E>'x' if >>y<< else ''<E\n");
  assert.equal(plain, {
    text: "a\n@@t.cfg:2 line@@b E>'x' if >>y<< else ''<E\n",
    branches: [],
    lines: ['t.cfg:2 line'],
  });
  assert.equal(branchMarks('x@@t.hbs:2:1 then@@b@@t.cfg:2 line@@c'), ['t.hbs:2:1 then']);
  assert.equal([...lineMarks('x\n@@t.cfg:2 line@@b x\n')], [['t.cfg:2 line', 'b x']]);
  assert.throws(
    () => markSource('t.hbs', '{{#if x}}{{else if y}}{{/if}}'),
    't.hbs: {{else if}} is not known here',
  );
});

test.run();
