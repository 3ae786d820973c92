import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Mapping } from '../../src/model/value.ts';
import { failureOf, valueOf } from '../rig/complaints.ts';
import { renderCase, type RenderCase } from '../rig/render-rig.ts';

const definitionsOf = (given: RenderCase): Mapping => valueOf(renderCase(given)).definitions();

const DERIVED = {
  arch: 'x86_64',
  base_path: '..',
  data_path: '.',
  dist: 'demo',
  dns_search: '',
  domain: 'lab.test',
  fqdn: 'demo-1.2-x86_64.lab.test',
  gateway: '',
  gw: '',
  install_path: '../install',
  ip: '',
  location: 'lab',
  location_name: 'lab',
  major: '1',
  minor: '2',
  name: 'demo-1.2-x86_64',
  netmask: '',
  newest_minor: '1.2',
  platform: 'hyp',
  platform_name: 'hyp',
  platform_type: 'hyp-iso',
  prefix: '',
  spec_dir: 'specs/demo',
  spec_name: 'demo-1.2-x86_64',
  subnet: '',
  temp_dir: '{{template_dir}}',
  tmpdir: '{{template_dir}}',
  version: '1.2',
};

test('all definitions are derived, and sorted by name', () => {
  const definitions = definitionsOf({});
  assert.equal(definitions, DERIVED);
  assert.equal(Object.keys(definitions), Object.keys(DERIVED));
});

test('settings are definitions below all others', () => {
  assert.equal(definitionsOf({ settings: { data_dir: '.', domain: 'settings' } }), {
    ...DERIVED,
    data_dir: '.',
  });
});

test('name, address and full name of a target may hold markers', () => {
  const target = { name: 'web->>major<<', ip: '10.0.>>net<<.#>net+1<#', fqdn: '>>role<<.>>domain<<' };
  assert.equal(definitionsOf({ target, spec: { defs: { net: 7, role: 'www' } } }), {
    ...DERIVED,
    name: 'web-1',
    fqdn: 'www.lab.test',
    ip: '10.0.7.8',
    net: 7,
    role: 'www',
  });
});

test("the builder's type may hold markers", () => {
  assert.equal(definitionsOf({ spec: { config: { type: 'hyp->>kind<<' }, defs: { kind: 'clone' } } }), {
    ...DERIVED,
    kind: 'clone',
    platform_type: 'hyp-clone',
  });
});

test('the address of a host is that of its full name', () => {
  const found = definitionsOf({ hosts: { 'h.lab.test': '10.9.9.9' }, target: { name: 'h' } });
  assert.equal(found, { ...DERIVED, name: 'h', fqdn: 'h.lab.test', ip: '10.9.9.9' });
});

test("the target's own definitions stand above derived ones and layers, and do not feed what is derived", () => {
  const spec = { defs: { cidr: '10.1.0.0/24', size: 1, show: '>>gateway<< >>size<< >>version<<' } };
  const target = { define: { gateway: '10.1.0.99', size: '2', version: '9', cidr: '192.168.0.0/16' } };
  assert.equal(definitionsOf({ spec, target }), {
    ...DERIVED,
    cidr: '192.168.0.0/16',
    gateway: '10.1.0.99',
    gw: '10.1.0.254',
    netmask: '255.255.255.0',
    prefix: '24',
    show: '10.1.0.99 2 9',
    size: '2',
    subnet: '10.1.0.0',
    version: '9',
  });
});

test('own definitions may hold markers', () => {
  const target = { define: { tag: '>>name<<->>n<<', n: '#>base+1<#' } };
  const { tag, n } = definitionsOf({ target, spec: { defs: { base: 4 } } });
  assert.equal([tag, n], ['demo-1.2-x86_64-5', 5]);
});

test('names of definitions may hold markers', () => {
  const { size_lab: size, copy } = definitionsOf({
    spec: { defs: { 'size_>>location<<': 5, copy: '>>size_lab<<' } },
  });
  assert.equal([size, copy], [5, 5]);
});

test('a cycle is an error at the place of a definition in it', () => {
  const spec = { defs: { a: '>>b<<', b: '(>>a<<)', c: '>>a<<' }, config: { x: '>>a<< >>c<<' } };
  assert.equal(failureOf(renderCase({ spec })), [
    'error cycle at data/specs/demo/spec.json:12:10 <">>b<<">: definitions refer to each other in a circle: a → b → a' +
      ' | one of them must have a value of its own',
  ]);
});

test('a network that is none is an error at its place, once', () => {
  const spec = { defs: { cidr: '10.0.0.0/99' }, config: { a: '>>gateway<<', b: '>>netmask<< >>subnet<<' } };
  assert.equal(failureOf(renderCase({ spec })), [
    'error network at data/specs/demo/spec.json:12:13 <"10.0.0.0/99">: "10.0.0.0/99" is no IPv4 network' +
      ' | write it like 192.168.1.0/24',
  ]);
});

test('an unknown definition is empty, and known with its first place', () => {
  const { unknown } = valueOf(renderCase({ spec: { config: { k: ['x', '>>gone<<'], l: '>>gone<<' } } }));
  assert.equal(
    [...unknown.keys()].filter((name) => name !== 'dns1' && name !== 'ansible_playbook'),
    ['gone'],
  );
  const place = unknown.get('gone')?.();
  assert.is(place?.source.text.slice(place.start, place.end), '">>gone<<"');
});

test('names with markers that come out as one name: the later one counts', () => {
  const defs = { 'a_%>location<%': 1, a_lab: 2, 'tag_#>n*1<#': '>>name<<', n: 1 };
  const { a_lab: a, tag_1: tag } = definitionsOf({ spec: { defs } });
  assert.equal([a, tag], [2, 'demo-1.2-x86_64']);
});

test.run();
