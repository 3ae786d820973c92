import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isList, isMapping, toText, type Value } from '../../src/model/value.ts';
import { complaints } from '../rig/complaints.ts';
import { fullMatrix, fullVariants } from '../rig/full-matrix.ts';
import { deferredSecrets, leftoverMarkers } from './leftover-markers.ts';

/** Enough of thousands. */
const few = (faults: readonly string[]): readonly string[] => [...new Set(faults)].slice(0, 20);

test('a marker of any kind that is left is found; secrets and text that looks alike are not', () => {
  const left =
    'a %>x<% >>a/b<< +>iso_url<+ *>host.example<* #>2*cpu_cores<# $>HOME<$ [>list<] E>1 if x else "<b>"<E z';
  assert.equal(leftoverMarkers(left), [
    '%>x<%',
    '>>a/b<<',
    '+>iso_url<+',
    '*>host.example<*',
    '#>2*cpu_cores<#',
    '$>HOME<$',
    '[>list<]',
    'E>1 if x else "<b>"<E',
  ]);
  assert.equal(leftoverMarkers('root |>images/linux:password<| 6>images/linux:password<6'), []);
  assert.equal(leftoverMarkers('|>images linux<| 6>a b<6'), ['|>images linux<|', '6>a b<6']);
  const text = '<HideOOBE>true</HideOOBE><Extend>false</Extend> cat <<EOF >>file; $((C>>1)) 2>&1 <5>6</5>';
  assert.equal(leftoverMarkers(text), []);
  assert.equal(deferredSecrets('|>a/b:c<| 5>d:e<5'), ['a/b:c', 'd:e']);
});

/** What a matrix may ask for that the full matrix does not: addresses of their own, security. */
const variants = (): ReturnType<typeof fullVariants> =>
  fullVariants([
    { ip: '192.168.10.99', name: 'host1' },
    { ip: 'dhcp', secure_boot: true, tpm: true },
  ]);

test('no marker is left in any file of any target, deferred secrets aside; artifact.json lists those', async () => {
  const targets = [...(await fullMatrix()), ...(await variants())];
  const faults = targets.flatMap(({ folder, rendered }) => {
    const listed = rendered.secrets().map(({ path, key }) => `${path}:${key}`);
    return [...rendered.files].flatMap(([name, text]) => [
      ...leftoverMarkers(text).map((marker) => `${folder}/${name}: ${marker}`),
      ...deferredSecrets(text)
        .filter((secret) => !listed.includes(secret))
        .map((secret) => `${folder}/${name}: ${secret} is not listed`),
    ]);
  });
  assert.equal(few(faults), []);
});

test('no target asks for a definition that does not exist, and none has a warning', async () => {
  const targets = [...(await fullMatrix()), ...(await variants())];
  const faults = targets.flatMap(({ folder, rendered }) => [
    ...[...rendered.unknown.keys()].map((name) => `${folder}: ${name} is not defined`),
    ...complaints(rendered.warnings).map((warning) => `${folder}: ${warning}`),
  ]);
  assert.equal(few(faults), []);
});

/** The files that a builder brings to the guest: on a CD, a floppy disk, or over HTTP. */
function broughtFiles(builder: Readonly<Record<string, Value>>): readonly string[] {
  const { additional_iso_files: media, cd_files: cd, floppy_files: floppy } = builder;
  const lists = [
    cd,
    floppy,
    ...(isList(media) ? media.map((medium) => isMapping(medium) && medium.cd_files) : []),
  ];
  return lists.flatMap((list) => (isList(list) ? list.map(toText) : []));
}

interface Manifest {
  readonly required_files: readonly { readonly file: string }[];
}

/** Files that are for Ansible, or for the service of a cloud, not for an installer. */
const NOT_FOR_INSTALLERS = /^(ansible-password\.yml|disable-winrm\.ps1)$/;

test('each answer file reaches the guest on each platform that installs from media', async () => {
  const faults = (await fullMatrix()).flatMap(({ folder, rendered }) => {
    const { template, files, name } = rendered;
    const [builder = {}] = template.builders;
    const own = ['artifact.json', `${name}.json`, `${name}.env`];
    const answers = [...files.keys()].filter((file) => !own.includes(file) && !NOT_FOR_INSTALLERS.test(file));
    const brought = broughtFiles(builder);
    const served = toText(builder.http_directory ?? '');
    const userData = toText(builder.user_data_file ?? '');
    return answers
      .filter((file) => {
        const path = `{{template_dir}}/${file}`;
        return (
          !brought.includes(path) && userData !== path && !(served !== '' && path.startsWith(`${served}/`))
        );
      })
      .map((file) => `${folder}: ${file} does not reach the guest`);
  });
  assert.equal(few(faults), []);
});

test('what a builder brings to the guest is a file of the artifact, or one that artifact.json asks for', async () => {
  const faults = (await fullMatrix()).flatMap(({ folder, rendered }) => {
    const manifest = JSON.parse(rendered.files.get('artifact.json') ?? '') as Manifest;
    const asked = manifest.required_files.map(({ file }) => `./${file}`);
    return broughtFiles(rendered.template.builders[0] ?? {})
      .filter((path) => !rendered.files.has(path.replace('{{template_dir}}/', '')) && !asked.includes(path))
      .map((path) => `${folder}: there is no ${path}`);
  });
  assert.equal(few(faults), []);
});

/** `1`, `5` or `6` for a hash of a password, `|` for the password itself. */
function passwordKinds(text: string): readonly string[] {
  return [...text.matchAll(/([|156])>[^\s<>:|]+:password<\1/g)].map(([, kind = '']) => kind);
}

test('answer files hold passwords as hashes that the release understands; those of Windows know no hashes', async () => {
  const found = new Set<string>();
  for (const { release, rendered } of await fullMatrix()) {
    const major = release.version.replace('stream-', '').split('.')[0] ?? '';
    for (const [name, text] of rendered.files) {
      if (['artifact.json', `${rendered.name}.json`].includes(name)) continue;
      const isOld = ['rhel', 'centos', 'oel'].includes(release.dist) && Number(major) <= 5;
      const kind = isOld
        ? 'Enterprise Linux up to 5'
        : release.dist.startsWith('windows')
          ? 'Windows'
          : 'others';
      for (const hash of passwordKinds(text)) found.add(`${kind}: ${hash}`);
    }
  }
  assert.equal([...found].sort(), ['Enterprise Linux up to 5: 1', 'Windows: |', 'others: 6']);
});

test('nothing of a site is in a target but what its location says', async () => {
  const site = /\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b/g;
  const faults = (await fullMatrix()).flatMap(({ folder, target, rendered }) =>
    [...rendered.files].flatMap(([name, text]) =>
      [...text.matchAll(site)]
        .filter(([address]) => target.location !== 'lab' || !address.startsWith('192.168.10.'))
        .map(([address]) => `${folder}/${name}: ${address}`),
    ),
  );
  assert.equal(few(faults), []);
});

test.run();
