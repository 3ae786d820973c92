import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toText, type Mapping } from '../../src/model/value.ts';
import { fullMatrix, type FullTarget } from '../rig/full-matrix.ts';
import { testWith } from '../rig/tool.ts';
import {
  groupTemplates,
  hasPacker,
  isInTable,
  NEWER_KEYS,
  newerKeys,
  NOT_BUILT_IN,
  olderForm,
  PACKER,
  usedNewerKeys,
  validate,
  type TemplateGroup,
} from './packer-1.6.6.ts';

const missing = hasPacker() ? '' : `no packer ${PACKER} here (Debian: packer)`;
const packerTest = (name: string, body: () => Promise<void>): void => {
  testWith(test, ['packer'], name, body, { missing });
};

function builderOf({ rendered, folder }: FullTarget): Mapping {
  const [builder] = rendered.template.builders;
  if (!builder) throw new Error(`${folder} has no builder`);
  return builder;
}

const isBuiltIn = (target: FullTarget): boolean => !NOT_BUILT_IN.includes(builderOf(target).type as string);

async function groups(by: 'values' | 'keys'): Promise<readonly TemplateGroup[]> {
  return groupTemplates((await fullMatrix()).filter(isBuiltIn), by);
}

/** Two at a time. */
async function each(
  all: readonly TemplateGroup[],
  work: (target: FullTarget) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const found: string[] = [];
  const queue = all.values();
  const worker = async (): Promise<void> => {
    for (const { first } of queue) {
      found.push(...(await work(first)).map((fault) => `${first.folder}: ${fault}`));
    }
  };
  await Promise.all([worker(), worker()]);
  return found;
}

const unknownKeys = (keys: readonly string[]): readonly string[] =>
  keys.map((key) => `unknown configuration key: '"${key}"'`);

test('each key that is said to be newer than Packer 1.6.6 is one of the table, and of no list twice', () => {
  for (const type of Object.keys(NEWER_KEYS)) {
    const keys = newerKeys(type);
    assert.equal(
      keys.filter((key) => !isInTable(type, key)),
      [],
    );
    assert.is(new Set(keys).size, keys.length);
  }
  assert.is(isInTable('proxmox-iso', 'disks.colour'), false);
});

test('each newer key beside those of the facts is used by some template', async () => {
  const used = new Set(
    (await fullMatrix()).filter(isBuiltIn).flatMap((target) => {
      const builder = builderOf(target);
      const type = toText(builder.type ?? '');
      return usedNewerKeys(builder).map((key) => `${type}: ${key.replace(/\[\d+\]/g, '')}`);
    }),
  );
  const listed = Object.entries(NEWER_KEYS).flatMap(([type, keys]) => keys.map((key) => `${type}: ${key}`));
  assert.equal(
    listed.filter((key) => !used.has(key)),
    [],
  );
});

test('each target is of one group by its keys, and of one by its keys and values', async () => {
  const targets = (await fullMatrix()).filter(isBuiltIn);
  for (const by of ['keys', 'values'] as const) {
    const all = await groups(by);
    const counted = all.reduce((sum, { size }) => sum + size, 0);
    assert.is(counted, targets.length);
    console.log(`packer validate: ${all.length} templates stand for ${counted} targets, by their ${by}`);
  }
});

packerTest(
  'Packer 1.6.6 refuses the newer keys of each template, and nothing else that it reads',
  async () => {
    const faults = await each(await groups('keys'), async (target) => {
      const builder = builderOf(target);
      const newer = usedNewerKeys(builder);
      const said = await validate(target, builder);
      const refused = said.filter((complaint) => complaint.startsWith('unknown configuration key'));
      // What it says beside follows from what it did not read; without newer keys there is nothing to say.
      const wanted = unknownKeys(newer);
      const as = JSON.stringify(refused) === JSON.stringify(wanted);
      return as && (newer.length > 0 || said.length === 0)
        ? []
        : [`${said.join('; ')} — not ${wanted.join('; ')}`];
    });
    assert.equal(faults, []);
  },
);

packerTest('Packer 1.6.6 accepts each template without its newer keys', async () => {
  const faults = await each(await groups('values'), async (target) =>
    validate(target, olderForm(builderOf(target))),
  );
  assert.equal(faults, []);
});

packerTest('a template that is wrong is refused, with what is wrong', async () => {
  const target = (await fullMatrix()).find(({ folder }) => folder === 'qemu/lab/debian-12.1-x86_64');
  if (!target) throw new Error('no such target');
  const good = olderForm(builderOf(target));
  assert.equal(await validate(target, good), []);
  assert.equal(await validate(target, { ...good, disk_sise: '1' }), unknownKeys(['disk_sise']));
  assert.equal(await validate(target, { ...good, shutdown_timeout: 'soon' }), [
    `error decoding 'shutdown_timeout': time: invalid duration "soon"`,
  ]);
  const gone = await validate(target, { ...good, cd_files: ['{{template_dir}}/gone.cfg'] });
  assert.equal(
    gone.map((complaint) => complaint.replace(/\/\S*\/gone/g, '/gone')),
    ["Bad CD disk file '/gone.cfg': stat /gone.cfg: no such file or directory"],
  );
});

test.run();
