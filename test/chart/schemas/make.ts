// `node test/chart/schemas/make.ts`: writes the schemas that kubeconform holds the rendered chart against, from the API
// descriptions in the sources of Kubernetes and prometheus-operator. Run it after a change of releases.ts.
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { OPERATOR, RELEASES } from './releases.ts';
import { closure, type Schema, short, strict } from './strict.ts';

const here = import.meta.dirname;

/** Every kind of the core project that the chart renders with some values. */
const KINDS: readonly string[] = [
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  'io.k8s.api.apps.v1.Deployment',
  'io.k8s.api.core.v1.ConfigMap',
  'io.k8s.api.core.v1.Pod',
  'io.k8s.api.core.v1.Service',
  'io.k8s.api.core.v1.ServiceAccount',
  'io.k8s.api.networking.v1.NetworkPolicy',
  'io.k8s.api.policy.v1.PodDisruptionBudget',
  'io.k8s.api.rbac.v1.ClusterRole',
  'io.k8s.api.rbac.v1.ClusterRoleBinding',
  'io.k8s.api.rbac.v1.Role',
  'io.k8s.api.rbac.v1.RoleBinding',
];
const OPERATOR_KINDS = ['servicemonitors', 'prometheusrules'];

/** The folder of a module's sources, fetched by Go where need be. */
async function sources(module: string): Promise<string> {
  console.log(`fetching ${module}`);
  const options = { cwd: tmpdir(), env: { ...process.env, GOWORK: 'off', GOFLAGS: '-mod=mod' } };
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', module], options);
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

async function write(path: string, schema: Schema): Promise<void> {
  await writeFile(join(here, path), `${JSON.stringify(schema)}\n`);
}

/** The files are named as kubeconform asks for them: kind in small letters, first part of the group if there is one, version. */
async function writeRelease(release: string): Promise<void> {
  const file = join(await sources(`k8s.io/kubernetes@v${release}`), 'api/openapi-spec/swagger.json');
  const { definitions } = JSON.parse(await readFile(file, 'utf8')) as { definitions: Record<string, Schema> };
  const folder = `v${release}`;
  await rm(join(here, folder), { recursive: true, force: true });
  await mkdir(join(here, folder));
  await write(join(folder, 'definitions.json'), { definitions: closure(definitions, KINDS) });
  for (const name of KINDS) {
    const kinds = definitions[name]?.['x-kubernetes-group-version-kind'];
    const [{ group, kind, version }] = kinds as [{ group: string; kind: string; version: string }];
    const parts = [kind.toLowerCase(), ...(group === '' ? [] : [group.split('.')[0]]), version];
    await write(join(folder, `${parts.join('-')}.json`), { $ref: `definitions.json#/definitions/${short(name)}` });
  }
}

interface Definition {
  readonly spec: { readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[] };
}

async function writeOperator(): Promise<void> {
  const root = await sources(`github.com/prometheus-operator/prometheus-operator@v${OPERATOR}`);
  const folder = 'monitoring';
  await rm(join(here, folder), { recursive: true, force: true });
  await mkdir(join(here, folder));
  for (const plural of OPERATOR_KINDS) {
    const file = join(root, 'example/prometheus-operator-crd', `monitoring.coreos.com_${plural}.yaml`);
    const definition = parse(await readFile(file, 'utf8')) as Definition;
    const whole = definition.spec.versions[0]?.schema.openAPIV3Schema;
    if (whole === undefined) throw new Error(`${file} has no schema`);
    const schema = strict(whole, (name) => name) as { properties: Schema };
    // A definition says no more of metadata than that it is an object, so all of it is taken.
    const properties = { ...schema.properties, metadata: { type: 'object' } };
    await write(join(folder, `${plural.slice(0, -1)}-monitoring-v1.json`), { ...schema, properties });
  }
}

for (const release of RELEASES) await writeRelease(release);
await writeOperator();
console.log('written; look at the difference before you commit it');
