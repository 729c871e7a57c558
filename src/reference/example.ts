// A whole Service for each annotation: what its table says it needs is there, and judging it finds nothing wrong. Pure.
import type { Service } from '../kube/types.ts';
import { completeService } from '../manifest/complete.ts';
import { judge, plainSetting } from '../preview/judge.ts';
import type { AnyCompiler } from '../provider/provider.ts';
import type { Fields, Relation } from '../schema/index.ts';

const PORT = { name: 'https', port: 443, targetPort: 8443 } as const;

/**
 * The annotations of an example for one field: on the first kind of load balancer on which nothing is wrong with it. With
 * `plain`, first without saying of what kind it is, so that it is right with other providers too.
 */
export function exampleFor(
  compiler: AnyCompiler,
  name: string,
  { kind, plain = false }: { readonly kind?: string | undefined; readonly plain?: boolean } = {},
): Readonly<Record<string, string>> {
  const { fields, kinds, selector } = compiler.annotations;
  const { appliesTo = Object.keys(kinds) } = (fields as Fields)[name]!;
  const asked = appliesTo.filter((one) => kind === undefined || one === kind);
  const candidates = [
    ...(plain || asked.length === 0 || name === selector?.field ? [companions(compiler, name)] : []),
    ...asked.map((one) => ({ ...selecting(compiler, selector?.field, one), ...companions(compiler, name, one) })),
  ];
  const setting = plainSetting(compiler);
  const fine = candidates.find(
    (annotations) => judge(setting, serviceOf(annotations), undefined).problems.length === 0,
  );
  return fine ?? candidates[0]!;
}

/** The Service as YAML. */
export function serviceText(annotations: Readonly<Record<string, string>>): string {
  const given = Object.entries(annotations).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}\n`);
  return `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
${given.join('')}spec:
  type: LoadBalancer
  selector:
    app: web
  ports:
    - name: ${PORT.name}
      port: ${PORT.port}
      targetPort: ${PORT.targetPort}
`;
}

/** The same as an API server would answer it. */
function serviceOf(annotations: Readonly<Record<string, string>>): Service {
  return completeService({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', uid: '', resourceVersion: '', annotations },
    spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [PORT] },
  });
}

/** The field and all that it needs, or that gives it its effect, each with a value that fits. */
function companions(compiler: AnyCompiler, name: string, kind?: string): Readonly<Record<string, string>> {
  const fields: Fields = compiler.annotations.fields;
  const chosen = new Map<string, string>();
  const counts = ({ kinds }: Relation) => kinds === undefined || kind === undefined || kinds.includes(kind);
  const add = (field: string, text: string) => {
    if (chosen.has(field)) return;
    chosen.set(field, text);
    const { requires = [], conflicts = [] } = fields[field]!;
    for (const { field: other, is } of requires.filter(counts)) add(other, textOf(fields, other, is));
    for (const { field: other, is } of conflicts.filter(counts)) {
      // Its default may be one of the values that cannot stand beside.
      const { example } = fields[other]!;
      if (is !== undefined && !is.map(String).includes(example) && !is.includes(true)) add(other, example);
    }
  };
  add(name, fields[name]!.example);
  // What it needs stands before it, as one would write it.
  const order = [...chosen].reverse();
  return Object.fromEntries(order.map(([field, text]) => [fields[field]!.key, text]));
}

function textOf(fields: Fields, name: string, is: Relation['is']): string {
  return is === undefined ? fields[name]!.example : String(is[0]);
}

function selecting(
  compiler: AnyCompiler,
  selector: string | undefined,
  kind: string,
): Readonly<Record<string, string>> {
  return selector === undefined ? {} : { [(compiler.annotations.fields as Fields)[selector]!.key]: kind };
}
