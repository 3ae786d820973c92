import { generate } from '../../src/cli/generate.ts';
import { CIRCUMSTANCES, layCircumstances, type Circumstances } from './circumstances.ts';

/** A file of an artifact, as the installer or the build will read it: secrets are in it. */
export interface RenderedFile {
  /** Its path in the artifact's folder; `template.json` for Packer's template, `.env` for the environment. */
  readonly dest: string;
  readonly text: string;
  readonly platform: string;
  readonly location: string;
  readonly spec: string;
  readonly dist: string;
  readonly version: string;
  readonly arch: string;
  readonly circumstances: Circumstances;
  /** The files of `data/files` that its artifact is made of. */
  readonly sources: readonly string[];
}

/** Files by path in the tree of one run. */
export type Tree = ReadonlyMap<string, string>;

/** Renders a matrix without writing anything; whatever is said about it is an error. */
export async function renderTree(
  workspace: string,
  circumstances: Circumstances,
  targets?: readonly string[],
): Promise<Tree> {
  const { userDir, matrix } = layCircumstances(circumstances, targets);
  const out = `${userDir}/out`;
  const files = new Map<string, string>();
  const { diagnostics } = await generate({
    workspace,
    userDir,
    matrix,
    define: circumstances.define,
    out,
    secrets: 'inline',
    environment: { OSIMAGER_CREDENTIAL_SOURCE: 'config' },
    offline: true,
    dryRun: true,
    onEvent: (event) => {
      if (event.type !== 'difference') return;
      files.set(event.file.slice(out.length + 1), event.after ?? '');
    },
  });
  const said = diagnostics.map(({ severity, message }) => `${severity}: ${message}`);
  if (said.length > 0) throw new Error(`${circumstances.name}: ${said.slice(0, 5).join('\n')}`);
  return files;
}

interface Manifest {
  readonly files: Readonly<Record<string, string>>;
  readonly sources: readonly string[];
}

/** The files of all artifacts of a tree, with what they are made for. */
export function filesOf(tree: Tree, circumstances: Circumstances): readonly RenderedFile[] {
  const found: RenderedFile[] = [];
  for (const [path, text] of tree) {
    if (!path.endsWith('/artifact.json')) continue;
    const [platform = '', location = '', spec = ''] = path.split('/');
    const [dist, version, arch] = /^(.+?)-((?:stream-)?\d[^-]*)-([^-]+)$/.exec(spec)?.slice(1) ?? [];
    if (!dist || !version || !arch) throw new Error(`${spec} is not <dist>-<version>-<arch>`);
    const { files, sources } = JSON.parse(text) as Manifest;
    const made = { platform, location, spec, dist, version, arch, circumstances };
    for (const name of Object.keys(files)) {
      found.push({
        ...made,
        dest: name.replace(/^.*\.env$/, '.env').replace(`${spec}.json`, 'template.json'),
        text: tree.get(`${platform}/${location}/${spec}/${name}`) ?? '',
        sources: sources.filter((source) => source.startsWith('data/files/')),
      });
    }
  }
  return found;
}

let rendered: Promise<readonly RenderedFile[]> | undefined;

/** All files of the full matrix in all circumstances; rendered once a process. */
export function renderedFiles(): Promise<readonly RenderedFile[]> {
  rendered ??= renderAll();
  return rendered;
}

/** One file of `platform/spec`, as the full matrix renders it in the first circumstances: something to break. */
export async function renderedFile(target: string, dest: string): Promise<RenderedFile> {
  const all = await renderedFiles();
  const found = all.find((file) => `${file.platform}/${file.spec}` === target && file.dest === dest);
  if (!found) throw new Error(`${target} has no ${dest}`);
  return found;
}

async function renderAll(): Promise<readonly RenderedFile[]> {
  const all: RenderedFile[] = [];
  for (const circumstances of CIRCUMSTANCES) {
    all.push(...filesOf(await renderTree('.', circumstances), circumstances));
  }
  return all;
}
