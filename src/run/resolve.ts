import { problem, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SecretAnswer } from '../model/facts.ts';
import { formatJson, isList, isMapping, type Value } from '../model/value.ts';
import { createTemplates } from '../template/expand.ts';
import {
  createInliner,
  fileKind,
  valueFault,
  type FileKind,
  type Inliner,
  type InlinerOptions,
} from '../template/inline.ts';
import { findSecrets, type SecretReference } from '../template/secrets.ts';

/** A file of an artifact, by what is to become of the secrets in it. */
export type DeferredFile = { readonly name: string; readonly text: string } & (
  { readonly kind: 'template'; readonly content: Value } | { readonly kind: FileKind | 'plain' }
);

/** Tells by the name how a file is written; the template is JSON that is taken apart. Throws where it is none. */
export function readDeferred(name: string, text: string, template: string): DeferredFile {
  if (name === 'artifact.json') return { name, text, kind: 'plain' };
  if (name === template) return { name, text, kind: 'template', content: JSON.parse(text) as Value };
  return { name, text, kind: fileKind(name) };
}

/** The secrets that a file asks for, repeated where they repeat, Packer's own among them. */
export function secretsOf(file: DeferredFile): readonly SecretReference[] {
  if (file.kind === 'plain') return [];
  return file.kind === 'template' ? textsOf(file.content).flatMap(findSecrets) : findSecrets(file.text);
}

/** All strings of a value, keys included: signs that JSON escapes would hide a marker. */
function textsOf(value: Value): readonly string[] {
  if (typeof value === 'string') return [value];
  if (isList(value)) return value.flatMap(textsOf);
  return isMapping(value) ? Object.entries(value).flatMap(([key, item]) => [key, ...textsOf(item)]) : [];
}

/** The texts of files with their secrets, by name; what is wrong goes to `report`. */
export function resolveFiles(
  files: readonly DeferredFile[],
  secret: (path: string, key: string) => SecretAnswer,
  options: InlinerOptions,
  report: (diagnostic: Diagnostic) => void,
): ReadonlyMap<string, string> {
  const inliner = createInliner({ secret }, createTemplates(), options);
  return new Map(files.map((file) => [file.name, resolveFile(file, inliner, report)]));
}

function resolveFile(file: DeferredFile, inliner: Inliner, report: (diagnostic: Diagnostic) => void): string {
  const complain = (trouble: Diagnostic | string): void => {
    report(typeof trouble === 'string' ? problem('secret', `${file.name}: ${trouble}`) : trouble);
  };
  if (file.kind === 'template') return formatJson(inliner.value(file.content, complain));
  if (file.kind === 'plain') return file.text;
  return inliner.file(file.text, file.kind, complain);
}

/** Why a file cannot hold a value; undefined where it can. A hash is of letters and digits. */
export function secretFault(
  file: DeferredFile,
  { hash }: SecretReference,
  value: string,
): string | undefined {
  return hash || file.kind === 'template' || file.kind === 'plain' ? undefined : valueFault(file.kind, value);
}
