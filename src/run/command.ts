/** What Packer is to do when a step fails. */
export const ON_ERROR = ['cleanup', 'abort', 'ask', 'run-cleanup-provisioner'] as const;
export type OnError = (typeof ON_ERROR)[number];

/** The options that osimager hands on to `packer build`. */
export interface PackerOptions {
  readonly force?: boolean | undefined;
  readonly onError?: OnError | undefined;
  readonly timestamp?: boolean | undefined;
  readonly debug?: boolean | undefined;
}

/** How Packer is to print: for people at a terminal, with or without colours, or for osimager. */
export type PackerPrints = 'coloured' | 'plain' | 'machine-readable';

/**
 * The arguments of `packer build` for a template, each one an argument (Packer's manual, "packer build"). The
 * template is an absolute path, so that it is never taken for an option.
 */
export function packerArguments(
  template: string,
  options: PackerOptions,
  prints: PackerPrints,
): readonly string[] {
  return [
    'build',
    ...(options.force === true ? ['-force'] : []),
    ...(options.onError === undefined ? [] : [`-on-error=${options.onError}`]),
    ...(options.timestamp === true ? ['-timestamp-ui'] : []),
    ...(options.debug === true ? ['-debug'] : []),
    ...(prints === 'plain' ? ['-color=false'] : []),
    ...(prints === 'machine-readable' ? ['-machine-readable'] : []),
    template,
  ];
}
