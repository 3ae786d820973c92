import { toText } from '../../model/value.ts';
import { PlainText, type Arguments } from './arguments.ts';
import { asItIs, forXml, type Escape } from '../inline.ts';
import { NAME } from '../scan.ts';
import { holdsSecretMarker } from '../secrets.ts';

/** How values are written into the file that a template makes. */
export type Escaping = 'xml' | 'none';

const MARKER = new RegExp(
  [
    String.raw`[|156]>${NAME}:${NAME}<[|156]`,
    String.raw`>>${NAME}<<`,
    String.raw`%>["']?${NAME}["']?<%`,
    String.raw`([+*$])>${NAME}<\1`,
    String.raw`#>[\w \t()+\-*/%.]+<#`,
    String.raw`E>.*?<E`,
  ].join('|'),
  'gu',
);

/**
 * The only argument as it goes into the file: as Python writes it, nothing for what is not defined, escaped where the
 * file needs that. Markers stay as they are, as they are replaced, and their values escaped, later.
 *
 * Rule: DESIGN.md "Expressions" (last paragraph) and "Secrets".
 */
export function writeValue(raw: unknown, given: Arguments, escaping: Escaping): string {
  if (raw instanceof PlainText) return raw.text;
  const text = toText(given.value(0) ?? null);
  return escaping === 'xml' ? escapeAroundMarkers(text, forXml) : asItIs(text);
}

function escapeAroundMarkers(text: string, escape: Escape): string {
  let written = '';
  let from = 0;
  for (const match of text.matchAll(MARKER)) {
    const [marker] = match;
    // An expression is worked out before; only one with a secret in it is still to come.
    if (marker.startsWith('E>') && !holdsSecretMarker(marker)) continue;
    written += escape(text.slice(from, match.index)) + marker;
    from = match.index + marker.length;
  }
  return written + escape(text.slice(from));
}
