import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  installCommand,
  isAtLeast,
  isInstalled,
  readInstalledPlugins,
  readPackerVersion,
} from '../../src/run/packer-version.ts';

const QEMU = { name: 'qemu', source: 'github.com/hashicorp/qemu', version: '>= 1.1.0' };

test('the version is read from what Packer prints, with what it says of newer ones', () => {
  assert.is(readPackerVersion('Packer v1.6.6\n'), '1.6.6');
  const outdated =
    'Packer v1.9.4\n\nYour version of Packer is out of date! The latest version\nis 1.11.2. You can update by downloading\n';
  assert.is(readPackerVersion(outdated), '1.9.4');
  assert.is(readPackerVersion('Packer v1.12.0-dev\n'), '1.12.0-dev');
});

test('what is no Packer has no version', () => {
  for (const text of ['', 'Usage: packer dictionary', 'Packer vnext\n'])
    assert.is(readPackerVersion(text), undefined);
});

test('versions are compared by number; a pre-release counts as the version', () => {
  assert.equal(
    ['1.6.5', '1.6.6', '1.10.0', '2.0.0', '1.6.6-dev'].map((version) => isAtLeast(version, '1.6.6')),
    [false, true, true, true, true],
  );
});

test('installed plugins are read from their paths', () => {
  const output = [
    '/root/.config/packer/plugins/github.com/hashicorp/qemu/packer-plugin-qemu_v1.1.0_x5.0_linux_amd64',
    '/opt/p/github.com/ddelnano/xenserver/packer-plugin-xenserver_v0.7.3-dev_x5.0_linux_amd64',
    'C:\\Users\\ada\\plugins\\github.com\\hashicorp\\hyperv\\packer-plugin-hyperv_v1.1.4_x5.0_windows_amd64.exe',
    'no plugin',
    '',
  ].join('\n');
  assert.equal(readInstalledPlugins(output), [
    { source: 'github.com/hashicorp/qemu', version: '1.1.0' },
    { source: 'github.com/ddelnano/xenserver', version: '0.7.3-dev' },
    { source: 'github.com/hashicorp/hyperv', version: '1.1.4' },
  ]);
});

for (const [constraint, there, not] of [
  ['>= 1.1.0', ['1.1.0', '1.2.0-dev', '2.0.0'], ['1.0.9']],
  ['~> 1.2', ['1.2.0', '1.9.9'], ['1.1.9', '2.0.0']],
  ['~> 1.2.3', ['1.2.3', '1.2.9'], ['1.2.2', '1.3.0']],
  ['>= 1.1.0, < 2.0.0', ['1.1.0'], ['2.0.0', '1.0.0']],
  ['1.2.0', ['1.2.0'], ['1.2.1']],
  ['= 1.2.0', ['1.2.0'], ['1.2.1']],
] as const) {
  test(`the constraint ${constraint}`, () => {
    const allows = (version: string): boolean =>
      isInstalled({ ...QEMU, version: constraint }, [{ source: QEMU.source, version }]);
    assert.equal(
      there.map(allows),
      there.map(() => true),
    );
    assert.equal(
      not.map(allows),
      not.map(() => false),
    );
  });
}

test('a plugin of another source is another plugin', () => {
  assert.is(isInstalled(QEMU, [{ source: 'github.com/other/qemu', version: '1.1.0' }]), false);
  assert.is(isInstalled(QEMU, []), false);
});

test('how a plugin is installed', () => {
  assert.is(installCommand(QEMU), 'packer plugins install github.com/hashicorp/qemu');
});

test.run();
