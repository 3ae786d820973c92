import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planWatch } from '../../src/watch/folders.ts';

const FOLDERS = [
  { path: '/w/data' },
  { path: '/home/u/.config/osimager', names: ['secrets', 'locations'] },
  { path: '/w', names: ['osimager.config.ts'] },
];
const THERE = new Set(['/', '/w', '/w/data', '/home', '/home/u']);
const plan = planWatch(FOLDERS, ['/w/out', '/w/data/tree'], (folder) => THERE.has(folder));

test('folders are watched from above, from the nearest that is there', () => {
  assert.equal(plan.roots, ['/w', '/home/u']);
});

test('what matters is what is in the folders, by name where names are given', () => {
  const paths = {
    '/w/data': true,
    '/w/data/specs/a/spec.toml': true,
    '/w/osimager.config.ts': true,
    '/w/README.md': false,
    '/w/out/p/l/n/x': false,
    '/w/data/tree/x': false,
    '/w/database/x': false,
    '/home/u/.config/osimager/secrets': true,
    '/home/u/.config/osimager/secrets.old': false,
    '/home/u/.config/osimager/locations/lab.toml': true,
    '/home/u/.config/other': false,
  };
  assert.equal(Object.fromEntries(Object.keys(paths).map((path) => [path, plan.matters(path)])), paths);
});

test('folders on the way to what matters are watched, and no others', () => {
  const folders = {
    '/w/data/specs/a': true,
    '/w/node_modules': false,
    '/w/out': false,
    '/home/u/.config': true,
    '/home/u/.config/osimager': true,
    '/home/u/.config/osimager/locations': true,
    '/home/u/.config/osimager/other': false,
    '/home/u/.cache': false,
  };
  assert.equal(Object.fromEntries(Object.keys(folders).map((path) => [path, plan.leadsTo(path)])), folders);
});

test.run();
