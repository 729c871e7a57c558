// The bounds of the histograms, in seconds.

/** From a call that is answered at once to a load balancer that takes minutes. */
export const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Parts of one reconcile: most take no time at all. */
export const STAGE_SECONDS = [0.0001, 0.001, ...SECONDS];

/** What a user waits for: load balancers take from seconds to a quarter of an hour. */
export const READY_SECONDS = [1, 2.5, 5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1800, 3600];

/** Those of the service controller: 1 s to 16384 s, doubling. */
export const DOUBLING_SECONDS = Array.from({ length: 15 }, (_, power) => 2 ** power);
