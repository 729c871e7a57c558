// What a controller tells of its work on its metrics page.
import type { ControllerProcess } from '../stack/controller-process.ts';

/** How many reconciles of a pod came to a good end. */
export async function reconciled(pod: ControllerProcess): Promise<number> {
  const text = await (await fetch(`${await pod.healthUrl()}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('controller_runtime_reconcile_total{'));
  const done = lines.find((line) => line.includes('result="done"'));
  return Number(done?.split(' ').at(-1) ?? 0);
}
