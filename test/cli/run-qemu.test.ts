/** Real Packer with its qemu builder: a machine is installed from a medium, switched off, and its disk is there. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type Callback } from 'uvu';
import * as assert from 'uvu/assert';
import { bootIso } from '../rig/boot-iso.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { missingForRuns, testWith, type ToolName } from '../rig/tool.ts';
import { ledgerOf, writeRunWorkspace } from '../rig/run-workspace.ts';

const TOOLS: readonly ToolName[] = ['packer', 'qemu-system-x86_64', 'qemu-img'];
const missing = missingForRuns(TOOLS);
const test = suite("run with Packer's qemu builder");
const realTest = (name: string, run: Callback): void => {
  testWith(test, TOOLS, name, run, { missing });
};

realTest('a build from a bootable medium yields a disk image', async () => {
  const iso = bootIso();
  const media = temporaryFolder();
  writeFiles(media, { 'boot.iso': iso });
  const images = join(temporaryFolder(), 'images');
  const vm = {
    arches: ['x86_64'],
    config: {
      type: 'qemu',
      accelerator: 'none',
      headless: true,
      iso_url: join(media, 'boot.iso'),
      iso_checksum: `sha256:${createHash('sha256').update(iso).digest('hex')}`,
      communicator: 'none',
      disable_vnc: true,
      boot_wait: '1s',
      shutdown_timeout: '2m',
      disk_size: '8M',
      format: 'qcow2',
      memory: 64,
      output_directory: images,
      vm_name: '>>name<<.qcow2',
    },
  };
  const row = { platform: 'vm', location: 'lab', spec: 'demo-1.0-x86_64', name: 'tiny' };
  const workspace = await writeRunWorkspace([row], { platforms: { vm } });
  const temporary = mkdtempSync('/tmp/o');
  try {
    const { status, stdout, stderr } = await workspace.run(['run', 'out/vm/lab/tiny', '--offline'], {
      OSIMAGER_PACKER_CMD: 'packer',
      OSIMAGER_PACKER_CACHE_DIR: temporaryFolder(),
      TMPDIR: temporary,
    });
    assert.is(status, 0, stdout + stderr);
    const disk = join(images, 'tiny.qcow2');
    assert.equal(readdirSync(images), ['tiny.qcow2']);
    const info = execFileSync('qemu-img', ['info', '--output=json', disk], { encoding: 'utf8' });
    const { format, 'virtual-size': size } = JSON.parse(info) as Record<string, unknown>;
    assert.equal([format, size], ['qcow2', 8 * 1024 * 1024]);
    const [ledger] = ledgerOf(workspace.folder) as [{ packer: string; builds: [Record<string, unknown>] }];
    assert.equal([ledger.builds[0].state, ledger.builds[0].image], ['good', disk]);
    const log = readFileSync(join(workspace.folder, '.osimager/runs', String(ledger.builds[0].log)), 'utf8');
    assert.match(log, /Waiting for shutdown\.\.\./);
    assert.equal(readdirSync(temporary), []);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
});

test.run();
