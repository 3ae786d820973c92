import { packerArguments, type PackerOptions, type PackerPrints } from '../../run/command.ts';
import { addedEnvironment, type BuildEnvironment } from '../../run/environment.ts';
import type { Output } from '../output.ts';

/** What would be started for one artifact. */
export interface DryBuild {
  readonly artifact: string;
  readonly name: string;
  readonly program: string;
  readonly folder: string;
  readonly options: PackerOptions;
  readonly prints: PackerPrints;
  readonly own: Readonly<Record<string, string | undefined>>;
  readonly environment: BuildEnvironment;
}

/** Stands for the folder that is made at the moment of the run, under a name that nobody can guess. */
export const PRIVATE_COPY = '<private copy>';

/**
 * Prints the exact command of a build and what osimager puts into its environment. Secrets are not known here:
 * those of the artifact stand as their markers, and the token of Vault as `***`.
 */
export function printDryBuild(build: DryBuild, json: boolean, output: Output): void {
  const command = [
    build.program,
    ...packerArguments(`${PRIVATE_COPY}/${build.name}.json`, build.options, build.prints),
  ];
  const environment = addedEnvironment(build.own, build.environment);
  if (json) {
    output.data(JSON.stringify({ artifact: build.artifact, folder: build.folder, command, environment }));
    return;
  }
  const lines = Object.entries(environment).map(([name, value]) => `    ${name}=${shellWord(value)}`);
  output.data(
    [
      build.artifact,
      `  in       ${build.folder}`,
      `  command  ${command.map(shellWord).join(' ')}`,
      '  environment, beside that of osimager',
      ...lines,
    ].join('\n'),
  );
}

/** A text as a POSIX shell reads it back: quoted where it has signs that mean something there. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
