// What a Service that says nothing of its scheme gets: the operator's choice. Pure.
import type { Annotations } from '../annotations.ts';
import type { Options } from '../options.ts';
import { annotationName, type Findings } from './findings.ts';

interface Wish {
  readonly annotations: Annotations;
  /** As they stand on the Service. */
  readonly given: Readonly<Record<string, string>>;
  readonly options: Pick<Options, 'defaultScheme'>;
}

/** The same, with `internal` as the option says where no annotation says it. */
export function withDefaultScheme<W extends Wish>(wish: W, findings: Findings): W {
  const { annotations, given, options } = wish;
  const { key } = annotationName('internal');
  if (options.defaultScheme !== 'internal' || Object.hasOwn(given, key)) return wish;
  if (annotations.eipAllocations !== undefined) {
    findings.error(annotationName('eipAllocations'), annotations.eipAllocations.join(','), {
      code: 'conflict',
      because: 'an internal load balancer cannot have, and --aws-default-scheme is internal',
      expected: `annotation ${key} to be "false" beside it`,
    });
  }
  return { ...wish, annotations: { ...annotations, internal: true } };
}
