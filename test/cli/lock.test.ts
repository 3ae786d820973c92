import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { osimager, type Outcome } from '../rig/binary.ts';
import { readFiles, writeFiles } from '../rig/folder.ts';
import { startNameServer, type NameBehaviour } from '../rig/name-server.ts';
import { ASKING, writeOutsideWorkspace } from '../rig/outside-workspace.ts';
import { startWebServer, type Page } from '../rig/web-server.ts';

const SHA = { a: 'a4'.repeat(32), b: 'b4'.repeat(32), c: 'c4'.repeat(32) };
const MEDIA: Readonly<Record<string, Page>> = {
  '/demo-1.0.iso': { body: '12345' },
  '/demo-1.1.iso': { body: '123456' },
  '/SUMS': { body: `${SHA.a}  demo-1.0.iso\n${SHA.b} *demo-1.1.iso\n` },
};
const NAMES: Readonly<Record<string, NameBehaviour>> = {
  'demo-1.0-x86_64.lab.test': ['10.0.0.9', '10.0.0.7'],
};
const MATRIX = [{ platform: 'bare', location: 'lab', spec: 'demo-*' }];

interface World {
  readonly cwd: string;
  /** Runs the command line; URLs and addresses of the servers as WEB and DNS in what comes back. */
  readonly run: (...args: string[]) => Promise<Outcome>;
  readonly lock: () => string;
  readonly out: () => Record<string, string>;
  readonly web: Awaited<ReturnType<typeof startWebServer>>;
  readonly names: Awaited<ReturnType<typeof startNameServer>>;
  /** Ends the servers: nobody can be asked from then on. */
  readonly end: () => Promise<void>;
}

type Parts = Parameters<typeof writeOutsideWorkspace>[2];

async function withWorld(
  {
    media = MEDIA,
    names = NAMES,
    ...parts
  }: Parts & {
    readonly media?: Parameters<typeof startWebServer>[0];
    readonly names?: Readonly<Record<string, NameBehaviour>>;
  },
  work: (world: World) => Promise<void>,
): Promise<void> {
  const web = await startWebServer(media);
  const dns = await startNameServer(names);
  const cwd = writeOutsideWorkspace(web, dns, { matrix: MATRIX, ...parts });
  const shown = (text: string): string => text.replaceAll(web.url, 'WEB').replaceAll(dns.address, 'DNS');
  let running = true;
  const end = async (): Promise<void> => {
    if (running) await Promise.all([web.close(), dns.close()]);
    running = false;
  };
  // No hosts.json: the user folder of the rig's home has one.
  writeFiles(cwd, { 'user/.keep': '' });
  try {
    await work({
      cwd,
      web,
      names: dns,
      end,
      async run(...args) {
        const outcome = await osimager([...args, '--user-dir', 'user'], { cwd, environment: ASKING });
        return { ...outcome, stdout: shown(outcome.stdout), stderr: shown(outcome.stderr) };
      },
      lock: () => shown(readFileSync(`${cwd}/osimager.lock`, 'utf8')),
      out: () => readFiles(`${cwd}/out`),
    });
  } finally {
    await end();
  }
}

const LOCK = `{
  "host demo-1.0-x86_64.lab.test by DNS": {"address":"10.0.0.7"},
  "host demo-1.1-x86_64.lab.test by DNS": {"address":null},
  "medium WEB/demo-1.0.iso file:WEB/SUMS": {"size":5,"checksum":"sha256:${SHA.a}"},
  "medium WEB/demo-1.1.iso file:WEB/SUMS": {"size":6,"checksum":"sha256:${SHA.b}"},
  "format": 1
}
`;

test('lock asks for what the matrix needs, writes it down, and asks no more then', async () => {
  await withWorld({}, async ({ run, lock, web, names }) => {
    const first = await run('lock');
    assert.equal(first, {
      status: 0,
      stdout: `  locked  demo-1.0-x86_64.lab.test by DNS  10.0.0.7
  locked  demo-1.1-x86_64.lab.test by DNS  no such name
  locked  WEB/demo-1.0.iso file:WEB/SUMS  5 bytes, sha256:${SHA.a}
  locked  WEB/demo-1.1.iso file:WEB/SUMS  6 bytes, sha256:${SHA.b}
`,
      stderr: '4 questions of 4 facts asked: 4 locked\n',
    });
    assert.is(lock(), LOCK);
    const asked = web.asked.length + names.asked.length;
    assert.equal(await run('lock'), {
      status: 0,
      stdout: '',
      stderr: 'osimager.lock has all that is needed: 4 facts\n',
    });
    assert.is(web.asked.length + names.asked.length, asked);
    assert.is(lock(), LOCK);
  });
});

