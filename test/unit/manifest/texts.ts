// Manifests for the tests of this folder.

/** A Service that has nothing wrong with it. */
export function serviceText(name: string, annotations: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries(annotations).map(([key, value]) => `    ${key}: ${value}`);
  return [
    'apiVersion: v1',
    'kind: Service',
    'metadata:',
    `  name: ${name}`,
    ...(lines.length > 0 ? ['  annotations:', ...lines] : []),
    'spec:',
    '  type: LoadBalancer',
    '  ports:',
    '    - port: 80',
    '',
  ].join('\n');
}

export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  name: web
spec:
  template:
    spec:
      serviceAccountName: web
`;
