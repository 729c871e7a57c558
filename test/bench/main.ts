// Which cloud is measured: `npm run bench` is AWS, `npm run bench -- --provider openstack` the other.
const clouds: Readonly<Record<string, () => Promise<unknown>>> = {
  aws: () => import('./aws.ts'),
  openstack: () => import('./openstack.ts'),
};
const at = process.argv.indexOf('--provider');
const name = at < 0 ? 'aws' : (process.argv[at + 1] ?? '');
const measure = Object.hasOwn(clouds, name) ? clouds[name] : undefined;
if (!measure) {
  process.stderr.write(`--provider is "${name}"; expected ${Object.keys(clouds).join(' or ')}\n`);
  process.exit(2);
}
await measure();

export {};
