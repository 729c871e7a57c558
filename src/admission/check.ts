// A check that a policy makes, and one that it leaves to the controller. Plain data.

/** One validation of a policy. `expression` is true where all is well; it never fails on an absent annotation. */
export interface Check {
  /** The annotations concerned, the one that messages name first; empty where it is about any. */
  readonly keys: readonly string[];
  /** What is checked, as a sentence without its full stop. */
  readonly what: string;
  readonly expression: string;
  /** Shown where `messageExpression` cannot be evaluated. */
  readonly message: string;
  readonly messageExpression: string;
}

/** What only the controller can check. */
export interface Left {
  readonly keys: readonly string[];
  readonly what: string;
  readonly why: string;
}

export interface Checks {
  readonly made: readonly Check[];
  readonly left: readonly Left[];
}
