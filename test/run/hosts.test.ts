import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Mapping } from '../../src/model/value.ts';
import { hostsOf } from '../../src/run/hosts.ts';

function hosts(builder: Mapping): readonly string[] {
  return hostsOf({
    variables: { server: 'vc.example', url: 'https://pve.example:8006/api2/json' },
    builders: [builder],
  });
}

test('a builder that names no machine works on this one', () => {
  assert.equal(hosts({ type: 'qemu' }), ['localhost']);
});

test('machines by the keys of builders, variables looked up, of addresses the host', () => {
  assert.equal(hosts({ vcenter_server: '{{user `server`}}', host: 'esx1.example' }), [
    'esx1.example',
    'vc.example',
  ]);
  assert.equal(hosts({ proxmox_url: '{{ user `url` }}', node: 'pve1' }), ['pve.example', 'pve1']);
  assert.equal(hosts({ remote_host: 'xen.example' }), ['xen.example']);
  assert.equal(hosts({ vcenter_server: '{{user `unknown`}}' }), ['localhost']);
});

test.run();
