import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { createHostsFile } from '../../src/edge/hosts-file.ts';
import { complaints } from '../rig/complaints.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';

const HINT = 'it holds {"host.example": "192.168.1.2"}';

/** What a `hosts.json` comes to, read twice, and what was said of it. */
function read(content: unknown) {
  const folder = temporaryFolder();
  if (content !== undefined) writeFiles(folder, { 'hosts.json': content });
  const file = `${folder}/hosts.json`;
  const said: Diagnostic[] = [];
  const hosts = createHostsFile(file, (diagnostic) => said.push(diagnostic));
  hosts();
  const found = hosts();
  return { file, hosts: found && Object.fromEntries(found), said: complaints(said) };
}

test('names are kept in lower case', () => {
  const { hosts, said } = read({ 'H.lab.test': '10.0.0.1', 'g.lab.test': '10.0.0.2' });
  assert.equal([hosts, said], [{ 'h.lab.test': '10.0.0.1', 'g.lab.test': '10.0.0.2' }, []]);
});

test('where there is no file there are no hosts to speak of, and nothing is said', () => {
  const { hosts, said } = read(undefined);
  assert.equal([hosts, said], [undefined, []]);
});

test('a file that is not a mapping names no host, and is complained about once', () => {
  for (const content of ['{', 'null', '[]', '"x"', Uint8Array.of(0xff)]) {
    const { file, hosts, said } = read(content);
    assert.equal(hosts, {}, String(content));
    assert.equal(said, [`warning syntax: ${file} cannot be read | ${HINT}`], String(content));
  }
});

test('an entry that is no IPv4 text is warned of by name, and the others count', () => {
  const odd = { n: 5, o: { a: 1 }, z: null, e: '', six: '::1', name: 'h.lab.test' };
  const { file, hosts, said } = read({ ...odd, good: '10.0.0.1' });
  assert.equal(hosts, { good: '10.0.0.1' });
  assert.equal(
    said,
    Object.keys(odd).map(
      (name) => `warning syntax: ${file}: the address of "${name}" is no IPv4 address | ${HINT}`,
    ),
  );
});

test.run();
