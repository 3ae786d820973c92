const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)\s*$/;

/**
 * Which of two texts comes first: numbers where both look like numbers, else text by code unit. Out: below 0, 0, or
 * above 0. Rule: DESIGN.md "Expressions", the helpers for
 * comparison.
 */
export function compareWritten(left: string, right: string): number {
  if (NUMBER.test(left) && NUMBER.test(right)) return Number(left) - Number(right);
  return compareText(left, right);
}

/**
 * Which of two dotted versions is the older one: part by part, numbers as numbers, so that 9.10 is newer than 9.9; a
 * part that is missing counts as 0, so that 9 and 9.0 are one. Out: below 0, 0, or above 0.
 */
export function compareVersions(left: string, right: string): number {
  const lefts = versionParts(left);
  const rights = versionParts(right);
  for (let index = 0; index < Math.max(lefts.length, rights.length); index++) {
    const order = comparePart(lefts[index] ?? '0', rights[index] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

/** `9.5rc1` is 9, 5, rc, 1. */
function versionParts(version: string): readonly string[] {
  return version.trim().match(/\d+|[^\d.]+/g) ?? [];
}

/** A number is newer than a word: 9.5.0 follows 9.5rc1, and 9.5.1 follows 9.5beta. */
function comparePart(left: string, right: string): number {
  const leftIsNumber = /^\d/.test(left);
  const rightIsNumber = /^\d/.test(right);
  if (leftIsNumber && rightIsNumber) return Number(left) - Number(right);
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? 1 : -1;
  return compareText(left.toLowerCase(), right.toLowerCase());
}

function compareText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
