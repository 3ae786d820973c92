import Handlebars from 'handlebars';
import { bad, good, problem, type Diagnostic, type Result } from '../../diagnostics/diagnostic.ts';
import type { Source } from '../../diagnostics/source.ts';
import type { Value } from '../../model/value.ts';
import { Arguments, HelperFault, LONGEST_TEXT, type Outcome } from './arguments.ts';
import { checkTemplate, WRITE, WRITE_PLAIN } from './check.ts';
import { HELPERS } from './helper-table.ts';
import { depthProblem, spanOf, syntaxProblem, type Location } from './syntax.ts';
import { writeValue, type Escaping } from './write.ts';

/** A `.hbs` source that can be rendered as often as there are targets. */
export interface HandlebarsTemplate {
  /**
   * In: the definitions; getters are welcome, are asked only for what the template names, and what they throw is thrown
   * on unchanged. Out: the text, or diagnostics with their place in the source.
   */
  readonly render: (definitions: Readonly<Record<string, Value>>) => Result<string>;
}

/** A loop in a loop in a loop ends here, whatever it writes. */
const MOST_ROUNDS = 1_000_000;

const SAFE_LOOKUPS = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false };

/**
 * Compiles an installer source that ends in `.hbs`. In: the source, and how its output is escaped (XML in `.xml`, none in
 * shell-like files). Out: the template, or diagnostics with code `template`: what does not parse, unknown helpers (with the
 * nearest known one), partials, wrong numbers of arguments. Beyond the prototype of a value nothing can be looked up.
 *
 * Rules: DESIGN.md "Expressions" (last paragraph); handlebarsjs.com/guide.
 */
export function compileHandlebars(source: Source, escaping: Escaping): Result<HandlebarsTemplate> {
  const tooDeep = depthProblem(source);
  if (tooDeep) return bad(tooDeep);
  const engine = Handlebars.create();
  try {
    const program = engine.parse(source.text);
    const problems = checkTemplate(program, source);
    if (problems.length > 0) return bad(...problems);
    const template = engine.compile<unknown>(program, { noEscape: true, knownHelpersOnly: false });
    registerHelpers(engine);
    // Handlebars compiles on the first call; a nesting too deep for it has been refused by then.
    return good({ render: (definitions) => render(template, definitions, engine, source, escaping) });
  } catch (error) {
    return bad(parseProblem(error, source));
  }
}

function parseProblem(error: unknown, source: Source): Diagnostic {
  if (error instanceof RangeError) {
    return problem('template', 'this template is nested too deeply', { source, start: 0, end: 0 });
  }
  if (error instanceof Handlebars.Exception) return engineProblem(error, source);
  if (error instanceof Error) return syntaxProblem(source, error.message);
  throw error;
}

function engineProblem(error: Handlebars.Exception, source: Source): Diagnostic {
  const line: unknown = error.lineNumber;
  const column: unknown = error.column;
  const message = error.message
    .replace(/ - \d+:\d+$/, '')
    .replace(/^(.+) doesn't match (.+)$/, 'this is not Handlebars: {{#$1}} is closed by {{/$2}}');
  if (typeof line !== 'number' || typeof column !== 'number') return problem('template', message);
  const place = { line, column };
  return problem('template', message, spanOf(source, { start: place, end: { line, column: column + 1 } }));
}

function registerHelpers(engine: typeof Handlebars): void {
  engine.unregisterHelper('log');
  for (const [name, helper] of HELPERS) {
    engine.registerHelper(name, (...all: unknown[]) =>
      located(all, () => helper.run(new Arguments(name, all.slice(0, -1)))),
    );
  }
}

function render(
  template: Handlebars.TemplateDelegate<unknown>,
  definitions: Readonly<Record<string, Value>>,
  engine: typeof Handlebars,
  source: Source,
  escaping: Escaping,
): Result<string> {
  try {
    const helpers = {
      each: boundedEach(engine.helpers['each']),
      [WRITE]: boundedWrite(escaping),
      [WRITE_PLAIN]: boundedWrite('none'),
    };
    const text = template(definitions, { ...SAFE_LOOKUPS, helpers });
    if (text.length <= LONGEST_TEXT) return good(text);
    return bad(problem('template', `${source.path} makes more than 16 MB`));
  } catch (error) {
    if (error instanceof LocatedFault) {
      const { message, notes } = error.fault;
      return bad(problem('template', message, error.location && spanOf(source, error.location), ...notes));
    }
    if (error instanceof Handlebars.Exception) return bad(engineProblem(error, source));
    throw error;
  }
}

/** A fault of a helper, with the place of its call. */
class LocatedFault extends Error {
  readonly fault: HelperFault;
  readonly location: Location | undefined;

  constructor(fault: HelperFault, location: Location | undefined) {
    super(fault.message);
    this.fault = fault;
    this.location = location;
  }
}

/** Handlebars gives each helper an object behind its arguments that holds the place of the call. */
function located<T>(all: readonly unknown[], run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof HelperFault) throw new LocatedFault(error, locationOf(all.at(-1)));
    throw error;
  }
}

function locationOf(options: unknown): Location | undefined {
  if (typeof options !== 'object' || options === null || !('loc' in options)) return undefined;
  return isLocation(options.loc) ? options.loc : undefined;
}

function isLocation(place: unknown): place is Location {
  return typeof place === 'object' && place !== null && 'start' in place && 'end' in place;
}

/** Handlebars' own `each`, with bounds on its rounds (all loops of a rendering together) and on what it writes. */
function boundedEach(each: Handlebars.HelperDelegate | undefined): Handlebars.HelperDelegate {
  let rounds = 0;
  return function (this: unknown, context: unknown, options: Handlebars.HelperOptions): Outcome {
    let size = 0;
    const fn = (item: unknown, runtime?: Handlebars.RuntimeOptions): string => {
      const text = options.fn(item, runtime);
      size += text.length;
      if (++rounds > MOST_ROUNDS) throw new HelperFault(`the loops go round more than ${MOST_ROUNDS} times`);
      if (size > LONGEST_TEXT) throw new HelperFault('this loop writes more than 16 MB');
      return text;
    };
    return located([options], (): Outcome => {
      const written: unknown = each?.call(this, context, { ...options, fn });
      return typeof written === 'string' ? written : undefined;
    });
  };
}

/** Many values of many megabytes must not end in a text that JavaScript cannot hold. */
function boundedWrite(escaping: Escaping): (raw: unknown, options: unknown) => string {
  let size = 0;
  return (raw, options) => {
    const text = writeValue(raw, new Arguments('write', [raw]), escaping);
    size += text.length;
    if (size <= LONGEST_TEXT) return text;
    throw new LocatedFault(new HelperFault('this template writes more than 16 MB'), locationOf(options));
  };
}
