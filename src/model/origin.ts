import type { Span } from '../diagnostics/source.ts';
import type { Locate, Path } from './value.ts';

/** Where a value was written: a document's places, and the path in it. The place is worked out when asked for. */
export interface Origin {
  readonly locate: Locate;
  readonly path: Path;
}

/** The place of the value, or of its key. */
export function placeOf(origin: Origin, part: 'key' | 'value' = 'value'): Span {
  return origin.locate(origin.path, part);
}

/** The origin of something inside a value. */
export function below(origin: Origin, ...steps: Path): Origin {
  return { locate: origin.locate, path: [...origin.path, ...steps] };
}
