import fc from 'fast-check';

const NAME = String.raw`[\p{L}\p{N}_/,:]+`;

/** An independent reading of what DESIGN.md calls a marker; wider than it for sums and expressions. */
const MARKERS = [
  new RegExp(`>>${NAME}<<`, 'u'),
  new RegExp(`%>["']?${NAME}["']?<%`, 'u'),
  new RegExp(String.raw`\+>${NAME}<\+`, 'u'),
  new RegExp(String.raw`\*>${NAME}<\*`, 'u'),
  new RegExp(String.raw`\$>${NAME}<\$`, 'u'),
  /#>[^<>]*<#/,
  /E>[^]*<E/,
];

/** Things that are often taken for markers, or that programs stumble over. */
const FRAGMENTS = [
  '>', '<', '>>', '<<', '%>', '<%', '+>', '<+', '*>', '<*', '|>', '<|', '#>', '<#', '$>', '<$', '1>', '<1', '6>', '<6',
  'E>', '<E', '[>', '<]', '%', '$', '#', '|', '&', '"', "'", '`', '\\', '\\n', '\0', '\u0007', '\u2028', '\uFEFF', '\r', '\n',
  '\r\n', '\t', ' ', '{{', '}}', '{{ user `x` }}', '{{.HTTPIP}}', '$((C>>1))', 'cat <<EOF >>file\n', '2>&1', '<<-"END"',
  '${x##*/}', '$(a|b)', 'if [ 1 -gt 2 ]; then', '%packages\n', '%end\n', '<tag a="b">', '</tag>', '<HideOOBE>', '</HideOOBE>',
  '<![CDATA[', ']]>', '<?xml version="1.0"?>', '&lt;', '<!-- -->', '\ud800', '\udc00', 'é', 'e\u0301', '💻', 'a', 'name',
  'p:k', '0', '-', 'constructor', '__proto__',
]; // prettier-ignore

const fragments = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...FRAGMENTS) },
    fc.string({ unit: 'binary', maxLength: 6 }),
  ),
  { maxLength: 14 },
);

/** Any text that holds no marker that is replaced while rendering: unicode, shell, XML, lone signs. */
export const plainText: fc.Arbitrary<string> = fc
  .oneof(
    fragments.map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
  )
  .filter((text) => MARKERS.every((marker) => !marker.test(text)));

const SIGNS = [
  '>>',
  '<<',
  '%>',
  '<%',
  '+>',
  '<+',
  '*>',
  '<*',
  '|>',
  '<|',
  '#>',
  '<#',
  '$>',
  '<$',
  '1>',
  '<1',
  '5>',
  '<5',
];
const BODIES = [
  'a', 'b', 'c', 'd', 'HOME', 'unknown', 'p:k', '1', '+', '*', '/', '(', ')', '0', '-', '**', '%', '.', ' ', '\n', "'", '"',
  '[', ']', '{', '}', ',', 'for', 'in', 'if', 'else', 'lambda', 'x', '__class__', 'format', "'{}'", "f'{", '\\', ':=',
  '__proto__', '\ud800', 'é',
]; // prettier-ignore

/** Text in which markers of all kinds are whole, broken, nested and overlapping. */
export const markerLike: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...SIGNS, 'E>', '<E', 'E>', '<E', '[>', '<]', ...BODIES), { maxLength: 16 })
  .map((parts) => parts.join(''));
