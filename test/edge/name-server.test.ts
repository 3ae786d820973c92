import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createNameClient, type NameLimits, type NameReply } from '../../src/edge/name-server.ts';
import { startNameServer, type NameBehaviour } from '../rig/name-server.ts';

const LIMITS: NameLimits = { timeoutMs: 250, tries: 1, silences: 100, failures: 100 };

interface Asked {
  readonly replies: readonly (readonly string[] | string)[];
  readonly asked: readonly string[];
  readonly address: string;
}

/** Asks one server for names, each a list that is tried in order; addresses, or why there is no answer. */
async function ask(
  known: Readonly<Record<string, NameBehaviour>>,
  questions: readonly (readonly string[])[],
  limits = LIMITS,
): Promise<Asked> {
  const server = await startNameServer(known);
  const client = createNameClient(limits);
  const replies: NameReply[] = [];
  for (const names of questions) replies.push(await client.ask(names, [server.address]));
  client.close();
  await server.close();
  const shown = replies.map((reply) => (reply.kind === 'silent' ? reply.reason : reply.addresses));
  return { replies: shown, asked: server.asked, address: server.address };
}

test('no such name, no address of the kind, and no answer are told apart', async () => {
  const { replies, address } = await ask(
    {
      'a.test': ['10.0.0.9'],
      'six.test': [],
      'broken.test': 'SERVFAIL',
      'no.test': 'REFUSED',
      'slow.test': 'silent',
    },
    [['a.test'], ['gone.test'], ['six.test'], ['broken.test'], ['no.test'], ['slow.test']],
  );
  assert.equal(replies, [
    ['10.0.0.9'],
    [],
    [],
    `${address}: it cannot answer (SERVFAIL)`,
    `${address}: it refuses to answer (REFUSED)`,
    `${address}: no answer in time`,
  ]);
});

test('of several addresses the lowest comes first, whatever order they are sent in', async () => {
  const { replies } = await ask({ 'a.test': ['10.0.0.30', '9.255.0.1', '10.0.0.4'] }, [['a.test']]);
  assert.equal(replies, [['9.255.0.1', '10.0.0.4', '10.0.0.30']]);
});

test('one question is asked for a name, of IPv4', async () => {
  const { asked } = await ask({ 'a.test': ['10.0.0.9'] }, [['a.test'], ['gone.test']]);
  assert.equal(asked, ['a.test A', 'gone.test A']);
});

test('names are tried in order, until one has an address', async () => {
  const { replies, asked } = await ask({ 'w.b.test': ['10.0.0.9'] }, [['w.a.test', 'w.b.test', 'w']]);
  assert.equal(replies, [['10.0.0.9']]);
  assert.equal(asked, ['w.a.test A', 'w.b.test A']);
});

test('that a name does not answer ends the search: what comes later in the list is not the answer', async () => {
  const { replies, address } = await ask({ 'w.a.test': 'SERVFAIL', 'w.b.test': ['10.0.0.9'] }, [
    ['w.a.test', 'w.b.test'],
  ]);
  assert.equal(replies, [`${address}: it cannot answer (SERVFAIL)`]);
});

test('a server that never answers is given up, one that answers SERVFAIL is not', async () => {
  const limits = { ...LIMITS, silences: 2 };
  const names = [1, 2, 3, 4].map((number) => [`n${number}.test`]);
  const dead = await ask(
    { 'n1.test': 'silent', 'n2.test': 'silent', 'n3.test': ['10.0.0.9'] },
    names,
    limits,
  );
  assert.equal(
    dead.replies,
    names.map(() => `${dead.address}: no answer in time`),
  );
  assert.equal(dead.asked, ['n1.test A', 'n2.test A']);
  const broken = { 'n1.test': 'SERVFAIL', 'n2.test': 'SERVFAIL', 'n3.test': 'SERVFAIL' } as const;
  const alive = await ask({ ...broken, 'n4.test': ['10.0.0.9'] }, names, limits);
  assert.equal(alive.replies[3], ['10.0.0.9']);
});

test('a server that fails more often than it answers is given up', async () => {
  const names = Array.from({ length: 9 }, (_, at) => `n${at}.test`);
  const broken = Object.fromEntries(names.map((name) => [name, 'SERVFAIL'] as const));
  const limits = { ...LIMITS, failures: 3 };
  const questions = ['good.test', 'none.test', ...names].map((name) => [name]);
  const { asked, replies, address } = await ask({ ...broken, 'good.test': ['10.0.0.9'] }, questions, limits);
  assert.equal(asked.length, 5);
  assert.is(replies.at(-1), `${address}: it cannot answer (SERVFAIL)`);
});

test('the next server is asked where the first does not answer', async () => {
  const dead = await startNameServer({ 'a.test': 'silent' });
  const alive = await startNameServer({ 'a.test': ['10.0.0.9'] });
  const client = createNameClient({ ...LIMITS, tries: 2 });
  const reply = await client.ask(['a.test'], [dead.address, alive.address]);
  client.close();
  await Promise.all([dead.close(), alive.close()]);
  assert.equal(reply, { kind: 'addresses', addresses: ['10.0.0.9'] });
});

test('a name server is given as an address', async () => {
  const client = createNameClient(LIMITS);
  const reply = await client.ask(['a.test'], ['ns.lab.test']);
  assert.equal(reply, {
    kind: 'silent',
    reason: '"ns.lab.test" is no name server: give its IP address, or address:port',
    isDeaf: false,
  });
});

test('nothing listens there: that is said, and is no answer', async () => {
  const server = await startNameServer({});
  await server.close();
  const client = createNameClient(LIMITS);
  const reply = await client.ask(['a.test'], [server.address]);
  assert.is(reply.kind, 'silent');
});

test('a client that is closed ends its questions and asks no more', async () => {
  const server = await startNameServer({ 'a.test': 'silent' });
  const client = createNameClient({ ...LIMITS, timeoutMs: 60_000 });
  const waiting = client.ask(['a.test'], [server.address]);
  while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  client.close();
  const replies = [await waiting, await client.ask(['b.test'], [server.address])];
  await server.close();
  assert.equal(
    replies.map((reply) => reply.kind),
    ['silent', 'silent'],
  );
  assert.equal(server.asked, ['a.test A']);
});

test('names with other letters are asked for in their ASCII form', async () => {
  const { replies } = await ask({ 'xn--mller-kva.test': ['10.0.0.9'] }, [['müller.test']]);
  assert.equal(replies, [['10.0.0.9']]);
});

test.run();
