import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createBuildProgress } from '../../src/run/build-progress.ts';
import { readMachineLine } from '../../src/run/packer-output.ts';

/** Follows text as Packer prints it for people, standard output alone. */
function follow(lines: readonly string[]) {
  const progress = createBuildProgress();
  const steps = lines.flatMap((text) => progress.take({ kind: 'text', text, error: false }) ?? []);
  return { steps, image: progress.image(), failure: progress.failure() };
}

/** Follows what Packer prints with -machine-readable. */
function followMachine(text: string) {
  const progress = createBuildProgress();
  for (const line of text.trimEnd().split('\n')) progress.take(readMachineLine(line));
  return { image: progress.image(), failure: progress.failure() };
}

test('steps are what Packer announces, without colours and times', () => {
  const { steps } = follow([
    '\u001b[1;32m==> demo: Retrieving ISO\u001b[0m',
    '    demo: not a step',
    '2026-11-26T10:00:00Z: ==> demo: Starting VM, booting from CD-ROM',
    '==> Builds finished but no artifacts were created.',
    `==> demo: ${'x'.repeat(200)}`,
  ]);
  assert.equal(steps, ['Retrieving ISO', 'Starting VM, booting from CD-ROM', 'x'.repeat(80)]);
});

/** What Packer 1.6.6 printed, or a plugin's source says that it prints, and the class of it. */
const FAILURES: readonly (readonly [
  title: string,
  lines: readonly string[],
  failure: string,
  reason: string,
])[] = [
  [
    'a checksum that is wrong',
    [
      '==> d: Retrieving ISO',
      '==> d: Trying https://mirror.example/x.iso',
      "Build 'd' errored after 2 seconds: error downloading ISO: [Checksums did not match for /tmp/x.iso.]",
    ],
    'download',
    'error downloading ISO: [Checksums did not match for /tmp/x.iso.]',
  ],
  [
    'a medium that is not there',
    ['==> d: Retrieving ISO', "Build 'd' errored: error downloading ISO: [bad response code: 404]"],
    'download',
    'error downloading ISO: [bad response code: 404]',
  ],
  [
    'a machine that does not start',
    [
      '==> d: Starting VM, booting from CD-ROM',
      "Build 'd' errored: Error launching VM: Qemu failed to start.",
    ],
    'boot',
    'Error launching VM: Qemu failed to start.',
  ],
  [
    'a machine that gets no address',
    ['==> d: Waiting for IP...', "Build 'd' errored: Timeout waiting for IP address"],
    'boot',
    'Timeout waiting for IP address',
  ],
  [
    'VNC that does not answer',
    [
      '==> d: Connecting to VM via VNC (127.0.0.1:5916)',
      "Build 'd' errored after 1 second: Error connecting to VNC: dial tcp 127.0.0.1:5916: connect: connection refused",
    ],
    'boot',
    'Error connecting to VNC: dial tcp 127.0.0.1:5916: connect: connection refused',
  ],
  [
    'ssh that does not answer',
    [
      '==> d: Using ssh communicator to connect: 127.0.0.1',
      '==> d: Waiting for SSH to become available...',
      "Build 'd' errored after 20 seconds 2 milliseconds: Timeout waiting for SSH.",
    ],
    'communicator',
    'Timeout waiting for SSH.',
  ],
  [
    'WinRM that does not answer',
    ['==> d: Waiting for WinRM to become available...', "Build 'd' errored: Timeout waiting for WinRM."],
    'communicator',
    'Timeout waiting for WinRM.',
  ],
  [
    'ssh that refuses',
    [
      '==> d: Waiting for SSH to become available...',
      "Build 'd' errored: Packer experienced an authentication error when trying to connect via SSH. This can happen if your username/password are wrong.",
    ],
    'communicator',
    'Packer experienced an authentication error when trying to connect via SSH. This can happen if your username/password are wrong.',
  ],
  [
    'a script that fails',
    [
      '==> d: Connected to SSH!',
      '==> d: Provisioning with shell script: /tmp/packer-shell1',
      '==> d: Provisioning step had errors: Running the cleanup provisioner, if present...',
      "Build 'd' errored after 3 seconds: Script exited with non-zero exit status: 3. Allowed exit codes are: [0]",
    ],
    'provisioner',
    'Script exited with non-zero exit status: 3. Allowed exit codes are: [0]',
  ],
  [
    'a playbook that fails',
    [
      '==> d: Provisioning with Ansible...',
      "Build 'd' errored after 1 second: Error executing Ansible: Non-zero exit status: exit status 2",
    ],
    'provisioner',
    'Error executing Ansible: Non-zero exit status: exit status 2',
  ],
  [
    'a failure after provisioning',
    [
      '==> d: Provisioning with Ansible...',
      '==> d: Converting hard drive...',
      "Build 'd' errored: Error converting hard drive: qemu-img: No space left on device",
    ],
    'builder',
    'Error converting hard drive: qemu-img: No space left on device',
  ],
  [
    'a template that Packer refuses',
    ["Error initializing builder 'd': 1 error(s) occurred:", '* unknown configuration key: \'"nothing"\''],
    'builder',
    '* unknown configuration key: \'"nothing"\'',
  ],
];

for (const [title, lines, failure, reason] of FAILURES) {
  test(`${title} is of the class ${failure}`, () => {
    assert.equal(follow(lines).failure, { failure, reason });
  });
}

test('without a word there is no reason, and the builder is at fault', () => {
  assert.equal(follow([]).failure, { failure: 'builder', reason: undefined });
});

test('the image: files, an id, or what the builder calls it', () => {
  const files = `1,d,artifact,0,builder-id,transcend.qemu
1,d,artifact,0,id,VM
1,d,artifact,0,string,VM files in directory: out
1,d,artifact,0,files-count,2
1,d,artifact,0,file,0,out/disk
1,d,artifact,0,file,1,out/efivars.fd
1,d,artifact,0,end
`;
  assert.is(followMachine(files).image, 'out/disk, out/efivars.fd');
  const ami = `1,d,artifact,0,builder-id,mitchellh.amazonebs
1,d,artifact,0,id,eu-west-1:ami-0123%!(PACKER_COMMA)us-east-1:ami-4567
1,d,artifact,0,string,AMIs were created:\\neu-west-1: ami-0123\\n
1,d,artifact,0,files-count,0
1,d,artifact,0,end
`;
  assert.is(followMachine(ami).image, 'eu-west-1:ami-0123,us-east-1:ami-4567');
  const none = `1,d,artifact,0,builder-id,fnoeding.null
1,d,artifact,0,id,Null
1,d,artifact,0,string,Did not export anything. This is the null builder
1,d,artifact,0,files-count,0
1,d,artifact,0,end
`;
  assert.is(followMachine(none).image, undefined);
});

test('the image as Packer tells people of it', () => {
  const { image } = follow([
    '==> Builds finished. The artifacts of successful builds are:',
    '--> demo: VM files in directory: images/one',
  ]);
  assert.is(image, 'VM files in directory: images/one');
  assert.is(follow(['--> demo: Timeout waiting for SSH.']).image, undefined);
});

test.run();
