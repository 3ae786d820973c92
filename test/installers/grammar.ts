import type { z } from 'zod';

/** What a value has that its grammar does not know, as `path: message`. */
export function faultsOf(grammar: z.ZodType, value: unknown): readonly string[] {
  const { error } = grammar.safeParse(value);
  return (error?.issues ?? []).map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
}
