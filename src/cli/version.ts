import packageFile from '../../package.json' with { type: 'json' };

/** The version of this osimager. */
export const VERSION: string = packageFile.version;
