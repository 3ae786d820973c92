import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAsker, type Answered, type AskOptions } from '../../src/edge/ask.ts';
import { HTTP_LIMITS } from '../../src/edge/http-client.ts';
import { NAME_LIMITS } from '../../src/edge/name-server.ts';
import { hostQuestion, mediumQuestion, type OpenQuestion } from '../../src/model/outside.ts';
import { temporaryFolder } from '../rig/folder.ts';
import { startNameServer } from '../rig/name-server.ts';
import { startWebServer } from '../rig/web-server.ts';

const LIMITS = {
  http: { ...HTTP_LIMITS, attemptMs: 60_000, attempts: 1 },
  names: { ...NAME_LIMITS, timeoutMs: 60_000 },
  parallel: 4,
};

function asker(options: Partial<AskOptions> = {}) {
  const keysFolder = temporaryFolder();
  return createAsker({
    environment: {},
    keysFolder,
    ca: undefined,
    warn: () => undefined,
    limits: LIMITS,
    ...options,
  });
}

function questions(...all: readonly (OpenQuestion | undefined)[]): readonly OpenQuestion[] {
  return all.filter((question) => question !== undefined);
}

test('hosts and media are asked for together, and each answer is given as it comes', async () => {
  const names = await startNameServer({ 'a.test': ['10.0.0.9', '10.0.0.8'] });
  const web = await startWebServer({ '/a.iso': { body: '12345' } });
  const by = { servers: [names.address], search: [] };
  const asked = asker();
  const answers: Answered[] = [];
  const all = questions(
    hostQuestion('a.test', by),
    hostQuestion('b.test', by),
    mediumQuestion({ url: `${web.url}/a.iso`, checksum: '' }),
    mediumQuestion({ url: `${web.url}/b.iso`, checksum: '' }),
  );
  await asked.ask(all, (answer) => answers.push(answer));
  await asked.close();
  await Promise.all([names.close(), web.close()]);
  assert.equal(
    all.map(({ key }) => answers.find(({ question }) => question.key === key)?.learned),
    [
      { kind: 'host', key: `a.test by ${names.address}`, fact: { address: '10.0.0.8' } },
      { kind: 'host', key: `b.test by ${names.address}`, fact: { address: null } },
      { kind: 'medium', key: `${web.url}/a.iso`, fact: { size: 5 } },
      { kind: 'medium', key: `${web.url}/b.iso`, fact: { gone: 404 } },
    ],
  );
  assert.equal(answers.find(({ question }) => question.key.startsWith('a.test'))?.addresses, [
    '10.0.0.8',
    '10.0.0.9',
  ]);
});

test('an interruption ends what is under way, and what is left is not asked', async () => {
  const names = await startNameServer({ 'a.test': 'silent' });
  const web = await startWebServer({ '/never.iso': { fault: 'never' }, '/a.iso': { body: '1' } });
  const stop = new AbortController();
  const asked = asker({ signal: stop.signal, limits: { ...LIMITS, parallel: 2 } });
  const answers: Answered[] = [];
  const waiting = asked.ask(
    questions(
      hostQuestion('a.test', { servers: [names.address], search: [] }),
      mediumQuestion({ url: `${web.url}/never.iso`, checksum: '' }),
      mediumQuestion({ url: `${web.url}/a.iso`, checksum: '' }),
    ),
    (answer) => answers.push(answer),
  );
  while (names.asked.length + web.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  await waiting;
  await asked.close();
  await Promise.all([names.close(), web.close()]);
  assert.equal(
    answers.map(({ learned }) => learned),
    [undefined, undefined, undefined],
  );
  assert.equal(web.asked, ['HEAD /never.iso']);
});

test.run();
