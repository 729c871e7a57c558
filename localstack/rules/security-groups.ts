// What AWS refuses of security groups as a whole: bad names, descriptions and tags, and deleting what is in use.
import { AwsError } from '../proxy-answer.ts';
import type { Call } from '../proxy-call.ts';
import { text } from '../proxy-query.ts';
import type { Cloud } from './cloud.ts';
import { checkTags } from './ec2-tags.ts';
import { heldByLoadBalancer } from './security-group-use.ts';

/** What EC2 takes in the name and description of a group and in the description of a rule. */
export const describable = /^[A-Za-z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

export function guardCreateGroup(call: Call): Call {
  checkTags(call.params);
  const name = text(call.params, 'GroupName') ?? '';
  const description = text(call.params, 'GroupDescription') ?? text(call.params, 'Description') ?? '';
  if (!describable.test(name) || name.startsWith('sg-')) {
    throw new AwsError('InvalidParameterValue', `Value (${name}) for parameter GroupName is invalid.`);
  }
  if (!describable.test(description)) {
    throw new AwsError('InvalidParameterValue', `Value (${description}) for parameter GroupDescription is invalid.`);
  }
  return call;
}

export async function guardDeleteGroup(call: Call, cloud: Cloud): Promise<Call> {
  const id = text(call.params, 'GroupId');
  if (id === undefined) return call;
  const { lookup } = cloud;
  const inUse =
    heldByLoadBalancer(cloud, id) ||
    (await lookup.securityGroups('ip-permission.group-id', [id])).some(({ GroupId }) => GroupId !== id) ||
    (await lookup.securityGroups('egress.ip-permission.group-id', [id])).some(({ GroupId }) => GroupId !== id) ||
    (await lookup.groupHasInstances(id));
  if (inUse) throw new AwsError('DependencyViolation', `resource ${id} has a dependent object`);
  return call;
}
