import type { RenderedFile } from './rendered.ts';

/** A file that stands for all that differ from it in names alone. */
export interface DistinctFile extends RenderedFile {
  /** What its tool is asked as: a version of kickstart, for instance. */
  readonly dialect: string;
}

/**
 * One file of each shape and dialect. Two files have the same shape where they are equal once the names of their targets
 * are taken out: the spec's name in all its spellings, and the release that a comment names.
 */
export function distinctFiles(
  files: readonly RenderedFile[],
  dialectOf: (file: RenderedFile) => string = () => '',
): readonly DistinctFile[] {
  const distinct = new Map<string, DistinctFile>();
  for (const file of files) {
    const dialect = dialectOf(file);
    const key = `${dialect}\0${file.dest}\0${withoutNames(file)}`;
    if (!distinct.has(key)) distinct.set(key, { ...file, dialect });
  }
  return [...distinct.values()];
}

/** The text of a file with its target's own names as `NAME`; used in tests of what is left. */
export function withoutNames({ text, spec, dist, version }: RenderedFile): string {
  const spellings = [
    `${dist} ${version}`,
    spec,
    spec.replaceAll(/[._]/g, '-'),
    spec.replaceAll(/[^A-Za-z0-9]/g, ''),
  ];
  let masked = text;
  for (const spelling of new Set(spellings)) masked = masked.replaceAll(spelling, 'NAME');
  return masked;
}

/** The files of each dialect. */
export function byDialect(files: readonly DistinctFile[]): ReadonlyMap<string, readonly DistinctFile[]> {
  const groups = new Map<string, DistinctFile[]>();
  for (const file of files) groups.set(file.dialect, [...(groups.get(file.dialect) ?? []), file]);
  return groups;
}

/** What was said of a file, with words to find it by: `vmware/rhel-9.5-x86_64 ks.cfg (lab by DHCP): ...`. */
export function complain(file: RenderedFile, said: readonly string[]): readonly string[] {
  if (said.length === 0) return [];
  const { platform, spec, dest, circumstances } = file;
  return [`${platform}/${spec} ${dest} (${circumstances.name}): ${said.join('; ')}`];
}

/**
 * What a tool says of files. It is asked of all at once, since tools start slowly, and of one after the other only where
 * it has something to say.
 */
export function complaintsOf<T extends RenderedFile>(
  files: readonly T[],
  validate: (files: readonly T[]) => readonly string[],
): readonly string[] {
  if (validate(files).length === 0) return [];
  return files.flatMap((file) => complain(file, validate([file])));
}

/** Says how many files were looked at, by dialect: `412 of 9844 kickstarts: RHEL9 40, ...`. */
export function announce(what: string, all: readonly unknown[], distinct: readonly DistinctFile[]): void {
  const groups = [...byDialect(distinct)].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  const counts = groups.map(([dialect, files]) => `${dialect} ${files.length}`).join(', ');
  const ending = groups.every(([dialect]) => dialect === '') ? '' : `: ${counts}`;
  process.stdout.write(`${distinct.length} distinct ${what} of ${all.length}${ending}\n`);
}