test('what is locked is in the tree: addresses, and literal checksums', async () => {
  await withWorld({}, async ({ run, out, end, lock }) => {
    await run('lock');
    await end();
    const generated = await run('generate', '--frozen');
    assert.equal(generated, {
      status: 0,
      stdout: '',
      stderr: `new: out/bare/lab/demo-1.0-x86_64 (demo-1.0-x86_64.json, ks.cfg, demo-1.0-x86_64.env, artifact.json)
new: out/bare/lab/demo-1.1-x86_64 (demo-1.1-x86_64.json, ks.cfg, demo-1.1-x86_64.env, artifact.json)
look into out/, for instance out/bare/lab/demo-1.0-x86_64/
2 targets: 2 new, 0 changed, 0 unchanged; 8 files written (TIME)
`,
    });
    const first = out();
    assert.is(
      first['bare/lab/demo-1.0-x86_64/ks.cfg'],
      'host demo-1.0-x86_64.lab.test at 10.0.0.7; gateway \n',
    );
    assert.is(first['bare/lab/demo-1.1-x86_64/ks.cfg'], 'host demo-1.1-x86_64.lab.test at ; gateway \n');
    assert.match(
      first['bare/lab/demo-1.1-x86_64/demo-1.1-x86_64.json'] ?? '',
      `"iso_checksum": "sha256:${SHA.b}"`,
    );
    const again = await run('generate', '--frozen', '--force');
    assert.is(again.status, 0);
    assert.equal(out(), first);
    assert.is(lock(), LOCK);
  });
});

test('generate asks for what is not locked, and locks it', async () => {
  await withWorld({}, async ({ run, lock, out }) => {
    const { status, stderr } = await run('generate');
    assert.is(status, 0);
    assert.match(stderr, 'osimager.lock: 4 facts added\nlook into out/');
    assert.is(lock(), LOCK);
    assert.match(out()['bare/lab/demo-1.0-x86_64/demo-1.0-x86_64.json'] ?? '', `sha256:${SHA.a}`);
    assert.match((await run('generate')).stderr, /\n2 targets: 0 new, 0 changed, 2 unchanged/);
  });
});

test('what was rendered offline is asked for by the next run that may, and is an error of one that is frozen', async () => {
  await withWorld({}, async ({ run, lock, out, web, end }) => {
    await run('generate', '--offline');
    const frozen = await run('generate', '--frozen');
    assert.is(frozen.status, 1);
    assert.match(frozen.stderr, '2 failed');
    const found = await run('generate', '--explain-stale');
    assert.is(found.status, 0);
    assert.match(found.stderr, 'osimager.lock: 4 facts added\n');
    assert.is(lock(), LOCK);
    assert.match(out()['bare/lab/demo-1.0-x86_64/ks.cfg'] ?? '', 'at 10.0.0.7;');
    const asked = web.asked.length;
    assert.match((await run('generate')).stderr, '2 targets: 0 new, 0 changed, 2 unchanged');
    assert.is(web.asked.length, asked);
    await end();
    assert.match((await run('generate', '--frozen')).stderr, '2 targets: 0 new, 0 changed, 2 unchanged');
  });
});

test('a lock that somebody changed makes its targets stale, and no others', async () => {
  await withWorld({}, async ({ cwd, run, end }) => {
    await run('generate');
    await end();
    const path = `${cwd}/osimager.lock`;
    writeFileSync(path, readFileSync(path, 'utf8').replace('10.0.0.7', '10.0.0.9'));
    const { stderr } = await run('generate', '--frozen', '--explain-stale');
    assert.match(
      stderr,
      'stale: bare/lab/demo-1.0-x86_64: the address of demo-1.0-x86_64.lab.test changed\n',
    );
    assert.match(stderr, '2 targets: 0 new, 1 changed, 1 unchanged');
  });
});

