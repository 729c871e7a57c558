// The roles of the chart permit what the controller's own list says it does, for every combination of what that depends on.
import { describe, expect, it } from 'vitest';
import { type Right, type RightsSettings, rightsOf } from '../../src/kube/rights.ts';
import { type Rendered, render } from './helm.ts';
import { ofKind, type Rule } from './objects.ts';

interface Role extends Rendered {
  readonly rules: readonly Rule[];
}

interface Binding extends Rendered {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects: readonly { readonly kind: string; readonly name: string; readonly namespace: string }[];
}

/** One permission: where, on what, which, what. */
type Permission = string;

function permission(namespace: string, group: string, resource: string, name: string, verb: string): Permission {
  return [namespace || '(all)', group || 'core', resource, name || '(any)', verb].join(' ');
}

function permissionsOf(
  rights: readonly Right[],
  places: Readonly<Record<Right['where'], string>>,
): readonly Permission[] {
  return rights.flatMap(({ apiGroup, resource, names = [''], verbs, where }) =>
    names.flatMap((name) => verbs.map((verb) => permission(places[where], apiGroup, resource, name, verb))),
  );
}

/** All that the objects permit to the account, through their bindings. */
function granted(
  objects: readonly Rendered[],
  account: { readonly name: string; readonly namespace: string },
): readonly Permission[] {
  const bindings = [...ofKind<Binding>(objects, 'ClusterRoleBinding'), ...ofKind<Binding>(objects, 'RoleBinding')];
  return bindings.flatMap(({ metadata: { namespace = '' }, roleRef, subjects }) => {
    expect(subjects).toEqual([{ kind: 'ServiceAccount', ...account }]);
    const role = ofKind<Role>(objects, roleRef.kind).find(
      ({ metadata }) => metadata.name === roleRef.name && (metadata.namespace ?? '') === namespace,
    );
    const rules = role?.rules ?? [];
    expect(rules).not.toEqual([]);
    return rules.flatMap(({ apiGroups, resources, resourceNames = [''], verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          resourceNames.flatMap((name) => verbs.map((verb) => permission(namespace, group, resource, name, verb))),
        ),
      ),
    );
  });
}

const cases = (['sync', 'upsert-only', 'observe-only'] as const).flatMap((policy) =>
  [true, false].flatMap((leaderElect) =>
    [undefined, 'team-a', 'net'].map((watchNamespace) => ({ policy, leaderElect, watchNamespace })),
  ),
);

describe('the roles', () => {
  it.each(cases)('with policy $policy, leaders $leaderElect, namespace $watchNamespace', async (settings) => {
    const { policy, leaderElect, watchNamespace } = settings;
    const values = {
      ...{
        clusterName: 'demo',
        admissionPolicy: { action: 'off' },
        policy,
        leaderElect,
        replicas: leaderElect ? 2 : 1,
      },
      ...(watchNamespace !== undefined && { watchNamespace }),
    };
    const objects = await render(values, { release: 'edge', namespace: 'net' });
    const wanted: RightsSettings = { ...settings, leaderElectionId: 'edge-fairlead' };
    const places = { cluster: '', services: watchNamespace ?? '', lease: 'net' };
    const expected = permissionsOf(rightsOf(wanted), places);
    expect([...granted(objects, { name: 'edge-fairlead', namespace: 'net' })].sort()).toEqual([...expected].sort());
    expect(ofKind(objects, 'Role')).toHaveLength(ofKind(objects, 'RoleBinding').length);
    expect(ofKind(objects, 'ClusterRole')).toHaveLength(1);
  });

  it('permit no Secrets, no ConfigMaps, no change of anything but status, Lease and events, and nothing by a star', async () => {
    const objects = await render({ clusterName: 'demo' });
    const roles = [...ofKind<Role>(objects, 'ClusterRole'), ...ofKind<Role>(objects, 'Role')];
    const rules = roles.flatMap((role) => role.rules);
    const all = rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    expect(all).not.toContain('*');
    expect(all).not.toContain('secrets');
    expect(all).not.toContain('configmaps');
    const writing = rules.filter(({ verbs }) => verbs.some((verb) => !['get', 'list', 'watch'].includes(verb)));
    expect(new Set(writing.flatMap(({ resources }) => resources))).toEqual(
      new Set(['services/status', 'events', 'leases']),
    );
    expect(all).not.toContain('delete');
    expect(all).not.toContain('update');
  });

  it('are left out where they are made elsewhere', async () => {
    const objects = await render({ clusterName: 'demo', rbac: { create: false } });
    expect(objects.filter(({ apiVersion }) => apiVersion.startsWith('rbac'))).toEqual([]);
  });

  it('are bound to an account that is made elsewhere', async () => {
    const objects = await render({ clusterName: 'demo', serviceAccount: { create: false, name: 'mine' } });
    expect(ofKind(objects, 'ServiceAccount')).toEqual([]);
    expect(granted(objects, { name: 'mine', namespace: 'fairlead' })).not.toEqual([]);
  });
});
