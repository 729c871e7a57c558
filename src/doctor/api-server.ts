// Whether the API server answers, and whether its version is one that the controller works with.
import type { KubeApi } from '../kube/api.ts';
import type { Finding } from '../provider/provider.ts';
import { failure, ok, warning } from './check.ts';

/** Minor versions of Kubernetes 1. */
export interface Supported {
  /** ValidatingAdmissionPolicy is generally available from 1.30 on, and it is the oldest that is thought of. */
  readonly oldest: number;
  /** The newest one that the tests ran against. */
  readonly newest: number;
  /** The oldest one that the tests ran against. */
  readonly tested: number;
}

export const SUPPORTED: Supported = { oldest: 30, tested: 34, newest: 36 };

const ABOUT = 'API server';

/** Rejects with a KubeError if there is no answer. */
export async function checkApiServer(api: KubeApi, signal: AbortSignal): Promise<readonly Finding[]> {
  const request = { method: 'GET', path: '/version', timeoutMs: 10_000, signal } as const;
  const { gitVersion = '' } = await api.request<{ readonly gitVersion?: string }>(request);
  return [judgeVersion(gitVersion)];
}

export function judgeVersion(gitVersion: string, supported = SUPPORTED): Finding {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  const { oldest, tested, newest } = supported;
  const range = `1.${oldest} and newer, tested with 1.${tested} to 1.${newest}`;
  if (major !== '1') {
    return warning(ABOUT, `It answers, and its version "${gitVersion}" says nothing.`, `Supported is ${range}.`);
  }
  const number = Number(minor);
  if (number < oldest) {
    const message = `It is ${gitVersion}, older than what is supported (${range}).`;
    return failure(ABOUT, message, 'Upgrade the cluster before the controller is installed.');
  }
  if (number > newest) {
    const message = `It is ${gitVersion}, newer than what this version was tested with (1.${tested} to 1.${newest}).`;
    return warning(ABOUT, message, 'Look whether there is a newer version of Fairlead.');
  }
  const untested = number < tested ? `; supported, though tests run with 1.${tested} to 1.${newest}` : '';
  return ok(ABOUT, `It answers and is ${gitVersion}${untested}.`);
}