test('generate --check and --diff ask and write nothing, and the check says what the lock lacks', async () => {
  await withWorld({}, async ({ cwd, run }) => {
    const { status, stderr } = await run('generate', '--check');
    assert.is(status, 1);
    assert.match(stderr, 'osimager.lock lacks 4 facts: osimager lock adds what is missing\n');
    const before = readFiles(cwd);
    assert.is((await run('generate', '--diff')).status, 0);
    assert.equal(readFiles(cwd), before);
    assert.not.ok('osimager.lock' in before);
  });
});

test('offline, what is not locked is left as it is written, and said', async () => {
  await withWorld({}, async ({ run, out, web, names }) => {
    const { status, stderr } = await run('generate', '--offline', '--verbose');
    assert.is(status, 0);
    assert.match(
      stderr,
      `not in osimager.lock, and not asked (offline): 2 media, 2 names
  demo-1.0-x86_64.lab.test by DNS
  demo-1.1-x86_64.lab.test by DNS
  WEB/demo-1.0.iso file:WEB/SUMS
  WEB/demo-1.1.iso file:WEB/SUMS
`,
    );
    const template = JSON.parse(out()['bare/lab/demo-1.0-x86_64/demo-1.0-x86_64.json'] ?? '') as {
      readonly builders: readonly object[];
    };
    assert.equal(template.builders, [
      {
        type: 'null',
        iso_url: `${web.url}/demo-1.0.iso`,
        iso_checksum: `file:${web.url}/SUMS`,
        name: 'demo-1.0-x86_64',
      },
    ]);
    assert.is(out()['bare/lab/demo-1.0-x86_64/ks.cfg'], 'host demo-1.0-x86_64.lab.test at ; gateway \n');
    assert.equal([...web.asked, ...names.asked], []);
  });
});

test('frozen, what is not locked fails its targets, and nothing is asked', async () => {
  await withWorld({}, async ({ run, lock, cwd, web, names }) => {
    await run('lock');
    const asked = web.asked.length + names.asked.length;
    writeFileSync(
      `${cwd}/osimager.lock`,
      readFileSync(`${cwd}/osimager.lock`, 'utf8').replace(/.*demo-1\.1.*\n/g, ''),
    );
    const { status, stderr } = await run('generate', '--frozen');
    assert.is(status, 1);
    assert.is(
      stderr,
      `new: out/bare/lab/demo-1.0-x86_64 (demo-1.0-x86_64.json, ks.cfg, demo-1.0-x86_64.env, artifact.json)
error: WEB/demo-1.1.iso is not in osimager.lock
  = osimager lock asks for it; with --frozen nothing is asked
  = not rendered: bare/lab/demo-1.1-x86_64
error: the address of demo-1.1-x86_64.lab.test by DNS is not in osimager.lock
  = osimager lock asks for it; with --frozen nothing is asked
  = not rendered: bare/lab/demo-1.1-x86_64
look into out/, for instance out/bare/lab/demo-1.0-x86_64/
2 targets: 1 new, 0 changed, 0 unchanged, 1 failed; 4 files written (TIME)
`,
    );
    assert.is(web.asked.length + names.asked.length, asked);
    assert.not.match(lock(), 'demo-1.1');
  });
});

test('a name that no file uses is not asked for', async () => {
  await withWorld({ sources: { 'demo/ks.cfg': 'host >>fqdn<<\n' } }, async ({ run, names }) => {
    assert.match((await run('lock')).stderr, '2 questions of 2 facts asked: 2 locked');
    assert.equal(names.asked, []);
  });
});

test('targets that are named are all that is asked for', async () => {
  await withWorld({}, async ({ run }) => {
    const { stdout } = await run('lock', 'bare/lab/demo-1.1-*');
    assert.is(
      stdout,
      `  locked  demo-1.1-x86_64.lab.test by DNS  no such name
  locked  WEB/demo-1.1.iso file:WEB/SUMS  6 bytes, sha256:${SHA.b}
`,
    );
  });
});

