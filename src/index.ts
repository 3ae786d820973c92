/** osimager as a library: the configuration's type, and `generate`. */
export { defineConfig, type Config } from './config/schema.ts';
export { generate, type GenerateOptions, type GenerateResult } from './cli/generate.ts';
export type { Counts, Event } from './model/event.ts';
export type { Diagnostic } from './diagnostics/diagnostic.ts';
export type { Target } from './model/target.ts';
