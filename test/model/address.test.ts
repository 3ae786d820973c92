import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isIPv4 } from '../../src/model/address.ts';

test('four numbers up to 255, without leading zeros, are an address', () => {
  const texts = [
    '0.0.0.0',
    '192.168.1.255',
    '1.2.3.4.',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4/24',
    '',
    'dhcp',
  ];
  assert.equal(texts.filter(isIPv4), ['0.0.0.0', '192.168.1.255']);
});

test.run();
