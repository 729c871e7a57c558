// What all of the AWS annotation tables share: the prefix of their keys, and where the official ones are documented.

export const STEM = 'service.beta.kubernetes.io/aws-load-balancer-';

/** The official provider's own page on these annotations. */
export const PEER_PAGE = 'https://cloud-provider-aws.sigs.k8s.io/service_controller/';

export const NLB = ['nlb'] as const;
export const CLASSIC = ['classic'] as const;

export const IN_PLACE = 'The attribute is changed on the running load balancer.';
