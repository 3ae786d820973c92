/** Every kind of secret marker, in every place that may hold one, in both modes. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deriveSalt, hashPassword } from '../../src/template/crypt.ts';
import type { HashKind } from '../../src/template/secrets.ts';
import type { Rendered } from '../../src/render/render.ts';
import { valueOf } from '../rig/complaints.ts';
import { renderCase, type RenderCase } from '../rig/render-rig.ts';

const VALUE = `a<"b">&'c \\d`;
const XML = 'a&lt;&quot;b&quot;&gt;&amp;&apos;c \\d';
const hash = (kind: HashKind): string => hashPassword(kind, VALUE, deriveSalt(kind, 'im/p', 'k', VALUE));

const KINDS: readonly (readonly [marker: string, inline: string, inXml: string])[] = [
  ['|>im/p:k<|', VALUE, XML],
  ['1>im/p:k<1', hash('md5'), hash('md5')],
  ['5>im/p:k<5', hash('sha256'), hash('sha256')],
  ['6>im/p:k<6', hash('sha512'), hash('sha512')],
  ['{{vault `im/p` `k`}}', VALUE, XML],
  ['{{ vault "im/p" "k" }}', VALUE, XML],
];

const NAME = 'demo-1.2-x86_64';

/** The marker in each section and in installer files, as the whole text and inside one. */
function caseOf(marker: string): RenderCase {
  const text = `<${marker}> ${marker}\n`;
  return {
    spec: {
      evars: { SECRET: `x${marker}` },
      defs: { hop: marker },
      variables: { pw: marker, [marker]: 'a key' },
      config: { pw: marker, hop: '>>hop<<', deep: [{ in: `x ${marker} y` }] },
      pre_provisioners: [{ type: 'shell', inline: [marker] }],
      provisioners: [{ type: 'shell', environment_vars: [`A=${marker}`] }],
      post_provisioners: [{ type: 'shell', inline: [`x${marker}`] }],
      files: [
        { sources: ['text'], dest: 'ks.cfg' },
        { sources: ['text'], dest: 'a.xml' },
        { sources: ['json'], dest: 'c.json' },
      ],
    },
    files: { 'data/files/text': text, 'data/files/json': `{"a": "${marker.replaceAll('"', '\\"')}"}\n` },
    secrets: { 'im/p:k': VALUE },
  };
}

/** The template without what osimager adds to every one. */
function ownParts({ variables, provisioners, builders }: Rendered['template']) {
  const added = /^(platform|location|spec)-name$|^spec-config$|^name$|^fqdn$/;
  return {
    variables: Object.fromEntries(Object.entries(variables).filter(([name]) => !added.test(name))),
    provisioners: provisioners.filter((item) => !JSON.stringify(item).includes('ansible')),
    builders,
  };
}

function expected(text: string) {
  return {
    variables: { pw: text, [text]: 'a key' },
    provisioners: [
      { type: 'shell', inline: [text] },
      { type: 'shell', environment_vars: [`A=${text}`] },
      { type: 'shell', inline: [`x${text}`] },
    ],
    builders: [{ type: 'hyp-iso', pw: text, hop: text, deep: [{ in: `x ${text} y` }], name: NAME }],
  };
}

for (const [marker, value, inXml] of KINDS) {
  test(`deferred, ${marker} stays everywhere, and the artifact says where it is needed`, () => {
    const { template, files } = valueOf(renderCase(caseOf(marker)));
    assert.equal(ownParts(template), expected(marker));
    assert.is(files.get('ks.cfg'), `<${marker}> ${marker}\n`);
    assert.is(files.get('a.xml'), `<${marker}> ${marker}\n`);
    assert.match(files.get(`${NAME}.env`) ?? '', `SECRET=x${marker}\n`);
    const artifact = JSON.parse(files.get('artifact.json') ?? '') as Record<string, unknown>;
    const names = ['a.xml', 'c.json', `${NAME}.env`, `${NAME}.json`, 'ks.cfg'];
    assert.equal(artifact.secrets, [{ path: 'im/p', key: 'k', files: names }]);
  });

  test(`inline, ${marker} becomes its value everywhere, as each file needs it`, () => {
    const { template, files } = valueOf(renderCase({ ...caseOf(marker), inline: true }));
    assert.equal(ownParts(template), expected(value));
    assert.is(files.get('ks.cfg'), `<${value}> ${value}\n`);
    assert.is(files.get('a.xml'), `<${inXml}> ${inXml}\n`);
    assert.match(files.get(`${NAME}.env`) ?? '', `SECRET=x${value}\n`);
    const artifact = JSON.parse(files.get('artifact.json') ?? '') as Record<string, unknown>;
    assert.equal([artifact.secrets_mode, artifact.secrets], ['inline', []]);
    assert.equal(JSON.parse(files.get('c.json') ?? ''), { a: value });
  });
}

test.run();
