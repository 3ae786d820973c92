import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { problem } from '../../diagnostics/diagnostic.ts';
import { exists, listFiles, readText, reasonOf } from '../../edge/files.ts';
import { replaceFile } from '../../edge/write-files.ts';
import { EXIT, type ExitStatus, type Output } from '../output.ts';
import { CONFIG, GITIGNORE, LOCATION, MATRIX } from './init-files.ts';

/** What of the shipped files a new workspace gets: its own matrix and location are small. */
const SHIPPED = ['data/platforms', 'data/specs', 'data/files', 'data/tasks', 'data/config.yml', 'schemas'];

/** `osimager init`: a workspace in which `osimager generate` works at once. Nothing is written over. */
export function initCommand(folder: string, output: Output): Promise<ExitStatus> {
  const root = resolve(folder);
  const files = new Map([
    ['osimager.config.ts', CONFIG],
    ['data/matrix.toml', MATRIX],
    ['data/locations/home.toml', LOCATION],
    ...shippedFiles(),
  ]);
  // Repositories often begin with one.
  if (!exists(join(root, '.gitignore'))) files.set('.gitignore', GITIGNORE);
  const there = [...files.keys()].filter((name) => exists(join(root, name)));
  if (there.length > 0) {
    const message = `${root} holds files that a new workspace would have: ${there.slice(0, 5).join(', ')}`;
    output.diagnostic(problem('write', message, undefined, 'choose an empty folder: osimager init FOLDER'));
    return Promise.resolve(EXIT.failed);
  }
  try {
    for (const [name, text] of files) replaceFile(join(root, name), text, 0o644);
  } catch (error) {
    output.diagnostic(problem('write', `${root} cannot be written: ${reasonOf(error)}`));
    return Promise.resolve(EXIT.failed);
  }
  output.message(`made a workspace of ${files.size} files in ${root}`);
  const where = root === resolve('.') ? '' : ` --workspace ${folder}`;
  output.message(`next: osimager generate${where}`);
  return Promise.resolve(EXIT.good);
}

/** The shipped data, as it lies beside the bundled command line. */
function shippedFiles(): readonly (readonly [string, string])[] {
  const shipped = fileURLToPath(new URL('..', import.meta.url));
  return SHIPPED.flatMap((name) => listFiles(join(shipped, name)))
    .map((path) => [relative(shipped, path).split(sep).join('/'), readText(path)] as const)
    .flatMap(([name, answer]) => (answer.kind === 'text' ? [[name, answer.text] as const] : []));
}
