// What a Service asks for, cloud-neutral and free of annotations, so that another front end could fill it.
import type { Owner } from '../engine/owner.ts';

export interface Port {
  /** '' where the Service's only port has no name. */
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  /** 0: none was allocated. */
  readonly nodePort: number;
}

export interface Request {
  readonly owner: Owner;
  /** spec.loadBalancerClass, where the Service has one. */
  readonly className?: string;
  /** In the order of the Service. */
  readonly ports: readonly Port[];
  /** In the order of the Service; never empty. */
  readonly families: readonly ('IPv4' | 'IPv6')[];
  readonly familyPolicy: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack';
  /** spec.loadBalancerSourceRanges as written; empty: the field says nothing. */
  readonly sourceRanges: readonly string[];
  readonly externalTrafficPolicy: 'Cluster' | 'Local';
  /** 0: none was allocated. */
  readonly healthCheckNodePort: number;
  readonly allocateNodePorts: boolean;
  /** spec.loadBalancerIP; '' : not set. */
  readonly loadBalancerIP: string;
  readonly sessionAffinity: 'None' | 'ClientIP';
}

/** A Node that may receive traffic: what a provider needs to find it in the cloud. */
export interface EligibleNode {
  readonly name: string;
  /** spec.providerID; '' : not set yet. */
  readonly providerId: string;
  readonly labels: Readonly<Record<string, string>>;
  /** InternalIP addresses first, then ExternalIP. */
  readonly addresses: readonly string[];
}

/** One entry of status.loadBalancer.ingress. */
export interface Ingress {
  readonly ip?: string;
  readonly ipMode?: 'VIP' | 'Proxy';
  readonly hostname?: string;
}
