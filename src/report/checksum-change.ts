import { warning, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { isMapping, type Value } from '../model/value.ts';

/** A medium in a template: where it comes from, and how it is checked. */
interface CheckedMedium {
  readonly url: string;
  readonly checksum: string;
}

/**
 * What is said of a template whose media lose their checksum or get another for the same URL: the bytes that
 * are built from may not be those that were reviewed. Other changes are not spoken of. `before` and `after` are
 * the texts of one file; undefined where it is not there.
 */
export function checksumWarnings(
  file: string,
  before: string | undefined,
  after: string | undefined,
): readonly Diagnostic[] {
  if (before === undefined || after === undefined || before === after) return [];
  if (!before.includes('"iso_checksum"')) return []; // most files are no templates with a medium
  const old = mediaOf(before);
  const now = mediaOf(after);
  return old.flatMap((medium, at) => {
    if (!isLiteral(medium.checksum)) return [];
    const same = now.find(({ url }) => url === medium.url);
    const counterpart = same ?? now[at];
    if (counterpart === undefined || counterpart.checksum === medium.checksum) return [];
    if (!isLiteral(counterpart.checksum)) {
      const left = counterpart.checksum === '' ? 'there is none' : `it is ${counterpart.checksum}`;
      return [said(file, `the checksum of ${counterpart.url} is gone: was ${medium.checksum}, ${left} now`)];
    }
    // Another medium has another checksum; the same one must not.
    if (!same) return [];
    return [said(file, `the checksum of ${same.url} changes: ${medium.checksum} → ${same.checksum}`)];
  });
}

function said(file: string, what: string): Diagnostic {
  const hint = 'look at the line of the medium in osimager.lock and ask the vendor why before you build';
  return warning('checksum', `security: ${what}`, undefined, `in ${file}`, hint);
}

/** A checksum itself, and not the name of a list, nor none. */
function isLiteral(checksum: string): boolean {
  return /^(?:[a-z0-9]+:)?[0-9a-f]{32,128}$/i.test(checksum);
}

/** The media of a template, in the order in which they stand; none where the text is no template. */
function mediaOf(text: string): readonly CheckedMedium[] {
  let template: unknown;
  try {
    template = JSON.parse(text);
  } catch {
    return [];
  }
  const found: CheckedMedium[] = [];
  const visit = (value: Value): void => {
    if (Array.isArray(value)) {
      for (const item of value as readonly Value[]) visit(item);
      return;
    }
    if (!isMapping(value)) return;
    const { iso_url: url, iso_checksum: checksum } = value;
    if (typeof url === 'string') found.push({ url, checksum: typeof checksum === 'string' ? checksum : '' });
    for (const item of Object.values(value)) visit(item);
  };
  visit(template as Value);
  return found;
}
