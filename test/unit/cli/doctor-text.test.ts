import { describe, expect, it } from 'vitest';
import { doctorText } from '../../../src/cli/doctor-text.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { documentOf } from '../../../src/doctor/document.ts';

const HEAD = { version: '0.1.0', cluster: 'prod', providers: ['aws'] };
const SECTIONS = [
  {
    name: 'Kubernetes',
    findings: [
      { about: 'API server', state: 'ok', message: 'It answers and is v1.36.3.' },
      {
        about: 'rights',
        state: 'error',
        message: 'The account may not patch services/status in all namespaces.',
        remedy: 'Add to its ClusterRole:\n{ apiGroups: [""], resources: ["services/status"], verbs: ["patch"] }',
      },
    ],
  },
  { name: 'aws', findings: [{ about: 'clock', state: 'warning', message: 'It is wrong.', remedy: 'Set it.' }] },
] as const;

describe('a check-up as text', () => {
  it('has the state first, and beneath it what to do; what is to be copied stays whole', () => {
    expect(doctorText(documentOf(HEAD, SECTIONS), { width: 70 })).toBe(`Fairlead 0.1.0, cluster prod, provider aws

Kubernetes
  ok       API server  It answers and is v1.36.3.
  error    rights      The account may not patch services/status in
                       all namespaces.
                       -> Add to its ClusterRole:
                            { apiGroups: [""], resources: ["services/status"], verbs: ["patch"] }

aws
  warning  clock       It is wrong.
                       -> Set it.

1 error, 1 warning, 1 ok.
`);
  });

  it('paints nothing but the state', () => {
    const text = doctorText(documentOf(HEAD, SECTIONS), { width: 70, paint: (tone, word) => `<${tone}:${word}>` });
    expect(text).toContain('  <create:ok     >  API server  It answers');
    expect(text).toContain('  <delete:error  >  rights');
    expect(text).toContain('  <warning:warning>  clock');
  });
});

describe('the command', () => {
  it('takes every option that run takes', async () => {
    const flags = async (name: string) => {
      const program = await createProgram('fairlead', [name, '--provider', 'aws'], {});
      return program.commands.find((one) => one.name() === name)?.options.map(({ flags: text }) => text) ?? [];
    };
    const [run, doctor] = [await flags('run'), await flags('doctor')];
    expect(run.length).toBeGreaterThan(20);
    expect(run.filter((flag) => !doctor.includes(flag))).toEqual([]);
  });
});
