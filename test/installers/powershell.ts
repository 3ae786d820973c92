import { fileURLToPath } from 'node:url';
import { Language, Parser, type Node } from 'web-tree-sitter';

let parser: Promise<Parser> | undefined;

/** tree-sitter's grammar of PowerShell: no PowerShell is needed to parse with it. */
async function loadParser(): Promise<Parser> {
  await Parser.init();
  const grammar = import.meta.resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');
  const loaded = new Parser();
  loaded.setLanguage(await Language.load(fileURLToPath(grammar)));
  return loaded;
}

/** Arguments of programs that PowerShell takes for one word and the grammar does not: `/list:"a b"`, `--name=value`. */
const QUOTED_INSIDE = / (\/[a-z]+:)"([^"\n]*)"/g;
const LONG_OPTION = / (--[a-z-]+=[^\s'"]+)/g;

/** Where a PowerShell script cannot be parsed, as `line 3: what is there`, or `line 3: } is missing`. */
export async function powershellFaults(script: string): Promise<readonly string[]> {
  parser ??= loadParser();
  const tree = (await parser).parse(
    script.replaceAll(QUOTED_INSIDE, ' "$1$2"').replaceAll(LONG_OPTION, ' "$1"'),
  );
  if (!tree) throw new Error('tree-sitter gave no tree');
  const faults = errorNodes(tree.rootNode);
  const said = faults.map((node) => {
    const line = `line ${node.startPosition.row + 1}`;
    return node.isMissing ? `${line}: ${node.type} is missing` : `${line}: ${node.text.split('\n')[0] ?? ''}`;
  });
  tree.delete();
  return said;
}

function errorNodes(node: Node): readonly Node[] {
  if (!node.hasError) return [];
  if (node.isError || node.isMissing) return [node];
  return node.children.flatMap(errorNodes);
}
