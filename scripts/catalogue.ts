/**
 * Writes `docs/catalogue.md`, what the shipped data can build, from the targets of `data/matrix.full.toml`.
 * `npm run catalogue` writes it; with `--check` it only says whether it is true.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { compareNaturally } from '../src/model/target.ts';
import { toText } from '../src/model/value.ts';
import { fullMatrix, type FullTarget } from '../test/rig/full-matrix.ts';

const PAGE = 'docs/catalogue.md';

/** Answer file → the installer that reads it. */
const INSTALLERS: Readonly<Record<string, string>> = {
  'ks.cfg': 'kickstart',
  'KS.CFG': 'kickstart',
  'preseed.cfg': 'preseed',
  'http/preseed.cfg': 'preseed',
  'user-data': 'autoinstall',
  'autoinst.xml': 'AutoYaST',
  'autoinst.json': 'Agama',
  'Autounattend.xml': 'Autounattend',
  answers: 'setup-alpine',
  installerconfig: 'bsdinstall',
};

/** A release on one architecture, with the targets that it has. */
interface Release {
  readonly dist: string;
  readonly version: string;
  readonly arch: string;
  readonly targets: readonly FullTarget[];
}

/** Adjacent versions of a distribution that differ in nothing but their number. */
interface Row {
  readonly first: string;
  last: string;
  count: number;
  readonly cells: readonly string[];
}

function releasesOf(targets: readonly FullTarget[]): readonly Release[] {
  const releases = new Map<string, { dist: string; version: string; arch: string; targets: FullTarget[] }>();
  for (const target of targets) {
    const { name, dist, version, arch } = target.release;
    const release = releases.get(name) ?? { dist, version, arch, targets: [] };
    releases.set(name, release);
    release.targets.push(target);
  }
  return [...releases.values()].sort(
    (a, b) =>
      compareNaturally(a.dist, b.dist) ||
      compareNaturally(a.version, b.version) ||
      compareNaturally(a.arch, b.arch),
  );
}

/** What a row says beside the versions: architecture, installer, firmware, platforms, clouds. */
function cellsOf({ arch, targets }: Release): readonly string[] {
  const isCloud = ({ rendered }: FullTarget): boolean => rendered.definitions().cloud === true;
  const media = targets.filter((target) => !isCloud(target));
  const names = (some: readonly FullTarget[]): string =>
    [...new Set(some.map(({ target }) => target.platform))].join(', ');
  const files = media.flatMap(({ rendered }) => [...rendered.files.keys()]);
  const installers = new Set(files.flatMap((file) => INSTALLERS[file] ?? []));
  const firmware = new Set(
    media.flatMap(({ target, rendered }) =>
      target.platform === 'none' ? [] : [toText(rendered.definitions().firmware ?? '')],
    ),
  );
  return [
    arch,
    [...installers].join(', '),
    [...firmware].join(', '),
    names(media),
    names(targets.filter(isCloud)),
  ];
}

function rowsOf(releases: readonly Release[]): readonly Row[] {
  const versions = [...new Set(releases.map(({ version }) => version))];
  const rows: Row[] = [];
  for (const release of releases) {
    const cells = cellsOf(release);
    const before = versions[versions.indexOf(release.version) - 1];
    const isSame = (row: Row): boolean => row.last === before && row.cells.join('|') === cells.join('|');
    const major = (version: string): string => /^(\d+)\./.exec(version)?.[1] ?? '';
    const row = rows.find((one) => isSame(one) && major(one.last) === major(release.version));
    if (row) Object.assign(row, { last: release.version, count: row.count + 1 });
    else rows.push({ first: release.version, last: release.version, count: 1, cells });
  }
  return rows;
}

function pageOf(targets: readonly FullTarget[]): string {
  const releases = releasesOf(targets);
  const dists = [...new Set(releases.map(({ dist }) => dist))];
  const platforms = [...new Set(targets.map(({ target }) => target.platform))];
  const sections = dists.map((dist) => {
    const rows = rowsOf(releases.filter((release) => release.dist === dist));
    const table = rows.map(({ first, last, count, cells }) => {
      const versions =
        count === 1 ? first : count === 2 ? `${first}, ${last}` : `${first} – ${last} (${count})`;
      return `| ${[versions, ...cells].join(' | ')} |`;
    });
    const head =
      '| versions | arch | installer | firmware | platforms | clouds |\n| --- | --- | --- | --- | --- | --- |';
    return `## ${dist}\n\n${head}\n${table.join('\n')}\n`;
  });
  return `# Catalogue

<!-- Made by npm run catalogue from data/: do not edit. -->

What the shipped data builds: ${dists.length} distributions, ${releases.length} releases (a version on an architecture), ${platforms.length} platforms,
${targets.length} targets. A range holds every version that was released; how many is in brackets. \`firmware\` is what a
target gets without asking; \`efi\` and \`bios\` may be asked for where the release knows them. To add to it, see
[adding-an-os.md](adding-an-os.md).

${sections.join('\n')}`;
}

const text = await format(pageOf(await fullMatrix()), { ...(await resolveConfig(PAGE)), parser: 'markdown' });
if (!process.argv.includes('--check')) writeFileSync(PAGE, text);
else if (readFileSync(PAGE, 'utf8') !== text) {
  console.error(`${PAGE} is not what data/ says: run npm run catalogue`);
  process.exitCode = 1;
}
