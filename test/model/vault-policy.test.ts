import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { vaultPlace, vaultPolicy, vaultRule } from '../../src/model/vault-policy.ts';

test('the policy names each path once, in order, and permits to read and nothing else', () => {
  assert.is(
    vaultPolicy(['images/linux', 'images/aws/keys', '/images/linux/', 'apps/x', 'images/linux']),
    `path "apps/data/x" {
  capabilities = ["read"]
}

path "images/data/aws/keys" {
  capabilities = ["read"]
}

path "images/data/linux" {
  capabilities = ["read"]
}
`,
  );
});

test('no paths need no policy', () => {
  assert.is(vaultPolicy([]), '');
});

const INEXACT = [
  'images',
  'images/',
  '',
  'images//linux',
  'images/../sys',
  'images/lin*',
  'images/+/linux',
  '+/linux',
  'images/{{x}}',
  'images/${x}',
  'images/a\nb',
];

for (const path of INEXACT) {
  test(`a path that no rule names exactly is a comment: ${JSON.stringify(path)}`, () => {
    assert.is(vaultPolicy([path]), `# no rule can name exactly this path: ${JSON.stringify(path)}\n`);
  });
}

test('signs that have a meaning in HCL are escaped', () => {
  assert.is(
    vaultRule({ mount: 'images', name: 'a "b" \\c' }),
    String.raw`path "images/data/a \"b\" \\c" { capabilities = ["read"] }`,
  );
});

test('the first step of a path is the mount', () => {
  assert.equal(vaultPlace('images/linux'), { mount: 'images', name: 'linux' });
  assert.equal(vaultPlace('/images/a/b/'), { mount: 'images', name: 'a/b' });
  assert.is(vaultPlace('images'), undefined);
});

test.run();
