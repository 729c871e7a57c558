// Before the first test of the chart: helm and kubeconform, which take minutes to build where they are not in the cache.
import { ensureTools } from '../tools/programs.ts';

export default async function setup(): Promise<void> {
  await ensureTools((line) => console.error(line));
}