test('no answer is not recorded, and is said; a name that does not exist is', async () => {
  const names = { 'demo-1.0-x86_64.lab.test': 'SERVFAIL' } as const;
  await withWorld({ names, media: { ...MEDIA, '/SUMS': { status: 503 } } }, async ({ run, lock }) => {
    const silent = `no answer  WEB/demo-1.0.iso file:WEB/SUMS  WEB/SUMS: it answers 503`;
    const { status, stdout, stderr } = await run('lock');
    assert.is(status, 1);
    assert.is(
      stdout,
      `  no answer  demo-1.0-x86_64.lab.test by DNS  DNS: it cannot answer (SERVFAIL)
  locked     demo-1.1-x86_64.lab.test by DNS  no such name
  ${silent}
  ${silent.replace('1.0', '1.1')}
`,
    );
    assert.is(stderr, '4 questions of 4 facts asked: 3 no answer, 1 locked\n');
    assert.is(lock(), '{\n  "host demo-1.1-x86_64.lab.test by DNS": {"address":null},\n  "format": 1\n}\n');
    const generated = await run('generate');
    assert.is(generated.status, 0);
    assert.match(
      generated.stderr,
      `warning: no answer for 1 name: DNS: it cannot answer (SERVFAIL)
  = demo-1.0-x86_64.lab.test by DNS
  = the addresses stay empty, and are not locked
warning: no answer for 2 URLs: WEB/SUMS: it answers 503
  = WEB/demo-1.0.iso, WEB/demo-1.1.iso
  = the media stay as the data files write them, and are not locked
`,
    );
  });
});

test('of several URLs the first that answers is taken, and the lock says why not the others', async () => {
  const media: Readonly<Record<string, Page>> = {
    '/archive/demo-1.0.iso': { body: '1234567' },
    '/archive/SUMS': { body: `${SHA.c}  demo-1.0.iso\n` },
    '/ill/demo-1.0.iso': { status: 500 },
  };
  const web = await startWebServer(media);
  const urls = ['/new', '/ill', '/archive', '/never-asked'].map((folder) => ({
    url: `${web.url}${folder}/demo->>version<<.iso`,
    checksum: `file:${web.url}${folder}/SUMS`,
  }));
  const matrix = [{ platform: 'bare', location: 'lab', spec: 'demo-1.0-x86_64', ip: 'dhcp' }];
  await withWorld({ defs: { urls, iso_checksum: '' }, matrix }, async ({ run, cwd, out }) => {
    assert.is((await run('generate')).status, 0);
    const shown = readFileSync(`${cwd}/osimager.lock`, 'utf8').replaceAll(web.url, 'WEB');
    assert.is(
      shown,
      `{
  "medium WEB/archive/demo-1.0.iso file:WEB/archive/SUMS": {"size":7,"checksum":"sha256:${SHA.c}"},
  "medium WEB/ill/demo-1.0.iso file:WEB/ill/SUMS": {"gone":"no answer"},
  "medium WEB/new/demo-1.0.iso file:WEB/new/SUMS": {"gone":404},
  "format": 1
}
`,
    );
    await web.close();
    const template = out()['bare/lab/demo-1.0-x86_64/demo-1.0-x86_64.json'] ?? '';
    assert.match(template, `"iso_url": "${web.url}/archive/demo-1.0.iso"`);
    assert.match(template, `"iso_checksum": "sha256:${SHA.c}"`);
    assert.is((await run('generate', '--frozen', '--check')).status, 0);
  });
});

test('the check compares without writing: gone, changed bytes, changed size, new and lost checksums', async () => {
  await withWorld({}, async ({ run, lock, web }) => {
    await run('lock');
    const good = await run('lock', '--check');
    assert.equal(good, { status: 0, stdout: '', stderr: '4 questions of 4 facts asked: 4 unchanged\n' });
    web.pages.set('/demo-1.0.iso', { body: '123456789' });
    web.pages.set('/SUMS', { body: `${SHA.c}  demo-1.0.iso\n` });
    const changed = await run('lock', '--check');
    assert.is(changed.status, 1);
    assert.is(
      changed.stdout,
      `! changed bytes  WEB/demo-1.0.iso file:WEB/SUMS  sha256:${SHA.a} → sha256:${SHA.c}
! changed size   WEB/demo-1.0.iso file:WEB/SUMS  5 → 9 bytes
! checksum gone  WEB/demo-1.1.iso file:WEB/SUMS  was sha256:${SHA.b}
`,
    );
    assert.is(
      changed.stderr,
      `warning: the checksum list WEB/SUMS does not name demo-1.1.iso
  = no checksum is locked for the medium; the template names the list as the data file does
error: security: 2 locked media may have other bytes now, or nobody vouches for them any more
  = ask the vendor why; osimager lock --refresh takes the new answers
4 questions of 4 facts asked: 2 unchanged, 1 changed bytes, 1 changed size, 1 checksum gone
`,
    );
    web.pages.delete('/demo-1.0.iso');
    web.pages.set('/SUMS', { body: `${SHA.b}  demo-1.1.iso\n` });
    const gone = await run('lock', '--check');
    assert.is(gone.status, 1);
    assert.is(gone.stdout, '  gone  WEB/demo-1.0.iso file:WEB/SUMS  answers 404\n');
    assert.is(lock(), LOCK);
  });
});

