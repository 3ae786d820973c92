import { chmodSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager } from '../rig/binary.ts';
import { readFiles, temporaryFolder, writeFiles } from '../rig/folder.ts';
import { writeWorkspace } from '../rig/workspace.ts';

const PARTS = {
  platforms: {
    bare: {
      arches: ['x86_64'],
      config: {
        type: 'null',
        paths: [
          '>>base_dir<<',
          '>>base_path<<',
          '>>data_path<<',
          '>>spec_dir<<',
          '>>install_path<<',
          '>>temp_dir<<',
        ],
        hashes: ['1>images/linux:password<1', '5>images/linux:password<5', '6>images/linux:password<6'],
        sums: ['#>cpus*3/2<#', "E>'%.3f' % (cpus / 3)<E", "E>sorted(['b', 'ä', 'Z', 'a'])<E"],
      },
      defs: { cpus: 4 },
    },
  },
  sources: { 'demo/ks.cfg': 'Größe >>name<< |>images/linux:password<|\n' },
  matrix: [
    { platform: 'bare', location: 'lab', spec: 'demo-*' },
    { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64', name: 'Ångström' },
  ],
};

const AROUND = [
  { LC_ALL: 'C', TZ: 'UTC' },
  { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', TZ: 'Pacific/Kiritimati' },
  { LC_ALL: 'sv_SE.UTF-8', LANG: 'sv_SE.UTF-8', TZ: 'America/St_Johns', USER: 'somebody' },
];

for (const secrets of ['deferred', 'inline']) {
  test(`the same input gives the same bytes wherever it lies, with ${secrets} secrets`, async () => {
    const trees: Record<string, string>[] = [];
    for (const [at, environment] of AROUND.entries()) {
      const workspace = writeWorkspace(PARTS, `${temporaryFolder()}/${'deep/'.repeat(at)}ws ${at}`);
      const home = temporaryFolder();
      writeFiles(home, {
        '.config/osimager/osimager.conf': '[osimager]\ncredential_source = config\n',
        '.config/osimager/secrets': 'images/linux password="correct horse"\n',
      });
      chmodSync(`${home}/.config/osimager/secrets`, 0o600);
      const args = ['generate', '--workspace', workspace, '--secrets', secrets];
      const outcome = await osimager(args, { cwd: home, environment: { ...environment, HOME: home } });
      assert.is(outcome.status, 0, outcome.stderr);
      const first = readFiles(`${workspace}/out`);
      await osimager([...args, '--force'], { cwd: home, environment: { ...environment, HOME: home } });
      assert.equal(readFiles(`${workspace}/out`), first);
      for (const text of Object.values(first)) {
        assert.not(text.includes(workspace) || text.includes(home), 'a path of the machine is in the tree');
      }
      trees.push(first);
    }
    assert.is(Object.keys(trees[0] ?? {}).length, 12);
    assert.equal(trees[1], trees[0]);
    assert.equal(trees[2], trees[0]);
  });
}

test('rows in another order, and the target alone, give the same bytes but for who asked', async () => {
  const [first, second] = [
    writeWorkspace(PARTS),
    writeWorkspace({ ...PARTS, matrix: [...PARTS.matrix].reverse() }),
  ];
  for (const cwd of [first, second]) await osimager(['generate'], { cwd });
  assert.equal(readFiles(`${first}/out`), readFiles(`${second}/out`));
  const alone = writeWorkspace(PARTS);
  await osimager(['generate', 'bare/lab/demo-1.0-x86_64', 'Ångström'], { cwd: alone });
  const folder = 'out/bare/lab/Ångström';
  const asked = Object.entries(readFiles(`${alone}/${folder}`)).map(([name, text]) => [
    name,
    text.replace('"requested_by": "command line"', '"requested_by": "matrix"'),
  ]);
  assert.equal(Object.fromEntries(asked), readFiles(`${first}/${folder}`));
});

test.run();
