/** The files of a new workspace that are not copies of shipped data. */

export const CONFIG = `import { defineConfig } from 'osimager';

export default defineConfig({
  // Secrets come from a file in your user folder; 'vault' takes them from HashiCorp Vault.
  credential_source: 'config',
});
`;

export const GITIGNORE = `.osimager/
node_modules/
`;

export const MATRIX = `# One [[target]] a build, or many builds at once: lists multiply, globs match the specs that there are.

# Your first own host: a name, and a fixed address.
[[target]]
platform = "proxmox"
location = "home"
spec = "alma-9.8-x86_64"
name = "first"
ip = "192.168.1.50"

# The same release on two platforms.
[[target]]
platform = ["qemu", "virtualbox"]
location = "home"
spec = "ubuntu-24.04-x86_64"
`;

export const LOCATION = `# What belongs to one site: networks, names, storage. Platforms read these definitions.
platforms = ["vmware", "virtualbox", "proxmox", "qemu", "libvirt", "none"]

[defs]
domain = "home.example"
cidr = "192.168.1.0/24"
gateway = "192.168.1.1"
iso_path = "/srv/iso"
vms_path = "/srv/vms"

[defs.dns]
search = ["home.example"]
servers = ["192.168.1.1"]

[defs.ntp]
servers = ["pool.ntp.org"]

[[platform_specific]]
platform = "proxmox"

[platform_specific.defs]
proxmox_node = "pve"
proxmox_storage = "local-lvm"
proxmox_iso_storage = "local"
proxmox_bridge = "vmbr0"
`;