test('what is not locked yet is a finding of the check', async () => {
  await withWorld({}, async ({ cwd, run }) => {
    const { status, stdout } = await run('lock', '--check', 'bare/lab/demo-1.0-x86_64');
    assert.is(status, 1);
    assert.is(
      stdout,
      `  missing  demo-1.0-x86_64.lab.test by DNS  10.0.0.7
  missing  WEB/demo-1.0.iso file:WEB/SUMS  5 bytes, sha256:${SHA.a}
`,
    );
    assert.not.ok('osimager.lock' in readFiles(cwd));
  });
});

test('a refresh asks again, takes what changed and says so, and drops what nobody asks for', async () => {
  await withWorld({}, async ({ cwd, run, lock, web }) => {
    await run('lock');
    const path = `${cwd}/osimager.lock`;
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('{\n', '{\n  "host old.lab.test": {"address":null},\n'),
    );
    web.pages.set('/SUMS', { body: `${SHA.c}  demo-1.0.iso\n${SHA.b}  demo-1.1.iso\n` });
    const { status, stdout, stderr } = await run('lock', '--refresh');
    assert.is(status, 0);
    assert.is(
      stdout,
      `! changed bytes  WEB/demo-1.0.iso file:WEB/SUMS  sha256:${SHA.a} → sha256:${SHA.c}
  removed        old.lab.test  no target of the matrix asks for it
`,
    );
    assert.match(
      stderr,
      `warning: security: 1 locked medium may have other bytes now, or nobody vouches for them any more
  = ask the vendor why before you commit osimager.lock
`,
    );
    assert.is(lock(), LOCK.replace(SHA.a, SHA.c));
  });
});

test('a refresh that gets no answer keeps what is locked', async () => {
  await withWorld({}, async ({ run, lock, end }) => {
    await run('lock');
    await end();
    const { status, stderr } = await run('lock', '--refresh');
    assert.is(status, 1);
    assert.match(stderr, '4 no answer');
    assert.is(lock(), LOCK);
  });
});

test('an address that is still among those of a name is no change', async () => {
  await withWorld({}, async ({ cwd, run, lock }) => {
    await run('lock');
    const path = `${cwd}/osimager.lock`;
    writeFileSync(path, readFileSync(path, 'utf8').replace('10.0.0.7', '10.0.0.9'));
    assert.is((await run('lock', '--check')).status, 0);
    await run('lock', '--refresh');
    assert.is(lock(), LOCK.replace('10.0.0.7', '10.0.0.9'));
    writeFileSync(path, readFileSync(path, 'utf8').replace('10.0.0.9', '10.9.9.9'));
    const { stdout } = await run('lock', '--check');
    assert.is(stdout, '  changed address  demo-1.0-x86_64.lab.test by DNS  10.9.9.9 → 10.0.0.7\n');
  });
});

