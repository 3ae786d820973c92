import { UNPRINTABLE } from '../../model/value.ts';

/** What `str.split`, `strip` and `isspace` take for white space; `\s` of JavaScript differs in five characters. */
export const SPACES = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** Line ends of `str.splitlines`. */
export const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

// Unicode's Numeric_Type is no property that JavaScript's patterns know.
const DIGITS =
  '\\p{Nd}\\u{b2}\\u{b3}\\u{b9}\\u{1369}-\\u{1371}\\u{19da}\\u{2070}\\u{2074}-\\u{2079}\\u{2080}-\\u{2089}\\u{2460}-\\u{2468}' +
  '\\u{2474}-\\u{247c}\\u{2488}-\\u{2490}\\u{24ea}\\u{24f5}-\\u{24fd}\\u{24ff}\\u{2776}-\\u{277e}\\u{2780}-\\u{2788}' +
  '\\u{278a}-\\u{2792}\\u{10a40}-\\u{10a43}\\u{10e60}-\\u{10e68}\\u{11052}-\\u{1105a}\\u{1f100}-\\u{1f10a}';
const NUMERIC_IDEOGRAPHS =
  '㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁-叄參叅四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貳贰陆陌陸零' +
  '\\u{4ec0}\\u{4e96}\\u{5169}\\u{5344}\\u{53c1}-\\u{53c4}\\u{8cae}\\u{8cb3}\\u{8d30}\\u{9621}\\u{9646}\\u{f96b}\\u{f973}\\u{f978}' +
  '\\u{f9b2}\\u{f9d1}\\u{f9d3}\\u{f9fd}\\u{20001}\\u{20064}\\u{200e2}\\u{20121}\\u{2092a}\\u{20983}\\u{2098c}\\u{2099c}\\u{20aea}' +
  '\\u{20afd}\\u{20b19}\\u{22390}\\u{22998}\\u{23b1b}\\u{2626d}\\u{2f890}';

function all(characters: string): RegExp {
  return new RegExp(`^[${characters}]+$`, 'u');
}

/** A text with cased characters, all of which are of one case. */
function cased(wanted: string, other: string): (text: string) => boolean {
  const [has, hasOther] = [new RegExp(wanted, 'u'), new RegExp(`${other}|\\p{Lt}`, 'u')];
  return (text) => has.test(text) && !hasOther.test(text);
}

function isTitle(text: string): boolean {
  // A capital where a word starts, small letters after it, and at least one word.
  return (
    /[\p{Uppercase}\p{Lt}]/u.test(text) &&
    words(text).every((word) => /^[\p{Uppercase}\p{Lt}]\p{Lowercase}*$/u.test(word))
  );
}

function words(text: string): readonly string[] {
  return text.match(/[\p{Lowercase}\p{Uppercase}\p{Lt}]+/gu) ?? [];
}

function matches(pattern: RegExp): (text: string) => boolean {
  return (text) => pattern.test(text);
}

/** The `str.is...` methods (Library reference, "String Methods"). */
export const TESTS: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['isalnum', matches(all(`\\p{L}\\p{N}${NUMERIC_IDEOGRAPHS}`))],
  ['isalpha', matches(all('\\p{L}'))],
  ['isascii', matches(/^[\0-\x7f]*$/)],
  ['isdecimal', matches(all('\\p{Nd}'))],
  ['isdigit', matches(all(DIGITS))],
  ['isidentifier', matches(/^[_\p{XID_Start}]\p{XID_Continue}*$/u)],
  ['islower', cased('\\p{Lowercase}', '\\p{Uppercase}')],
  ['isnumeric', matches(all(`\\p{N}${NUMERIC_IDEOGRAPHS}`))],
  ['isprintable', (text) => text.search(UNPRINTABLE) < 0],
  ['isspace', matches(all(SPACES))],
  ['istitle', isTitle],
  ['isupper', cased('\\p{Uppercase}', '\\p{Lowercase}')],
]);

function titleCharacter(character: string): string {
  if (/[\p{Lt}\u{10d0}-\u{10ff}]/u.test(character)) return character;
  const upper = character.toUpperCase();
  // The first of `ß`'s two capitals stays one, the second becomes small; the one-letter forms of digraphs have no such split.
  const [first = '', ...rest] = upper;
  return first + rest.join('').toLowerCase();
}

function titleWord(word: string): string {
  const [first = ''] = word;
  return titleCharacter(first) + word.toLowerCase().slice(first.toLowerCase().length);
}

function swapCharacter(character: string): string {
  return /\p{Uppercase}/u.test(character) ? character.toLowerCase() : character.toUpperCase();
}

/** The methods that change the case of a text. */
export const CASES: ReadonlyMap<string, (text: string) => string> = new Map([
  ['lower', (text) => text.toLowerCase()],
  ['upper', (text) => text.toUpperCase()],
  ['capitalize', titleWord],
  ['title', (text) => text.replace(/[\p{Lowercase}\p{Uppercase}\p{Lt}]+/gu, titleWord)],
  ['swapcase', (text) => text.replace(/[\p{Lowercase}\p{Uppercase}]/gu, swapCharacter)],
  // Capitals first, so that `ß` and its like fold to two letters; letter by letter, because a last sigma is like any other.
  [
    'casefold',
    (text) =>
      text
        .replace(/[^\0-\x7fıẞ]/gu, (letter) => letter.toUpperCase().toLowerCase())
        .replace(/ẞ/g, 'ss')
        .replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  ],
]);
