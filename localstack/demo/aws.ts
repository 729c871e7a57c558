// The demo on AWS: NLBs and a Classic Load Balancer on the emulator.
import { startStack } from '../../test/stack/stack.ts';
import { emulatorClients } from '../clients.ts';
import { cloudLines } from './aws-view.ts';
import { type StartDemo, samplesOf } from './demo.ts';

export const startDemo: StartDemo = async (log) => {
  const world = await startStack({ nodes: 3, clusterName: 'demo', log });
  const { url, fixtures, proxy, env } = world.emulator;
  const clients = emulatorClients({ endpoint: url, region: fixtures.region });
  return {
    world,
    cloud: 'AWS',
    place: `AWS at ${url}`,
    cast: 'five Services: public, internal, secure (TLS, access logs, source ranges), classic, broken',
    acts: [() => samplesOf('aws.yaml', { CERTIFICATE_ARN: fixtures.certificateArn, BUCKET_NAME: fixtures.bucket })],
    leaving: ['secure', 'classic'],
    calls: () => ({ all: proxy.calls.length, writes: proxy.count({ write: true }) }),
    forgetCalls: () => proxy.clear(),
    lines: () => cloudLines(clients),
    judge(services, expect) {
      const hasHostname = services.every((one) => one.status?.loadBalancer?.ingress?.[0]?.hostname !== undefined);
      expect(hasHostname, 'public, internal, secure and classic have a hostname');
    },
    complaints: ['yes please'],
    leftovers(lines, gone) {
      const names = gone.map(({ metadata }) => `a${metadata.uid.replaceAll('-', '')}`.slice(0, 32));
      return lines.filter((line) => line.includes('unused') || names.some((name) => line.includes(name)));
    },
    env,
    commands: [
      'aws elbv2 describe-load-balancers',
      'aws elbv2 describe-target-groups',
      'aws elb describe-load-balancers',
    ],
    close: () => clients[Symbol.dispose](),
  };
};
