// Plays the kubelet for the pods that `helm test` makes: runs them as they are and tells the API server how they ended.
import type { ImageRoot } from '../pod/start-pod.ts';
import type { Stack } from '../stack/stack.ts';
import type { Pod, Release } from './release.ts';

/** A pod that was run to its end. */
export interface Done {
  readonly pod: Pod;
  readonly code: number;
  /** All that it wrote. */
  readonly log: string;
}

interface PodWithStatus extends Pod {
  readonly status?: { readonly phase?: string };
}

/**
 * While `work` goes on, runs every pod of the release's namespace that helm made as a hook. Answers what `work` answers and the
 * pods in the order of their making.
 */
export async function withKubelet<T>(
  stack: Stack,
  release: Release,
  root: ImageRoot,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly done: readonly Done[] }> {
  const path = `/api/v1/namespaces/${release.namespace}/pods`;
  const seen = new Set<string>();
  const runs: Promise<Done>[] = [];
  const end = { reached: false };
  const result = work().finally(() => {
    end.reached = true;
  });
  const serving = stack.until(
    'helm is done',
    async () => {
      const { items } = await stack.request<{ items: PodWithStatus[] }>('GET', path);
      for (const pod of items) {
        const isHook = pod.metadata.annotations?.['helm.sh/hook'] !== undefined;
        if (!isHook || seen.has(pod.metadata.uid)) continue;
        seen.add(pod.metadata.uid);
        runs.push(runToEnd(stack, release, root, pod));
      }
      return end.reached;
    },
    300_000,
  );
  const [answer] = await Promise.all([result, serving]);
  return { result: answer, done: await Promise.all(runs) };
}

async function runToEnd(stack: Stack, release: Release, root: ImageRoot, pod: Pod): Promise<Done> {
  const lines: string[] = [];
  const process = await release.runPod(pod, root, (line) => lines.push(line));
  const code = await process.exited;
  const { name, namespace } = pod.metadata;
  const phase = code === 0 ? 'Succeeded' : 'Failed';
  await stack.request('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}/status`, { status: { phase } });
  return { pod, code, log: lines.join('\n') };
}
