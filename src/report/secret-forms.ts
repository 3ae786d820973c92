import { isMaskable } from '../model/secret.ts';
import { pythonString } from '../model/value.ts';

/**
 * All texts that stand for a secret in what osimager and Packer print: the value, quoted and escaped as
 * shells, JSON, XML, addresses and Go write it, these once more inside JSON or a Go string, and base64. Each
 * once; none is shorter than four characters where the value is not.
 */
export function secretForms(value: string): ReadonlySet<string> {
  const forms = new Set<string>();
  for (const part of new Set(partsOf(value))) {
    const quoted = new Set([asItIs, ...QUOTINGS, ...ADDRESSES].map((quote) => quote(part)));
    for (const text of quoted) for (const string of [asItIs, ...STRINGS]) forms.add(string(text));
    for (const text of new Set([utf8(part), utf16(part)].flatMap(base64Forms))) {
      for (const address of [asItIs, ...BASE64_ADDRESSES]) forms.add(address(text));
    }
  }
  return forms;
}

const SHORTEST_LINE = 8;

/**
 * What is printed of a value: all of it; without the blanks around it; with the line ends of a terminal; and
 * its lines alone, as Packer puts the name of the build before each. Short lines may be anything and stay.
 */
function partsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/);
  if (lines.length === 1) return [value, value.trim()].filter(isMaskable);
  const long = lines.flatMap((line) => [line, line.trim()]).filter((line) => line.length >= SHORTEST_LINE);
  return [value, value.trim(), lines.join('\n'), lines.join('\r\n'), ...long].filter(isMaskable);
}

type Encode = (text: string) => string;

const asItIs: Encode = (text) => text;

/** Replaces each sign that a table knows. */
function byTable(table: Readonly<Record<string, string>>): Encode {
  const signs = new RegExp(
    `[${Object.keys(table)
      .join('')
      .replace(/[\\\]^-]/g, '\\$&')}]`,
    'gu',
  );
  return (text) => text.replace(signs, (sign) => table[sign] ?? sign);
}

// --- strings of JSON, Go and Python ---

const unicodeEscape: Encode = (sign) =>
  [...Array(sign.length).keys()]
    .map((at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');

const json: Encode = (text) => JSON.stringify(text).slice(1, -1);
/** Go's encoder writes signs of HTML by their numbers, and older ones backspace and form feed too. */
const goJson: Encode = (text) => json(text).replace(/[<>&\u2028\u2029]/g, unicodeEscape);
const oldGoJson: Encode = (text) =>
  goJson(text).replace(/\\(?:\\|[bf])/g, (sign) => OLD_GO_JSON[sign] ?? sign);
const OLD_GO_JSON: Readonly<Record<string, string>> = { '\\b': '\\u0008', '\\f': '\\u000c' };
/** As Python's json module does by default. */
const asciiJson: Encode = (text) => json(text).replace(/[\u007f-\uffff]/g, unicodeEscape);

const GO_SIGNS: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

function goSign(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  const known = GO_SIGNS[sign];
  if (known !== undefined) return known;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? unicodeEscape(sign) : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** The verb %q of Go's fmt, and its %+q, which keeps to ASCII. */
const goQuote: Encode = (text) => text.replace(/["\\]|(?! )[\p{C}\p{Z}]/gu, goSign);
const goAsciiQuote: Encode = (text) => text.replace(/["\\]|[^ -~]/gu, goSign);

const python: Encode = (text) => pythonString(text).slice(1, -1);

const STRINGS: readonly Encode[] = [json, goJson, oldGoJson, asciiJson, goQuote, goAsciiQuote, python];

// --- shells and XML ---

const XML_TEXT = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const XML_NUMBERS = { ...XML_TEXT, '"': '&#34;', "'": '&#39;' };

/** Also entity by entity: what a serialiser leaves as it is differs. */
const QUOTINGS: readonly Encode[] = [
  byTable(XML_TEXT),
  byTable({ ...XML_TEXT, '"': '&quot;' }),
  byTable({ ...XML_TEXT, '"': '&quot;', "'": '&apos;' }),
  byTable({ ...XML_TEXT, '"': '&quot;', "'": '&#x27;' }),
  byTable({ ...XML_TEXT, '"': '&quot;', "'": '&#39;' }),
  byTable(XML_NUMBERS),
  byTable({ ...XML_NUMBERS, '\t': '&#x9;', '\n': '&#xA;', '\r': '&#xD;' }),
  byTable({ "'": "'\\''" }),
  byTable({ "'": `'"'"'` }),
  byTable({ '"': '\\"', '\\': '\\\\', $: '\\$', '`': '\\`' }),
  // Each sign that means something to a shell, as Python's and bash's printf %q choose them.
  (text) => text.replace(/[^\w@%+=:,./\u0080-\uffff-]/g, '\\$&'),
  (text) => text.replace(/[\s'"\\|&;()<>!{}*[\]?^$`,]|^[~#]/g, '\\$&'),
  // PowerShell: in single quotes, and as Packer escapes for it.
  byTable({ "'": "''" }),
  byTable({ $: '`$', '"': '`"', '`': '``', "'": "`'" }),
];

// --- addresses ---

/** Percent signs for all but some characters; Go keeps other ones in a path, a query and a user's name. */
function percent(kept: string, blank: string, upper: boolean): Encode {
  const others = new RegExp(`[^A-Za-z0-9_.~${kept.replace(/[\\\]^-]/g, '\\$&')}-]`, 'gu');
  const encodeByte = (byte: number): string => {
    const digits = byte.toString(16).padStart(2, '0');
    return `%${upper ? digits.toUpperCase() : digits}`;
  };
  const encodeSign = (sign: string): string =>
    sign === ' ' ? blank : Array.from(utf8(sign), encodeByte).join('');
  return (text) => text.replace(others, encodeSign);
}

const ADDRESSES: readonly Encode[] = ['', "!*'()", '/', '$&+=:@', '$&+,;=', "!#$&'()*+,/:;=?@"].flatMap(
  (kept) => ['%20', '+'].flatMap((blank) => [percent(kept, blank, true), percent(kept, blank, false)]),
);
const BASE64_ADDRESSES: readonly Encode[] = [percent('', '%20', true), percent('', '%20', false)];

// --- base64 ---

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** As PowerShell takes commands. */
function utf16(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length * 2 }, (_, at) => {
    const unit = text.charCodeAt(at >> 1);
    return at % 2 === 0 ? unit & 0xff : unit >> 8;
  });
}

/**
 * Bytes in base64, whatever stands before and after them in what was encoded: after none, one or two bytes of
 * a group of three, the signs that hold bits of these bytes alone; and up to the end, where nothing follows.
 */
function base64Forms(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const shifted = new Uint8Array(before + bytes.length);
    shifted.set(bytes, before);
    const padded = btoa(Array.from(shifted, (byte) => String.fromCharCode(byte)).join(''));
    const start = Math.ceil((before * 8) / 6);
    const inner = padded.slice(start, Math.floor((shifted.length * 8) / 6));
    const texts = [inner, padded.slice(start).replace(/=+$/, ''), padded.slice(start)];
    return [...texts, ...texts.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
  });
}
