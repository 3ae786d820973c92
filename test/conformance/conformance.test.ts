/**
 * The conformance cases: a complete input each, and what must come of it. Tokens in the expectations stand
 * for what differs between machines; in the tree they are portable (DESIGN.md, "Derived definitions").
 */
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { generate } from '../../src/cli/generate.ts';
import { UsageError } from '../../src/cli/output.ts';
import { parseDefine, targetFromArguments } from '../../src/cli/target-arguments.ts';
import { createTargetReport } from '../../src/cli/target-report.ts';
import { openWorkspace } from '../../src/cli/workspace.ts';
import { hashPassword } from '../../src/template/crypt.ts';
import type { HashKind } from '../../src/template/secrets.ts';
import { readFiles, temporaryFolder } from '../rig/folder.ts';

interface Expectation {
  readonly variables?: object;
  readonly provisioners?: readonly unknown[];
  readonly builder?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly evars?: Readonly<Record<string, string>>;
  readonly defs?: Readonly<Record<string, unknown>>;
  readonly venv?: string | null;
  readonly required_files_missing?: readonly string[];
  readonly error?: readonly string[];
}

interface Case {
  readonly from: 'reference run' | 'documentation';
  readonly index?: readonly object[];
  readonly results?: readonly {
    readonly target: string;
    readonly name?: string | null;
    readonly ip?: string | null;
    readonly fqdn?: string | null;
    readonly define?: string | null;
    readonly expect: Expectation;
  }[];
}

interface Template {
  readonly variables: object;
  readonly provisioners: readonly unknown[];
  readonly builders: readonly Readonly<Record<string, unknown>>[];
}

interface Artifact {
  readonly venv?: string;
  readonly required_files: readonly { readonly file: string }[];
}

type Result = NonNullable<Case['results']>[number];

const CASES = fileURLToPath(new URL('cases', import.meta.url));

/** The tokens as the tree writes them: seen from the data folder, where Packer runs. */
function portable<T>(value: T): T {
  const text = JSON.stringify(value)
    .replaceAll('@DATA_DIR@/', '')
    .replaceAll('@DATA_DIR@', '.')
    .replaceAll('@BASE_DIR@', '..')
    .replaceAll('@TEMP_DIR@', '{{template_dir}}');
  return JSON.parse(text) as T;
}

/** The user folder of a case, with a secrets file that is its owner's alone: git does not keep such modes. */
function userFolder(folder: string): string {
  const copy = temporaryFolder();
  cpSync(join(folder, 'user'), copy, { recursive: true });
  chmodSync(join(copy, 'secrets'), 0o600);
  return copy;
}

