import { builtinModules } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { parse as parseIni } from 'ini';
import type * as z from 'zod';
import { configSchema, settingFromText, SETTING_NAMES, type Config } from '../config/schema.ts';
import { bad, good, problem, warning, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { offsetAt, type Span } from '../diagnostics/source.ts';
import { suggest } from '../model/nearest.ts';
import { validate } from '../model/validate.ts';
import { describeKind, isMapping, type Path, type Value } from '../model/value.ts';
import { readText, withoutMark } from './files.ts';

/** A configuration, and the files that it comes from: its own and those that it imports, absolute. */
export interface LoadedConfig {
  readonly config: Config;
  readonly files: readonly string[];
}

/**
 * Compiles `osimager.config.ts` with esbuild, imports it, and checks what it exports by default. What it
 * imports is bundled in, so that nothing is written beside it.
 */
export async function loadConfigFile(path: string, shown: string): Promise<Result<LoadedConfig>> {
  const answer = readText(path);
  if (answer.kind === 'absent') return good({ config: {}, files: [] });
  if (answer.kind === 'refused') return bad(problem(answer.code, `${shown} is not read: ${answer.reason}`));
  const source = { path: shown, text: answer.text };
  const compiled = await compile(path, shown);
  if (!compiled.ok) return compiled;
  const whole = { source, start: 0, end: source.text.indexOf('\n') + 1 };
  let config: Value | undefined;
  try {
    config = plainValue(await importCode(compiled.value.code));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return bad(problem('setting', `the configuration fails when it is loaded: ${reason}`, whole));
  }
  if (!isMapping(config)) {
    const found = config === undefined ? 'a function or nothing' : describeKind(config);
    const hint = "write: export default defineConfig({ out_dir: 'out' });";
    return bad(
      problem('setting', `the configuration must export a mapping by default, not ${found}`, whole, hint),
    );
  }
  const locate = (keys: Path): Span => findKey(source, keys) ?? whole;
  const trouble = validate(configSchema, config, locate, 'error');
  if (trouble.length > 0) return bad(...trouble);
  return good({ config, files: compiled.value.files });
}

/** What a module exports by default. What it prints must not come between the data of a command. */
async function importCode(code: string): Promise<unknown> {
  const { log } = console;
  console.log = console.error;
  try {
    const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
    return ((await import(url)) as { readonly default?: unknown }).default;
  } finally {
    console.log = log;
  }
}

interface Compiled {
  readonly code: string;
  readonly files: readonly string[];
}

async function compile(path: string, shown: string): Promise<Result<Compiled>> {
  const { build } = await import('esbuild');
  try {
    const result = await build({
      entryPoints: [basename(path)],
      absWorkingDir: dirname(path),
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      external: builtinModules.flatMap((name) => [name, `node:${name}`]),
      logLevel: 'silent',
      plugins: [
        {
          name: 'osimager',
          setup(setup) {
            setup.onResolve({ filter: /^osimager$/ }, () => ({ path: 'osimager', namespace: 'osimager' }));
            setup.onLoad({ filter: /.*/, namespace: 'osimager' }, () => ({
              contents: 'export const defineConfig = (config) => config;',
            }));
          },
        },
      ],
    });
    const files = Object.keys(result.metafile.inputs).filter((name) => !name.startsWith('osimager:'));
    return good({
      code: result.outputFiles[0]?.text ?? '',
      files: files.map((name) => resolve(dirname(path), name)),
    });
  } catch (error) {
    return bad(...buildErrors(error, path, shown));
  }
}

function buildErrors(error: unknown, path: string, shown: string): readonly Diagnostic[] {
  const errors =
    error instanceof Error && 'errors' in error ? (error.errors as import('esbuild').Message[]) : undefined;
  if (!errors) throw error;
  return errors.map(({ text, location }) => {
    const answer = location && location.file === basename(path) ? readText(path) : undefined;
    if (!location || answer?.kind !== 'text')
      return problem('setting', `${location?.file ?? shown}: ${text}`);
    const source = { path: shown, text: answer.text };
    // esbuild counts bytes.
    const column = Buffer.from(location.lineText).subarray(0, location.column).toString().length + 1;
    const start = offsetAt(source, { line: location.line, column });
    return problem('setting', text, { source, start, end: start + Math.max(1, location.length) });
  });
}

/** What came out of the user's own code, without functions, classes and other things that are no data. */
function plainValue(value: unknown): Value | undefined {
  try {
    const text = JSON.stringify(value) as string | undefined; // undefined for a function, too
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  } catch (error) {
    // What follows the first line draws the circle by the names of classes.
    throw error instanceof TypeError ? new TypeError(error.message.split('\n')[0]) : error;
  }
}

function findKey(source: Span['source'], keys: Path): Span | undefined {
  const key = keys.findLast((step) => typeof step === 'string');
  if (key === undefined) return undefined;
  const pattern = new RegExp(`(?<![\\w$])['"]?${key.replace(/[^\w]/g, '\\$&')}['"]?\\s*:`);
  const found = pattern.exec(source.text);
  return found ? { source, start: found.index, end: found.index + found[0].length - 1 } : undefined;
}

export interface UserConfig {
  readonly config: Config;
  readonly warnings: readonly Diagnostic[];
  /** The workspace, where neither option nor environment names one. */
  readonly baseDir?: string | undefined;
}

/** The user's `osimager.conf`: INI, section `[osimager]`. Keys that osimager does not know are a warning. */
export function loadUserConfig(path: string): Result<UserConfig> {
  const answer = readText(path);
  if (answer.kind === 'absent') return good({ config: {}, warnings: [] });
  if (answer.kind === 'refused') return bad(problem('setting', `${path}: ${answer.reason}`));
  const source = { path, text: withoutMark(answer.text) };
  const sections = parseIni(source.text);
  const outside = Object.keys(sections).filter((key) => typeof sections[key] !== 'object');
  if (outside.length > 0) {
    const hint = 'the line [osimager] comes first';
    return bad(
      ...outside.map((key) =>
        problem('setting', `"${key}" stands in no section`, findIniKey(source, key), hint),
      ),
    );
  }
  const section: unknown = sections.osimager ?? {};
  const locate = (keys: Path): Span => findIniKey(source, String(keys[0] ?? ''));
  const given = new Map(
    Object.entries(section as Record<string, unknown>).map(([key, value]) => [key, String(value)]),
  );
  const baseDir = given.get('base_dir');
  given.delete('base_dir');
  const checked = checkTexts([...given], (key) => locate([key]));
  return checked.ok ? good({ ...checked.value, baseDir }) : checked;
}

function findIniKey(source: Span['source'], key: string): Span {
  const found = source.text.split('\n').findIndex((line) => line.split('=')[0]?.trim() === key);
  const start = offsetAt(source, { line: Math.max(0, found) + 1, column: 1 });
  return { source, start, end: start + Math.max(1, key.length) };
}

/** Settings from `OSIMAGER_*` variables; others that begin so are left alone. */
export function environmentConfig(
  environment: Readonly<Record<string, string | undefined>>,
): Result<{ config: Config; warnings: readonly Diagnostic[] }> {
  const given = SETTING_NAMES.flatMap((name): [string, string][] => {
    const value = environment[`OSIMAGER_${name.toUpperCase()}`];
    return value === undefined ? [] : [[name, value]];
  });
  return checkTexts(
    given,
    () => undefined,
    (name) => `OSIMAGER_${name.toUpperCase()}: the setting ${name}`,
  );
}

function checkTexts(
  given: readonly (readonly [string, string])[],
  place: (key: string) => Span | undefined,
  called: (name: string) => string = (name) => `the setting ${name}`,
): Result<{ config: Config; warnings: readonly Diagnostic[] }> {
  const config: Record<string, string | boolean> = {};
  const warnings: Diagnostic[] = [];
  const errors: Diagnostic[] = [];
  for (const [key, text] of given) {
    const name = SETTING_NAMES.find((known) => known === key);
    if (!name) {
      const hint = suggest(key, SETTING_NAMES, 'settings');
      warnings.push(
        warning('setting', `osimager knows no setting "${key}"`, place(key), ...(hint ? [hint] : [])),
      );
      continue;
    }
    config[name] = settingFromText(name, text);
    const [fault] = configSchema.shape[name].safeParse(config[name]).error?.issues ?? [];
    if (fault) {
      const message = `${called(name)} cannot be "${text}": it must be ${expectedSetting(fault)}`;
      errors.push(problem('setting', message, place(key)));
    }
  }
  return errors.length > 0 ? bad(...errors) : good({ config, warnings });
}

function expectedSetting(fault: z.core.$ZodIssue): string {
  if (fault.code === 'invalid_value') return fault.values.join(' or ');
  return fault.code === 'invalid_type' ? 'true or false' : fault.message;
}
