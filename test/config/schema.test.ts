import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  configSchema,
  defineConfig,
  DEFAULTS,
  SETTING_NAMES,
  settingFromText,
  type Config,
} from '../../src/config/schema.ts';
import { parseText } from '../../src/documents/parse.ts';
import { validate } from '../../src/model/validate.ts';
import { complaints, valueOf } from '../rig/complaints.ts';

test('the defaults are those of DESIGN.md', () => {
  assert.equal(DEFAULTS, {
    data_dir: 'data',
    matrix: 'data/matrix.toml',
    out_dir: 'out',
    packer_cmd: 'packer',
    venv_dir: '~/.venv',
    ansible_playbook: 'config.yml',
    packer_cache_dir: '/tmp',
    local_only: false,
    credential_source: 'vault',
    vault_addr: '',
    vault_token: '',
    secrets: 'deferred',
    offline: false,
    ca_file: '',
    limits: {},
  });
});

test('every setting has a default, but the user folder, which depends on the machine', () => {
  assert.equal([...SETTING_NAMES, 'limits'].sort(), [...Object.keys(DEFAULTS), 'user_dir'].sort());
});

test('the defaults are a valid configuration, and so is an empty one', () => {
  assert.equal(configSchema.safeParse(DEFAULTS), { success: true, data: DEFAULTS });
  assert.equal(configSchema.safeParse({}), { success: true, data: {} });
});

test('defineConfig returns the object that it was given', () => {
  const config: Config = { data_dir: 'd' };
  assert.is(defineConfig(config), config);
});

function found(text: string): readonly string[] {
  const { value, locate } = valueOf(parseText({ path: 'c.json', text }));
  return complaints(validate(configSchema, value, locate, 'error'));
}

test('unknown settings and wrong types are errors with places and suggestions', () => {
  assert.equal(found('{"data_dirr": "d", "local_only": "yes", "secrets": "both", "matrix": 1}'), [
    'error type at c.json:1:70 <1>: "matrix" must be text, not the number 1',
    'error type at c.json:1:34 <"yes">: "local_only" must be true or false, not the text "yes"',
    'error type at c.json:1:52 <"both">: "secrets" must be "deferred" or "inline", not the text "both"',
    'error unknown-key at c.json:1:2 <"data_dirr">: osimager knows no key "data_dirr" here | did you mean "data_dir"?',
  ]);
});

test('a folder that is the empty text says that text is needed', () => {
  assert.equal(found('{"data_dir": ""}'), [
    'error type at c.json:1:14 <"">: "data_dir" must be text that is not empty, not the text ""',
  ]);
});

test('limits are whole numbers of builds, by name', () => {
  assert.equal(
    found('{"limits": {"jobs": 8, "platforms": {"vmware": 2}, "locations": {}, "hosts": {"esx1": 1}}}'),
    [],
  );
  assert.equal(
    found('{"limits": {"jobs": 0, "platforms": {"vmware": "2"}, "locations": {"lab": 1.5}, "host": {}}}'),
    [
      'error type at c.json:1:21 <0>: "jobs" must be a whole number from 1 to 1000, not the number 0',
      'error type at c.json:1:48 <"2">: "vmware" must be a number, not the text "2"',
      'error type at c.json:1:75 <1.5>: "lab" must be a whole number, not the number 1.5',
      'error unknown-key at c.json:1:81 <"host">: osimager knows no key "host" here | did you mean "hosts"?',
    ],
  );
});

test('local_only is read from words for true and false; other words stay, to be refused', () => {
  const rows: readonly [text: string, value: string | boolean][] = [
    ['true', true],
    ['True', true],
    ['YES', true],
    ['on', true],
    ['1', true],
    ['false', false],
    ['No', false],
    ['off', false],
    ['0', false],
    ['', false],
    ['maybe', 'maybe'],
    ['true ', 'true '],
    ['2', '2'],
  ];
  assert.equal(
    rows.map(([text]) => [text, settingFromText('local_only', text)]),
    rows,
  );
  assert.is(settingFromText('offline', 'yes'), true);
});

test('every other setting is text as it stands', () => {
  for (const name of SETTING_NAMES.filter((other) => other !== 'local_only' && other !== 'offline')) {
    assert.is(settingFromText(name, 'true'), 'true', name);
  }
});

test.run();
