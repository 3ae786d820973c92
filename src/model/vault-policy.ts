/** Where Vault keeps a secret: `images/linux` is the path `linux` of the mount `images`. */
export interface VaultPlace {
  readonly mount: string;
  readonly name: string;
}

/** The place of a secret by its path, slashes around it aside; undefined where the path can name none. */
export function vaultPlace(path: string): VaultPlace | undefined {
  const [mount = '', ...steps] = path.replace(/^\/+|\/+$/g, '').split('/');
  if (steps.length === 0 || [mount, ...steps].some((step) => ['', '.', '..'].includes(step)))
    return undefined;
  return { mount, name: steps.join('/') };
}

/** The path by which version 2 of Vault's key/value engine gives the values of a secret. */
export function vaultDataPath({ mount, name }: VaultPlace): string {
  return `${mount}/data/${name}`;
}

/** The rule that lets a token read one secret, on one line. */
export function vaultRule(place: VaultPlace): string {
  return `path "${escapeHcl(vaultDataPath(place))}" { capabilities = ["read"] }`;
}

/**
 * The least Vault policy that reads some secrets and nothing else, as HCL text: sorted, each path once. A path that
 * no rule can name exactly is a comment, so that it is missed rather than granted too widely.
 */
export function vaultPolicy(paths: Iterable<string>): string {
  const rules = new Map<string, string>();
  for (const path of paths) {
    const place = vaultPlace(path);
    const exact = place !== undefined && isExact(vaultDataPath(place));
    const key = exact ? vaultDataPath(place) : path;
    rules.set(
      key,
      exact ? policyRule(place) : `# no rule can name exactly this path: ${JSON.stringify(path)}\n`,
    );
  }
  return [...rules]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, rule]) => rule)
    .join('\n');
}

function policyRule(place: VaultPlace): string {
  return `path "${escapeHcl(vaultDataPath(place))}" {\n  capabilities = ["read"]\n}\n`;
}

/** In rules, `*` at the end and `+` between slashes stand for anything, and braces for parts of an identity. */
function isExact(path: string): boolean {
  return !/\*$|\{\{|\$\{|[\0-\x1f]/.test(path) && !path.split('/').includes('+');
}

function escapeHcl(text: string): string {
  return text.replace(/["\\]/g, String.raw`\$&`);
}
