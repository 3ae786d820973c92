import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { OpenQuestion } from '../../src/model/outside.ts';
import { unansweredWarnings } from '../../src/report/unanswered.ts';
import { complaints } from '../rig/complaints.ts';

const host = (key: string): OpenQuestion => ({ kind: 'host', key, names: [key], servers: [] });
const medium = (url: string): OpenQuestion => ({ kind: 'medium', key: `${url} file:l`, url, list: 'l' });
const silent = (question: OpenQuestion, reason: string) => ({ question, learned: undefined, reason });

test('what gave no answer is one warning for each reason, with a few names', () => {
  const hosts = Array.from({ length: 7 }, (_, at) => silent(host(`h${at}.test`), 'no answer in time'));
  const found = unansweredWarnings([
    ...hosts,
    silent(host('x.test'), 'it cannot answer'),
    silent(medium('https://a.test/i'), 'no answer in time'),
  ]);
  assert.equal(complaints(found), [
    'warning lock: no answer for 7 names: no answer in time | h0.test, h1.test, h2.test, h3.test, h4.test and 2 more | the addresses stay empty, and are not locked',
    'warning lock: no answer for 1 name: it cannot answer | x.test | the addresses stay empty, and are not locked',
    'warning lock: no answer for 1 URL: no answer in time | https://a.test/i | the media stay as the data files write them, and are not locked',
  ]);
});

test('media that are gone are one warning, with what the server says', () => {
  const gone = (url: string, status: number | 'web page' | 'no answer') => ({
    question: medium(url),
    learned: { kind: 'medium' as const, fact: { gone: status } },
    reason: '',
  });
  const here = { question: medium('b'), learned: { kind: 'medium' as const, fact: { size: 1 } }, reason: '' };
  const name = {
    question: host('h'),
    learned: { kind: 'host' as const, fact: { address: null } },
    reason: '',
  };
  assert.equal(complaints(unansweredWarnings([gone('u', 404), here, name, gone('v', 'web page')])), [
    'warning lock: 2 URLs of media are gone: u (404), v (web page) | give another iso_url, or a list of urls',
  ]);
  assert.equal(complaints(unansweredWarnings([gone('u', 404)])), [
    'warning lock: 1 URL of media is gone: u (404) | give another iso_url, or a list of urls',
  ]);
  assert.equal(unansweredWarnings([gone('w', 'no answer'), here]), []);
});

test.run();
