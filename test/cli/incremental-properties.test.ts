import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { generate, type GenerateResult } from '../../src/cli/generate.ts';
import { createPlanner } from '../../src/cli/planning.ts';
import { openWorkspace, type Workspace } from '../../src/cli/workspace.ts';
import { formatTarget } from '../../src/model/target.ts';
import { parseQuestion } from '../../src/model/question.ts';
import { questionsOf } from '../../src/model/tracker.ts';
import { readFiles, temporaryFolder } from '../rig/folder.ts';

const ABSENT = undefined;
const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** What each file of a workspace may hold; the first is how it begins. */
const FILES: Readonly<Record<string, readonly (string | undefined)[]>> = {
  'data/matrix.toml': [
    `[[target]]
platform = "*"
location = "*"
spec = "*"
[[target]]
platform = "one"
location = "lab"
spec = "demo-1-x86_64"
name = "host-%>domain<%"
define = { own = "1" }
`,
    '[[target]]\nplatform = "*"\nlocation = "lab"\nspec = "*"\n',
    '[[target]]\nplatform = "one"\nlocation = "lab"\nspec = "demo-1-x86_64"\ndefine = { own = "2" }\n',
    '[[target]]\nplatform = "one"\nlocation = "gone"\nspec = "demo-1-x86_64"\n[[target]]\nplatform = "*"\nlocation = "lab"\nspec = "demo-1-*"\n',
    '[[target]\n',
  ],
  'data/platforms/one.json': [
    json({
      include: 'base',
      arches: ['x86_64'],
      config: { type: 'null', home: '$>PLACE<$', book: '>>ansible_playbook<<' },
    }),
    json({ arches: ['x86_64'], config: { type: 'null', note: '>>own<<' } }),
    '{',
  ],
  'data/platforms/two.json': [
    json({
      arches: ['x86_64', 'arm64'],
      config: { type: 'null', secret: '{{vault `images/linux` `password`}}' },
    }),
    ABSENT,
  ],
  'data/platforms/base.json': [
    json({ defs: { cpus: 2 } }),
    json({ defs: { cpus: 4, domain: 'base.example' } }),
    ABSENT,
  ],
  'data/platforms/base.toml': [ABSENT, '[defs]\ncpus = 8\n'],
  'data/locations/lab.toml': [
    '[defs]\ndomain = "lab.example"\n',
    '[defs]\ndomain = "other.example"\n',
    ABSENT,
  ],
  'data/locations/lab.json': [ABSENT, json({ defs: { domain: 'json.example' }, platforms: ['two'] })],
  'data/locations/site.json': [json({ defs: { domain: 'site.example' } }), ABSENT],
  'user/locations/home.json': [ABSENT, json({ defs: { domain: 'home.example' } })],
  'data/specs/demo/spec.json': [
    json({
      provides: { dist: 'demo', versions: ['[1-3]'], arches: ['x86_64'] },
      files: [{ sources: ['demo/%>major<%.cfg', 'demo/end.cfg'], dest: 'ks.cfg' }],
      version_specific: [{ version: '2', include: 'extra' }],
      defs: { database: 'db.example' },
      config: { address: '*>database<*', root: '>>cpus<<' },
    }),
    json({
      include: 'extra',
      provides: { dist: 'demo', versions: ['1', '4'], arches: ['x86_64'] },
      files: [{ sources: ['demo/end.cfg'], dest: 'ks.cfg' }],
    }),
    '{"provides": 1}',
    ABSENT,
  ],
  'data/specs/extra/spec.json': [
    json({ config: { extra: '>>fqdn<<' } }),
    json({ platforms: ['one'] }),
    ABSENT,
  ],
  'data/specs/second/spec.toml': [
    ABSENT,
    '[provides]\ndist = "second"\nversions = ["1"]\narches = ["x86_64", "arm64"]\n[[files]]\nsources = ["demo/end.cfg"]\ndest = "x"\n',
    '[provides]\ndist = "demo"\nversions = ["1"]\narches = ["x86_64"]\n',
  ],
  'data/files/demo/1.cfg': ['one >>name<< |>images/linux:password<|\n', 'one again\n', ABSENT],
  'data/files/demo/2.cfg': ['two >>ip<<\n', 'E>1/0<E\n'],
  'data/files/demo/3.cfg': ['three\n', 'thrEe\n'],
  'data/files/demo/end.cfg': ['end\n', 'END\n', 'end >>own<<\n'],
  'user/secrets': [
    'images/linux password=long-enough user=root\n',
    'images/linux password=another-one user=root\n',
    ABSENT,
  ],
  'user/hosts.json': [
    json({ 'db.example': '10.0.0.1' }),
    json({ 'db.example': '10.0.0.2', 'demo-2-x86_64.lab.example': '10.0.0.3' }),
    ABSENT,
  ],
};
const PATHS = Object.keys(FILES);

interface Options {
  readonly environment: Readonly<Record<string, string>>;
  readonly define: Readonly<Record<string, string>> | undefined;
  readonly secrets: 'deferred' | 'inline';
}

