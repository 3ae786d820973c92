import packageFile from '../../package.json' with { type: 'json' };

/** Put in when the command line is bundled: a digest of all its sources. */
declare const OSIMAGER_SOURCES: string | undefined;

/** The version of this osimager. */
export const VERSION: string = packageFile.version;

/** This very build: what another one rendered may be out of date. */
export const BUILD = `${VERSION} ${typeof OSIMAGER_SOURCES === 'undefined' ? 'unbundled' : OSIMAGER_SOURCES}`;
