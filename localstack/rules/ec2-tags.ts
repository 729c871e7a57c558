// What AWS refuses of EC2 tags and moto takes: reserved keys and lengths. The limit of fifty is moto's own check.
import { AwsError } from '../proxy-answer.ts';
import type { Call } from '../proxy-call.ts';
import { type Params, structs, text } from '../proxy-query.ts';

export function guardTags(call: Call): Call {
  checkTags(call.params);
  return call;
}

/** Checks the tags of CreateTags, or those inside TagSpecification of a create. Throws InvalidParameterValue. */
export function checkTags(params: Params): void {
  const specifications = structs(params, 'TagSpecification') ?? [];
  for (const tag of [params, ...specifications].flatMap((holder) => structs(holder, 'Tag') ?? [])) {
    const key = text(tag, 'Key') ?? '';
    if (key.startsWith('aws:')) {
      throw new AwsError('InvalidParameterValue', "Tag keys starting with 'aws:' are reserved for internal use");
    }
    if (key.length < 1 || key.length > 128 || (text(tag, 'Value') ?? '').length > 256) {
      throw new AwsError('InvalidParameterValue', `Tag key or value of '${key.slice(0, 128)}' has a wrong length`);
    }
  }
}