type Edit =
  | { readonly kind: 'files'; readonly files: readonly (readonly [path: string, variant: number])[] }
  | { readonly kind: 'options'; readonly options: Partial<Options> };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(fc.tuple(fc.constantFrom(...PATHS), fc.nat(4)), { minLength: 1, maxLength: 3 })
      .map((files) => ({ kind: 'files' as const, files })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record(
        {
          environment: fc.constantFrom<Options['environment']>(
            {},
            { PLACE: 'here' },
            { PLACE: 'there', OSIMAGER_ANSIBLE_PLAYBOOK: 'site.yml' },
          ),
          define: fc.constantFrom<Options['define']>(undefined, { own: 'd' }, { domain: 'd.example' }),
          secrets: fc.constantFrom('deferred' as const, 'inline' as const),
        },
        { requiredKeys: [] },
      )
      .map((options) => ({ kind: 'options' as const, options })),
  },
);

function put(folder: string, path: string, variant: number): void {
  const variants = FILES[path] ?? [];
  const content = variants[variant % variants.length];
  const full = join(folder, path);
  if (content === undefined) rmSync(full, { force: true });
  else {
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content, { mode: 0o600 });
  }
}

function optionsOf(folder: string, out: string, { environment, define, secrets }: Options) {
  return {
    workspace: join(folder, 'work'),
    userDir: join(folder, 'work/user'),
    environment: { OSIMAGER_CREDENTIAL_SOURCE: 'config', ...environment },
    out,
    define,
    secrets,
  };
}

/** All that each planned target asks for, with the answers: worked out from nothing, and read by this test. */
async function inputsOf(
  folder: string,
  options: Options,
): Promise<{ inputs: Map<string, string>; failed: Set<string> }> {
  const given = optionsOf(folder, join(folder, 'none/out'), options);
  const opened = await openWorkspace(given);
  assert.ok(opened.ok);
  const workspace = opened.value;
  const planned = createPlanner(workspace).plan({ define: given.define });
  if (!planned.ok) return { inputs: new Map(), failed: new Set() };
  const inputs = new Map<string, string>();
  for (const { target, folder: place } of planned.value.plan.planned) {
    const { trace } = workspace.tracker.trace(() => workspace.render(target, 'matrix'));
    const questions = [...questionsOf(trace)].sort();
    inputs.set(
      place,
      JSON.stringify([target, questions.map((question) => [question, answer(question, workspace)])]),
    );
  }
  return { inputs, failed: new Set(planned.value.plan.failed.map(({ target }) => formatTarget(target))) };
}

function answer(text: string, workspace: Workspace): unknown {
  const question = parseQuestion(text);
  assert.ok(question);
  const { facts, dataDir, userDir } = workspace;
  const pathOf = (file: { root: string; path: string }): string =>
    join(file.root === 'data' ? dataDir : userDir, file.path);
  try {
    if (question.kind === 'text') return readFileSync(pathOf(question.file), 'utf8');
    if (question.kind === 'names') return readdirSync(pathOf(question.file)).sort();
    if (question.kind === 'file') return readFileSync(question.name, 'utf8');
  } catch {
    return 'absent';
  }
  if (question.kind === 'environment') return facts.environment(question.name);
  if (question.kind === 'host') return facts.host(question.name);
  if (question.kind === 'setting') return workspace.setting(question.name);
  if (question.kind === 'entry') return workspace.catalog.byName.get(question.name);
  return facts.secret(question.path, question.key);
}

function complaintsOf({ diagnostics }: GenerateResult): readonly string[] {
  return diagnostics
    .map(({ code, message, span }) => `${code} ${message} ${span?.source.path ?? ''} ${span?.start ?? ''}`)
    .sort();
}

test('what an incremental run leaves is what a clean one makes, and it renders what changed alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 7 }), async (edits) => {
      const folder = temporaryFolder();
      for (const path of PATHS) put(join(folder, 'work'), path, 0);
      let options: Options = { environment: { PLACE: 'here' }, define: undefined, secrets: 'deferred' };
      let known = new Map<string, string>();
      for (const step of [undefined, ...edits]) {
        if (step?.kind === 'files')
          for (const [path, variant] of step.files) put(join(folder, 'work'), path, variant);
        if (step?.kind === 'options') options = { ...options, ...step.options };
        rmSync(join(folder, 'clean'), { recursive: true, force: true });
        const clean = await generate(optionsOf(folder, join(folder, 'clean/out'), options));
        const seen = { unpruned: false, failing: 0 };
        const made = await generate({
          ...optionsOf(folder, join(folder, 'work/out'), options),
          onEvent(event) {
            if (event.type === 'done') seen.unpruned = event.unpruned;
            if (event.type === 'failed') seen.failing++;
          },
        });
        assert.equal(complaintsOf(made), complaintsOf(clean));
        const { inputs, failed } = await inputsOf(folder, options);
        const changed = [...inputs].filter(([place, all]) => known.get(place) !== all);
        assert.is(made.counts.rendered, changed.length, changed.map(([place]) => place).join(' '));
        const isPruned = !seen.unpruned && made.counts.targets > 0;
        const stay = [...known].filter(
          ([, all]) => !isPruned || failed.has(formatTarget((JSON.parse(all) as [never])[0])),
        );
        known = new Map([...stay, ...inputs]);
        compareTrees(folder, isPruned && seen.failing === 0);
      }
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 25 },
  );
});

/** Targets that fail keep their last artifact, and so do those that are not known while something is broken. */
function compareTrees(folder: string, whole: boolean): void {
  const read = (out: string): Record<string, string> => {
    try {
      return readFiles(join(folder, out));
    } catch {
      return {};
    }
  };
  const [clean, made] = [read('clean/out'), Object.entries(read('work/out'))];
  const expected = made.filter(([path]) => whole || Object.hasOwn(clean, path));
  assert.equal(Object.fromEntries(expected), clean);
}

test.run();
