/** The other half of the tests of src/config/matrix.ts: rows that are wrong. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expandMatrix } from '../../src/config/matrix.ts';
import { parseText } from '../../src/documents/parse.ts';
import { formatTarget } from '../../src/model/target.ts';
import { complaints, failureOf, valueOf } from '../rig/complaints.ts';

const KNOWN = {
  platform: ['all', 'qemu', 'vmware'],
  location: ['cloud', 'lab'],
  spec: ['rhel-9.4-x86_64', 'rhel-9.5-x86_64', 'ubuntu-24.04-x86_64'],
};

function expand(text: string, path = 'm.toml') {
  const { value, locate, faults } = valueOf(parseText({ path, text }));
  return expandMatrix({ value, locate, faults }, KNOWN);
}

function found(text: string, path?: string) {
  const { targets, diagnostics } = valueOf(expand(text, path));
  return { targets: targets.map(({ target }) => formatTarget(target)), says: complaints(diagnostics) };
}

const ROW = '[[target]]\nplatform = "qemu"\nlocation = "lab"\nspec = "rhel-9.4-x86_64"\n';
const MADE = 'qemu/lab/rhel-9.4-x86_64';

/** The lines of a row after its first. */
const FAULTS: Readonly<Record<string, readonly string[]>> = {
  'platform = "qmeu"\nlocation = "lab"\nspec = "rhel-9.4-x86_64"': [
    'error matrix at m.toml:2:12 <"qmeu">: no platform is called "qmeu" | did you mean "qemu"?',
  ],
  'platform = "qemu"\nlocation = "mars"\nspec = "rhel-9.4-x86_64"': [
    'error matrix at m.toml:3:12 <"mars">: no location is called "mars" | locations here: cloud, lab',
  ],
  'platform = "hyperv"\nlocation = "lab"\nspec = ["rhel-9.4-x86_64"]': [
    'error matrix at m.toml:2:12 <"hyperv">: no platform is called "hyperv" | platforms here: all, qemu, vmware',
  ],
  'platform = "qemu"\nlocation = "lab"\nspec = "centos-*"': [
    'error matrix at m.toml:4:8 <"centos-*">: no spec matches "centos-*" | osimager list specs shows them all',
  ],
  'platform = "qemu"\nlocation = "lab"\nspec = "rhel-9.[4-5"': [
    'error matrix at m.toml:4:8 <"rhel-9.[4-5">: "rhel-9.[4-5" cannot be unfolded: a bracket has no partner | brackets hold a range: 9.[0-5]',
  ],
  'platform = "qemu"\nlocation = "lab"\nspec = []': [
    'error matrix at m.toml:1:3 <target>: this row gives no target | one of its lists is empty',
  ],
  'platform = "qemu"\nlocation = "lab"\nspec = "rhel-*"\nexclude = "rhel-*"': [
    'error matrix at m.toml:1:3 <target>: this row gives no target | "exclude" leaves out all that the row matches',
  ],
};

test('a row that matches nothing is an error at the axis that is at fault', () => {
  const all = Object.keys(FAULTS).map((lines) => [lines, found(`[[target]]\n${lines}`)]);
  assert.equal(
    Object.fromEntries(all),
    Object.fromEntries(Object.entries(FAULTS).map(([lines, says]) => [lines, { targets: [], says }])),
  );
});

test('of several patterns those that are wrong are errors, each at its own place', () => {
  const lines =
    'platform = "qemu"\nlocation = "lab"\nspec = ["rhel-9.4-x86_64", "rhel-9.[5-6]-x86_64", "suse*"]';
  assert.equal(found(`[[target]]\n${lines}`), {
    targets: ['qemu/lab/rhel-9.4-x86_64', 'qemu/lab/rhel-9.5-x86_64'],
    says: [
      'error matrix at m.toml:4:28 <"rhel-9.[5-6]-x86_64">: no spec is called "rhel-9.6-x86_64" | did you mean "rhel-9.4-x86_64" or "rhel-9.5-x86_64"?',
      'error matrix at m.toml:4:51 <"suse*">: no spec matches "suse*" | osimager list specs shows them all',
    ],
  });
});

test('an exclude that cannot be unfolded is an error', () => {
  assert.equal(found(`${ROW}exclude = "rhel-9.[4-5"\n`).says, [
    'error matrix at m.toml:5:11 <"rhel-9.[4-5">: "rhel-9.[4-5" cannot be unfolded: a bracket has no partner | brackets hold a range: 9.[0-5]',
  ]);
});

const ROW_KEYS = 'known keys: define, exclude, fqdn, ip, location, name, platform, spec, tags';

test('an unknown key of a row is one error with a suggestion; other rows stand', () => {
  assert.equal(found(`${ROW}exclud = "x"\n${ROW}${ROW}colour = 1\n`), {
    targets: [MADE],
    says: [
      'error unknown-key at m.toml:5:1 <exclud>: osimager knows no key "exclud" here | did you mean "exclude"?',
      `error unknown-key at m.toml:14:1 <colour>: osimager knows no key "colour" here | ${ROW_KEYS}`,
    ],
  });
});

test('the same holds in JSON', () => {
  const good = '{"platform": "qemu", "location": "lab", "spec": "rhel-9.4-x86_64"}';
  const wrong = '{"platform": "qemu", "location": "lab", "sepc": "rhel-9.4-x86_64"}';
  assert.equal(found(`{"target": [${wrong}, ${good}], "tarjet": 1}`, 'm.json'), {
    targets: [MADE],
    says: [
      'error unknown-key at m.json:1:150 <"tarjet">: osimager knows no key "tarjet" here | did you mean "target"?',
      `error type at m.json:1:13 <${wrong}>: "spec" is missing | it must be text or a list`,
      'error unknown-key at m.json:1:53 <"sepc">: osimager knows no key "sepc" here | did you mean "spec"?',
    ],
  });
});

test('an unknown key beside the rows is an error at its place', () => {
  assert.equal(found(`[[targets]]\nplatform = "qemu"\n\n${ROW}`), {
    targets: [MADE],
    says: [
      'error unknown-key at m.toml:1:3 <targets>: osimager knows no key "targets" here | did you mean "target"?',
    ],
  });
});

test('wrong types are errors, once each', () => {
  assert.equal(found('[[target]]\nplatform = 3\nlocation = "lab"\nip = ["a"]\ntags = "x"\ndefine = 1\n'), {
    targets: [],
    says: [
      'error type at m.toml:2:12 <3>: "platform" must be text or a list, not the number 3',
      'error type at m.toml:1:3 <target>: "spec" is missing | it must be text or a list',
      'error type at m.toml:4:6 <["a"]>: "ip" must be text, not a list',
      'error type at m.toml:6:10 <1>: "define" must be a mapping, not the number 1',
      'error type at m.toml:5:8 <"x">: "tags" must be a list, not the text "x"',
    ],
  });
});

test('a matrix of another shape is refused whole', () => {
  assert.equal(failureOf(expand('[1]', 'm.json')), [
    'error type at m.json:1:1 <[>: this must be a mapping, not a list',
  ]);
  assert.equal(failureOf(expand('target = 3\n')), [
    'error type at m.toml:1:10 <3>: "target" must be a list, not the number 3',
  ]);
  assert.equal(failureOf(expand('[target]\nplatform = "qemu"\n')), [
    'error type at m.toml:1:2 <target>: "target" must be a list, not a mapping',
  ]);
});

test.run();
