/**
 * Property tests of one commit look at the same cases on every machine. FAST_CHECK_SEED chooses others; a test
 * file that is run by itself looks at new ones each time.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 20_261_122) });
