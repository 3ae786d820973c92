/**
 * Run by tests: makes a private copy of an artifact and waits to be killed. Arguments: the folder of the artifact, the
 * base of private copies, and what to do then: `wait`, `exit`, `throw`, or `listen` (ends itself at a signal).
 */
import { withStaged } from '../../src/run/stage.ts';

const [folder = '', base = '', then = 'wait'] = process.argv.slice(2);
if (then === 'listen') process.on('SIGINT', () => process.exit(7));
setInterval(() => undefined, 1000);
console.log('starting');
const options = {
  base,
  vaultReferences: true,
  secret: (path: string, key: string) => ({ kind: 'value', value: `${path} ${key} value` }) as const,
};
const done = await withStaged(folder, options, ({ folder: copy }) => {
  console.log(copy);
  if (then === 'exit') process.exit(5);
  if (then === 'throw') setTimeout(() => fail(), 0);
  return new Promise<void>(() => undefined);
});
if (!done.ok) throw new Error(done.diagnostics.map(({ message }) => message).join('\n'));

function fail(): never {
  throw new Error('nobody catches this');
}
