import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCidr } from '../../src/definitions/network.ts';

/** What Python's `ipaddress.ip_network(cidr, strict=False)` says: network, prefix, mask, last usable address. */
const NETWORKS: readonly [
  cidr: string,
  subnet: string,
  prefix: string,
  netmask: string,
  lastUsable: string,
][] = [
  ['192.168.1.0/24', '192.168.1.0', '24', '255.255.255.0', '192.168.1.254'],
  ['192.168.1.77/24', '192.168.1.0', '24', '255.255.255.0', '192.168.1.254'],
  ['10.1.2.0/23', '10.1.2.0', '23', '255.255.254.0', '10.1.3.254'],
  ['10.0.0.0/8', '10.0.0.0', '8', '255.0.0.0', '10.255.255.254'],
  ['172.16.5.4/12', '172.16.0.0', '12', '255.240.0.0', '172.31.255.254'],
  ['10.0.0.129/25', '10.0.0.128', '25', '255.255.255.128', '10.0.0.254'],
  ['10.0.0.4/30', '10.0.0.4', '30', '255.255.255.252', '10.0.0.6'],
  ['10.0.0.5/31', '10.0.0.4', '31', '255.255.255.254', '10.0.0.5'],
  ['10.0.0.7/32', '10.0.0.7', '32', '255.255.255.255', '10.0.0.7'],
  ['255.255.255.255/32', '255.255.255.255', '32', '255.255.255.255', '255.255.255.255'],
  ['128.0.0.0/1', '128.0.0.0', '1', '128.0.0.0', '255.255.255.254'],
  ['0.0.0.0/0', '0.0.0.0', '0', '0.0.0.0', '255.255.255.254'],
  [' 10.0.0.0/24 ', '10.0.0.0', '24', '255.255.255.0', '10.0.0.254'],
];

test('a network in CIDR notation gives what Python gives', () => {
  const found = NETWORKS.map(([cidr]) => [cidr, parseCidr(cidr)]);
  assert.equal(
    found,
    NETWORKS.map(([cidr, subnet, prefix, netmask, lastUsable]) => [
      cidr,
      { subnet, prefix, netmask, lastUsable },
    ]),
  );
});

test('what is no IPv4 network is undefined', () => {
  const wrong = [
    '',
    '10.0.0.0/33',
    '256.0.0.0/8',
    '10.0.0/8',
    'fe80::/64',
    'a.b.c.d/8',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '10.0.0.0/8 x',
    '10.0.0.0 /8',
    '1e1.0.0.0/8',
  ];
  assert.equal(
    wrong.filter((cidr) => parseCidr(cidr) !== undefined),
    [],
  );
});

test('an address with leading zeros is refused, as it is octal to some and decimal to others', () => {
  assert.is(parseCidr('010.0.0.0/8'), undefined);
});

const bits = (address: string) =>
  address
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');

test('subnet, mask and last usable address agree bit by bit', () => {
  const octet = fc.nat(255);
  fc.assert(
    fc.property(fc.tuple(octet, octet, octet, octet), fc.nat(32), (octets, prefix) => {
      const address = octets.join('.');
      const network = parseCidr(`${address}/${prefix}`);
      assert.ok(network);
      const kept = bits(address).slice(0, prefix);
      assert.is(bits(network.subnet), kept.padEnd(32, '0'));
      assert.is(bits(network.netmask), '1'.repeat(prefix).padEnd(32, '0'));
      const last = kept.padEnd(32, '1');
      assert.is(bits(network.lastUsable), prefix >= 31 ? last : `${last.slice(0, -1)}0`);
    }),
  );
});

test.run();
