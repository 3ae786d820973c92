import XmlBuilder from 'fast-xml-builder';
import type { BuildRecord, RunRecord } from '../model/run.ts';
import { buildTime, countBuilds, formatState } from './run-text.ts';

/**
 * A run as JUnit's XML, for the servers that read it: a suite, and a case for each build. The class of a case is
 * its platform and location, parted by a dot; failures carry their class as type. What was not started or was
 * interrupted counts as skipped.
 */
export function junitReport(run: RunRecord): string {
  const counts = countBuilds(run.builds);
  const totals = {
    '@tests': run.builds.length,
    '@failures': counts.failed,
    '@errors': 0,
    '@skipped': counts.interrupted + counts['not started'],
    '@time': seconds(buildTime(run)),
  };
  const suite = {
    '@name': `osimager ${run.command}`,
    ...totals,
    '@timestamp': run.started.replace(/(?:\.\d+)?Z$/, ''),
    properties: properties({ run: run.id, packer: run.packer }),
    testcase: run.builds.map(testCase),
  };
  const builder = new XmlBuilder({
    attributeNamePrefix: '@',
    ignoreAttributes: false,
    suppressEmptyNode: true,
    format: true,
  });
  const xml = builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: { '@name': `osimager ${run.command}`, ...totals, testsuite: suite },
  });
  return xml;
}

function testCase(build: BuildRecord): object {
  const [platform = '', location = ''] = build.target.split('/');
  const { digest, image, log, state, failure } = build;
  const reason = printable(build.reason ?? formatState(build));
  return {
    '@name': printable(build.artifact),
    '@classname': `${platform}.${location}`,
    '@time': seconds(buildTime(build)),
    properties: properties({ digest, image, log }),
    ...(state === 'failed'
      ? { failure: { '@message': reason.split('\n')[0], '@type': failure ?? 'builder', '#text': reason } }
      : {}),
    ...(state === 'good' || state === 'failed' ? {} : { skipped: { '@message': state } }),
  };
}

function properties(values: Readonly<Record<string, string | undefined>>): object {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return {
    property: given.map(([name, value]) => ({ '@name': name, '@value': printable(value ?? '') })),
  };
}

function seconds(milliseconds: number | undefined): string {
  return ((milliseconds ?? 0) / 1000).toFixed(3);
}

/** Signs that XML 1.0 cannot hold, by no means of writing them, are left out. */
function printable(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
}
