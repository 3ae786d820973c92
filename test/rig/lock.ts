import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { ownProcess } from '../../src/edge/process-identity.ts';

/** The lock of a process that was killed while it wrote to a tree. */
export function lockOfKilled(): string {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return `${JSON.stringify({ ...ownProcess(), pid, start: '1', host: hostname(), command: 'osimager generate', since: '2026-01-02T03:04:05.678Z' })}\n`;
}
