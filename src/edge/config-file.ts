import { builtinModules } from 'node:module';
import { basename, dirname } from 'node:path';
import { parse as parseIni } from 'ini';
import { configSchema, settingFromText, SETTING_NAMES, type Config } from '../config/schema.ts';
import { bad, good, problem, warning, type Diagnostic, type Result } from '../diagnostics/diagnostic.ts';
import { offsetAt, type Span } from '../diagnostics/source.ts';
import { suggest } from '../model/nearest.ts';
import { validate } from '../model/validate.ts';
import { describeKind, isMapping, type Path, type Value } from '../model/value.ts';
import { readText } from './files.ts';

/**
 * Compiles `osimager.config.ts` with esbuild, imports it, and checks what it exports by default. What it
 * imports is bundled in, so that nothing is written beside it.
 */
export async function loadConfigFile(path: string, shown: string): Promise<Result<Config>> {
  const answer = readText(path);
  if (answer.kind !== 'text') return good({});
  const source = { path: shown, text: answer.text };
  const compiled = await compile(path, shown);
  if (!compiled.ok) return compiled;
  const whole = { source, start: 0, end: source.text.indexOf('\n') + 1 };
  let exported: { readonly default?: unknown };
  try {
    const code = Buffer.from(compiled.value).toString('base64');
    exported = (await import(`data:text/javascript;base64,${code}`)) as { readonly default?: unknown };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return bad(problem('setting', `the configuration fails when it is loaded: ${reason}`, whole));
  }
  const config = plainValue(exported.default);
  if (!isMapping(config)) {
    const found = exported.default === undefined ? 'nothing' : describeKind(config);
    const hint = "write: export default defineConfig({ out_dir: 'out' });";
    return bad(
      problem('setting', `the configuration must export a mapping by default, not ${found}`, whole, hint),
    );
  }
  const locate = (keys: Path): Span => findKey(source, keys) ?? whole;
  const trouble = validate(configSchema, config, locate, 'error');
  return trouble.length > 0 ? bad(...trouble) : good(config as Config);
}

async function compile(path: string, shown: string): Promise<Result<string>> {
  const { build } = await import('esbuild');
  try {
    const result = await build({
      entryPoints: [basename(path)],
      absWorkingDir: dirname(path),
      bundle: true,
      write: false,
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
    return good(result.outputFiles[0]?.text ?? '');
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
    const start = offsetAt(source, { line: location.line, column: location.column + 1 });
    return problem('setting', text, { source, start, end: start + Math.max(1, location.length) });
  });
}

/** What came out of the user's own code, without functions, classes and other things that are no data. */
function plainValue(value: unknown): Value {
  const text = JSON.stringify(value) as string | undefined; // undefined for a function, too
  return text === undefined ? null : (JSON.parse(text) as Value);
}

function findKey(source: Span['source'], keys: Path): Span | undefined {
  const key = keys.findLast((step) => typeof step === 'string');
  if (key === undefined) return undefined;
  const pattern = new RegExp(`(?<![\\w$])['"]?${key.replace(/[^\w]/g, '\\$&')}['"]?\\s*:`);
  const found = pattern.exec(source.text);
  return found ? { source, start: found.index, end: found.index + found[0].length - 1 } : undefined;
}

/** The user's `osimager.conf`: INI, section `[osimager]`. Keys that osimager does not know are a warning. */
export function loadUserConfig(path: string): Result<{ config: Config; warnings: readonly Diagnostic[] }> {
  const answer = readText(path);
  if (answer.kind === 'absent') return good({ config: {}, warnings: [] });
  if (answer.kind === 'refused') return bad(problem('setting', `${path}: ${answer.reason}`));
  const section: unknown = parseIni(answer.text).osimager ?? {};
  const source = { path, text: answer.text };
  const locate = (keys: Path): Span => findIniKey(source, String(keys[0] ?? ''));
  const given = Object.entries(section as Record<string, unknown>).map(
    ([key, value]) => [key, String(value)] as const,
  );
  return checkTexts(given, (key) => locate([key]));
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
  return checkTexts(given, () => undefined);
}

function checkTexts(
  given: readonly (readonly [string, string])[],
  place: (key: string) => Span | undefined,
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
      const choices = fault.code === 'invalid_value' ? fault.values.join(' or ') : 'true or false';
      const message = `the setting ${name} cannot be "${text}": it must be ${choices}`;
      errors.push(problem('setting', message, place(key)));
    }
  }
  return errors.length > 0 ? bad(...errors) : good({ config, warnings });
}
