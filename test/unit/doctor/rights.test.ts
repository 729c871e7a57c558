import { describe, expect, it } from 'vitest';
import { accountOf, mayI, mayServiceAccount, whoAmI } from '../../../src/doctor/access.ts';
import { checkExcess, checkRights } from '../../../src/doctor/rights.ts';
import { rightsOf } from '../../../src/kube/rights.ts';
import { ACCOUNT, type Answers, answering, needed } from './answers.ts';

const { signal } = new AbortController();
const SETTINGS = {
  policy: 'sync',
  leaderElect: true,
  leaderElectionId: 'fairlead',
  watchNamespace: undefined,
} as const;
const PLACES = { services: '', lease: 'fairlead' };

async function rights(answers: Answers, isSelf = true) {
  const api = answering(answers);
  const account = await whoAmI(api, signal);
  return checkRights(rightsOf(SETTINGS), PLACES, { account, may: mayI(api), isSelf }, signal);
}

describe('the rights that are needed', () => {
  it('are one line where all are granted', async () => {
    expect(await rights({})).toEqual([
      {
        about: 'rights',
        state: 'ok',
        message: `${ACCOUNT} has all ${rightsOf(SETTINGS).length} rights that the controller needs.`,
      },
    ]);
  });

  it('are named where they are missing, with the rule to copy', async () => {
    const may = (deed: Parameters<typeof needed>[0]) =>
      needed(deed) && deed.subresource !== 'status' && !(deed.resource === 'leases' && deed.verb === 'patch');
    expect(await rights({ may })).toEqual([
      {
        about: 'rights',
        state: 'error',
        message: `${ACCOUNT} may not patch services/status in all namespaces (address, conditions and finalizer).`,
        remedy: 'Add to its ClusterRole:\n{ apiGroups: [""], resources: ["services/status"], verbs: ["patch"] }',
      },
      {
        about: 'rights',
        state: 'error',
        message: `${ACCOUNT} may not patch leases fairlead in namespace fairlead (leader election).`,
        remedy:
          'Add to its Role in namespace fairlead:\n' +
          '{ apiGroups: ["coordination.k8s.io"], resources: ["leases"], resourceNames: ["fairlead"], verbs: ["patch"] }',
      },
    ]);
  });

  it('of a person say nothing of the controller', async () => {
    const missing = await rights({ user: 'ann', may: (deed) => needed(deed) && deed.resource !== 'leases' });
    expect(missing.map(({ state }) => state)).toEqual(missing.map(() => 'warning'));
    expect(missing[0]?.remedy).toContain('--as-service-account');
    expect((await rights({ user: 'ann' }))[0]?.message).toContain('--as-service-account');
  });

  it('are asked for another account by its name and groups', async () => {
    const asked: (string | undefined)[] = [];
    const api = answering({
      user: 'ann',
      may: (deed, user) => {
        asked.push(user);
        return needed(deed);
      },
    });
    const may = mayServiceAccount(api, ACCOUNT);
    const found = await checkRights(
      rightsOf(SETTINGS),
      PLACES,
      { account: accountOf(ACCOUNT), may, isSelf: false },
      signal,
    );
    expect(found).toEqual([expect.objectContaining({ state: 'ok' })]);
    expect([...new Set(asked)]).toEqual([ACCOUNT]);
  });
});

describe('the rights that are not needed', () => {
  const excess = (may: NonNullable<Answers['may']>, user = ACCOUNT) =>
    checkExcess(accountOf(user), mayI(answering({ may })), signal);

  it('are none of the dangerous ones', async () => {
    expect(await excess(needed)).toEqual([expect.objectContaining({ state: 'ok' })]);
  });

  it('are warned of by name', async () => {
    const [found] = await excess((deed) => needed(deed) || deed.resource === 'secrets');
    expect(found).toMatchObject({ state: 'warning', message: expect.stringContaining('get secrets') });
  });

  it('are everything for an administrator of the cluster', async () => {
    const [found] = await excess(() => true);
    expect(found?.message).toBe(`${ACCOUNT} may do everything in the cluster.`);
  });

  it('are no concern for a person', async () => {
    expect(await excess(() => true, 'ann')).toEqual([]);
  });
});
