// The annotations that a controller writes on a Service: which load balancer it has, and where.
import { annotations } from './annotations.ts';

export const KEY_OF_ID = annotations.fields.loadBalancerId.key;
export const KEY_OF_ADDRESS = annotations.fields.loadBalancerAddress.key;