async function render(folder: string, result: Result) {
  const define = parseDefine(result.define ? [result.define] : []);
  const options = { workspace: folder, userDir: userFolder(folder), environment: {}, offline: true };
  const out = temporaryFolder();
  let target;
  try {
    target = targetFromArguments(
      result.target,
      result.name ?? undefined,
      result.ip ?? undefined,
      result.fqdn ?? undefined,
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { out, options, target, messages: [error.message], define };
  }
  const { diagnostics } = await generate({ ...options, out, target, define, secrets: 'inline' });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const messages = errors.map(({ message, notes }) =>
    [message, ...(notes ?? []).map((note) => note.message)].join(),
  );
  return { out, options, target, messages, define };
}

async function checkResult(folder: string, result: Result, complete: boolean): Promise<void> {
  const expect = portable(result.expect);
  const { out, options, target, messages, define } = await render(folder, result);
  const tree = readFiles(out);
  if (expect.error) {
    for (const word of expect.error) assert.match(messages.join('\n'), word);
    assert.equal(tree, {}, 'nothing is written for a target that fails');
    return;
  }
  assert.equal(messages, []);
  assert.ok(target);
  const { platform, location, spec, name } = target;
  const base = `${platform}/${location}/${name ?? spec}`;
  const own = (end: string): string => tree[`${base}/${name ?? spec}.${end}`] ?? '';
  const template = JSON.parse(own('json')) as Template;
  const artifact = JSON.parse(tree[`${base}/artifact.json`] ?? '') as Artifact;
  const [builder = {}] = template.builders;

  if (expect.variables) assert.equal(template.variables, expect.variables);
  if (expect.provisioners) assert.equal(template.provisioners, expect.provisioners);
  if (expect.builder) {
    const keys = complete ? Object.keys(builder) : Object.keys(expect.builder);
    assert.equal(Object.fromEntries(keys.map((key) => [key, builder[key]])), expect.builder);
  }
  if (expect.evars) {
    const lines = Object.entries(expect.evars).map(([key, value]) => `${key}=${value}\n`);
    assert.equal(own('env').split('\n').sort(), lines.join('').split('\n').sort());
  }
  if (expect.files) checkFiles(folder, tree, base, name ?? spec, expect.files, complete);
  if (expect.defs) {
    const withDefine = Object.keys(define).length > 0 ? { ...target, define } : target;
    const report = await createTargetReport(withDefine, options);
    const defs = report.rendered?.definitions() ?? {};
    assert.equal(Object.fromEntries(Object.keys(expect.defs).map((key) => [key, defs[key]])), expect.defs);
  }
  if (expect.venv !== undefined) assert.equal(artifact.venv ?? null, expect.venv);
  if (expect.required_files_missing) {
    const files = artifact.required_files.map(({ file }) => file);
    const missing = files.filter((file) => !existsSync(join(folder, 'data', file)));
    assert.equal(missing, expect.required_files_missing);
  }
}

function checkFiles(
  folder: string,
  tree: Readonly<Record<string, string>>,
  base: string,
  name: string,
  expected: Readonly<Record<string, string>>,
  complete: boolean,
): void {
  const own = new Set([`${name}.json`, `${name}.env`, 'artifact.json']);
  const found = Object.entries(tree)
    .filter(([path]) => path.startsWith(`${base}/`))
    .map(([path, text]) => [path.slice(base.length + 1), text] as const)
    .filter(([path]) => !own.has(path) && (complete || path in expected));
  const withHashes = found.map(([path, text]) => [path, putHashes(folder, text, expected[path] ?? '')]);
  assert.equal(Object.fromEntries(withHashes), expected);
}

/** Replaces a hash by its token where it is a hash of that secret: it is made again with its own salt. */
function putHashes(folder: string, text: string, expected: string): string {
  const secrets = readFileSync(join(folder, 'user/secrets'), 'utf8');
  let shown = text;
  for (const [token, kind, path, key] of expected.matchAll(/@HASH:(\w+):([\w/]+):(\w+)@/g)) {
    const line = secrets.split('\n').find((one) => one.startsWith(`${path} `)) ?? '';
    const secret = new RegExp(`(?<=\\s)${key}=(\\S*)`).exec(line)?.[1] ?? '';
    const id = { md5: 1, sha256: 5, sha512: 6 }[kind ?? ''];
    const [hash = '', salt = ''] = new RegExp(`\\$${id}\\$([^$\\s]+)\\$[./0-9A-Za-z]+`).exec(shown) ?? [];
    assert.is(hashPassword(kind as HashKind, secret, salt), hash);
    shown = shown.replace(hash, token);
  }
  return shown;
}

for (const name of readdirSync(CASES).sort()) {
  const folder = join(CASES, name);
  const { from, index, results } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as Case;
  if (index) {
    test(`${name}: index`, async () => {
      const opened = await openWorkspace({
        workspace: folder,
        userDir: join(folder, 'user'),
        environment: {},
      });
      assert.ok(opened.ok);
      const found = opened.value.catalog.entries.map(({ name: spec, dist, version, arch }) => {
        return { name: spec, dist, version, arch };
      });
      assert.equal(found, index);
    });
  }
  (results ?? []).forEach((result, at) => {
    test(`${name} ${at + 1}: ${result.target}`, () => checkResult(folder, result, from === 'reference run'));
  });
}

test.run();
