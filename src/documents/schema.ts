import * as z from 'zod';

/**
 * The shape of the data files (DESIGN.md, "Data files"). These definitions validate what is read, and
 * `npm run schemas` writes them as JSON Schema for editors.
 */

z.config({ jitless: true }); // zod would otherwise compile its checks with `new Function`

const text = z.string();
const number = z.number();
const names = z.union([text, z.array(text)]);
const textOrNumber = z.union([text, number]);
const texts = z.union([textOrNumber, z.array(textOrNumber)]);

const anything: z.ZodType = z.unknown().describe('any value; strings may hold markers');
const mappingSection = z.looseObject({
  merge: z.array(text).optional().describe('names of keys of this section that are combined, not replaced'),
});

const fileEntry = z.strictObject({
  sources: names.describe('paths below data/files, joined in this order; markers allowed'),
  dest: text.describe('the file name in the artifact; markers allowed'),
});

const provisioner = z.looseObject({ type: text.describe("Packer's provisioner type") });

const requiredFile = z.strictObject({
  file: text.describe('path below the data folder'),
  description: text.optional(),
  url: text.optional().describe('where it is to be had'),
  location: text.optional().describe('where to put it'),
});

const plugin = z.strictObject({
  name: text,
  source: text.describe('as in `packer plugins install`, such as github.com/hashicorp/qemu'),
  version: text.describe('a version constraint of Packer, such as ">= 1.1.0"'),
});

const sections = {
  $schema: text.optional(),
  notes: anything.optional().describe('a comment'),
  include: names.optional().describe('data files of the same kind that are loaded first'),
  method: z.enum(['merge', 'append', 'replace']).optional().describe('replace empties list sections first'),
  files: z.array(fileEntry).optional().describe('installer files'),
  evars: mappingSection.optional().describe('environment variables of the build'),
  defs: mappingSection.optional().describe('definitions that markers name'),
  variables: mappingSection.optional().describe("Packer's user variables"),
  pre_provisioners: z.array(provisioner).optional(),
  provisioners: z.array(provisioner).optional(),
  post_provisioners: z.array(provisioner).optional(),
  config: mappingSection.optional().describe("the builder's own keys"),
  arches: texts.optional().describe('architectures; x86_64 implies amd64'),
  venv: textOrNumber.optional().describe('the virtual environment whose programs come first on PATH'),
  required_files: z.array(requiredFile).optional().describe('files that must be there before a run'),
};

/** The words of `*_specific` objects, in the order in which they apply. */
export const SPECIFIC_WORDS = ['platform', 'location', 'dist', 'version', 'arch', 'firmware'] as const;
export type SpecificWord = (typeof SPECIFIC_WORDS)[number];

function specificList(word: SpecificWord): z.ZodType {
  return z
    .lazy(() => z.array(z.strictObject({ [word]: textOrNumber, ...sections, ...specifics })))
    .optional()
    .describe(`applies where "${word}", a regular expression, matches the whole ${word}`);
}

const specifics = {
  platform_specific: specificList('platform'),
  location_specific: specificList('location'),
  dist_specific: specificList('dist'),
  version_specific: specificList('version'),
  arch_specific: specificList('arch'),
  firmware_specific: specificList('firmware'),
};

const provides = z.strictObject({
  dist: text,
  versions: texts.describe('versions; brackets unfold: 8.[3-10], 5.[1,9,10], 12.[01-05]'),
  arches: texts,
});

export const platformSchema = z.strictObject({
  ...sections,
  ...specifics,
  plugin: z
    .union([plugin, z.array(plugin)])
    .optional()
    .describe('Packer plugins that the platform needs'),
});

export const locationSchema = z.strictObject({
  ...sections,
  ...specifics,
  platforms: names.optional().describe('the only platforms that may be combined with this'),
});

export const specSchema = z.strictObject({
  ...sections,
  ...specifics,
  provides: provides.optional(),
  platforms: names.optional().describe('the only platforms that may be combined with this'),
  locations: names.optional().describe('the only locations that may be combined with this'),
});
