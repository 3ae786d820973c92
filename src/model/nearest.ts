import { distance } from 'fastest-levenshtein';

/** The known names most like a wrong one, best first: at most three, and none that is merely as long. */
export function nearest(wrong: string, known: Iterable<string>): readonly string[] {
  const most = Math.max(2, Math.floor(wrong.length / 3));
  return [...known]
    .map((name) => ({
      name,
      far: distance(wrong.toLowerCase(), name.toLowerCase()),
      same: sameStart(wrong, name),
    }))
    .filter(({ far }) => far <= most)
    .sort((a, b) => a.far - b.far || b.same - a.same || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** How many characters two names have in common from their start. */
function sameStart(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length++;
  return length;
}

/** A sentence that offers the nearest names, or that lists what there is where nothing is near. */
export function suggest(wrong: string, known: Iterable<string>, what = 'known'): string | undefined {
  const names = [...known];
  const near = nearest(wrong, names);
  if (near.length > 0) return `did you mean ${near.map((name) => `"${name}"`).join(' or ')}?`;
  if (names.length === 0 || names.length > 30) return undefined;
  return `${what}: ${names.sort().join(', ')}`;
}
