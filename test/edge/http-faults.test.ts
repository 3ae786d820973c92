import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { causeOf, isPassing } from '../../src/edge/http-faults.ts';

const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });

test('codes of failed connections are told in words, and whether another attempt may help', () => {
  const rows: readonly (readonly [error: unknown, says: string, passes: boolean])[] = [
    [coded('ECONNREFUSED'), 'the connection is refused', false],
    [coded('ECONNRESET'), 'the connection was broken off', true],
    [coded('UND_ERR_CONNECT_TIMEOUT'), 'no connection came about in time', true],
    [coded('ENOTFOUND'), 'there is no host of this name', false],
    [coded('CERT_HAS_EXPIRED'), 'its certificate has expired', false],
    [
      coded('SELF_SIGNED_CERT_IN_CHAIN'),
      'its certificate is of no authority that is trusted here (the setting ca_file names others)',
      false,
    ],
    [coded('EOTHER', 'something else'), 'something else', false],
    [new Error('outer', { cause: coded('ECONNRESET') }), 'the connection was broken off', true],
    [new AggregateError([coded('ENETUNREACH'), coded('EOTHER')]), 'there is no network', false],
    ['text', 'text', false],
  ];
  assert.equal(
    rows.map(([error]) => [error, causeOf(error), isPassing(error)]),
    rows,
  );
});

test.run();
