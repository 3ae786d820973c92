import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { runTool, testWith } from '../rig/tool.ts';
import { announce, complaintsOf, distinctFiles } from './distinct.ts';
import { renderedFile, renderedFiles } from './rendered.ts';

/** What debconf-set-selections says of preseed files. It reads them as one text, so lines are counted on. */
function validate(files: readonly { readonly text: string }[]): readonly string[] {
  const folder = temporaryFolder();
  writeFiles(folder, Object.fromEntries(files.map(({ text }, at) => [`${at}.cfg`, text])));
  const names = files.map((_, at) => `${at}.cfg`);
  const { status, text } = runTool('debconf-set-selections', ['--checkonly', ...names], { cwd: folder });
  const said = text.split('\n').filter((line) => line !== '');
  return status !== 0 && said.length === 0 ? [`status ${status}`] : said;
}

testWith(test, ['debconf-set-selections'], 'a preseed file is what debconf takes', async () => {
  const all = (await renderedFiles()).filter(({ dest }) => /(^|\/)preseed\.cfg$/.test(dest));
  const distinct = distinctFiles(all, ({ dist, version }) => `${dist} ${version.split('.')[0] ?? ''}`);
  announce('preseed files', all, distinct);
  assert.equal(complaintsOf(distinct, validate), []);
});

testWith(test, ['debconf-set-selections'], 'a preseed file with a slip is refused', async () => {
  const { text } = await renderedFile('qemu/debian-12.5-x86_64', 'preseed.cfg');
  assert.equal(validate([{ text }]), []);
  const unfinished = {
    text: text.replace(/^d-i partman-auto\/method string regular$/m, 'd-i partman-auto/method'),
  };
  assert.match(validate([unfinished]).join('\n'), /^error: .*partman-auto\/method/m);
  const wrongType = { text: text.replace('partman/confirm boolean true', 'partman/confirm bolean true') };
  assert.match(validate([wrongType]).join('\n'), 'Unknown type bolean');
});

test.run();
