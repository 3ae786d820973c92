import { XMLParser } from 'fast-xml-parser';
import { temporaryFolder, writeFiles } from '../rig/folder.ts';
import { runTool } from '../rig/tool.ts';

/** An element of an XML file, in the order of the file. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Its own text, blanks around it taken off. */
  readonly text: string;
}

const ATTRIBUTES = ':@';
const TEXT = '#text';

/** The root element of a well-formed text. */
export function parseXml(text: string): Element {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    ignoreDeclaration: true,
    parseTagValue: false,
    parseAttributeValue: false,
  });
  const [root] = elements(parser.parse(text) as readonly ParsedNode[]);
  if (!root) throw new Error('there is no element');
  return root;
}

type ParsedNode = Readonly<Record<string, unknown>>;

function elements(nodes: readonly ParsedNode[]): readonly Element[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ATTRIBUTES && key !== TEXT);
    if (name === undefined) return [];
    const inner = node[name] as readonly ParsedNode[];
    const text = inner.map((child) => (typeof child[TEXT] === 'string' ? child[TEXT] : '')).join('');
    const attributes = (node[ATTRIBUTES] ?? {}) as Readonly<Record<string, string>>;
    return [{ name, attributes, children: elements(inner), text: text.trim() }];
  });
}

/** What xmllint says of texts that are not well-formed. */
export function xmllint(files: readonly { readonly text: string }[]): readonly string[] {
  const folder = temporaryFolder();
  writeFiles(folder, Object.fromEntries(files.map(({ text }, at) => [`${at}.xml`, text])));
  const names = files.map((_, at) => `${at}.xml`);
  const { status, text } = runTool('xmllint', ['--noout', '--nonet', ...names], { cwd: folder });
  const said = text.split('\n').filter((line) => line !== '');
  return status !== 0 && said.length === 0 ? [`status ${status}`] : said;
}
