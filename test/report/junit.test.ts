import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { junitReport } from '../../src/report/junit.ts';

const REPORT = junitReport({
  format: 1,
  id: 'R',
  command: 'run',
  process: 1,
  packer: '1.11.2',
  started: '2026-11-26T10:00:00.000Z',
  ended: '2026-11-26T10:00:09.500Z',
  builds: [
    {
      artifact: 'out/qemu/lab/<a> & "b"',
      folder: '/f',
      target: 'qemu/lab/x',
      digest: 'd1',
      inputs: 'i',
      state: 'good',
      started: '2026-11-26T10:00:00.000Z',
      ended: '2026-11-26T10:00:02.000Z',
      image: 'images/a.qcow2',
      log: 'R/a.log',
    },
    {
      artifact: 'out/qemu/lab/b',
      folder: '/f',
      target: 'qemu/lab/x',
      digest: 'd2',
      inputs: 'i',
      state: 'failed',
      failure: 'provisioner',
      reason: 'exit <1> & "more"\u0007\nsecond ]]> line\ud800',
    },
    {
      artifact: 'out/qemu/lab/c',
      folder: '/f',
      target: 'qemu/lab/x',
      digest: 'd3',
      inputs: 'i',
      state: 'interrupted',
    },
  ],
});

test('the report, whole', () => {
  assert.is(
    REPORT,
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="osimager run" tests="3" failures="1" errors="0" skipped="1" time="9.500">
  <testsuite name="osimager run" tests="3" failures="1" errors="0" skipped="1" time="9.500" timestamp="2026-11-26T10:00:00">
    <properties>
      <property name="run" value="R"/>
      <property name="packer" value="1.11.2"/>
    </properties>
    <testcase name="out/qemu/lab/&lt;a&gt; &amp; &quot;b&quot;" classname="qemu.lab" time="2.000">
      <properties>
        <property name="digest" value="d1"/>
        <property name="image" value="images/a.qcow2"/>
        <property name="log" value="R/a.log"/>
      </properties>
    </testcase>
    <testcase name="out/qemu/lab/b" classname="qemu.lab" time="0.000">
      <properties>
        <property name="digest" value="d2"/>
      </properties>
      <failure message="exit &lt;1&gt; &amp; &quot;more&quot;" type="provisioner">exit &lt;1&gt; &amp; &quot;more&quot;
second ]]&gt; line</failure>
    </testcase>
    <testcase name="out/qemu/lab/c" classname="qemu.lab" time="0.000">
      <properties>
        <property name="digest" value="d3"/>
      </properties>
      <skipped message="interrupted"/>
    </testcase>
  </testsuite>
</testsuites>
`,
  );
});

test('an XML parser reads it', () => {
  const read = execFileSync('xmllint', ['--xpath', 'string(//failure)', '-'], {
    input: REPORT,
    encoding: 'utf8',
  });
  assert.is(read.trim(), 'exit <1> & "more"\nsecond ]]> line');
});

test.run();
