import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { runTool, testWith } from '../rig/tool.ts';
import { announce, byDialect, complaintsOf, distinctFiles } from './distinct.ts';
import { renderedFile, renderedFiles, type RenderedFile } from './rendered.ts';

/**
 * The version of kickstart's language that a release's installer speaks, as ksvalidator names it. Before RHEL 3 the
 * language is that of RHEL 3, which is the oldest that is known; the rest of the family follows Red Hat's numbers.
 */
function syntaxOf({ dist, version }: RenderedFile): string {
  if (dist === 'fedora') return `F${version}`;
  const release = Number(version.replace('stream-', '').split('.')[0]);
  return `RHEL${Math.max(3, release)}`;
}

/**
 * What ksvalidator calls deprecated for the oldest release it knows, and the installers of 2.1 to 4 want all the same:
 * without --resolvedeps they stop and ask, and --medium and "zerombr yes" are how 2.1 knows them.
 */
const OLD_OPTIONS =
  /^Ignoring deprecated option on line \d+: +The (--medium option|zerombr command|--resolvedeps option) .*$/;

function isOldOption(line: string, syntax: string): boolean {
  return /^RHEL[34]$/.test(syntax) && OLD_OPTIONS.test(line);
}

/** What ksvalidator says of texts, without what it says of each: the names of files, and blank lines. */
function validate(syntax: string, files: readonly { readonly text: string }[]): readonly string[] {
  const folder = temporaryFolder();
  const names = files.map((_, at) => `${at}.cfg`);
  writeFiles(folder, Object.fromEntries(files.map(({ text }, at) => [`${at}.cfg`, text])));
  const { status, text } = runTool('ksvalidator', ['-v', syntax, ...names], { cwd: folder });
  const lines = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('Checking kickstart file '));
  const said = lines.filter((line) => !isOldOption(line, syntax));
  return status !== 0 && lines.length === 0 ? [`status ${status}`] : said;
}

testWith(test, ['ksvalidator'], 'a kickstart is what its release takes', async () => {
  const all = (await renderedFiles()).filter(({ dest }) => dest === 'ks.cfg');
  const distinct = distinctFiles(all, syntaxOf);
  announce('kickstarts', all, distinct);
  const complaints: string[] = [];
  for (const [syntax, files] of byDialect(distinct)) {
    complaints.push(...complaintsOf(files, (some) => validate(syntax, some)));
  }
  assert.equal(complaints, []);
});

testWith(test, ['ksvalidator'], 'a kickstart for another release, or with a slip, is refused', async () => {
  const { text } = await renderedFile('qemu/rhel-9.5-x86_64', 'ks.cfg');
  assert.equal(validate('RHEL9', [{ text }]), []);
  assert.equal(validate('RHEL9', [{ text: text.replace('--initlabel', '--initlable') }]), [
    'The following problem occurred on line 25 of the kickstart file:',
    'unrecognized arguments: --initlable',
  ]);
  assert.match(validate('RHEL8', [{ text }]).join('\n'), 'Unknown command: timesource');
  const open = { text: text.replace(/%end\n$/, '') };
  assert.match(validate('RHEL9', [open]).join('\n'), 'Section %post does not end with %end.');
});

test.run();
