/** Real Packer, a real sshd on loopback, a real account and real Ansible. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type Callback } from 'uvu';
import * as assert from 'uvu/assert';
import { processesWith, startOsimager, until } from '../rig/processes.ts';
import { missingForRuns, testWith, type ToolName } from '../rig/tool.ts';
import { CANARY, ledgerOf, writeRunWorkspace, type RunWorkspace } from '../rig/run-workspace.ts';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { startSshServer, type SshServer } from '../rig/ssh-server.ts';

const TOOLS: readonly ToolName[] = ['packer', 'sshd', 'ansible-playbook', 'ssh', 'useradd', 'openssl'];
const missing = missingForRuns(TOOLS, { root: true });
const test = suite('run with real Packer');
const realTest = (name: string, run: Callback): void => {
  testWith(test, TOOLS, name, run, { missing });
};

let server: SshServer;
let workspace: RunWorkspace;
/** Short, so that Packer's own temporary files are in the private copies; all of it must be gone in the end. */
let temporary: string;

const PLAYBOOK = `- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.copy:
        content: "ansible was here\\n"
        dest: by-ansible
        mode: "0600"
    - ansible.builtin.fail:
        msg: this playbook fails
      when: playbook_fails | default(false) | bool
    - ansible.builtin.shell: touch waits; sleep {{ playbook_waits }}
      when: playbook_waits is defined
      changed_when: false
`;

/** An installation of which a refit leaves the provisioners. */
const PARTS = {
  platforms: {
    vm: {
      arches: ['x86_64'],
      evars: {
        // Packer 1.6.6 offers Ansible a host key that today's ssh refuses.
        ANSIBLE_SSH_ARGS: '-o HostKeyAlgorithms=+ssh-rsa -o PubkeyAcceptedKeyTypes=+ssh-rsa',
        ANSIBLE_SSH_TRANSFER_METHOD: 'piped',
        ANSIBLE_HOST_KEY_CHECKING: 'False',
      },
      variables: { 'ssh-password': '{{vault `images/linux` `password`}}' },
      config: {
        type: 'qemu',
        disk_size: '1G',
        iso_url: 'none.iso',
        iso_checksum: 'none',
        communicator: 'ssh',
        ssh_host: '127.0.0.1',
        ssh_port: '>>port<<',
        ssh_username: '|>images/linux:username<|',
        ssh_password: '{{user `ssh-password`}}',
        ssh_timeout: '>>timeout<<',
        ssh_host_port_min: 2222,
      },
    },
  },
  specs: {
    real: {
      provides: { dist: 'real', versions: ['1.0'], arches: ['x86_64'] },
      method: 'replace',
      provisioners: [
        { type: 'shell', inline: ['echo shell was here > by-shell'] },
        {
          type: 'ansible',
          playbook_file: 'play.yml',
          user: '|>images/linux:username<|',
          extra_arguments: '>>play<<',
        },
      ],
    },
  },
  files: { 'data/play.yml': PLAYBOOK },
} as const;

if (missing === '') {
  test.before(async () => {
    server = await startSshServer(CANARY);
    temporary = mkdtempSync('/tmp/o');
    const row = { platform: 'vm', location: 'lab', spec: 'real-1.0-x86_64' };
    const define = { port: server.port, timeout: '30s', play: [] };
    workspace = await writeRunWorkspace(
      [
        { ...row, name: 'good', define },
        { ...row, name: 'fails', define: { ...define, play: ['--extra-vars', 'playbook_fails=true'] } },
        { ...row, name: 'waits', define: { ...define, play: ['--extra-vars', 'playbook_waits=60'] } },
        { ...row, name: 'refused', define: { ...define, timeout: '8s' } },
      ],
      PARTS,
    );
  });

  test.after(async () => {
    await server.stop();
    rmSync(temporary, { recursive: true, force: true });
  });
}

function environment(password: string): Readonly<Record<string, string>> {
  const user = temporaryFolder();
  writeFiles(user, { secrets: `images/linux username=${server.account} password='${password}'\n` });
  chmodSync(join(user, 'secrets'), 0o600);
  return {
    ...workspace.environment,
    OSIMAGER_USER_DIR: user,
    OSIMAGER_PACKER_CMD: 'packer',
    TMPDIR: temporary,
  };
}

/** The last build in the ledger, and its log. */
function lastBuild(): { readonly build: Record<string, unknown>; readonly log: string } {
  const ledger = ledgerOf(workspace.folder).at(-1) as { builds: [Record<string, unknown>] };
  const [build] = ledger.builds;
  return { build, log: readFileSync(join(workspace.folder, '.osimager/runs', String(build.log)), 'utf8') };
}

realTest('a refit provisions a real account, with the password of the secrets file', async () => {
  const { status, stderr } = await workspace.run(
    ['run', '--refit', 'out/vm/lab/good', '--offline'],
    environment(CANARY),
  );
  const { build, log } = lastBuild();
  assert.is(status, 0, `${stderr}${log}`);
  assert.is(build.state, 'good');
  assert.is(build.image, undefined);
  assert.is(server.read('by-shell'), 'shell was here\n');
  assert.is(server.read('by-ansible'), 'ansible was here\n');
  assert.is(log.includes(CANARY), false);
  assert.equal(readdirSync(temporary), []);
});

realTest('with a wrong password it fails in the communicator', async () => {
  const { status, stderr } = await workspace.run(
    ['run', '--refit', 'out/vm/lab/refused', '--offline'],
    environment('not the password'),
  );
  const { build, log } = lastBuild();
  assert.is(status, 1);
  assert.equal([build.state, build.failure], ['failed', 'communicator'], log);
  assert.is(build.reason, 'Timeout waiting for SSH.');
  assert.match(stderr, /\nout\/vm\/lab\/refused {2}failed \(communicator\) {2}/);
  assert.equal(readdirSync(temporary), []);
});

realTest('with a playbook that fails it fails in the provisioner', async () => {
  const { status } = await workspace.run(
    ['refit', 'out/vm/lab/fails', '127.0.0.1', '--offline'],
    environment(CANARY),
  );
  const { build, log } = lastBuild();
  assert.is(status, 1);
  assert.equal([build.state, build.failure], ['failed', 'provisioner'], log);
  assert.is(build.reason, 'Error executing Ansible: Non-zero exit status: exit status 2');
  assert.match(log, /this playbook fails/);
  assert.equal(readdirSync(temporary), []);
});

realTest('Ctrl-C in the middle of a playbook leaves no process and no private copy', async () => {
  const running = startOsimager(
    ['run', '--refit', 'out/vm/lab/waits', '--offline'],
    workspace.folder,
    environment(CANARY),
  );
  await until('the playbook waits', () => server.read('waits') !== undefined);
  assert.ok(
    processesWith(`OSIMAGER_BUILD=${temporary}`).some((command) => command.includes('ansible-playbook')),
  );
  running.process.kill('SIGINT');
  assert.is(await running.status, 130);
  assert.is(lastBuild().build.state, 'interrupted');
  assert.match(running.output(), /Cancelling build after receiving interrupt/);
  await until('no process is left', () => processesWith(`OSIMAGER_BUILD=${temporary}`).length === 0, 20);
  assert.equal(readdirSync(temporary), []);
});

test.run();
