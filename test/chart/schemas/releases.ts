// The Kubernetes releases that the chart is checked against, one a minor. Their schemas are in the folders of the same name.
/** Newest last. */
export const RELEASES: readonly string[] = ['1.34.4', '1.35.4', '1.36.3'];

/** The prometheus-operator whose two kinds the chart can render. */
export const OPERATOR = '0.85.0';
