import { formatJson } from '../../src/model/value.ts';
import { temporaryFolder, writeFiles } from './folder.ts';

/** An artifact folder of a test: the given files and an `artifact.json` that claims them. */
export function writeArtifact(
  files: Readonly<Record<string, string>>,
  secretsMode: 'deferred' | 'inline' = 'deferred',
): string {
  const folder = temporaryFolder();
  const manifest = {
    format: 1,
    target: { platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64', name: 'demo' },
    requested_by: 'matrix',
    files: Object.fromEntries(Object.keys(files).map((name) => [name, 'digest'])),
    secrets_mode: secretsMode,
    // A marker in it is what the user wrote, and nothing that is run.
    venv: '|>images/linux:password<|',
  };
  writeFiles(folder, { ...files, 'artifact.json': formatJson(manifest) });
  return folder;
}
