import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nameServers } from '../../src/definitions/name-servers.ts';
import type { Value } from '../../src/model/value.ts';

test('name servers and search list are texts or lists of them under dns', () => {
  const rows: readonly [dns: Value | undefined, found: ReturnType<typeof nameServers>][] = [
    [
      { servers: ['10.0.0.1', '10.0.0.2:53'], search: ['a.test', 'b.test'] },
      { servers: ['10.0.0.1', '10.0.0.2:53'], search: ['a.test', 'b.test'] },
    ],
    [
      { servers: '10.0.0.1', search: '' },
      { servers: ['10.0.0.1'], search: [] },
    ],
    [{}, { servers: [], search: [] }],
    ['10.0.0.1', { servers: [], search: [] }],
    [undefined, { servers: [], search: [] }],
  ];
  const found = rows.map(([dns]) => [dns, nameServers((name) => (name === 'dns' ? dns : undefined))]);
  assert.equal(found, rows);
});

test.run();
