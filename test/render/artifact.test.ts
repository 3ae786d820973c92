import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactFile, type ArtifactFacts } from '../../src/render/artifact.ts';

const SMALL: ArtifactFacts = {
  target: { platform: 'hyp', location: 'lab', spec: 'demo-1-x86_64' },
  name: 'demo-1-x86_64',
  requestedBy: 'matrix',
  secretsMode: 'deferred',
  files: new Map(),
  digests: new Map(),
  sources: [],
  environment: [],
  plugins: [],
  venv: undefined,
  requiredFiles: [],
};

test('a target that gives nothing has a file that says so', () => {
  assert.is(
    artifactFile(SMALL),
    `{
  "format": 1,
  "target": {
    "platform": "hyp",
    "location": "lab",
    "spec": "demo-1-x86_64",
    "name": "demo-1-x86_64"
  },
  "requested_by": "matrix",
  "files": {},
  "secrets_mode": "deferred",
  "secrets": [],
  "environment": [],
  "plugins": [],
  "required_files": [],
  "sources": []
}
`,
  );
});

test('all that is known comes in, sorted and each once', () => {
  const files = new Map([
    ['h.json', '"|>b:x<|" "6>a:y<6" "|>b:x<|"'],
    ['b.cfg', '{{vault `b` `x`}} |>b:w<|'],
    ['A.cfg', ''],
  ]);
  const text = artifactFile({
    ...SMALL,
    target: { ...SMALL.target, name: 'h-|>>x<<', ip: '10.0.0.1', fqdn: 'h.t', define: { k: 1 }, tags: ['t'] },
    name: 'h',
    requestedBy: 'command line',
    files,
    digests: new Map([
      ['h.json', '1'],
      ['b.cfg', '2'],
      ['A.cfg', '3'],
    ]),
    sources: ['data/z.json', 'data/a.json', 'data/z.json'],
    environment: ['b', 'A'],
    plugins: [{ name: 'p' }],
    venv: 'ansible-9',
    requiredFiles: [{ file: 'f' }],
  });
  const { files: digests, ...rest } = JSON.parse(text) as { files: Record<string, string> };
  assert.equal(Object.entries(digests), [
    ['A.cfg', '3'],
    ['b.cfg', '2'],
    ['h.json', '1'],
  ]);
  assert.equal(rest, {
    format: 1,
    target: { ...SMALL.target, name: 'h', ip: '10.0.0.1', fqdn: 'h.t', define: { k: 1 }, tags: ['t'] },
    requested_by: 'command line',
    secrets_mode: 'deferred',
    secrets: [
      { path: 'a', key: 'y', files: ['h.json'] },
      { path: 'b', key: 'w', files: ['b.cfg'] },
      { path: 'b', key: 'x', files: ['b.cfg', 'h.json'] },
    ],
    environment: ['A', 'b'],
    plugins: [{ name: 'p' }],
    venv: 'ansible-9',
    required_files: [{ file: 'f' }],
    sources: ['data/a.json', 'data/z.json'],
  });
});

test.run();
