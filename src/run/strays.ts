import { listNames, readText } from '../edge/files.ts';

/** The variable by which all that a build has started is known: its value is the private copy of that build. */
export const BUILD_VARIABLE = 'OSIMAGER_BUILD';

/**
 * Ends what a build has left running when Packer has ended, wherever it went: daemons leave the group that they were
 * started in, as the connections do that Ansible keeps open. Where the system does not show the environment of
 * processes (not Linux), nothing is found.
 */
export function endStrays(build: string): void {
  const mark = `${BUILD_VARIABLE}=${build}\0`;
  for (const name of listNames('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const answer = readText(`/proc/${name}/environ`);
    if (answer.kind !== 'text' || !answer.text.includes(mark)) continue;
    try {
      process.kill(Number(name), 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}
