import { spawn } from 'node:child_process';

/**
 * What is left to clean up where osimager itself is killed outright, and can do nothing any more: a second,
 * tiny process that waits for the pipe from osimager to end.
 */
export interface Guard {
  /** A private copy that is about to be made. */
  readonly copy: (folder: string) => void;
  /** A process, or a group (negative), that was started, and the signal by which it cleans up. */
  started(target: { readonly signal: 'INT' | 'TERM'; readonly id: number }): void;
  ended(target: { readonly signal: 'INT' | 'TERM'; readonly id: number }): void;
  /** All is well: the guard goes. */
  release(): void;
}

/**
 * Reads what there is, a line each. Where the pipe ends before "done", it asks all that runs to stop, waits ten
 * seconds, ends what is left (daemons are known by OSIMAGER_BUILD, see strays.ts), and removes the private copies. There is no use in waiting longer: nobody reads
 * what Packer prints any more, and it ends with its next line. The text is fixed: nothing is put into it.
 */
const SCRIPT = `
trap '' INT TERM HUP
live=
copies='
'
while IFS= read -r line; do
  case $line in
    start*) live="$live \${line#start }" ;;
    end*) rest=; for one in $live; do [ "$one" = "\${line#end }" ] || rest="$rest $one"; done; live=$rest ;;
    copy*) copies="$copies\${line#copy }
" ;;
    done) exit 0 ;;
  esac
done
for one in $live; do kill -s "\${one%%:*}" -- "\${one#*:}" 2>/dev/null; done
waited=0
while [ "$waited" -lt 10 ]; do
  left=
  for one in $live; do kill -s 0 -- "\${one#*:}" 2>/dev/null && left=yes; done
  [ -n "$left" ] || break
  sleep 1
  waited=$((waited + 1))
done
for one in $live; do kill -s KILL -- "\${one#*:}" 2>/dev/null; done
printf '%s' "$copies" | while IFS= read -r copy; do
  [ -n "$copy" ] || continue
  grep -lzxF -e "OSIMAGER_BUILD=$copy" /proc/[0-9]*/environ 2>/dev/null | while IFS=/ read -r none proc pid file; do
    kill -s KILL "$pid" 2>/dev/null
  done
  rm -rf -- "$copy"
done
`;

/** Starts a guard. Without a POSIX shell there is none; then the next run removes what was left. */
export function startGuard(): Guard {
  const child = spawn('/bin/sh', ['-c', SCRIPT], {
    cwd: '/',
    detached: true,
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const { stdin } = child;
  child.on('error', () => undefined);
  stdin.on('error', () => undefined);
  child.unref();
  (stdin as { unref?: () => void }).unref?.();
  const tell = (line: string): void => {
    if (stdin.writable) stdin.write(`${line}\n`);
  };
  return {
    copy: (folder) => {
      if (!folder.includes('\n')) tell(`copy ${folder}`);
    },
    started: ({ signal, id }) => {
      tell(`start ${signal}:${id}`);
    },
    ended: ({ signal, id }) => {
      tell(`end ${signal}:${id}`);
    },
    release: () => {
      if (stdin.writable) stdin.end('done\n');
    },
  };
}
