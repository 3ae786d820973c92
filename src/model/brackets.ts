const MOST = 10_000;

/**
 * Unfolds brackets: `8.[3-5]` to 8.3, 8.4, 8.5; `5.[1,9-10]` to 5.1, 5.9, 5.10; `12.[01-03]` keeps the
 * zeros; several brackets multiply. A text that cannot be unfolded gives the reason instead.
 */
export function unfoldBrackets(text: string): readonly string[] | string {
  const parts = text.split(/(\[[^[\]]*\])/);
  let versions = [''];
  for (const part of parts) {
    if (/[[\]]/.test(part) && !/^\[.*\]$/.test(part)) return 'a bracket has no partner';
    const choices = part.startsWith('[') ? unfoldChoices(part.slice(1, -1)) : [part];
    if (typeof choices === 'string') return choices;
    if (versions.length * choices.length > MOST) return `it gives more than ${MOST} texts`;
    versions = versions.flatMap((begun) => choices.map((choice) => begun + choice));
  }
  return versions;
}

function unfoldChoices(inside: string): readonly string[] | string {
  const choices: string[] = [];
  for (const item of inside.split(',').map((piece) => piece.trim())) {
    const range = /^(\d+)\s*-\s*(\d+)$/.exec(item);
    if (!range) {
      if (item === '') return 'a bracket has an empty place';
      choices.push(item);
      continue;
    }
    const [, from = '', to = ''] = range;
    const width = from.length > 1 && from.startsWith('0') ? from.length : 0;
    if (!Number.isSafeInteger(Number(to))) return `${to} is too large`;
    if (Number(from) > Number(to)) return `${from} is greater than ${to}`;
    if (Number(to) - Number(from) >= MOST) return `it gives more than ${MOST} texts`;
    for (let at = Number(from); at <= Number(to); at++) choices.push(String(at).padStart(width, '0'));
    if (choices.length > MOST) return `it gives more than ${MOST} texts`;
  }
  return choices;
}
