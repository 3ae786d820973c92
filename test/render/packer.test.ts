import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { failureOf, valueOf } from '../rig/complaints.ts';
import { renderCase, type RenderCase } from '../rig/render-rig.ts';
import type { PackerTemplate } from '../../src/render/packer.ts';

const templateOf = (given: RenderCase): PackerTemplate => valueOf(renderCase(given)).template;

const builderOf = (config: object, defs: object = {}): unknown =>
  templateOf({ spec: { config, defs } }).builders[0];

const ENDS = { type: 'hyp-iso' };
const NAME = { name: 'demo-1.2-x86_64' };

test('the template has what playbooks are told, the default provisioner and one builder', () => {
  assert.equal(templateOf({ settings: { ansible_playbook: 'site.yml' }, target: { name: 'h' } }), {
    variables: {
      'platform-name': 'hyp',
      'location-name': 'lab',
      'spec-name': 'demo-1.2-x86_64',
      'spec-config': 'tasks/spec.yml',
      name: 'h',
      fqdn: 'h.lab.test',
    },
    provisioners: [
      {
        type: 'ansible',
        playbook_file: 'site.yml',
        extra_arguments: [
          '--extra-vars',
          'platform={{user `platform-name`}} location_name={{user `location-name`}} spec_name={{user `spec-name`}} ' +
            'spec_config={{user `spec-config`}} install_dir="../install" {{user `ansible-opts`}} ',
        ],
      },
    ],
    builders: [{ type: 'hyp-iso', name: 'demo-1.2-x86_64' }],
  });
});

test("a data file's own variable stands above what playbooks are told", () => {
  const { variables } = templateOf({
    spec: { variables: { fqdn: 'mine-%>name<%', 'k->>major<<': '>>n<<' }, defs: { n: 3 } },
  });
  assert.equal(variables, {
    'platform-name': 'hyp',
    'location-name': 'lab',
    'spec-name': 'demo-1.2-x86_64',
    'spec-config': 'tasks/spec.yml',
    name: 'demo-1.2-x86_64',
    fqdn: 'mine-demo-1.2-x86_64',
    'k-1': 3,
  });
});

test('provisioners come as first, own and last', () => {
  const { provisioners } = templateOf({
    spec: {
      method: 'replace',
      post_provisioners: [{ type: 'z' }],
      provisioners: [{ type: 'b' }, { type: '>>name<<' }],
      pre_provisioners: [{ type: 'a' }],
    },
  });
  assert.equal(provisioners, [{ type: 'a' }, { type: 'b' }, { type: 'demo-1.2-x86_64' }, { type: 'z' }]);
});

test('empty text and null at the top level are dropped, other empty values and deeper ones stay', () => {
  const config = {
    a: '',
    b: null,
    c: '>>none<<',
    d: 0,
    e: false,
    f: [],
    g: {},
    h: { x: '', y: null },
    i: ['', null],
  };
  assert.equal(builderOf(config), {
    ...ENDS,
    d: 0,
    e: false,
    f: [],
    g: {},
    h: { x: '', y: null },
    i: ['', null],
    ...NAME,
  });
});

test("the builder's name is the spec name, whatever the layers say", () => {
  assert.equal(builderOf({ name: 'other' }), { ...ENDS, ...NAME });
});

test('boot and shutcmd that are off drop their commands', () => {
  const config = { boot_command: ['x'], boot_wait: '5s', shutdown_command: 'off', keep: 1 };
  const kept = { ...ENDS, ...config, ...NAME };
  const noBoot = { ...ENDS, shutdown_command: 'off', keep: 1, ...NAME };
  const noShutdown = { ...ENDS, boot_command: ['x'], boot_wait: '5s', keep: 1, ...NAME };
  assert.equal(builderOf(config), kept);
  for (const off of [false, 0, null, '', 'false', 'False', 'no', 'off', '0', ' false ']) {
    assert.equal(builderOf(config, { boot: off }), noBoot, `boot ${String(off)}`);
    assert.equal(builderOf(config, { shutcmd: off }), noShutdown, `shutcmd ${String(off)}`);
  }
  for (const on of [true, 1, 'true', 'yes', 'x', [], {}]) {
    assert.equal(builderOf(config, { boot: on, shutcmd: on }), kept, `on ${JSON.stringify(on)}`);
  }
});

test('keys of the builder may hold markers, and values keep their types', () => {
  const config = { 'k->>n<<': '>>l<<', '>>s<<': { '>>s<<': '#>n*2<#' } };
  assert.equal(builderOf(config, { n: 2, l: [1, { a: null }], s: 'key' }), {
    ...ENDS,
    'k-2': [1, { a: null }],
    key: { key: 4 },
    ...NAME,
  });
});

test('a key of the builder that comes out as __proto__ is refused', () => {
  const complaint = failureOf(
    renderCase({ spec: { config: { '>>p<<': { x: 1 } }, defs: { p: '__proto__' } } }),
  );
  assert.is(complaint.length, 1);
  assert.match(complaint[0] ?? '', 'a key with markers came out as "__proto__"');
});

test.run();