test('generate --diff says what a changed or lost checksum in the lock is: a matter of security', async () => {
  await withWorld({}, async ({ cwd, run }) => {
    await run('generate');
    const path = `${cwd}/osimager.lock`;
    const text = readFileSync(path, 'utf8')
      .replace(SHA.a, SHA.c)
      .replace(`,"checksum":"sha256:${SHA.b}"`, '');
    writeFileSync(path, text);
    const { status, stdout, stderr } = await run('generate', '--diff', '--frozen');
    assert.is(status, 0);
    assert.match(stdout, `-      "iso_checksum": "sha256:${SHA.a}",`);
    assert.match(stdout, `+      "iso_checksum": "sha256:${SHA.c}",`);
    const hint = 'look at the line of the medium in osimager.lock and ask the vendor why before you build';
    const first = `warning: security: the checksum of WEB/demo-1.0.iso changes: sha256:${SHA.a} → sha256:${SHA.c}
  = in out/bare/lab/demo-1.0-x86_64/demo-1.0-x86_64.json
  = ${hint}
`;
    const second = `warning: security: the checksum of WEB/demo-1.1.iso is gone: was sha256:${SHA.b}, it is file:WEB/SUMS now
  = in out/bare/lab/demo-1.1-x86_64/demo-1.1-x86_64.json
  = ${hint}
`;
    assert.match(stderr, first);
    assert.match(stderr, second);
  });
});

test('the mark of a merge conflict is an error of every command, and the lock is left alone', async () => {
  await withWorld({}, async ({ cwd, run }) => {
    const text =
      '{\n<<<<<<< HEAD\n  "host a.test": {"address":null},\n=======\n>>>>>>> x\n  "format": 1\n}\n';
    writeFileSync(`${cwd}/osimager.lock`, text);
    for (const command of ['lock', 'generate']) {
      const { status, stderr } = await run(command);
      assert.is(status, 1);
      assert.is(
        stderr,
        `error: this is the mark of a merge conflict
  --> osimager.lock:2:1
  2 | <<<<<<< HEAD
    | ^^^^^^^^^^^^
  = each line is one fact: keep the right one of each pair, remove the marks, then run osimager lock --check
`,
      );
    }
    assert.is(readFileSync(`${cwd}/osimager.lock`, 'utf8'), text);
  });
});

test('as JSON, each row is an object', async () => {
  await withWorld({}, async ({ run }) => {
    const { stdout } = await run('lock', 'bare/lab/demo-1.0-x86_64', '--json');
    assert.equal(JSON.parse(stdout), [
      {
        state: 'locked',
        kind: 'host',
        key: 'demo-1.0-x86_64.lab.test by DNS',
        says: '10.0.0.7',
        security: false,
      },
      {
        state: 'locked',
        kind: 'medium',
        key: 'WEB/demo-1.0.iso file:WEB/SUMS',
        says: `5 bytes, sha256:${SHA.a}`,
        security: false,
      },
    ]);
  });
});

test('hosts.json answers before any name server, and is not locked', async () => {
  await withWorld({}, async ({ cwd, run, lock, names }) => {
    writeFiles(cwd, { 'user/hosts.json': { 'demo-1.0-x86_64.lab.test': '10.1.1.1' } });
    assert.is((await run('generate')).status, 0);
    assert.equal(names.asked, []);
    assert.not.match(lock(), 'host ');
  });
});

test('a target that cannot be rendered is an error, and the others are locked', async () => {
  const matrix = [
    ...MATRIX,
    {
      platform: 'bare',
      location: 'lab',
      spec: 'demo-1.0-x86_64',
      name: 'x',
      define: { cidr: 'y', gate: '|' },
    },
  ];
  const platforms = { odd: { config: { type: 'E>1/0<E' } } };
  const odd = { platform: 'odd', location: 'lab', spec: 'demo-1.0-x86_64' };
  await withWorld(
    {
      matrix: [...matrix.slice(0, 1), odd],
      platforms: {
        ...platforms,
        bare: { config: { type: 'null', iso_url: '>>iso_url<<', iso_checksum: '>>iso_checksum<<' } },
      },
    },
    async ({ run, lock }) => {
      const { status, stderr } = await run('lock');
      assert.is(status, 1);
      assert.match(stderr, 'error: the expression 1/0 fails');
      assert.match(lock(), SHA.b);
    },
  );
});

test('lock is for asking, and --check for looking', async () => {
  await withWorld({}, async ({ run }) => {
    assert.equal(await run('lock', '--offline'), {
      status: 2,
      stdout: '',
      stderr: 'error: lock asks outside this machine: it cannot be --offline\n',
    });
    assert.equal(await run('lock', '--check', '--refresh'), {
      status: 2,
      stdout: '',
      stderr: 'error: --check writes nothing, and --refresh is there to write: give one of them\n',
    });
  });
});

test.run();
