import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The first of some commands that is on the path. Where none is, it is said what is missing and the tests are to be
 * skipped; with OSIMAGER_REQUIRE_TOOLS, as in CI, which installs them, that is a failure.
 */
export function findCommand(names: readonly string[], hint: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  if (found !== undefined) return found;
  const missing = `no ${names.join(' or ')} command is here (${hint})`;
  if (process.env.OSIMAGER_REQUIRE_TOOLS) throw new Error(missing);
  process.stderr.write(`${missing}: what is compared with it is skipped\n`);
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
