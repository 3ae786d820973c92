import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Mapping } from '../../src/model/value.ts';
import { refitTemplate } from '../../src/run/refit.ts';
import { failureOf, valueOf } from '../rig/complaints.ts';

const TARGET = { platform: 'qemu', location: 'lab', spec: 'demo-1.0-x86_64', name: 'one' };
const VARIABLES = { fqdn: 'one.lab.example', 'ssh-password': '{{vault `a` `b`}}', none: '' };
const PROVISIONERS = [{ type: 'shell', inline: ['true'] }];

function template(builder: Mapping): Mapping {
  return {
    variables: VARIABLES,
    provisioners: PROVISIONERS,
    builders: [{ name: 'demo-1.0-x86_64', type: 'qemu', disk_size: '1G', ...builder }],
  };
}

function refitted(builder: Mapping, ip?: string, target: object = TARGET): unknown {
  const options = { target: { ...TARGET, ...target }, shown: 'out/qemu/lab/one', ip };
  return valueOf(refitTemplate(template(builder), options));
}

function expected(builder: Mapping): unknown {
  return { variables: VARIABLES, provisioners: PROVISIONERS, builders: [builder] };
}

const SSH = {
  communicator: 'ssh',
  ssh_username: 'root',
  ssh_password: '{{user `ssh-password`}}',
  ssh_timeout: '60m',
  ssh_handshake_attempts: 100,
};

test('the builder becomes null, with what begins with the name of its communicator, under its name', () => {
  assert.equal(
    refitted({
      ...SSH,
      winrm_username: 'x',
      boot_command: ['<enter>'],
      ssh_host: '10.0.0.1',
      cd_files: ['a'],
    }),
    expected({ type: 'null', ...SSH, ssh_host: '10.0.0.1', name: 'demo-1.0-x86_64' }),
  );
});

test('winrm works as ssh does', () => {
  const winrm = { communicator: 'winrm', winrm_username: 'a', winrm_password: 'b', winrm_port: 5986 };
  assert.equal(
    refitted({ ...winrm, ssh_username: 'no' }, '10.0.0.9'),
    expected({ type: 'null', ...winrm, winrm_host: '10.0.0.9', name: 'demo-1.0-x86_64' }),
  );
});

test('settings of other builders that begin so are left out: the null builder refuses them', () => {
  const others = {
    ssh_host_port_min: 2222,
    ssh_host_port_max: 2300,
    ssh_skip_nat_mapping: true,
    ssh_interface: 'public_ip',
    ssh_key_path: 'x',
  };
  assert.equal(
    refitted({ ...SSH, ...others }, '10.0.0.9'),
    expected({ type: 'null', ...SSH, ssh_host: '10.0.0.9', name: 'demo-1.0-x86_64' }),
  );
});

for (const [title, ip, builder, target, host] of [
  ['the address that is given comes first', '10.0.0.9', { ssh_host: '10.0.0.1' }, {}, '10.0.0.9'],
  ['then what the template says', undefined, { ssh_host: '10.0.0.1' }, { ip: '10.0.0.2' }, '10.0.0.1'],
  ["then the target's address", undefined, {}, { ip: '10.0.0.2' }, '10.0.0.2'],
  ['an address that is none does not count', undefined, {}, { ip: 'dhcp' }, 'one.lab.example'],
  ['last its full name', undefined, {}, {}, 'one.lab.example'],
] as const) {
  test(`where the machine is: ${title}`, () => {
    const { builders } = refitted({ ...SSH, ...builder }, ip, target) as { builders: [{ ssh_host: string }] };
    assert.is(builders[0].ssh_host, host);
  });
}

for (const communicator of [undefined, '', 'none']) {
  test(`without a communicator (${communicator ?? 'absent'}) there is no refit`, () => {
    const made = refitTemplate(template(communicator === undefined ? {} : { communicator }), {
      target: TARGET,
      shown: 'out/qemu/lab/one',
      ip: '10.0.0.1',
    });
    assert.equal(failureOf(made), [
      'error refit: out/qemu/lab/one has no communicator | a refit provisions a machine over ssh or winrm',
    ]);
  });
}

for (const [title, builder, wanted] of [
  ['ssh with the key that a cloud makes', { communicator: 'ssh', ssh_username: 'a' }, 'ssh'],
  ['a password that is empty', { communicator: 'ssh', ssh_password: '{{user `none`}}' }, 'ssh'],
  ['winrm with the password that a cloud makes', { communicator: 'winrm', winrm_username: 'a' }, 'winrm'],
] as const) {
  test(`without a credential there is no refit: ${title}`, () => {
    const made = refitTemplate(template(builder), { target: TARGET, shown: 'out/a', ip: '10.0.0.1' });
    const keys = wanted === 'ssh' ? 'ssh_password or ssh_private_key_file' : 'winrm_password';
    assert.equal(failureOf(made), [
      `error refit: out/a has no credential for ${wanted}: a cloud gives one to each machine that it makes | ` +
        `give the builder ${keys} in the data of its platform or location`,
    ]);
  });
}

for (const credential of [{ ssh_private_key_file: '~/.ssh/id' }, { ssh_agent_auth: true }]) {
  test(`a key is a credential: ${JSON.stringify(credential)}`, () => {
    const builder = { communicator: 'ssh', ssh_username: 'a', ...credential };
    assert.equal(
      refitted(builder, '10.0.0.1'),
      expected({ type: 'null', ...builder, ssh_host: '10.0.0.1', name: 'demo-1.0-x86_64' }),
    );
  });
}

test('a machine that nobody can find is an error that says how to name it', () => {
  const nameless = { ...template(SSH), variables: { ...VARIABLES, fqdn: '' } };
  assert.equal(
    failureOf(refitTemplate(nameless, { target: TARGET, shown: 'out/qemu/lab/one', ip: undefined })),
    [
      'error refit: out/qemu/lab/one does not say where the machine is: it has no "ssh_host" | ' +
        'give its address: osimager refit out/qemu/lab/one 192.168.1.2',
    ],
  );
});

test.run();
