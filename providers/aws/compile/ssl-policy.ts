// What AWS does with TLS where nobody chose a policy. Pure.

/**
 * The policy of a new TLS, HTTPS or SSL listener, on both kinds of load balancer (ELB user guides, "Security policies for
 * your Network Load Balancer", "Predefined SSL security policies for Classic Load Balancers").
 */
export const DEFAULT_SSL_POLICY = 'ELBSecurityPolicy-2016-08';
