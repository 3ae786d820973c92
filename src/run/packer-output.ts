/** One line of what Packer prints. */
export type PackerLine =
  | { readonly kind: 'text'; readonly text: string; readonly error: boolean }
  | { readonly kind: 'artifact'; readonly field: string; readonly values: readonly string[] }
  /** Nothing that people need: counts, versions. */
  | { readonly kind: 'other' };

/**
 * Reads a line of `packer -machine-readable`: `timestamp,target,type,data...` (Packer's manual, "Machine-Readable
 * Output"). In data, a comma is `%!(PACKER_COMMA)` and a line end `\n` or `\r`. A line that has not this form, as
 * Go's panics have not, is text.
 */
export function readMachineLine(line: string): PackerLine {
  const [time = '', , type = '', ...data] = line.split(',');
  if (!/^\d+$/.test(time)) return { kind: 'text', text: line, error: false };
  const values = data.map(decode);
  if (type === 'ui') {
    const [kind = '', ...texts] = values;
    return { kind: 'text', text: texts.join(','), error: kind === 'error' };
  }
  // artifact,<number>,<field>,<values>
  if (type === 'artifact') return { kind: 'artifact', field: values[1] ?? '', values: values.slice(2) };
  return { kind: 'other' };
}

function decode(text: string): string {
  return text.replaceAll('%!(PACKER_COMMA)', ',').replaceAll('\\r', '').replaceAll('\\n', '\n');
}

/** The longest line that is kept together; a longer one is cut. */
const LONGEST = 64 * 1024;

/** Cuts text that comes in pieces into lines, without their ends. What is left over comes out at the end. */
export function createLineCutter(line: (text: string) => void) {
  let held = '';
  return {
    write(text: string): void {
      held += text;
      let start = 0;
      for (let end = held.indexOf('\n'); end !== -1; end = held.indexOf('\n', start)) {
        line(held.slice(start, end).replace(/\r$/, ''));
        start = end + 1;
      }
      held = held.slice(start);
      while (held.length > LONGEST) {
        line(held.slice(0, LONGEST));
        held = held.slice(LONGEST);
      }
    },
    end(): void {
      if (held !== '') line(held);
      held = '';
    },
  };
}
