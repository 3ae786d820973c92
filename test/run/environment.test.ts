import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  addedEnvironment,
  packerEnvironment,
  parseEnvFile,
  type BuildEnvironment,
} from '../../src/run/environment.ts';

const BUILD: BuildEnvironment = {
  envFile: '',
  venv: undefined,
  vault: undefined,
  cacheDir: '/var/cache/images',
  packerLog: undefined,
  copy: '/p',
  temporary: undefined,
  offline: false,
};

test('a line is a variable; a value may hold blanks, quotes and equals signs, and be empty', () => {
  assert.equal(parseEnvFile('A=1\nB=two words=\'x\' "$y"; z\nC=\nD= \n'), {
    A: '1',
    B: 'two words=\'x\' "$y"; z',
    C: '',
    D: ' ',
  });
});

test('what osimager itself was started with stays, without its own settings and what Packer would log by', () => {
  const own = {
    HOME: '/home/ada',
    PATH: '/usr/bin',
    AWS_PROFILE: 'lab',
    VAULT_NAMESPACE: 'team',
    OSIMAGER_VAULT_TOKEN: 'secret',
    OSIMAGER_DATA_DIR: 'data',
    VAULT_ROLE_ID: 'role',
    VAULT_SECRET_ID: 'secret',
    PACKER_LOG: '1',
    PACKER_LOG_PATH: '/tmp/log',
    NOTHING: undefined,
  };
  assert.equal(packerEnvironment(own, BUILD), {
    HOME: '/home/ada',
    PATH: '/usr/bin',
    AWS_PROFILE: 'lab',
    VAULT_NAMESPACE: 'team',
    PACKER_CACHE_DIR: '/var/cache/images',
    OSIMAGER_BUILD: '/p',
  });
});

test('the file of the artifact is stronger than the environment', () => {
  const made = packerEnvironment({ A: 'old', B: 'old' }, { ...BUILD, envFile: 'A=new\n' });
  assert.equal(made, { A: 'new', B: 'old', PACKER_CACHE_DIR: '/var/cache/images', OSIMAGER_BUILD: '/p' });
});

test('programs of the virtual environment come first', () => {
  const own = { PATH: '/usr/bin' };
  const venv = '/home/ada/.venv/ansible-2.16';
  assert.equal(addedEnvironment(own, { ...BUILD, venv }), {
    PACKER_CACHE_DIR: '/var/cache/images',
    OSIMAGER_BUILD: '/p',
    PATH: '/home/ada/.venv/ansible-2.16/bin:/usr/bin',
    VIRTUAL_ENV: venv,
  });
  assert.is(
    addedEnvironment(own, { ...BUILD, venv, envFile: 'PATH=/opt/bin\n' }).PATH,
    '/home/ada/.venv/ansible-2.16/bin:/opt/bin',
  );
});

test("Vault's address and token are there where Packer needs them", () => {
  const vault = { address: 'https://vault.example:8200', token: 'hvs.x' };
  assert.equal(addedEnvironment({}, { ...BUILD, vault }), {
    PACKER_CACHE_DIR: '/var/cache/images',
    OSIMAGER_BUILD: '/p',
    VAULT_ADDR: 'https://vault.example:8200',
    VAULT_TOKEN: 'hvs.x',
  });
});

test("Packer's log, its temporary files, and that it asks nobody", () => {
  const build = { ...BUILD, packerLog: '/p/packer.log', temporary: '/p', offline: true };
  assert.equal(addedEnvironment({ PACKER_CACHE_DIR: '/mine' }, build), {
    PACKER_TMP_DIR: '/p',
    TMPDIR: '/p',
    CHECKPOINT_DISABLE: '1',
    OSIMAGER_BUILD: '/p',
    PACKER_LOG: '1',
    PACKER_LOG_PATH: '/p/packer.log',
  });
});

test.run();
