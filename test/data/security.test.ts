import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { valueOf } from '../rig/complaints.ts';
import { openFullWorkspace } from '../rig/full-matrix.ts';
import type { Mapping } from '../../src/model/value.ts';

/** Platform → the keys by which its builder is told of firmware, Secure Boot and a TPM. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  vmware: ['firmware', 'vmx_data'],
  vsphere: ['firmware', 'vTPM'],
  virtualbox: ['firmware', 'vboxmanage'],
  proxmox: ['bios', 'efi_config', 'tpm_config'],
  qemu: ['machine_type', 'efi_boot', 'efi_firmware_code', 'efi_firmware_vars', 'vtpm'],
  hyperv: ['generation', 'enable_secure_boot', 'secure_boot_template', 'enable_tpm'],
  xenserver: ['firmware'],
  azure: ['security_type', 'secure_boot_enabled', 'vtpm_enabled'],
  gcp: ['enable_secure_boot', 'enable_vtpm'],
};

/** What each builder is told for a target with some definitions; a list as one line. */
async function toldWith(define: Mapping): Promise<Readonly<Record<string, Mapping>>> {
  const workspace = await openFullWorkspace();
  return Object.fromEntries(
    Object.entries(KEYS).map(([platform, keys]) => {
      const location = ['azure', 'gcp'].includes(platform) ? 'cloud' : 'lab';
      const target = { platform, location, spec: 'windows-server-2022-x86_64', define };
      const [builder = {}] = valueOf(workspace.render(target, 'matrix')).template.builders;
      return [
        platform,
        Object.fromEntries(keys.flatMap((key) => (key in builder ? [[key, builder[key] ?? null]] : []))),
      ];
    }),
  );
}

const OVMF = '/usr/share/OVMF/OVMF_CODE_4M';
const VARS = '/usr/share/OVMF/OVMF_VARS_4M';
const STORAGE = 'local-lvm';

test('a machine starts with EFI, and has neither Secure Boot nor a TPM, if it is not asked to', async () => {
  assert.equal(await toldWith({ azure_gallery: 'images' }), {
    vmware: { firmware: 'efi' },
    vsphere: { firmware: 'efi', vTPM: false },
    virtualbox: { firmware: 'efi' },
    proxmox: {
      bios: 'ovmf',
      efi_config: { efi_storage_pool: STORAGE, efi_format: 'raw', efi_type: '4m', pre_enrolled_keys: false },
    },
    qemu: {
      machine_type: 'q35',
      efi_boot: true,
      efi_firmware_code: `${OVMF}.fd`,
      efi_firmware_vars: `${VARS}.fd`,
      vtpm: false,
    },
    hyperv: { generation: 2, enable_secure_boot: false, enable_tpm: false },
    xenserver: { firmware: 'uefi' },
    azure: {},
    gcp: { enable_secure_boot: false, enable_vtpm: false },
  });
});

test('Secure Boot and a TPM are given as each builder wants them; the one of xenserver knows neither', async () => {
  assert.equal(await toldWith({ secure_boot: true, tpm: true, azure_gallery: 'images' }), {
    vmware: { firmware: 'efi-secure', vmx_data: { 'managedVM.autoAddVTPM': 'software' } },
    vsphere: { firmware: 'efi-secure', vTPM: true },
    virtualbox: {
      firmware: 'efi',
      vboxmanage: [
        ['modifyvm', '{{.Name}}', '--tpm-type', '2.0'],
        ['modifynvram', '{{.Name}}', 'inituefivarstore'],
        ['modifynvram', '{{.Name}}', 'enrollmssignatures'],
        ['modifynvram', '{{.Name}}', 'enrollorclpk'],
        ['modifynvram', '{{.Name}}', 'secureboot', '--enable'],
      ],
    },
    proxmox: {
      bios: 'ovmf',
      efi_config: { efi_storage_pool: STORAGE, efi_format: 'raw', efi_type: '4m', pre_enrolled_keys: true },
      tpm_config: { tpm_storage_pool: STORAGE, tpm_version: 'v2.0' },
    },
    qemu: {
      machine_type: 'q35,smm=on',
      efi_boot: true,
      efi_firmware_code: `${OVMF}.ms.fd`,
      efi_firmware_vars: `${VARS}.ms.fd`,
      vtpm: true,
    },
    hyperv: {
      generation: 2,
      enable_secure_boot: true,
      secure_boot_template: 'MicrosoftWindows',
      enable_tpm: true,
    },
    xenserver: { firmware: 'uefi' },
    azure: { security_type: 'TrustedLaunch', secure_boot_enabled: true, vtpm_enabled: true },
    gcp: { enable_secure_boot: true, enable_vtpm: true },
  });
});

test('a managed image of Azure is made without: it cannot hold them', async () => {
  assert.equal((await toldWith({ secure_boot: true, tpm: true })).azure, {});
});

test.run();
