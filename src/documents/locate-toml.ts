import { parseTOML, type AST } from 'toml-eslint-parser';
import type { Source } from '../diagnostics/source.ts';
import type { Locate, Path } from '../model/value.ts';

interface Located {
  readonly key?: AST.TOMLNode;
  readonly value: AST.TOMLNode;
}

/**
 * A function that finds the place of a value or key in a TOML text. The text is parsed again, for places
 * only, at the first question: most files are never complained about.
 */
export function locateToml(source: Source): Locate {
  let places: ReadonlyMap<string, Located> | undefined;
  return (path, part = 'value') => {
    places ??= collect(source);
    for (let length = path.length; length > 0; length--) {
      const found = places.get(keyOf(path.slice(0, length)));
      if (!found) continue;
      const byKey = part === 'key' || length < path.length || found.value.type === 'TOMLTable';
      const [start, end] = ((byKey ? found.key : undefined) ?? found.value).range;
      return { source, start, end };
    }
    return { source, start: 0, end: 1 };
  };
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

function collect(source: Source): ReadonlyMap<string, Located> {
  const places = new Map<string, Located>();
  let top: AST.TOMLTopLevelTable | undefined;
  try {
    top = parseTOML(source.text).body[0];
  } catch {
    return places; // The two parsers disagree about the text: errors then name the file alone.
  }
  for (const item of top.body) {
    if (item.type === 'TOMLKeyValue') collectPair(item, [], places);
    else collectTable(item, places);
  }
  return places;
}

function collectTable(table: AST.TOMLTable, places: Map<string, Located>): void {
  places.set(keyOf(table.resolvedKey), { key: table.key, value: table });
  placeAbove(table.resolvedKey, 0, { key: table.key, value: table }, places);
  for (const pair of table.body) collectPair(pair, table.resolvedKey, places);
}

/** Tables and lists that are only named on the way (`[a.b]`, `y.z = 1`, `[[t]]`) stand where they first are. */
function placeAbove(path: Path, from: number, located: Located, places: Map<string, Located>): void {
  for (let length = path.length - 1; length > from; length--) {
    const key = keyOf(path.slice(0, length));
    if (places.has(key)) return;
    places.set(key, located);
  }
}

function collectPair(pair: AST.TOMLKeyValue, above: Path, places: Map<string, Located>): void {
  const keys = pair.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
  const path = [...above, ...keys];
  places.set(keyOf(path), { key: pair.key, value: pair.value });
  placeAbove(path, above.length, { key: pair.key, value: pair.key }, places);
  collectContent(pair.value, path, places);
}

function collectContent(node: AST.TOMLContentNode, path: Path, places: Map<string, Located>): void {
  if (node.type === 'TOMLInlineTable') for (const pair of node.body) collectPair(pair, path, places);
  if (node.type !== 'TOMLArray') return;
  node.elements.forEach((element, at) => {
    places.set(keyOf([...path, at]), { value: element });
    collectContent(element, [...path, at], places);
  });
}
