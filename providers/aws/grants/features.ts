// What an operator can leave out of the IAM policy, by name. Pure; runs in a browser.

/** With a sentence that says what it is for. */
export const FEATURES = {
  nlb: 'Network Load Balancers with their listeners, target groups and targets.',
  classic: 'Classic Load Balancers.',
  'security-groups':
    'The security groups that are made for load balancers, with their rules and tags: for Classic Load Balancers unless others are named, and for NLBs with `--aws-nlb-security-groups managed`.',
  'node-rules': "Rules in those security groups of the nodes that have the cluster's tag.",
  tags: 'Changing the tags of load balancers, listeners and target groups that exist, as the annotation `additional-resource-tags` asks.',
  'untagged-listeners':
    'Taking over NLB listeners that older releases of cloud-provider-aws made without tags. Not needed in a cluster that never ran one.',
  'service-linked-role':
    "Letting Elastic Load Balancing create its service-linked role with the account's first load balancer. Not needed where the role exists.",
  'untagged-node-groups':
    "Rules in any security group that lacks the cluster's tag, for nodes whose only group has no such tag. Not granted unless asked for: better give that group the tag.",
} as const;

export type Feature = keyof typeof FEATURES;

/** The tag tells nothing of a group that lacks it: this would open every such group of the account. */
const ON_REQUEST: readonly Feature[] = ['untagged-node-groups'];

export const GRANTED: readonly Feature[] = (Object.keys(FEATURES) as Feature[]).filter(
  (feature) => !ON_REQUEST.includes(feature),
);
