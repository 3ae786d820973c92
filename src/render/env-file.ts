import { toText, type Mapping } from '../model/value.ts';

/**
 * The environment of a build, one KEY=VALUE a line, in the order given. `complain` is called for a key or a
 * value that one line cannot hold.
 */
export function envFile(
  evars: Mapping,
  complain: (key: string, message: string, hint: string) => void,
): string {
  let text = '';
  for (const [key, value] of Object.entries(evars)) {
    const shown = toText(value);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
      complain(key, `"${key}" is no name of an environment variable`, 'use letters, digits and _');
    } else if (/[\n\r\0]/.test(shown)) {
      complain(key, `the environment variable ${key} has a line break in it`, 'one line is one variable');
    } else {
      text += `${key}=${shown}\n`;
    }
  }
  return text;
}
