import { isList, toText, type Value } from '../../src/model/value.ts';

/** Keystrokes as a list of special keys and words, without the waits between them. */
export function strokes(keys: Value | readonly string[] | undefined): readonly string[] {
  const text = isList(keys) ? keys.map(toText).join('').replaceAll('{args}', ' ') : '';
  return [...text.matchAll(/<[a-zA-Z0-9]+>|[^\s<]+/g)]
    .map(([key]) => key)
    .filter((key) => !/^<wait/.test(key));
}

/** The first stroke of `wanted` that is not among `given`, in their order. */
export function missingStroke(
  given: readonly string[],
  wanted: readonly string[],
  ordered: boolean,
): string | undefined {
  if (!ordered) return wanted.find((stroke) => !given.includes(stroke));
  let next = 0;
  for (const stroke of given) if (stroke === wanted[next]) next++;
  return wanted[next];
}
